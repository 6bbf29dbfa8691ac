"""What an editor with the published schemas shows: completion, hover and findings, from yaml-language-server."""

from __future__ import annotations

from pathlib import Path

import pytest

from .language_server import LanguageServer

EXAMPLES = Path(__file__).parents[2] / "examples/quickstart"
PERSISTER = "# yaml-language-server: $schema=persister.schema.json\neventType: e\n"
SETTINGS = "# yaml-language-server: $schema=settings.schema.json\nversion: 1\n"
BINDER = "appConfig:\n  spring:\n    cloud:\n      stream:\n        kafka:\n          binder:\n            "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state: |", ["RUNNING", "STOPPED"]),
        ("eventstore: |", ["pg", "live-segment"]),
        ("deployerConfig:\n  kubernetes:\n    limits:\n      |", ["cpu", "memory"]),
        ("deployerConfig:\n  kubernetes.limits:\n    |", ["cpu", "memory"]),
        ("deployerConfig:\n  kubernetes:\n    hostNetwork: |", ["false", "true"]),
        ("deployerConfig:\n  kubernetes.hostNetwork: |", ["false", "true"]),
        ("deployerConfig:\n  kubernetes:\n    entryPointStyle: |", ["exec", "shell", "boot"]),
        (
            f"{BINDER}|",
            [
                *("brokers", "autoCreateTopics", "autoAddPartitions", "minPartitionCount", "replicationFactor"),
                *("requiredAcks", "healthTimeout", "consumer", "configuration", "consumerProperties"),
            ],
        ),
        ("appConfig:\n  eventstore:\n    |", ["tableName", "batchSize", "batchTimeout", "ttlGracePeriod"]),
        ("eventstore: live-segment\nconfig:\n  errorsTolerance: |", ["none", "all"]),
    ],
)
def test_completion(server: LanguageServer, text: str, expected: list[str]) -> None:
    assert [proposed.label for proposed in server.completions(PERSISTER + text)] == expected


def test_completion_offers_nested_and_dotted_keys(server: LanguageServer) -> None:
    labels = {proposed.label for proposed in server.completions(PERSISTER + "deployerConfig:\n  |")}
    assert {"kubernetes", "kubernetes.limits.cpu", "count"} <= labels
    assert "kubernetes.limits" not in labels
    assert "kubernetes.host-network" not in labels


def test_completion_describes_what_it_offers(server: LanguageServer) -> None:
    offered = dict(server.completions(PERSISTER + "appConfig:\n  eventstore:\n    |"))
    expected = "Events per write (batch sink).\n\nTakes a whole number, at least 1; default 100."
    assert offered["batchSize"] == expected


BATCH_SIZE = (
    "#### eventstore.batchSize\n\nEvents per write (batch sink).\n\nTakes a whole number, at least 1; default 100."
)
LIMITS = "#### kubernetes.limits\n\nThe properties below \\`kubernetes.limits\\`: cpu, memory."
PRIORITY = (
    "#### kubernetes.priorityClassName\n\nPriority class of the pod.\n\nTakes a text. No effect before deployer 2.1."
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("appConfig:\n  eventstore:\n    batch|Size: 5", BATCH_SIZE),
        ("appConfig:\n  eventstore.batch|Size: 5", BATCH_SIZE),
        ("appConfig:\n  eventstore:\n    batch-|size: 5", BATCH_SIZE),
        ("deployerConfig:\n  kubernetes:\n    lim|its: {cpu: 1}", LIMITS),
        ("deployerConfig:\n  kubernetes:\n    priority|ClassName: x", PRIORITY),
    ],
)
def test_hover(server: LanguageServer, text: str, expected: str) -> None:
    assert server.hover(PERSISTER + text).partition("\n\nSource: ")[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("state: UP", ['3: Value is not accepted. Valid values: "RUNNING", "STOPPED".']),
        ("stat: RUNNING", ["3: Property stat is not allowed."]),
        (
            "deployerConfig:\n  kubernetes:\n    limits:\n      cpu: many",
            ["6: kubernetes.limits.cpu must be a quantity such as 500m, 0.5 or 512Mi, at least 0"],
        ),
        (
            "deployerConfig:\n  kubernetes.limits.cpu: many\n  count: few",
            [
                "4: kubernetes.limits.cpu must be a quantity such as 500m, 0.5 or 512Mi, at least 0",
                "5: count must be a whole number, at least 0",
            ],
        ),
        (
            "deployerConfig:\n  kubernetes:\n    host-network: maybe",
            ["5: kubernetes.hostNetwork must be true or false"],
        ),
        ("deployerConfig:\n  kubernetes: text", ["4: kubernetes is a group of properties: name one of them"]),
        ("appConfig:\n  eventstore.tableName: [a]", ["4: eventstore.tableName must be a text"]),
        ("appConfig:\n  eventstore:\n    batchSize: 0", ["5: Value is below the minimum of 1."]),
        (
            "deployerConfig:\n  kubernetes:\n    nodeSelector: a:b",
            ["5: kubernetes.nodeSelector has no effect: the deployer reads kubernetes.deployment.nodeSelector"],
        ),
        (
            "appConfig:\n  eventstore: {batchSize: '${SIZE}', tableName: 0400}\n  my: {own: [1, a]}\nappVersion: 1.10",
            [],
        ),
    ],
)
def test_findings(server: LanguageServer, text: str, expected: list[str]) -> None:
    assert sorted(server.diagnostics(PERSISTER + text)) == expected


