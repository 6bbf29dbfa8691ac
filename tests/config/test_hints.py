"""What people write instead of what they mean: position, message and hint."""

from __future__ import annotations

import pytest

from persync.errors import InvalidConfig
from tests.config.conftest import Folder

SETTINGS = "version: 1\nenvironments:\n  e: {url: 'http://h', variables: {region: eu}}\n"
APP, DEPLOYER = "eventType: a\nappConfig:\n", "eventType: a\ndeployerConfig:\n"
IN_QUOTES = "${ inside of { } or [ ] must be in quotes, because YAML reads its brace as a map"
HOW = 'write {name: "${{ vars.NAME }}"}, or each entry on a line of its own'


def found(folder: Folder, text: str) -> list[tuple[str, str, str]]:
    folder.write({"persync.yaml": SETTINGS, "persisters/a.yaml": text})
    return [
        (f"{each.span.line}:{each.span.column} {each.rule}", each.message, each.hint)
        for each in folder.load("e").findings
    ]


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("  x: ${{ secrets.TOKEN }}\n", "3:6 variable", "secrets is not known in ${{ }}", "write ${{ secret.TOKEN }}"),
        ("  x: ${{ var.a }}\n", "3:6 variable", "var is not known in ${{ }}", "write ${{ vars.a }}"),
        (
            "  x: ${{ github.sha }}\n",
            "3:6 variable",
            "github is not known in ${{ }}",
            "write ${{ vars.NAME }} or ${{ env.NAME }} or ${{ secret.NAME }}; $${{ is a literal ${{",
        ),
        (
            "  x: ${{ vars.regoin }}\n",
            "3:6 variable",
            "variable regoin is not set in environment e",
            "did you mean region?",
        ),
        (
            "  x: ${{ vars.size }}\n",
            "3:6 variable",
            "variable size is not set in environment e",
            "add size to its variables in persync.yaml; it has region",
        ),
        (
            "  x: a-${vars.region}\n",
            "3:6 single-braces",
            "x has ${vars.region}, which persync does not replace",
            "write ${{ vars.region }}",
        ),
        (
            "  x: ${ secrets.a }\n",
            "3:6 single-braces",
            "x has ${ secrets.a }, which persync does not replace",
            "write ${{ secret.a }}",
        ),
        ("  x: {b: ${{ vars.region }}}\n", "3:10 yaml-syntax", IN_QUOTES, HOW),
        ("  x: [a, ${{ vars.region }}]\n", "3:10 yaml-syntax", IN_QUOTES, HOW),
        ("  x: {b: ${PLACE}}\n", "3:10 yaml-syntax", IN_QUOTES, HOW),
        ("  x:1\n  y: 2\n", "3:3 yaml-syntax", "a space is missing after x:", "write x: and a space"),
        (
            "  x: 1\n   y: 2\n",
            "4:5 yaml-syntax",
            "a ':' is not allowed here",
            "write a value with ': ' in it or ':' at its end in quotes, or check the indentation",
        ),
        (
            "  x: {b: [c}\n",
            "3:10 yaml-syntax",
            "this [ is not closed, or a comma is missing",
            "close it with ], and separate its items by commas",
        ),
        (
            "  x: {{ vars.region }}\n",
            "3:7 key-not-text",
            "a map or a list is used as a key",
            "write a text that begins with a brace in quotes; a reference is ${{ vars.x }}",
        ),
    ],
)
def test_in_a_value(folder: Folder, text: str, place: str, message: str, hint: str) -> None:
    assert found(folder, APP + text)[0] == (place, message, hint)


IGNORED = "the deployer ignores the field {} of kubernetes.volumes"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        (
            "  kubernetes.volums: []\n",
            "3:3 list-value",
            "kubernetes.volums cannot be a list",
            "did you mean kubernetes.volumes?",
        ),
        (
            "  kubernetes.volums: {name: v}\n",
            "3:23 near-miss",
            "kubernetes.volums.name is not in the catalogue of properties",
            "did you mean kubernetes.volumes? If kubernetes.volums.name exists, add"
            " deployerConfig.kubernetes.volums.name to knownProperties in persync.yaml",
        ),
        (
            "  kubernetes.livenessProbeDelay: [1]\n",
            "3:34 list-value",
            "kubernetes.livenessProbeDelay cannot be a list",
            "write it as a text",
        ),
        (
            "  kubernetes.volumes: [{name: v, secret: {secretNam: s, optional: true}}]\n",
            "3:43 unknown-field",
            IGNORED.format("secretNam"),
            "did you mean secretName?",
        ),
        (
            "  kubernetes.volumes:\n    - name: v\n      secrt: {secretName: s}\n      configMap: {nam: c}\n",
            "5:7 unknown-field",
            IGNORED.format("secrt"),
            "did you mean secret?",
        ),
        (
            "  kubernetes.volumes: '[{name: v, secret: {secretNam: s, optional: true}}]'\n",
            "3:23 unknown-field",
            IGNORED.format("secretNam"),
            "did you mean secretName?",
        ),
    ],
)
def test_in_a_structure(folder: Folder, text: str, place: str, message: str, hint: str) -> None:
    assert found(folder, DEPLOYER + text)[0] == (place, message, hint)


