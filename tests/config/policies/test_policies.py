"""Policies of a team: what they see of a persister, what they find and where, and what they cannot do."""

from __future__ import annotations

import json

import pytest

from tests.command_line import Installation
from tests.config.conftest import Folder
from tests.git import GitRepository

SETTINGS = """\
version: 1
policies: [policies]
environments:
  production: {url: 'sandbox:', sensitive: [internal]}
  dev: {url: 'sandbox:dev.db'}
"""
READINESS = """\
title: Production waits a minute before a persister counts as ready
x-help: set kubernetes.readinessProbeDelay to 60 or more
if: {properties: {environment: {const: production}}}
then:
  required: [state]
  properties:
    deployerConfig:
      required: [kubernetes.readinessProbeDelay]
      properties:
        kubernetes.readinessProbeDelay: {minimum: 60}
        kubernetes.limits.memory: {maximum: 1073741824, x-severity: warning, description: at most 1Gi}
    appConfig:
      propertyNames: {pattern: ^eventstore, description: only settings of the event store}
"""
PERSISTERS = """\
eventType: a
state: RUNNING
appConfig: {my.other: 1, eventstore.batchSize: 2}
deployerConfig: {kubernetes: {readinessProbeDelay: 30, limits.memory: 2Gi}}
---
eventType: b
"""
MINUTE = "policies/readiness.yaml: Production waits a minute before a persister counts as ready"
SET = "set kubernetes.readinessProbeDelay to 60 or more"


def found(folder: Folder, environment: str | None = "production") -> list[tuple[str, str, str, str, str]]:
    return [
        (f"{each.span} {each.severity}", each.rule, each.message, each.reason, each.hint)
        for each in folder.load(environment, {"S": "x1y2z3"}).findings
        if "policy" in each.rule
    ]


def test_what_a_policy_finds_and_where(folder: Folder) -> None:
    folder.write({"persync.yaml": SETTINGS, "policies/readiness.yaml": READINESS, "persisters/a.yaml": PERSISTERS})
    rule = "policy-readiness"
    assert found(folder) == [
        (
            "persisters/a.yaml:3:23 error",
            rule,
            "appConfig.my.other has not the right form",
            "policies/readiness.yaml: only settings of the event store",
            "",
        ),
        (
            "persisters/a.yaml:4:52 error",
            rule,
            "deployerConfig.kubernetes.readinessProbeDelay must be at least 60",
            MINUTE,
            SET,
        ),
        (
            "persisters/a.yaml:4:71 warning",
            rule,
            "deployerConfig.kubernetes.limits.memory must be at most 1073741824",
            "policies/readiness.yaml: at most 1Gi",
            "",
        ),
        ("persisters/a.yaml:6:1 error", rule, "deployerConfig lacks kubernetes.readinessProbeDelay", MINUTE, SET),
        ("persisters/a.yaml:6:1 error", rule, "the persister lacks state", MINUTE, SET),
    ]
    assert (found(folder, "dev"), found(folder, None)) == ([], [])


INSTANCE = {
    "environment": "production",
    "project": "p",
    "eventType": "a",
    "eventstore": "pg",
    "state": "STOPPED",
    "appVersion": "1.10",
    "appConfig": {
        "eventstore.batchSize": 500,
        "spring.sleuth.enabled": False,
        "eventstore.ttlGracePeriod": 432000,
        "my.own": "1.10",
        "my.password": "(sensitive)",
        "my.url": "(sensitive)",
        "internal.note": "(sensitive)",
        "my.part": "(sensitive)",
    },
    "deployerConfig": {
        "kubernetes.limits.cpu": 0.7,
        "kubernetes.limits.memory": 536870912,
        "kubernetes.environmentVariables": {"A": "b", "C": "x,y"},
        "kubernetes.podAnnotations": {"k": "v"},
        "kubernetes.volumes": [{"name": "a", "emptyDir": {}}],
        "kubernetes.containerPorts": [8080, 9090],
    },
    "ignoreChanges": ["appConfig.x", "**.memory"],
}
DOCUMENT = """\
project: p
eventType: a
state: STOPPED
appVersion: 1.10
appConfig:
  eventstore: {batch-size: +500, ttlGracePeriod: P5D}
  spring.sleuth.enabled: 'FALSE'
  my: {own: 1.10, password: p4ssw0rd, url: 'jdbc:x://u:p4ss@h/db', part: 'a-${{ secret.S }}-b'}
  internal.note: x
deployerConfig:
  kubernetes:
    limits: {cpu: 700m, memory: 512Mi}
    environmentVariables: {A: b, C: 'x,y'}
    podAnnotations: {k: v}
    volumes: [{name: a, emptyDir: {}}]
    containerPorts: 8080,9090
ignoreChanges: [appConfig.x, '**.memory']
"""


def test_what_a_policy_sees(folder: Folder) -> None:
    """The persister equals this constant, and differs from it with any other value."""
    folder.write({"persync.yaml": SETTINGS, "persisters/a.yaml": DOCUMENT})
    folder.write({"policies/equal.yaml": json.dumps({"const": INSTANCE})})
    assert [each[:3] for each in found(folder)] == []
    folder.write({"policies/equal.yaml": json.dumps({"not": {"const": INSTANCE}})})
    assert [each[1] for each in found(folder)] == ["policy-equal"]


