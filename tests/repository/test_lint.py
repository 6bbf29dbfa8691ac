from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from persync.errors import Severity
from persync.model import Persister, PersisterId, Property, Section, Span
from persync.published import schema
from persync.repository.lint import lint, lint_together
from persync.repository.schema import document_validator, settings_validator

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "hunter2"
APP, DEPLOYER, LIVE = Section.APP, Section.DEPLOYER, Section.LIVE_SEGMENT


def persister(section: Section, config: Mapping[str, str], *, sensitive: bool = False) -> Persister:
    properties = tuple(
        Property(key, text, Span("f", 1, 1), (text,) if sensitive else ()) for key, text in config.items()
    )
    return Persister(PersisterId("global", "e", "pg"), Span("f", 1, 1), None, None, {section: properties})


def said(section: Section, config: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity.value) for finding in lint(persister(section, config))]


BINDING = "spring.cloud.stream.bindings.input.consumer"
K = "kubernetes"


@pytest.mark.parametrize(
    ("section", "config", "expected"),
    [
        (APP, {"eventstore.batchSize": "500", "my.own": "x", "logging.level.org": "DEBUG"}, []),
        (APP, {"eventstore.batchSize": "${SIZE:5}"}, []),
        (APP, {"eventstore.batchSize": "5x"}, [("invalid-value", "error")]),
        (APP, {"eventstore.batchSize": "0"}, [("invalid-value", "error")]),
        (APP, {f"{BINDING}.partitioned": "yes"}, [("invalid-value", "error")]),
        (APP, {f"{BINDING}.backOffMultiplier": "x"}, [("invalid-value", "error")]),
        (APP, {"eventstore.ttlGracePeriod": "P-5D"}, [("invalid-value", "error")]),
        (APP, {"spring.cloud.stream.kafka.bindings.input.consumer.startOffset": "first"}, [("invalid-value", "error")]),
        (APP, {"eventstore.batch-size": "5"}, [("key-spelling", "warning")]),
        (APP, {"eventstore.batchSiz": "5"}, [("near-miss", "warning")]),
        (APP, {"evenstore.batchSize": "5"}, [("near-miss", "warning")]),
        (APP, {"spring.cloud.stream.kafka.binder.configuration.max.poll.records": "5"}, []),
        (APP, {"spring.cloud.stream.kafka.binder.consumer.maxAttempts": "1"}, [("no-effect", "warning")]),
        (LIVE, {"tasksMax": "2", "errorsTolerance": "none"}, []),
        (LIVE, {"errorsTolerance": "some"}, [("invalid-value", "error")]),
        (DEPLOYER, {f"{K}.imagePullPolicy": "Sometimes"}, [("invalid-value", "warning")]),
        (DEPLOYER, {f"{K}.limits.cpu": "1 core"}, [("invalid-value", "error")]),
        (DEPLOYER, {f"{K}.limits.cpu": "1", f"{K}.requests.cpu": "1000m"}, []),
        (DEPLOYER, {f"{K}.limits.cpu": "1", f"{K}.requests.cpu": "1001m"}, [("requests-exceed-limits", "error")]),
        (
            DEPLOYER,
            {f"{K}.limits.memory": "1Gi", f"{K}.requests.memory": "1025Mi"},
            [("requests-exceed-limits", "error")],
        ),
        (DEPLOYER, {f"{K}.limits.cpu": "299m"}, [("below-minimum", "warning")]),
        (DEPLOYER, {f"{K}.requests.memory": "255Mi"}, [("below-minimum", "warning")]),
        (DEPLOYER, {f"{K}.requests.memory": "512m"}, [("milli-bytes", "error")]),
        (DEPLOYER, {f"{K}.nodeSelector": "a:b"}, [("no-effect", "warning")]),
        (DEPLOYER, {f"{K}.priorityClassName": "high"}, [("newer-deployer", "warning")]),
        (DEPLOYER, {f"{K}.livenessprobedelay": "5"}, [("key-spelling", "warning")]),
        (DEPLOYER, {"limits.cpu": "1"}, [("missing-prefix", "warning")]),
        (DEPLOYER, {f"{K}.count": "1"}, [("missing-prefix", "warning")]),
        (DEPLOYER, {f"{K}.podSecurityContext.runAsUser": "1"}, [("inside-structure", "warning")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: 'a'}]", f"{K}.volumeMounts": "[{name: a}]"}, []),
        (DEPLOYER, {f"{K}.volumes": "[{name:'a'}]"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: a, secret: {secretName:'b'}}]"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: 'a'"}, [("structure-syntax", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: ${x}"}, []),
        (DEPLOYER, {f"{K}.volumeMounts": "[{name: a}, {mountPath: /x}]"}, [("unknown-volume", "warning")]),
        (DEPLOYER, {f"{K}.volumeMounts": "text"}, []),
        (DEPLOYER, {f"{K}.volumeMounts": "[{"}, [("structure-syntax", "error")]),
        (
            DEPLOYER,
            {f"{K}.imagePullSecret": "regcred", f"{K}.secretKeyRefs": "[{envVarName: A, secretName: b, dataKey: c}]"},
            [],
        ),
        (
            APP,
            {"spring.datasource.password": "${superuser-password}", "spring.cloud.kubernetes.secrets.paths": "/x"},
            [],
        ),
        (APP, {"spring.datasource.password": SECRET}, [("plain-secret", "warning")]),
        (APP, {"spring.datasource.password": ""}, []),
        (APP, {"spring.datasource.url": f"jdbc:postgresql://h/db?password={SECRET}"}, [("plain-secret", "warning")]),
        (APP, {"my.url": f"https://user:{SECRET}@h/"}, [("plain-secret", "warning")]),
        (APP, {"my.url": "jdbc:postgresql://h/db?password=${p}"}, []),
    ],
)
def test_rules(section: Section, config: Mapping[str, str], expected: list[tuple[str, str]]) -> None:
    assert said(section, config) == expected


@pytest.mark.parametrize(
    ("section", "key", "expected"),
    [
        (DEPLOYER, f"{K}.livenessprobedelay", "write kubernetes.livenessProbeDelay"),
        (DEPLOYER, "limits.cpu", "write kubernetes.limits.cpu"),
        (APP, "eventstore.bachtSize", "did you mean eventstore.batchSize?"),
    ],
)
def test_hints(section: Section, key: str, expected: str) -> None:
    assert [finding.hint for finding in lint(persister(section, {key: "100"}))] == [expected]


def test_a_secret_reference_is_no_plain_secret() -> None:
    assert list(lint(persister(APP, {"spring.datasource.password": SECRET}, sensitive=True))) == []


def test_more_keys_can_be_sensitive() -> None:
    assert [finding.rule for finding in lint(persister(APP, {"my.pass": SECRET}), ("pass$",))] == ["plain-secret"]


def test_no_finding_repeats_a_value() -> None:
    config = dict.fromkeys(
        (f"{K}.limits.cpu", f"{K}.livenessProbeDelay", f"{K}.imagePullPolicy", f"{K}.volumes"), SECRET
    )
    config[f"{K}.tolerations"] = f"[{{{SECRET}: {SECRET}"
    config["spring.datasource.password"] = SECRET
    findings = list(lint(persister(DEPLOYER, config)))
    assert len(findings) > 4
    assert [finding for finding in findings if SECRET in finding.message + finding.reason + finding.hint] == []


def test_the_head() -> None:
    here = Span("f", 2, 1)
    one = Persister(PersisterId("p", "e" * 21, "pg"), Span("f", 1, 1), None, Property("appVersion", "latest", here), {})
    assert [(found.rule, found.severity, found.span) for found in lint(one)] == [
        ("long-event-type", Severity.WARNING, Span("f", 1, 1)),
        ("latest-version", Severity.WARNING, here),
    ]


def test_event_types_that_differ_in_case() -> None:
    def named(project: str, event_type: str, eventstore: str, line: int) -> Persister:
        return Persister(PersisterId(project, event_type, eventstore), Span("f", line, 1), None, None, {})

    findings = lint_together(
        [
            named("p", "a", "pg", 1),
            named("p", "A", "pg", 2),
            named("q", "A", "pg", 3),
            named("p", "a", "live-segment", 4),
        ]
    )
    assert [(found.rule, found.span.line) for found in findings] == [("event-type-case", 2)]


@pytest.mark.parametrize("name", ["persister", "settings"])
def test_published_schemas_are_schemas_and_fit_their_examples(name: str) -> None:
    published = schema(name)
    Draft202012Validator.check_schema(published)
    for example in published["examples"]:
        assert list(Draft202012Validator(published).iter_errors(example)) == []
    assert "$id" not in json.dumps(published)


@pytest.mark.parametrize("name", ["persister", "settings"])
def test_every_field_of_a_schema_is_described_and_has_examples(name: str) -> None:
    own = {key: value for key, value in schema(name).items() if key != "$defs"}
    own["definitions"] = {key: value for key, value in schema(name)["$defs"].items() if key != "catalogue"}
    bare = [path for path, field in _fields("", own) if not {"description", "examples"} <= field.keys()]
    assert [path for path in bare if "/then/" not in path and "/else/" not in path and "/if/" not in path] == []


def _fields(path: str, node: object) -> list[tuple[str, dict[str, object]]]:
    if not isinstance(node, dict):
        return []
    found: list[tuple[str, dict[str, object]]] = []
    for key, value in node.items():
        if key == "examples":
            continue
        if key == "properties" and isinstance(value, dict):
            found += [(f"{path}/{name}", field) for name, field in value.items() if isinstance(field, dict)]
        found += _fields(f"{path}/{key}", value)
    return found


def test_an_editor_sees_numbers_and_booleans_where_persync_sees_texts() -> None:
    document = {
        "eventType": "e",
        "appVersion": 1.1,
        "appConfig": {"my": {"flag": True, "n": 1}, "eventstore.batchSize": 5},
    }
    assert list(Draft202012Validator(schema("persister")).iter_errors(document)) == []


def test_validators_are_made_once() -> None:
    assert document_validator() is document_validator()
    assert settings_validator() is settings_validator()
