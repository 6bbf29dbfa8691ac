from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persync.config.findings import Findings
from persync.config.rules.together import lint, lint_together
from persync.errors import Finding, Severity
from persync.model import Kind, Persister, PersisterId, Property, Section, SourceText, Span
from persync.properties.catalogue import definitions, identify
from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "hunter2"
SECRETS = SecretPolicy()
APP, DEPLOYER, LIVE = Section.APP, Section.DEPLOYER, Section.LIVE_SEGMENT


def persister(section: Section, config: Mapping[str, str], *, sensitive: bool = False) -> Persister:
    properties = tuple(
        Property(text, Span("f", 1, 1), (text,) if sensitive else (), key=identify(section, key))
        for key, text in config.items()
    )
    return Persister(PersisterId("global", "e", "pg"), Span("f", 1, 1), None, None, {section: properties})


def found_in(one: Persister, secrets: SecretPolicy = SECRETS) -> list[Finding]:
    findings = Findings()
    assert lint(one, secrets, findings) == bool(findings)
    return list(findings)


def rules_of(section: Section, config: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity.value) for finding in found_in(persister(section, config))]


BINDING = "spring.cloud.stream.bindings.input.consumer"
K = "kubernetes"


@pytest.mark.parametrize(
    ("section", "config", "expected"),
    [
        (APP, {"eventstore.batchSize": "500", "my.own": "x", "logging.level.org": "DEBUG"}, []),
        (APP, {"eventstore.batchSize": "${SIZE:5}"}, []),
        (APP, {"eventstore.batchSize": "5x"}, [("invalid-value", "error")]),
        (APP, {"eventstore.batchSize": "0"}, [("invalid-value", "error")]),
        (APP, {f"{BINDING}.partitioned": "maybe"}, [("invalid-value", "error")]),
        (APP, {f"{BINDING}.backOffMultiplier": "x"}, [("invalid-value", "error")]),
        (APP, {"eventstore.ttlGracePeriod": "P5"}, [("invalid-value", "error")]),
        (APP, {"eventstore.ttlGracePeriod": "P1Y"}, [("invalid-value", "warning")]),
        (APP, {"spring.cloud.stream.kafka.bindings.input.consumer.startOffset": "first"}, [("invalid-value", "error")]),
        (APP, {"eventstore.batch-size": "5"}, [("key-spelling", "warning")]),
        (APP, {"eventstore.batchSiz": "5"}, [("near-miss", "error")]),
        (APP, {"evenstore.batchSize": "5"}, [("near-miss", "error")]),
        (APP, {"eventstorebatchSize": "5"}, [("near-miss", "error")]),
        (APP, {"eventstore.bathcSize": "5"}, [("near-miss", "error")]),
        (DEPLOYER, {f"{K}.jobAnnotations": "a:b"}, [("near-miss", "warning")]),
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
        (DEPLOYER, {f"{K}.requests.cpu": "100"}, [("many-cores", "warning")]),
        (DEPLOYER, {f"{K}.limits.cpu": "500M"}, [("many-cores", "warning")]),
        (DEPLOYER, {f"{K}.limits.cpu": "99"}, []),
        (DEPLOYER, {f"{K}.nodeSelector": "a:b"}, [("no-effect", "warning")]),
        (DEPLOYER, {f"{K}.priorityClassName": "high"}, [("newer-deployer", "warning")]),
        (DEPLOYER, {f"{K}.livenessprobedelay": "5"}, [("key-spelling", "warning")]),
        (DEPLOYER, {"limits.cpu": "1"}, [("missing-prefix", "warning")]),
        (DEPLOYER, {f"{K}.count": "1"}, [("missing-prefix", "warning")]),
        (DEPLOYER, {f"{K}.podSecurityContext.runAsUser": "1"}, [("inside-structure", "warning")]),
        (DEPLOYER, {f"{K}.limits.cpu.most": "1"}, [("below-property", "warning")]),
        (APP, {"eventstore.batch-size.x": "1"}, [("below-property", "warning")]),
        (APP, {"eventstore.batchSize[0]": "1"}, [("below-property", "warning")]),
        (APP, {"spring.cloud.stream.kafka.binder.brokers[0]": "a"}, []),
        (APP, {"spring.cloud.stream.kafka.binder.brokers[0].x": "a"}, [("below-property", "warning")]),
        (APP, {"spring.cloud.stream.kafka.binder.brokers.x": "a"}, [("below-property", "warning")]),
        (APP, {"eventstore": "pg"}, [("group-value", "warning")]),
        (APP, {"spring.cloud[0].x": "a"}, [("group-value", "warning")]),
        (DEPLOYER, {"kubernetes.stateful-set": "a"}, [("group-value", "warning")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: 'a'}]", f"{K}.volumeMounts": "[{name: a}]"}, []),
        (DEPLOYER, {f"{K}.volumes": "[{name:'a'}]"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: a, secret: {secretName:'b'}}]"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: 'a'"}, [("structure-syntax", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: ${x}"}, []),
        (DEPLOYER, {f"{K}.volumeMounts": "[{name: a}, {mountPath: /x}]"}, [("unknown-volume", "warning")]),
        (DEPLOYER, {f"{K}.volumes": "[{name:'a'}]", f"{K}.volumeMounts": "[{name: a}]"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: a}", f"{K}.volumeMounts": "[{name: a}]"}, [("structure-syntax", "error")]),
        (DEPLOYER, {f"{K}.volumes": "${VOLUMES}", f"{K}.volumeMounts": "[{name: a}]"}, []),
        (DEPLOYER, {f"{K}.volumes": "[]", f"{K}.volumeMounts": "[{name: a}]"}, [("unknown-volume", "warning")]),
        (DEPLOYER, {f"{K}.createNodePort": "true"}, []),
        (DEPLOYER, {f"{K}.createNodePort": "true", f"{K}.createLoadBalancer": "false"}, [("two-services", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[name:'a']"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "- name:'a'"}, [("structure-style", "error")]),
        (DEPLOYER, {f"{K}.podSecurityContext": "runAsUser:1"}, [("missing-space", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: a, secret:{secretName: x}}]"}, [("structure-syntax", "error")]),
        (DEPLOYER, {f"{K}.volumes": "{name: a}"}, [("structure-shape", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[a]"}, [("structure-shape", "error")]),
        (DEPLOYER, {f"{K}.volumeMounts": "text"}, [("structure-shape", "error")]),
        (DEPLOYER, {f"{K}.tolerations": "hello"}, [("structure-shape", "error")]),
        (DEPLOYER, {f"{K}.podSecurityContext": "[1]"}, [("structure-shape", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[{name: a, x: 1, x: 2}]"}, [("structure-syntax", "error")]),
        (DEPLOYER, {f"{K}.volumes": "[]", f"{K}.tolerations": "", f"{K}.podSecurityContext": ""}, []),
        (DEPLOYER, {f"{K}.volumes": "${VOLUMES}", f"{K}.podSecurityContext": "${CONTEXT}"}, []),
        (DEPLOYER, {f"{K}.entryPointStyle": "Exec"}, []),
        (DEPLOYER, {f"{K}.entryPointStyle": "Ecex"}, [("invalid-value", "warning")]),
        (DEPLOYER, {f"{K}.imagePullPolicy": "always"}, []),
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
        (APP, {"my.header": f"Bearer {SECRET}-{SECRET}"}, [("plain-secret", "warning")]),
        (APP, {"my.header": "eyJhbGci.eyJzdWIi.c2ln"}, [("plain-secret", "warning")]),
        (
            DEPLOYER,
            {"kubernetes.initContainer": f"{{containerName: a, imageName: b, commands: [x, --token, {SECRET}]}}"},
            [("newer-deployer", "warning"), ("plain-secret", "warning")],
        ),
        (DEPLOYER, {"kubernetes.volumes": "[{name: a, secret: {secretName: b}}]"}, []),
    ],
)
def test_rules(section: Section, config: Mapping[str, str], expected: list[tuple[str, str]]) -> None:
    assert rules_of(section, config) == expected


def test_what_is_said_of_a_missing_space() -> None:
    def words(text: str, *extra: str, sensitive: bool = False) -> list[tuple[str, str]]:
        one = persister(DEPLOYER, {f"{K}.volumes": text}, sensitive=sensitive)
        return [
            (finding.message.removeprefix(f"{K}.volumes"), finding.hint)
            for finding in found_in(one, SecretPolicy(extra))
        ]

    assert words("[name:'a']") == [(": a space is missing after name:", "write name: and a space")]
    unreadable = " is not YAML that the deployer can read: found unexpected ':', at character 18"
    assert words("[{name: a, secret:{secretName: x}}]") == [(unreadable, "is a space missing after secret:?")]
    # what came from a secret is not repeated
    assert words("[hunter2:'a']", sensitive=True) == [
        (": a space is missing after a colon", "write a colon and a space")
    ]
    assert words("[hunter2:'a']", "volumes$") == [(": a space is missing after a colon", "write a colon and a space")]
    assert [hint for _, hint in words("[{name: a, hunter:{x: y}}]", sensitive=True)] == [
        "is a space missing after a colon?"
    ]


def test_texts_in_a_list_further_down_may_hold_colons() -> None:
    text = "[{name: a, image: b, command: [nc, 'host:80', 'x:''y''']}]"
    assert rules_of(DEPLOYER, {f"{K}.additionalContainers": text}) == [("newer-deployer", "warning")]


def test_a_value_that_is_not_known_is_not_judged() -> None:
    keys = (f"{K}.limits.cpu", f"{K}.requests.memory", f"{K}.volumes", f"{K}.entryPointStyle", "my.password")
    assert rules_of(DEPLOYER, dict.fromkeys(keys, "${{ env.UNSET }}")) == []
    one = Persister(PersisterId("p", "${{ env.EVENT_TYPE }}", "pg"), Span("f", 1, 1), None, None, {})
    assert found_in(one) == []


def test_a_secret_reference_is_no_plain_secret() -> None:
    assert found_in(persister(APP, {"spring.datasource.password": SECRET}, sensitive=True)) == []


def test_more_keys_can_be_sensitive() -> None:
    assert [finding.rule for finding in found_in(persister(APP, {"my.pass": SECRET}), SecretPolicy(("pass$",)))] == [
        "plain-secret"
    ]


def test_no_finding_repeats_a_value() -> None:
    config = dict.fromkeys(
        (f"{K}.limits.cpu", f"{K}.livenessProbeDelay", f"{K}.imagePullPolicy", f"{K}.volumes"), SECRET
    )
    config[f"{K}.tolerations"] = f"[{{{SECRET}: {SECRET}"
    config["spring.datasource.password"] = SECRET
    findings = found_in(persister(DEPLOYER, config))
    assert len(findings) > 4
    assert [finding for finding in findings if SECRET in finding.message + finding.reason + finding.hint] == []


def test_a_mount_from_a_secret_is_not_named() -> None:
    mounts = {f"{K}.volumeMounts": f"[{{name: {SECRET}}}]"}
    assert [
        [finding.message for finding in found_in(persister(DEPLOYER, mounts, sensitive=sensitive))]
        for sensitive in (True, False)
    ] == [[f"{K}.volumeMounts mounts {shown}, which is not among the volumes"] for shown in ("a volume", SECRET)]


def test_the_head() -> None:
    here = Span("f", 2, 1)
    one = Persister(PersisterId("p", "e" * 21, "pg"), Span("f", 1, 1), None, SourceText("latest", here), {})
    assert [(found.rule, found.severity, found.span) for found in found_in(one)] == [
        ("long-event-type", Severity.WARNING, Span("f", 1, 1)),
        ("latest-version", Severity.WARNING, here),
    ]


def test_event_types_that_differ_in_case() -> None:
    def named(project: str, event_type: str, eventstore: str, line: int) -> Persister:
        return Persister(PersisterId(project, event_type, eventstore), Span("f", line, 1), None, None, {})

    findings = Findings()
    persisters = [
        named("p", "a", "pg", 1),
        named("p", "A", "pg", 2),
        named("q", "A", "pg", 3),
        named("p", "a", "live-segment", 4),
    ]
    assert lint_together(persisters, findings)
    assert [(found.rule, found.span.line) for found in findings] == [("event-type-case", 2)]


def test_every_structure_has_a_shape() -> None:
    structures = [known for known in definitions(DEPLOYER) if known.kind is Kind.STRUCTURE]
    assert {known.shape for known in structures} == {"list", "map"}
    assert [known.key for known in structures if known.identity and known.shape != "list"] == []


@pytest.mark.parametrize(
    ("section", "key", "text", "hint"),
    [
        (DEPLOYER, f"{K}.limits.memory", "512MB", "write 512Mi"),
        (DEPLOYER, f"{K}.limits.memory", "512m", "write 512Mi"),
        (DEPLOYER, f"{K}.limits.memory", "0.5m", "write Mi for mebibytes"),
        (DEPLOYER, f"{K}.limits.memory", "512", "write 512Mi for mebibytes"),
        (DEPLOYER, f"{K}.limits.memory", "128Mi", "write 256Mi or more"),
        (DEPLOYER, f"{K}.limits.cpu", "500", "write 500m"),
        (DEPLOYER, f"{K}.limits.cpu", "500Mi", "write 500m"),
        (DEPLOYER, f"{K}.limits.cpu", "5e3", "write m for thousandths of a core"),
        (DEPLOYER, f"{K}.hostNetwork", "yes", "write true"),
        (DEPLOYER, f"{K}.imagePullPolicy", "Alwys", "write Always"),
        (DEPLOYER, f"{K}.containerPorts", "8080;9090", "write 8080,9090"),
        (APP, "eventstore.ttlGracePeriod", "5 minutes", "write PT5M"),
        (APP, "eventstore.batchSize", "many", ""),
    ],
)
def test_the_hint_has_the_value_to_write(section: Section, key: str, text: str, hint: str) -> None:
    assert [finding.hint for finding in found_in(persister(section, {key: text}))] == [hint]
    of_secret = {finding.hint for finding in found_in(persister(section, {key: text}, sensitive=True))}
    without_value = {"write Mi for mebibytes", "write m for thousandths of a core", "write 256Mi or more"}
    assert of_secret <= {"", *without_value, "write numbers with ',' between them"}
