"""``persync import`` from the live side, over real HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.command_line import Installation

VOLUMES = "[{name: 'db-secret', secret: { secretName : 'grnry-pg' , defaultMode : '256' }}]"
WEB: dict[str, Any] = {
    "project": "webtracking",
    "eventType": "snowplow-web",
    "state": "RUNNING",
    "appVersion": "1.10",
    "appConfig": {
        "eventstore.batchSize": "500",
        "eventstore.tableName": "web.events",
        "spring.datasource.password": "s3cr3t",
        "spring.datasource.url": "jdbc:postgresql://writer:hunter2@db:5432/web",
        "spring.datasource.username": "${web-username}",
        "spring.cloud.stream.kafka.binder.configuration.max.poll.records": "100",
    },
    "deployerConfig": {
        "kubernetes.limits.cpu": "700m",
        "kubernetes.limits.memory": "1Gi",
        "kubernetes.environmentVariables": "A=no,TOKENS='x,y'",
        "kubernetes.volumes": VOLUMES,
    },
}
WEB_FILE = """\
# yaml-language-server: $schema=../../persister.schema.json
project: webtracking
eventType: snowplow-web
state: RUNNING
appVersion: "1.10"
appConfig:
  eventstore:
    batchSize: 500
    tableName: web.events
  spring.cloud.stream.kafka.binder:
    configuration:
      max.poll.records: 100
  spring.datasource:
    password: ${{ secret.SPRING_DATASOURCE_PASSWORD }}
    url: jdbc:postgresql://writer:${{ secret.SPRING_DATASOURCE_URL_PASSWORD }}@db:5432/web
    username: ${web-username}
deployerConfig:
  kubernetes:
    environmentVariables:
      A: no
      TOKENS: ${{ secret.TOKENS }}
    limits:
      cpu: 700m
      memory: 1Gi
    volumes:
      - {name: db-secret, secret: {secretName: grnry-pg, defaultMode: 256}}