def test_overlays(server: LanguageServer) -> None:
    overlay = PERSISTER.replace("persister", "overlay")
    text = f"{overlay}state: null\ndeployerConfig:\n  kubernetes:\n    limits: ~\n    hostNetwork: maybe\n"
    assert server.diagnostics(text) == ["7: kubernetes.hostNetwork must be true or false"]
    labels = [
        each.label for each in server.completions(f"{overlay}deployerConfig:\n  kubernetes:\n    limits:\n      |")
    ]
    assert labels == ["cpu", "memory"]


FIRST, SECOND = "eventType: a\n", "eventType: b\nstat: RUNNING\n"
COMMENT = PERSISTER.partition("\n")[0] + "\n"


def test_a_comment_is_for_one_document(server: LanguageServer) -> None:
    assert server.diagnostics(f"{COMMENT}{FIRST}---\n{SECOND}") == []
    assert server.diagnostics(f"{COMMENT}{FIRST}---\n{COMMENT}{SECOND}") == ["6: Property stat is not allowed."]


def test_settings_of_the_editor_are_for_every_document(server: LanguageServer) -> None:
    found = server.diagnostics(f"{FIRST}---\n{SECOND}", folder="whole")
    assert found == ["4: Property stat is not allowed."]
    labels = [each.label for each in server.completions(f"{FIRST}---\neventType: b\nstate: |", folder="whole")]
    assert labels == ["RUNNING", "STOPPED"]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("persisters/web/clicks.yaml", f"{FIRST}---\n{SECOND}", ["4: Property stat is not allowed."]),
        ("persisters/clicks.yml", "state: RUNNING\n", ['1: Missing property "eventType".']),
        ("overlays/production/clicks.yaml", f"{FIRST}state: null\n---\n{SECOND}", ["5: Property stat is not allowed."]),
        ("persync.yaml", "version: 2\n", ["1: Value must be 1."]),
        ("other/clicks.yaml", SECOND, []),
    ],
)
def test_the_files_of_init(of_init: LanguageServer, path: str, text: str, expected: list[str]) -> None:
    assert of_init.diagnostics(text, path) == expected


def test_overlays_of_init_in_several_documents(of_init: LanguageServer) -> None:
    text = f"{FIRST}---\n{FIRST}deployerConfig:\n  kubernetes.limits:\n    "
    proposed = of_init.completions(f"{text}cpu: 1\n    m|", "overlays/e/a.yaml")
    assert [each.label for each in proposed] == ["memory"]
    shown = of_init.hover(f"{text}c|pu: null", "overlays/e/b.yaml")
    assert "Takes a quantity such as 500m, 0.5 or 512Mi, at least 0." in shown


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("persisters/**/*.yaml")), ids=lambda file: file.name)
def test_the_examples_have_no_findings(server: LanguageServer, file: Path) -> None:
    assert server.diagnostics(file.read_text(encoding="utf-8"), folder="whole") == []


def test_the_settings_of_the_example_have_no_findings(server: LanguageServer) -> None:
    text = (EXAMPLES / "persync.yaml").read_text(encoding="utf-8")
    assert server.diagnostics(SETTINGS.partition("\n")[0] + "\n" + text) == []
