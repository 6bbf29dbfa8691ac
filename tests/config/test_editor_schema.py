"""The schemas for editors: what they accept and refuse, and what they show about a property."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from persync.editor.schemas import editor_schema
from persync.model import Kind, Section
from persync.properties.catalogue import definitions
from persync.published import schema

K = "kubernetes"
BINDING = "spring.cloud.stream.bindings.input.consumer"
EXAMPLES = Path(__file__).parents[2] / "examples"


def fits(document: dict[str, Any]) -> bool:
    return Draft7Validator(editor_schema("persister")).is_valid({"eventType": "e", **document})


@pytest.mark.parametrize("name", ["persister", "settings"])
def test_published_schemas_are_schemas_and_fit_their_examples(name: str) -> None:
    published = editor_schema(name)
    Draft7Validator.check_schema(published)
    for example in published["examples"]:
        assert list(Draft7Validator(published).iter_errors(example)) == []
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
    assert list(Draft7Validator(editor_schema("persister")).iter_errors(document)) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"deployerConfig": {f"{K}.imagePullPolicy": "Always"}}, True),
        ({"deployerConfig": {f"{K}.imagePullPolicy": "Sometimes"}}, False),
        ({"deployerConfig": {f"{K}.imagePullPolicy": "${x}"}}, True),
        ({"deployerConfig": {f"{K}.entryPointStyle": "${{ vars.x }}"}}, True),
        ({"deployerConfig": {f"{K}.entryPointStyle": "Exec"}}, True),
        ({"deployerConfig": {f"{K}.entryPointStyle": "Ecex"}}, False),
        ({"deployerConfig": {"kubernetes": {"limits": {"cpu": "700m"}}}}, True),
        ({"deployerConfig": {"kubernetes": {"limits": {"cpu": "many"}}}}, False),
        ({"deployerConfig": {"kubernetes": {"limits.cpu": "many"}}}, False),
        ({"deployerConfig": {"kubernetes.limits": {"cpu": "many"}}}, False),
        ({"deployerConfig": {"kubernetes.limits.cpu": "many"}}, False),
        ({"deployerConfig": {"kubernetes": {"host-network": "maybe"}}}, False),
        ({"deployerConfig": {"kubernetes.host-network": "maybe"}}, False),
        ({"deployerConfig": {"kubernetes": {"HOST_NETWORK": "maybe"}}}, True),
        ({"deployerConfig": {"kubernetes": "text"}}, False),
        ({"deployerConfig": {"kubernetes": {"limits": {"cpu": {"most": "1"}}}}}, False),
        ({"deployerConfig": {"kubernetes": {"lifecycle": {"postStart": {"exec": "x"}}, "startupProbeX": 1}}}, True),
        ({"deployerConfig": {"kubernetes": {"nodeSelector": "a:b", "anything": {"else": [1]}}}}, True),
        ({"deployerConfig": {"count": "few"}}, False),
        ({"deployerConfig": {"count": -1}}, False),
        ({"deployerConfig": {"count": "${COUNT}"}}, True),
        ({"deployerConfig": {f"{K}.environmentVariables": "A"}}, False),
        ({"deployerConfig": {f"{K}.podAnnotations": "a"}}, False),
        ({"deployerConfig": {f"{K}.containerPorts": "8080, 9090"}}, True),
        ({"deployerConfig": {f"{K}.containerPorts": "http"}}, False),
        ({"appConfig": {BINDING: {"concurrency": "four"}}}, False),
        ({"appConfig": {"spring": {"cloud": {"stream.bindings": {"input.consumer.concurrency": "four"}}}}}, False),
        ({"appConfig": {f"{BINDING}.backOffMultiplier": "2.5e1"}}, True),
        ({"appConfig": {f"{BINDING}.backOffMultiplier": "twice"}}, False),
        ({"appConfig": {"eventstore": {"ttlGracePeriod": "P5D"}}}, True),
        ({"appConfig": {"eventstore": {"ttlGracePeriod": "5 days"}}}, False),
        ({"appConfig": {"spring.cloud.stream.kafka.binder": {"configuration": {"sasl": {"jaas.config": "x"}}}}}, True),
        ({"appConfig": {"spring.cloud.stream.kafka.binder.configuration.a": {"b": "x"}}}, True),
        ({"appConfig": {"spring.cloud.stream.kafka.binder.configuration.a": None}}, False),
        ({"eventstore": "live-segment", "config": {"tasks-max": "many"}}, False),
        ({"deployerConfig": {f"{K}.hostNetwork": "${x}", f"{K}.limits.cpu": "${x}", "count": "${x}"}}, True),
        ({"deployerConfig": {f"{K}.volumes": "${x}", f"{K}.podSecurityContext": "${x}"}}, True),
        ({"deployerConfig": {f"{K}.volumes": {"name": "a"}}}, False),
        ({"deployerConfig": {f"{K}.podSecurityContext": []}}, False),
        ({"appConfig": {"spring.cloud.stream.kafka.binder.brokers": ["one", "two"]}}, True),
        ({"state": "${{ vars.state }}", "appVersion": "${{ vars.version }}"}, True),
        ({"state": "running"}, False),
        ({"appVersion": "1 2"}, False),
        ({"eventstore": "${{ vars.store }}", "config": {"errorsTolerance": "${x}"}}, True),
        ({"eventstore": "pg", "config": {}}, False),
        ({"config": {}}, False),
    ],
)
def test_which_documents_an_editor_accepts(document: dict[str, Any], expected: bool) -> None:
    assert fits(document) is expected


def test_null_removes_in_an_overlay_alone() -> None:
    document = {
        "eventType": "e",
        "state": None,
        "appVersion": None,
        "appConfig": {"eventstore": None, "spring.cloud.stream.kafka.binder.configuration.a": None},
        "deployerConfig": {"kubernetes": {"limits": {"cpu": None}, "imagePullPolicy": None, "host-network": None}},
    }
    overlays = Draft7Validator(editor_schema("overlay"))
    assert list(overlays.iter_errors(document)) == []
    assert not fits(document)
    for wrong in ({"eventType": None}, {"deployerConfig": {"count": "few"}}, {"project": None}):
        assert not overlays.is_valid({"eventType": "e", **wrong})


def test_the_settings_take_references_in_the_defaults() -> None:
    defaults = {"state": "${{ vars.state }}", "eventstore": "${{ env.STORE }}"}
    settings = Draft7Validator(editor_schema("settings"))
    assert settings.is_valid({"version": 1, "defaults": defaults})
    assert not settings.is_valid({"version": 1, "defaults": {"state": "running"}})
    nested = {"appConfig": {"eventstore": {"batchSize": "many"}}}
    assert not settings.is_valid({"version": 1, "defaults": nested})


def test_check_jsonschema_accepts_the_examples(tmp_path: Path) -> None:
    schema_file = tmp_path / "persister.schema.json"
    schema_file.write_text(json.dumps(editor_schema("persister")), encoding="utf-8")
    persisters = sorted(EXAMPLES.glob("quickstart/persisters/**/*.yaml"))
    # check-jsonschema reads no file of several documents
    files = [str(file) for file in persisters if "\n---\n" not in file.read_text(encoding="utf-8")]
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema_file), *files]
    ended = subprocess.run(command, capture_output=True, check=False, text=True)  # noqa: S603 - our own
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ok -- validation done\n", "")


def described(name: str) -> Any:
    """Return the schema of a property or a group by its dotted key."""
    whole = editor_schema("persister")
    section = "appConfig" if name.startswith(("eventstore", "spring")) else "deployerConfig"
    entry: Any = whole["$defs"][section]["properties"][name]
    return whole["$defs"][entry["$ref"].rpartition("/")[2]]


@pytest.mark.parametrize(
    ("name", "title", "description"),
    [
        (
            "eventstore.batchSize",
            "eventstore.batchSize",
            "Events per write (batch sink).\n\nTakes a whole number, at least 1; default 100.",
        ),
        (
            "kubernetes.livenessProbePort",
            "kubernetes.livenessProbePort",
            "TCP port of the liveness probe.\n\nTakes a whole number from 1 to 65535.",
        ),
        (
            "kubernetes.imagePullPolicy",
            "kubernetes.imagePullPolicy",
            "When the image is pulled. The deployer takes anything else silently as IfNotPresent."
            "\n\nTakes one of Always, IfNotPresent, Never.",
        ),
        (
            "kubernetes.additionalContainers",
            "kubernetes.additionalContainers",
            "Containers beside the app.\n\nTakes a list of maps. No effect before deployer 2.1.",
        ),
        ("kubernetes", "kubernetes", None),
    ],
)
def test_what_an_editor_shows(name: str, title: str, description: str | None) -> None:
    shown = described(name)
    assert shown["title"] == title
    assert description in {None, shown["description"]}


def test_a_property_without_effect_is_marked() -> None:
    reason = "kubernetes.nodeSelector has no effect: the deployer reads kubernetes.deployment.nodeSelector"
    assert described("kubernetes.nodeSelector")["deprecationMessage"] == reason


def test_every_kind_is_described() -> None:
    kinds = {known.kind for section in Section for known in definitions(section)}
    assert kinds == set(Kind)  # the catalogue has each, and editor_schema is made from it


def test_the_size_stays_reasonable() -> None:
    assert len(json.dumps(editor_schema("persister"), indent=2)) < 150_000
