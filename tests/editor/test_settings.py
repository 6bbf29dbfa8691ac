"""What an editor shows of persync.yaml."""

from __future__ import annotations

import pytest

from .language_server import LanguageServer

SETTINGS = "# yaml-language-server: $schema=settings.schema.json\nversion: 1\n"
ENVIRONMENT = f"{SETTINGS}environments:\n  e:\n    url: 'sandbox:'\n"
DURATION = "a number of seconds, or a number with a unit, such as 500ms, 5s or 2m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{SETTINGS}|",
            [
                *("persisters", "defaults", "defaultEnvironment", "knownProperties", "policies", "journal"),
                "environments",
            ],
        ),
        (f"{ENVIRONMENT}    safety:\n      |", ["maxChanges", "maxRestarts", "maxStops", "maxResets", "protect"]),
        (
            f"{ENVIRONMENT}    rollout:\n      |",
            ["parallelism", "canary", "batch", "maxUnavailable", "maxFailures", "settle", "pause"],
        ),
        (f"{ENVIRONMENT}    projectPrefix: |", ["true", "false"]),
        (f"{SETTINGS}defaults:\n  deployerConfig:\n    kubernetes:\n      limits:\n        |", ["cpu", "memory"]),
    ],
)
def test_completion(server: LanguageServer, text: str, expected: list[str]) -> None:
    assert [proposed.label for proposed in server.completions(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"{ENVIRONMENT}    rollout:\n      set|tle: 5s",
            "#### Settle\n\nHow long something that the API shows must hold to count: RUNNING after a start, FAILED,"
            f" a difference after an update.\n\nTakes {DURATION}; default 5s.",
        ),
        (
            f"{ENVIRONMENT}    safety:\n      max|Stops: 2",
            "#### Stops\n\nHow many persisters may be stopped and stay so.\n\n"
            "Takes a number of persisters, or a percentage such as 20%.",
        ),
        (
            f"{ENVIRONMENT}    paral|lelism: 2",
            "#### Parallelism\n\nHow many requests are sent at a time, at most.\n\n"
            "Takes a whole number from 1 to 64; default 10.",
        ),
        (
            f"{ENVIRONMENT}    pro|jects: {{web: web-dev}}",
            "#### Names in the installation\n\nThe installation's name of a project or an event type, by that of the"
            " files, where they differ: project: project, or project/event-type: project/event-type. An event type"
            " goes before its project.\n\n"
            "Takes a map.",
        ),
        (
            f"{SETTINGS}poli|cies: [policies]",
            "#### Policies\n\nRules of a team for its persisters: folders, in which every \\*.yaml and \\*.yml is"
            " read as a JSON Schema, files, or globs; relative to this file.\n\nTakes a list.",
        ),
        (
            f"{SETTINGS}defaults:\n  appConfig:\n    eventstore.batch|Size: 5",
            "#### eventstore.batchSize\n\nEvents per write (batch sink).\n\n"
            "Takes a whole number, at least 1; default 100.",
        ),
    ],
)
def test_hover(server: LanguageServer, text: str, expected: str) -> None:
    assert server.hover(text).partition("\n\nSource: ")[0].partition("\n\nExample")[0] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ENVIRONMENT}    rollout:\n      settle: soon", [f"7: settle must be {DURATION}"]),
        (
            f"{ENVIRONMENT}    safety: {{maxStops: all}}",
            ["6: maxStops must be a number of persisters, or a percentage such as 20%"],
        ),
        (f"{ENVIRONMENT}    saftey: {{}}", ["6: Property saftey is not allowed."]),
        (f"{ENVIRONMENT}    projects: web", ['6: Incorrect type. Expected "Names in the installation".']),
        (f"{ENVIRONMENT}    parallelism: 100", ["6: Value is above the maximum of 64."]),
        (
            f"{SETTINGS}environments: {{e: {{url: 'ftp://x'}}}}",
            ["3: url must be http://…, https://…, sandbox: or sandbox:FILE"],
        ),
        (
            f"{SETTINGS}defaults:\n  appConfig:\n    eventstore:\n      batchSize: many\nenvironment: {{}}",
            ["6: eventstore.batchSize must be a whole number, at least 1", "7: Property environment is not allowed."],
        ),
    ],
)
def test_findings(server: LanguageServer, text: str, expected: list[str]) -> None:
    assert sorted(server.diagnostics(text)) == expected