def test_no_finding_repeats_a_value(folder: Folder) -> None:
    folder.write({"persync.yaml": SETTINGS, "persisters/a.yaml": DOCUMENT})
    nothing = {
        "appConfig": {"additionalProperties": {"type": "null"}},
        "deployerConfig": {"additionalProperties": False},
    }
    folder.write({"policies/nothing.yaml": json.dumps({"properties": nothing})})
    text = str(found(folder))
    assert text.count("must be") == 8
    assert not [secret for secret in ("p4ss", "x1y2z3", "1.10", "512Mi", "536870912") if secret in text]


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        ("[]", "1:1 a policy is one JSON Schema, which is a map"),
        ("", "1:1 a policy is one JSON Schema, which is a map"),
        ("{type: strin}", "1:8 this is no JSON Schema: anyOf of the meta-schema is violated"),
        ("{a: {pattern: (}}", "1:15 this is no regular expression: missing ) at position 1"),
        ("{a: {$ref: 'https://example.com/x'}}", "1:12 a policy can refer to itself only: a $ref begins with #"),
        ("{patternProperties: {a: {}}}", "1:21 patternProperties is not supported in a policy"),
        ("{x-severity: bad}", "1:14 x-severity must be one of error, warning"),
        ("{$ref: '#/nowhere'}", "1:1 it cannot be checked: a $ref leads nowhere, or in a circle"),
        ("{$ref: '#'}", "1:1 it cannot be checked: a $ref leads nowhere, or in a circle"),
        (
            json.dumps(
                {
                    "$defs": {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(30)} | {"a30": {}},
                    "$ref": "#/$defs/a0",
                }
            ),
            "1:1 it cannot be checked: it follows more than 10000 references for a persister",
        ),
    ],
)
def test_what_is_no_policy(folder: Folder, policy: str, problem: str) -> None:
    folder.write({"persync.yaml": SETTINGS, "policies/p.yaml": policy, "persisters/a.yaml": "eventType: a\n"})
    position, _, message = problem.partition(" ")
    assert [each[:3] for each in found(folder)] == [(f"policies/p.yaml:{position} error", "invalid-policy", message)]


def test_policies_that_are_not_there_are_errors(folder: Folder) -> None:
    folder.write({"persync.yaml": SETTINGS, "persisters/a.yaml": "eventType: a\n"})
    assert folder.positions() == ["persync.yaml:2:12 missing-file"]
    folder.write({"policies/p.yaml": "["})
    assert folder.positions() == ["policies/p.yaml:1:2 yaml-syntax"]


def test_policies_may_be_below_the_persisters(folder: Folder) -> None:
    folder.write({"persync.yaml": SETTINGS.replace("[policies]", "[persisters/rules]")})
    folder.write({"persisters/rules/r.yaml": "required: [state]\n", "persisters/a.yaml": "eventType: a\n"})
    assert folder.positions() == ["persisters/a.yaml:1:1 policy-r"]


def test_nothing_is_sent_where_a_policy_is_violated(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": "a"}]})
    with (installation.folder / "persync.yaml").open("a", encoding="utf-8") as settings:
        settings.write("policies: [policies]\n")
    installation.write("policies/r.yaml", "required: [state]\n")
    installation.write("persisters/a.yaml", "eventType: a\n")
    before = len(server.requests())
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, len(server.requests())) == (1, before)
    assert ended.err == (
        "persisters/a.yaml:1:1: error: the persister lacks state [policy-r]\n"
        "   1 | eventType: a\n"
        "     | ^^^^^^^^^\n"
        "    policies/r.yaml\n"
        "error: 1 error in the configuration; nothing was sent\n"
    )


def test_a_base_that_violates_a_policy_is_known_all_the_same(installation: Installation) -> None:
    repo = GitRepository(installation.folder)
    settings = SETTINGS.replace("  dev: {url: 'sandbox:dev.db'}\n", "")
    repo.commit(
        {"persync.yaml": settings, "policies/r.yaml": "required: [state]\n", "persisters/a.yaml": "eventType: a\n"}
    )
    repo.write({"persisters/a.yaml": "eventType: a\nstate: RUNNING\n"})
    ended = installation.run("diff", "--base", "HEAD")
    assert (ended.code, ended.err, ended.last_line) == (0, "", "Diff: 1 changed.")


def test_an_import_writes_what_no_policy_allows(installation: Installation) -> None:
    seed = {"eventType": "a", "state": "STOPPED", "appConfig": {"eventstore.batchSize": "5"}}
    installation.serve({"persisters": [seed]})
    with (installation.folder / "persync.yaml").open("a", encoding="utf-8") as settings:
        settings.write("policies: [policies]\n")
    limits = "properties: {appConfig: {properties: {eventstore.batchSize: {minimum: 100}}}}\n"
    installation.write("policies/r.yaml", limits)
    ended = installation.run("import")
    assert (ended.code, ended.out) == (0, "persisters/global/a.yaml\n"), ended.err
    assert installation.run("validate").last_line == "Validate: 1 persister, 1 error."
