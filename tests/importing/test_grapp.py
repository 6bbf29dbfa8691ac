"""``persync import --from-grapp``: no request, RUNNING, the project of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.importing.test_live import EQUAL, SECRETS, WEB, WEB_FILE, files_of

EXPORT = {"appVersion": WEB["appVersion"], "appConfig": WEB["appConfig"], "deployerConfig": WEB["deployerConfig"]}


def grapp(folder: Path, **documents: object) -> Path:
    """Write a GrApp folder with these persisters, and an event type without one."""
    for name, document in documents.items():
        file = folder / "grapp/event-types" / name.replace("_", "-") / "eventstores/pg/persister.json"
        file.parent.mkdir(parents=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document))
    (folder / "grapp/event-types/other").mkdir(parents=True)
    (folder / "grapp/event-types/other/event-type-version-1.json").write_text("{}")
    (folder / "grapp/belts/one").mkdir(parents=True)
    return folder


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", "version: 1\n")
    return installation


def test_a_folder_gives_the_files_that_live_gives(repository: Installation) -> None:
    folder = grapp(repository.folder / "dev", snowplow_web=EXPORT, empty={})
    ended = repository.run("import", "--from-grapp", str(folder), "--project", "webtracking")
    assert (ended.code, ended.out) == (
        0,
        "persisters/webtracking/empty.yaml\npersisters/webtracking/snowplow-web.yaml\n",
    )
    assert files_of(repository.folder) == {
        "persisters/webtracking/empty.yaml": "# yaml-language-server: $schema=../../persister.schema.json\n"
        "project: webtracking\neventType: empty\nstate: RUNNING\n",
        "persisters/webtracking/snowplow-web.yaml": WEB_FILE,
    }
    assert ended.err.splitlines() == [
        "found 2 persisters in 1 project",
        "passed over 1 event type without a persister",
        "the files refer to 3 secret variables; their names are in .env.example:",
        *(f"  {name:30}  webtracking/snowplow-web" for name in SECRETS),
        "set them before the next plan: see the first lines of that file",
        EQUAL,
    ]
    inside = repository.run("import", "--from-grapp", str(folder / "grapp"), "--project", "other", "empty")
    assert (inside.code, inside.out) == (0, "persisters/other/empty.yaml\n")


def test_a_full_answer_is_taken_with_a_warning(repository: Installation) -> None:
    document = {**EXPORT, "projectName": "global", "eventTypeName": "snowplow-web", "streamName": "s"}
    folder = grapp(repository.folder / "dev", snowplow_web=document)
    ended = repository.run("import", "--from-grapp", str(folder), "--project", "webtracking")
    assert ended.code == 0
    assert ended.err.splitlines()[-2] == (
        "warning: webtracking/snowplow-web: its file is a full answer, so the server's defaults are in it, too;"
        " export it with ?export=true"
    )


REFERRING = {
    "appVersion": "${{ env.VERSION }}",
    "appConfig": {
        "my.text": "$${{ secret.X }} ${{ vars.x }} ${{ x",
        "my.both": "${{ env.B }}:${{secret.A}}",
        "my.token": "Bearer ${{ secret.A }}",
        "spring.datasource.password": "s3cr3t",
        "spring.datasource.url": "jdbc:pg://u:p4ss@h/d?password=${{ secret.A }}",
    },
    "deployerConfig": {
        "kubernetes.environmentVariables": "A=b,DB_PASSWORD=${{ secret.C }},TOKEN=t0ken",
        "kubernetes.volumes": "[{name: db, secret: {secretName: '${{ secret.D }}'}}]",
    },
}
REFERRING_FILE = """\
# yaml-language-server: $schema=../../persister.schema.json
project: p
eventType: a
state: RUNNING
appVersion: ${{ env.VERSION }}
appConfig:
  my.both: ${{ env.B }}:${{ secret.A }}
  my.text: $$${{ secret.X }} $${{ vars.x }} $${{ x
  my.token: Bearer ${{ secret.A }}
  spring.datasource:
    password: ${{ secret.SPRING_DATASOURCE_PASSWORD_2 }}
    url: jdbc:pg://u:${{ secret.SPRING_DATASOURCE_URL_PASSWORD }}@h/d?password=${{ secret.A }}
deployerConfig:
  kubernetes:
    environmentVariables:
      A: b
      DB_PASSWORD: ${{ secret.C }}
      TOKEN: ${{ secret.TOKEN }}
    volumes:
      - {name: db, secret: {secretName: '${{ secret.D }}'}}
"""


def test_a_reference_that_an_export_kept_is_one_in_the_file_whatever_is_set(repository: Installation) -> None:
    for name in ("A", "PERSYNC_VAR_B", "VERSION"):
        repository.monkeypatch.setenv(name, f"other-{name}")
    other = {"appConfig": {"my.x": "${{ secret.SPRING_DATASOURCE_PASSWORD }}"}}
    folder = grapp(repository.folder / "dev", a=REFERRING, b=other)
    ended = repository.run("import", "--from-grapp", str(folder), "--project", "p")
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL), ended.err
    files = files_of(repository.folder)
    assert files["persisters/p/a.yaml"] == REFERRING_FILE
    assert "x: ${{ secret.SPRING_DATASOURCE_PASSWORD }}" in files["persisters/p/b.yaml"]
    example = (repository.folder / ".env.example").read_text().splitlines()[2:]
    names = ["SPRING_DATASOURCE_PASSWORD", "SPRING_DATASOURCE_PASSWORD_2", "SPRING_DATASOURCE_URL_PASSWORD"]
    assert example == [f"{name}=" for name in ["A", "B", "C", "D", *names, "TOKEN", "VERSION"]]


def test_a_reference_to_a_credential_of_persync_is_left_out(repository: Installation) -> None:
    folder = grapp(repository.folder / "dev", a={"appConfig": {"my.x": "${{ secret.PERSYNC_TOKEN }}", "my.y": "1"}})
    ended = repository.run("import", "--from-grapp", str(folder), "--project", "p")
    assert (ended.code, ended.err.splitlines()[-3:]) == (
        1,
        [
            "warning: p/a: appConfig.my.x is left out: PERSYNC_TOKEN holds a credential of persync",
            "  p/a: appConfig.my.x differs",
            "proof: a plan of what was written has differences in 1 persister",
        ],
    )
    assert "TOKEN" not in files_of(repository.folder)["persisters/p/a.yaml"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is nested too deeply"),
        (f"{{{' ' * 2 * 1024 * 1024}}}", "is larger than 2048 KiB"),
        ("[]", ": JSON of another shape than the Harvester API's (Input should be an object)"),
        (
            {"appConfig": "s3cr3t"},
            ": JSON of another shape than the Harvester API's (appConfig: Input should be an object)",
        ),
        (
            {"eventTypeName": "b", "appConfig": {}},
            ": it is about another persister: its event type is 'b', not 'a'",
        ),
    ],
)
def test_a_file_that_is_no_export_is_an_error_and_nothing_is_written(
    repository: Installation, document: object, message: str
) -> None:
    folder = grapp(repository.folder / "dev", a=document)
    ended = repository.run("import", "--from-grapp", str(folder), "--project", "p")
    file = folder / "grapp/event-types/a/eventstores/pg/persister.json"
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"error: {file}{message if message[0] == ':' else f' {message}'}\n"
        "help: it is the answer of GET persister with ?export=true; export it again\n"
    )
    assert files_of(repository.folder) == {}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["."], "--from-grapp needs exactly one --project"),
        ([".", "--project", "p"], ". is not a GrApp folder: it has no event-types"),
        (["none", "--project", "p"], "none cannot be read: No such file or directory"),
        ([".", "--project", "p", "--layout", "../{event-type}.yaml"], ""),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_read(
    repository: Installation, arguments: list[str], error: str
) -> None:
    ended = repository.run("import", "--from-grapp", *arguments)
    layout = "--layout '../{event-type}.yaml' cannot be used: it must be a path below the folder of the persisters"
    assert (ended.code, ended.err.splitlines()[0]) == (1, f"error: {error or layout}")
