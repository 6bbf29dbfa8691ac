"""``persync export --to-grapp``: what is written, and what is reported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Installation

SETTINGS = """\
version: 1
defaults:
  appConfig: {spring.datasource.password: "${{ secret.PW }}"}
environments:
  dev: {url: "https://dev.example.com", variables: {table: public.dev}}
  prod: {url: "https://prod.example.com", overlays: [overlays], variables: {table: public.prod}}
defaultEnvironment: dev
"""
WEB = """\
project: web
eventType: clicks
state: RUNNING
appVersion: 1.10
appConfig:
  eventstore: {batchSize: 500, tableName: "${{ vars.table }}"}
  spring.datasource.url: jdbc:postgresql://h/d?user=u&password=${{secret.PW}}
deployerConfig:
  kubernetes:
    environmentVariables: {A: b, DB_PASSWORD: "${{ env.DB_PASSWORD }}"}
    limits.cpu: 700m
    volumes: [{name: db-secret, secret: {secretName: grnry-pg, defaultMode: 256}}]
"""
SEGMENT = """\
project: web
eventType: segment
eventstore: live-segment
state: STOPPED
config: {tasksMax: 3, errorsTolerance: all, errorsDeadletterqueueContextHeadersEnable: true}
"""
CLICKS, OF_SEGMENT = (
    f"grapp/event-types/{name}/persister.json" for name in ("clicks/eventstores/pg", "segment/eventstores/live-segment")
)
CLICKS_JSON = {
    "appVersion": "1.10",
    "appConfig": {
        "eventstore.batchSize": "500",
        "eventstore.tableName": "public.dev",
        "spring.datasource.password": "${{ secret.PW }}",
        "spring.datasource.url": "jdbc:postgresql://h/d?user=u&password=${{ secret.PW }}",
    },
    "deployerConfig": {
        "kubernetes.environmentVariables": "A=b,DB_PASSWORD=${{ env.DB_PASSWORD }}",
        "kubernetes.limits.cpu": "700m",
        "kubernetes.volumes": "[{name: db-secret, secret: {secretName: grnry-pg, defaultMode: 256}}]",
    },
}
REFERENCES = (
    "warning: 2 variables with secrets are not written: DB_PASSWORD, PW; the files have the references, which the"
    " vendor's importer would store as they are; --with-secrets writes the values"
)
STOPPED = (
    "warning: web/segment/live-segment is STOPPED: a GrApp folder has no run state, and its importer starts all"
    " persisters"
)


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", SETTINGS)
    installation.write("persisters/clicks.yaml", WEB)
    installation.write("persisters/segment.yaml", SEGMENT)
    prod = "project: web\neventType: clicks\ndeployerConfig: {kubernetes.limits.cpu: '1'}\n"
    installation.write("overlays/clicks.yaml", prod)
    for name in ("PW", "DB_PASSWORD", "PERSYNC_VAR_DB_PASSWORD"):
        installation.monkeypatch.delenv(name, raising=False)
    return installation


def grapp_of(folder: Path) -> dict[str, Any]:
    """Return the documents of the folder ``grapp``."""
    files = sorted((folder / "grapp").rglob("*.json"))
    return {str(path.relative_to(folder)): json.loads(path.read_text()) for path in files}


def test_the_folder_holds_what_a_put_would_send(repository: Installation) -> None:
    ended = repository.run("export", "--to-grapp", ".")
    assert (ended.code, ended.out) == (0, f"{CLICKS}\n{OF_SEGMENT}\n")
    segment = {"errorsDeadletterqueueContextHeadersEnable": True, "errorsTolerance": "all", "tasksMax": 3}
    assert grapp_of(repository.folder) == {CLICKS: CLICKS_JSON, OF_SEGMENT: {"config": segment}}
    assert (repository.folder / CLICKS).read_text() == json.dumps(CLICKS_JSON, indent=2) + "\n"
    assert ended.err.splitlines() == [
        "2 persisters of project web: 2 new",
        "the folder has no event-type-version-N.json for 2 event types, which must exist where it is imported: clicks,"
        " segment",
        STOPPED,
        REFERENCES,
    ]


def test_overlays_and_variables_are_those_of_the_environment(repository: Installation) -> None:
    repository.run("export", "--to-grapp", ".", "-e", "prod", "clicks")
    expected = json.loads(json.dumps(CLICKS_JSON))
    expected["appConfig"]["eventstore.tableName"] = "public.prod"
    expected["deployerConfig"]["kubernetes.limits.cpu"] = "1"
    assert grapp_of(repository.folder) == {CLICKS: expected}


def test_without_an_environment_there_are_no_variables(repository: Installation) -> None:
    repository.write("persync.yaml", "version: 1\n")
    ended = repository.run("export", "--to-grapp", ".")
    assert (ended.code, ended.out) == (1, "")
    assert "variable table is not set: no environment is chosen" in ended.err
    assert not (repository.folder / "grapp").exists()


def test_with_secrets_the_values_are_written_for_the_owner_alone(repository: Installation) -> None:
    repository.monkeypatch.setenv("PW", "s3cr3t")
    repository.monkeypatch.setenv("DB_PASSWORD", "hunter2")
    ended = repository.run("export", "--to-grapp", ".", "--with-secrets")
    expected = json.loads(json.dumps(CLICKS_JSON))
    expected["appConfig"]["spring.datasource.password"] = "s3cr3t"
    expected["appConfig"]["spring.datasource.url"] = "jdbc:postgresql://h/d?user=u&password=s3cr3t"
    expected["deployerConfig"]["kubernetes.environmentVariables"] = "A=b,DB_PASSWORD=hunter2"
    assert (ended.code, grapp_of(repository.folder)[CLICKS]) == (0, expected)
    modes = {name: (repository.folder / name).stat().st_mode & 0o777 for name in (CLICKS, OF_SEGMENT)}
    assert modes == {CLICKS: 0o600, OF_SEGMENT: 0o644}
    assert ended.err.splitlines()[2:] == [
        STOPPED,
        "warning: 1 file with secrets in clear: web/clicks; keep them out of git",
    ]
    (repository.folder / CLICKS).chmod(0o644)
    again = repository.run("export", "--to-grapp", ".", "--with-secrets")
    assert (again.code, again.out) == (0, "")
    assert again.err.splitlines()[-1] == f"warning: other users may read secrets in {CLICKS}; chmod 600"


@pytest.mark.parametrize("value", ["appVersion: '${{ secret.PW }}'", "appConfig: {my.x: 'a ${{ env.PW }}'}"])
def test_a_value_from_a_secret_is_one_whatever_its_key(installation: Installation, value: str) -> None:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/one.yaml", f"eventType: one\nstate: RUNNING\n{value}\n")
    installation.monkeypatch.setenv("PW", "s3cr3t")
    file = installation.folder / "grapp/event-types/one/eventstores/pg/persister.json"
    for options, mode in (([], 0o644), (["--with-secrets", "--force"], 0o600)):
        assert installation.run("export", "--to-grapp", ".", *options).code == 0
        assert (file.stat().st_mode & 0o777, "s3cr3t" in file.read_text()) == (mode, mode == 0o600)


def test_with_secrets_each_variable_has_to_be_set_and_nothing_is_written(repository: Installation) -> None:
    repository.monkeypatch.setenv("PW", "s3cr3t")
    ended = repository.run("export", "--to-grapp", ".", "--with-secrets")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[0] == (
        "persisters/clicks.yaml:10:47: error: environment variable DB_PASSWORD is not set [unset-variable]"
    )
    assert not (repository.folder / "grapp").exists()


def test_what_the_process_offers_is_no_secret(repository: Installation) -> None:
    repository.monkeypatch.setenv("PERSYNC_VAR_DB_PASSWORD", "shown")
    repository.monkeypatch.setenv("PW", "s3cr3t")
    repository.run("export", "--to-grapp", ".", "clicks")
    document = grapp_of(repository.folder)[CLICKS]
    assert document["deployerConfig"]["kubernetes.environmentVariables"] == "A=b,DB_PASSWORD=shown"
    assert document["appConfig"] == CLICKS_JSON["appConfig"]


@pytest.mark.parametrize(
    ("config", "is_private"),
    [
        ("appConfig: {my.token: t0ken}", True),
        ("appConfig: {my.token: '${my-token}'}", False),
        ("appConfig: {my.token: '${{ secret.T }}'}", False),
        ("appConfig: {my.token: ''}", False),
        ("appConfig: {my.url: 'jdbc:pg://u:p4ss@h/d'}", True),
        ("appConfig: {my.url: 'jdbc:pg://h/d?user=u&password=${{ secret.T }}&x=y'}", False),
        ("deployerConfig: {kubernetes.environmentVariables: {A: b, TOKEN: t0ken}}", True),
        ("deployerConfig: {kubernetes.environmentVariables: {A: b, TOKEN: '${{ secret.T }}'}}", False),
        ("deployerConfig: {kubernetes.environmentVariables: {A: b, URL: 'jdbc:pg://u:p4ss@h/d'}}", True),
        ("deployerConfig: {kubernetes.volumes: [{name: s, secret: {secretName: grnry-pg}}]}", False),
    ],
)
def test_a_secret_that_the_files_hold_in_clear_is_written_for_the_owner_alone(
    installation: Installation, config: str, is_private: bool
) -> None:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/one.yaml", f"eventType: one\nstate: RUNNING\n{config}\n")
    ended = installation.run("export", "--to-grapp", ".")
    file = installation.folder / "grapp/event-types/one/eventstores/pg/persister.json"
    assert (ended.code, file.stat().st_mode & 0o777) == (0, 0o600 if is_private else 0o644), ended.err
    assert ("secrets in clear" in ended.err) is is_private


def test_a_text_that_looks_like_a_reference_is_written_and_named(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    config = "appConfig: {my.a: '$${{ secret.X }}', my.b: '${{ secret.X }}', my.c: '$${{ x'}"
    installation.write("persisters/one.yaml", f"eventType: one\nstate: RUNNING\n{config}\n")
    ended = installation.run("export", "--to-grapp", ".")
    (document,) = grapp_of(installation.folder).values()
    assert document["appConfig"] == {"my.a": "${{ secret.X }}", "my.b": "${{ secret.X }}", "my.c": "${{ x"}
    assert ended.err.splitlines()[-1] == (
        "warning: global/one: an import of the folder takes a text in appConfig.my.a for a reference to a variable"
    )


def test_what_is_ignored_has_the_value_of_the_files(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    text = "eventType: one\nstate: RUNNING\nappConfig: {my.a: 1}\nignoreChanges: [appConfig.my.*]\n"
    installation.write("persisters/one.yaml", text)
    ended = installation.run("export", "--to-grapp", ".")
    assert list(grapp_of(installation.folder).values()) == [{"appConfig": {"my.a": "1"}, "deployerConfig": {}}]
    assert ended.err.splitlines()[-1] == (
        "warning: global/one has ignoreChanges: a GrApp folder has the values of the files, and its importer sends"
        " those"
    )


def test_a_persister_that_sets_nothing_has_a_file(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/one.yaml", "eventType: one\n")
    ended = installation.run("export", "--to-grapp", ".")
    assert list(grapp_of(installation.folder).values()) == [{"appConfig": {}, "deployerConfig": {}}]
    assert ended.err.splitlines()[-1] == (
        "warning: global/one is without a state: a GrApp folder has no run state, and its importer starts all"
        " persisters"
    )


@pytest.mark.parametrize(
    ("arguments", "out", "error"),
    [
        ([], "", "a GrApp folder is one project, and the persisters are of 2: global, web"),
        (["--project", "webb"], "", "no persister is in project 'webb'"),
        (["--project", "web", "other"], "", "no persister matches 'other'"),
        (["--project", "web", "web/c*"], f"{CLICKS}\n", ""),
        (["web/c*"], f"{CLICKS}\n", ""),
        (["--exclude", "other", "--exclude", "seg*"], f"{CLICKS}\n", ""),
    ],
)
def test_one_folder_is_one_project(repository: Installation, arguments: list[str], out: str, error: str) -> None:
    repository.write("persisters/other.yaml", "eventType: other\n")
    ended = repository.run("export", "--to-grapp", ".", *arguments)
    assert (ended.code, ended.out) == (1 if error else 0, out)
    if error:
        assert ended.err.splitlines()[0] == f"error: {error}"
        assert not (repository.folder / "grapp").exists()
    else:
        assert ended.err.splitlines()[1] == "passed over 1 persister of 1 other project: a GrApp folder is one project"


def test_a_name_that_is_no_folder_is_an_error(repository: Installation) -> None:
    repository.write("persisters/other.yaml", "project: web\neventType: ../../x/$${{\n")
    ended = repository.run("export", "--to-grapp", ".")
    assert (ended.code, ended.err) == (1, "error: web/../../x/${{ cannot be exported: its name is not valid\n")
    assert not (repository.folder / "grapp").exists()


def test_a_pattern_that_excludes_nothing_is_named(repository: Installation) -> None:
    ended = repository.run("export", "--to-grapp", ".", "--exclude", "other")
    assert (ended.code, ended.err.splitlines()[0]) == (0, "warning: --exclude 'other' matches no persister")


def test_without_persisters_there_is_nothing_to_export(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/none.yaml", "# later\n")
    ended = installation.run("export", "--to-grapp", ".")
    assert (ended.code, ended.out, ended.err.splitlines()[-1]) == (0, "", "nothing to export")
    assert not (installation.folder / "grapp").exists()


def test_errors_in_the_files_write_nothing(repository: Installation) -> None:
    repository.write("persisters/other.yaml", "eventType: other\neventtype: x\n")
    ended = repository.run("export", "--to-grapp", ".", "clicks")
    assert (ended.code, ended.out, (repository.folder / "grapp").exists()) == (1, "", False)