def test_a_wrong_key_is_marked_where_it_is_also_in_an_overlay(folder: Folder) -> None:
    settings = "version: 1\nenvironments:\n  e: {url: 'http://h', overlays: [o]}\n"
    files = {"persync.yaml": settings, "persisters/a.yaml": "eventType: a\n", "o/a.yaml": APP + "  my.x: 1\n"}
    folder.write({**files, "o/b.yaml": "eventType: b\nappConfig:\n  eventstore: {batchSiz: 5}\n"})
    assert folder.positions("e") == ["o/b.yaml:1:1 unknown-persister", "o/b.yaml:3:16 near-miss"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apiVersion: apps/v1\nkind: Deployment\n", "this is a Kubernetes Deployment, and no persister"),
        ("apiVersion: v1\nkind: [x]\n", "this is a Kubernetes resource, and no persister"),
        ("apiVersion: v2\nname: x\nversion: 1.0.0\n", "this is a Helm chart, and no persister"),
        ("name: ci\non: push\njobs: {}\n", "this is a GitHub workflow, and no persister"),
        ("services: {}\n", "this is a Docker Compose file, and no persister"),
        ("version: 1\nenvironments: {}\n", "this is a persync.yaml, and no persister"),
    ],
)
def test_a_document_of_another_program(folder: Folder, text: str, message: str) -> None:
    hint = "move it to another folder, or let persync.yaml name the files of persisters alone (persisters, overlays)"
    assert found(folder, text) == [("1:1 foreign-document", message, hint)]


def test_an_overlay_of_no_environment(folder: Folder) -> None:
    environment = "{url: 'http://h', overlays: [overlays/e]}"
    settings = f"version: 1\npersisters: [overlays/here/p.yaml]\nenvironments:\n  e: {environment}\n"
    overlay = "eventType: a\n"
    names = ("e/a.yaml", "prod/a.yaml", "prod/deep/b.yaml", "c.yaml", "here/p.yaml")
    folder.write({"persync.yaml": settings, **{f"overlays/{name}": overlay for name in names}})
    assert [(str(each.span), each.message) for each in folder.load("e").findings] == [
        ("persync.yaml:3:1", f"overlays/{name} is an overlay of no environment, so nothing of it has an effect")
        for name in ("c.yaml", "prod")
    ]


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("url: 5", "url must be a text, not the number 5"),
        ("url: [http://h]", "url must be a text, not a list"),
        ("url: {a: b}", "url must be a text, not a map"),
        ("url: ~", "url must be a text, not null"),
        ("url: true", "url must be a text, not true"),
        ("auth: {token: 12345}", "token must be a text, not a number"),
        ("auth: {command: tell}", "command must be a list, not a text"),
        ("overlays: 'x://u:tell@h'", "overlays must be a list, not a text"),
        (f"overlays: {'long' * 20}", "overlays must be a list, not a text"),
        ("overlays: [[a]]", "overlays[0] must be a text, not a list"),
    ],
)
def test_a_value_of_another_type(folder: Folder, field: str, message: str) -> None:
    folder.write({"persync.yaml": f"version: 1\nenvironments:\n  e:\n    url: http://h\n    {field}\n"})
    if field.startswith("url"):
        folder.write({"persync.yaml": f"version: 1\nenvironments:\n  e:\n    {field}\n"})
    with pytest.raises(InvalidConfig) as raised:
        folder.settings()
    assert message in [each.message for each in raised.value.findings]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("eventType: a\nstate: Started\n", "did you mean RUNNING?"),
        ("eventType: a\nstate: paused\n", "did you mean STOPPED?"),
        ("- eventType: a\n- eventType: b\n", "write each persister as a document, with --- between them"),
        ("- a\n", "begin with eventType:"),
        ("project: a\n", "add a line such as 'eventType: snowplow-web'"),
        ("eventType: a\nappConfig: {my.x: '${{region}}'}\n", "write ${{ vars.region }}"),
        (
            "eventType: a\nappConfig: {my.x: '${{hunter2}}'}\n",
            "write ${{ vars.NAME }} or ${{ env.NAME }} or ${{ secret.NAME }}; $${{ is a literal ${{",
        ),
        ("eventType: a\ndeployerConfig: {kubernetes.tolerations: {key: a}}\n", "write - before each map, or [{…}]"),
        ("eventType: a\ndeployerConfig: {kubernetes.podAnnotations: [a]}\n", "write a map of names and values"),
    ],
)
def test_in_a_document(folder: Folder, text: str, hint: str) -> None:
    settings = "version: 1\nenvironments: {e: {url: 'http://h', variables: {region: x}}}\n"
    folder.write({"persync.yaml": settings, "persisters/a.yaml": text})
    assert [finding.hint for finding in folder.load("e").findings] == [hint]


def test_a_key_without_a_colon_is_marked_itself(folder: Folder) -> None:
    folder.write({"persync.yaml": SETTINGS, "persisters/a.yaml": "eventType: a\nappConfig\n  my.x: 1\n"})
    assert folder.positions("e") == ["persisters/a.yaml:2:1 yaml-syntax"]
