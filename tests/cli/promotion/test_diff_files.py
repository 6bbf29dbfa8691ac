"""``persync diff ENV_A ENV_B``: what the files configure in two environments, without a request."""

from __future__ import annotations

import json

import pytest

from tests.command_line import Installation
from tests.schemas import validate

SETTINGS = """\
version: 1
defaultEnvironment: dev
environments:
  dev:
    url: http://127.0.0.1:1
    variables: {table: dev.events, size: "1"}
    sensitive: [passphrase]
  staging:
    url: http://127.0.0.1:1
    variables: {table: staging.events, size: "1"}
    overlays: [overlays/staging]
    projects: {web: web-stg}
  web:
    url: http://127.0.0.1:1
    variables: {table: t, size: "1"}
"""
CLICKS = """\
project: web
eventType: clicks
state: RUNNING
appConfig:
  eventstore.tableName: ${{ vars.table }}
  eventstore.batchSize: ${{ vars.size }}00
  my.user: ${{ env.USER_NAME }}
  spring.datasource.password: ${{ secret.DB_PASSWORD }}
  my.passphrase: ${{ env.PASSPHRASE }}
"""
OVERLAY = """\
project: web
eventType: clicks
state: STOPPED
appConfig:
  my.user: ${{ env.STAGING_USER_NAME }}
  spring.datasource.password: ${{ secret.STAGING_DB_PASSWORD }}
"""
SAME = "No differences. 1 persister is unchanged. 1 other was not compared."


@pytest.fixture
def repository(installation: Installation) -> Installation:
    (installation.folder / "persync.yaml").write_text(SETTINGS, encoding="utf-8")
    installation.write("persisters/clicks.yaml", CLICKS)
    installation.write(
        "persisters/views.yaml", "project: web\neventType: views\nappConfig: {eventstore.batchSize: 1}\n"
    )
    installation.write("overlays/staging/clicks.yaml", OVERLAY)
    for name in ("DB_PASSWORD", "STAGING_DB_PASSWORD", "PASSPHRASE", "USER_NAME", "STAGING_USER_NAME"):
        installation.monkeypatch.setenv(name, "Zq4xeRD2hg8y")
    return installation


def test_what_overlays_and_variables_change(repository: Installation) -> None:
    ended = repository.run("diff", "dev", "staging", "--detailed-exitcode")
    assert (ended.code, ended.out) == (
        2,
        "Diff of environments dev and staging\n"
        "  ~ change\n"
        "\n"
        "~ web/clicks (live: web/clicks → web-stg/clicks)  persisters/clicks.yaml:1\n"
        "    ~ appConfig.eventstore.tableName: dev.events → staging.events  :5\n"
        "    ~ appConfig.my.user: ${{ env.USER_NAME }} → ${{ env.STAGING_USER_NAME }}"
        "  overlays/staging/clicks.yaml:5:12\n"
        "    ~ appConfig.spring.datasource.password: (sensitive) → (sensitive, changed)"
        "  overlays/staging/clicks.yaml:6:31\n"
        "    ~ state: RUNNING → STOPPED  :1\n"
        "\n"
        "Diff: 1 changed, 1 unchanged.\n",
    )
    assert repository.run("diff", "dev", "staging", "web/views").last_line == SAME
    assert repository.run("diff", "dev", "staging", "--exclude", "clicks").last_line == SAME
    assert repository.run("diff", "staging", "dev", "clicks").out.splitlines()[-3:] == [
        "    ~ state: STOPPED → RUNNING  :1",
        "",
        "Diff: 1 changed, 1 not compared.",
    ]


def test_what_one_environment_hides_is_hidden(repository: Installation) -> None:
    text = OVERLAY.replace("my.user: ${{ env.STAGING_USER_NAME }}", "my.passphrase: open")
    repository.write("overlays/staging/clicks.yaml", text)
    for names in (("dev", "staging"), ("staging", "dev")):
        assert '"open"' not in repository.run("diff", *names).out


def test_the_document(repository: Installation) -> None:
    document = json.loads(repository.run("diff", "dev", "staging", "--report", "json").out)
    validate(document, "plan")
    assert {key: document[key] for key in ("kind", "environment", "base", "compared")} == {
        "kind": "diff",
        "environment": "staging",
        "base": "environment dev",
        "compared": {"environment": "dev", "url": "http://127.0.0.1:1", "live": False},
    }


@pytest.mark.parametrize(
    "report", ["text", "json", "markdown", "html", "github", "sarif", "junit", "gitlab-codequality", "gitlab-terraform"]
)
def test_every_report_names_no_secret(repository: Installation, report: str) -> None:
    ended = repository.run("diff", "dev", "staging", "--report", report)
    assert (ended.code, ended.err, "Zq4xeRD2hg8y" in ended.out, bool(ended.out)) == (0, "", False, True)


def test_the_heads_of_both_sides(repository: Installation) -> None:
    html = repository.run("diff", "dev", "staging", "--report", "html").out
    assert "Before <small>dev</small>" in html
    assert "After <small>staging</small>" in html
    markdown = repository.run("diff", "dev", "staging", "--report", "markdown").out
    assert "## persync diff: `dev` → `staging`\n" in markdown


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("dev", "stagin"), "there is no environment 'stagin'; did you mean staging?"),
        (("stagng", "dev"), "there is no environment 'stagng'; did you mean staging?"),
        (("dev", "dev"), "'dev' is compared with itself: name two environments"),
        (
            ("dev", "staging", "--base", "HEAD"),
            "--base compares with a revision, and two environments are named: give one",
        ),
        (("dev", "staging", "-e", "dev"), "two environments are named: leave out --environment"),
        (("--live",), "--live compares two environments: write persync diff ENV_A ENV_B --live"),
        (("dev", "staging", "--timeout", "3"), "--timeout is about requests, which only --live sends"),
        (("dev", "staging", "web/x"), "no persister matches 'web/x'"),
    ],
)
def test_what_cannot_be_compared(repository: Installation, arguments: tuple[str, ...], error: str) -> None:
    ended = repository.run("diff", *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: {error}")


def test_an_environment_of_the_process_is_not_in_the_way(repository: Installation) -> None:
    repository.monkeypatch.setenv("PERSYNC_ENVIRONMENT", "web")
    assert repository.run("diff", "dev", "staging", "web/views").last_line == SAME


def test_an_event_type_that_is_called_like_an_environment_is_selected_with_a_slash(repository: Installation) -> None:
    for name in ("dev", "staging"):
        repository.write(f"persisters/{name}.yaml", f"project: web\neventType: {name}\n")
    assert repository.run("diff", "dev", "staging", "*/dev", "*/staging").last_line == (
        "No differences. 2 persisters are unchanged. 2 others were not compared."
    )


def test_errors_of_either_environment_are_reported_once(repository: Installation) -> None:
    repository.write("persisters/broken.yaml", "project: web\neventType: broken\nsstate: RUNNING\n")
    ended = repository.run("diff", "dev", "staging")
    assert ended.code == 1
    assert ended.err.count("unknown field sstate") == 1