"""
SECRETS = {
    "SPRING_DATASOURCE_PASSWORD": "s3cr3t",
    "SPRING_DATASOURCE_URL_PASSWORD": "hunter2",
    "TOKENS": "x,y",
}
EQUAL = "proof: a plan of what was written has 0 differences"


def files_of(folder: Path) -> dict[str, str]:
    """Return the files below ``persisters``."""
    files = sorted((folder / "persisters").rglob("*"))
    return {str(path.relative_to(folder)): path.read_text() for path in files if path.is_file()}


def test_a_persister_becomes_a_file_as_a_person_would_write_it(installation: Installation) -> None:
    installation.serve({"persisters": [WEB]})
    ended = installation.run("import")
    assert (ended.code, ended.out) == (0, "persisters/webtracking/snowplow-web.yaml\n"), ended.err
    assert files_of(installation.folder) == {"persisters/webtracking/snowplow-web.yaml": WEB_FILE}
    assert ended.err.splitlines() == [
        "found 1 persister in 1 project",
        "the files refer to 3 secret variables; their names are in .env.example:",
        "  SPRING_DATASOURCE_PASSWORD      webtracking/snowplow-web",
        "  SPRING_DATASOURCE_URL_PASSWORD  webtracking/snowplow-web",
        "  TOKENS                          webtracking/snowplow-web",
        "set them before the next plan: see the first lines of that file",
        EQUAL,
    ]
    assert (installation.folder / ".env.example").read_text() == (
        "# The variables that the files of persync read as ${{ secret.NAME }}. Set them where persync runs: it reads no"
        " .env file\n# itself. With a copy of this file named .env, which git has to ignore: set -a; . ./.env; set +a\n"
        "SPRING_DATASOURCE_PASSWORD=\nSPRING_DATASOURCE_URL_PASSWORD=\nTOKENS=\n"
    )
    assert (installation.run("fmt", "--check").code, installation.run("validate").code) == (0, 0)
    for name, value in SECRETS.items():
        installation.monkeypatch.setenv(name, value)
    planned = installation.run("plan", "--detailed-exitcode")
    assert (planned.code, planned.last_line) == (
        0,
        "No changes. 1 persister is in sync.",
    )


def test_a_server_that_shows_keys_as_they_are_stored_gives_the_same_file(installation: Installation) -> None:
    installation.serve({"persisters": [WEB], "keysOnGet": "as-stored"})
    assert installation.run("import").code == 0
    assert files_of(installation.folder) == {"persisters/webtracking/snowplow-web.yaml": WEB_FILE}


def test_all_projects_and_pages_are_followed_and_other_event_types_counted(installation: Installation) -> None:
    names = [*(("global", f"e-{n:03}") for n in range(101)), ("webtracking", "one"), ("billing", "one")]
    persisters = [{"project": project, "eventType": name} for project, name in names]
    others = [{"project": "billing", "eventType": f"other-{n}"} for n in range(3)]
    installation.serve({"persisters": persisters, "otherEventTypes": others})
    ended = installation.run("import")
    assert (ended.code, len(ended.out.splitlines()), len(files_of(installation.folder))) == (0, 103, 103)
    assert [line for line in ended.err.splitlines() if not line.startswith("read ")] == [
        "found 103 persisters in 3 projects",
        "passed over 3 event types without a persister",
        EQUAL,
    ]
    assert files_of(installation.folder)["persisters/global/e-100.yaml"] == (
        "# yaml-language-server: $schema=../../persister.schema.json\neventType: e-100\nstate: STOPPED\n"
    )


def test_before_release_1_2_there_is_only_global(installation: Installation) -> None:
    installation.serve({"release": "1.1", "persisters": [{"eventType": "one"}]}, projectPrefix="false")
    ended = installation.run("import")
    assert (ended.code, ended.out) == (0, "persisters/global/one.yaml\n"), ended.err


def test_run_states_that_no_file_can_have_are_noted(installation: Installation) -> None:
    states = ("RUNNING", "STOPPED", "FAILED", "RUNNING_BUT_OUTDATED")
    persisters = [
        {"eventType": f"e{n}", "state": state, **({"running": {}} if "BUT" in state else {})}
        for n, state in enumerate(states)
    ]
    installation.serve({"persisters": persisters})
    ended = installation.run("import")
    assert ended.code == 0
    assert [text.splitlines()[2] for text in files_of(installation.folder).values()] == [
        "state: RUNNING",
        "state: STOPPED",
        "# no state: it was FAILED when it was imported",
        "# no state: it was RUNNING_BUT_OUTDATED when it was imported",
    ]
    assert ended.err.splitlines()[1:3] == [
        "warning: global/e2: it is FAILED: its file leaves the run state alone",
        "warning: global/e3: it is RUNNING_BUT_OUTDATED: its file leaves the run state alone",
    ]


def test_what_cannot_be_expressed_is_named_and_left_out(installation: Installation) -> None:
    config = {"eventstore.batchSize": "many", "my.text": 'a "b"', "eventstore.tableName": "t", "a..b": "c"}
    persister = {"eventType": "one", "state": "STOPPED", "appVersion": "1 0", "appConfig": config}
    installation.serve({"persisters": [persister]})
    ended = installation.run("import")
    assert ended.code == 1
    assert files_of(installation.folder) == {
        "persisters/global/one.yaml": "# yaml-language-server: $schema=../../persister.schema.json\n"
        "eventType: one\nstate: STOPPED\nappConfig:\n  eventstore:\n    tableName: t\n"
    }
    assert ended.err.splitlines()[1:] == [
        "warning: global/one: appVersion is left out: appVersion must be a version without spaces",
        "warning: global/one: appConfig.eventstore.batchSize is left out: eventstore.batchSize is not a whole number",
        "warning: global/one: appConfig.my.text is left out: my.text contains a double quote",
        "warning: global/one: appConfig.a..b is left out: a key is empty, or begins or ends with a dot",
        "  global/one: appConfig.a..b, appConfig.eventstore.batchSize, appConfig.my.text differ",
        "proof: a plan of what was written has differences in 1 persister",
    ]
    assert installation.run("validate").code == 0


def test_selectors_projects_and_what_the_files_have_already(installation: Installation) -> None:
    names = [("a", "one"), ("a", "two"), ("b", "one")]
    installation.serve({"persisters": [{"project": project, "eventType": name} for project, name in names]})
    assert installation.run("import", "a/one").out == "persisters/a/one.yaml\n"
    before = installation.write("persisters/a/one.yaml", "project: a\neventType: one  # mine\n").read_text()
    ended = installation.run("import", "--project", "a")
    assert (ended.code, ended.out) == (0, "persisters/a/two.yaml\n")
    assert ended.err.splitlines() == [
        "found 2 persisters in 1 project",
        "passed over 1 persister that the files have already; --update refreshes them",
        EQUAL,
    ]
    assert (installation.folder / "persisters/a/one.yaml").read_text() == before
    missing = installation.run("import", "c/*")
    assert (missing.code, missing.err.splitlines()[0]) == (1, "error: no persister matches 'c/*'")
