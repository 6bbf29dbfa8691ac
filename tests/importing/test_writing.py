"""Where ``persync import`` writes, and what it never overwrites."""

from __future__ import annotations

import pytest

from persync.importing.workspace import check_layout
from tests.command_line import Installation
from tests.importing.test_live import EQUAL, files_of

HEAD = "# yaml-language-server: $schema=../../persister.schema.json\n"
TWO = {"persisters": [{"project": "a", "eventType": "one"}, {"project": "a", "eventType": "two"}]}


def test_a_dry_run_writes_nothing_and_proves_the_same(installation: Installation) -> None:
    installation.serve(TWO)
    before = sorted(installation.folder.rglob("*"))
    ended = installation.run("import", "--dry-run")
    assert (ended.code, ended.out) == (0, "persisters/a/one.yaml\npersisters/a/two.yaml\n")
    assert ended.err.splitlines()[-1] == "proof: a plan of what would be written has 0 differences"
    assert sorted(installation.folder.rglob("*")) == before


def test_on_a_terminal_many_files_are_counted(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": f"e{n:02}", "state": "STOPPED"} for n in range(12)]})
    every = [f"persisters/global/e{n:02}.yaml" for n in range(12)]
    terminal = installation.monkeypatch.context
    with terminal() as patched:
        patched.setattr("sys.stdout.isatty", lambda: True)
        assert installation.run("import", "--dry-run").out.splitlines() == every
        ended = installation.run("import")
    assert (ended.code, ended.out.splitlines()) == (0, every[:3])
    assert "wrote 12 files below persisters/global/; these are the first 3, -v lists all\n" in ended.err
    assert installation.run("import", "--force").out.splitlines() == every


def test_the_layout_decides_about_files_and_several_persisters_may_be_in_one(installation: Installation) -> None:
    installation.serve(TWO)
    ended = installation.run("import", "--layout", "{project}-{eventstore}.yml")
    assert (ended.code, ended.out) == (0, "persisters/a-pg.yml\n"), ended.err
    head = "# yaml-language-server: $schema=../persister.schema.json\n"
    assert files_of(installation.folder) == {
        "persisters/a-pg.yml": f"{head}project: a\neventType: one\nstate: STOPPED\n---\n"
        f"{head}project: a\neventType: two\nstate: STOPPED\n"
    }
    assert installation.run("fmt", "--check").code == 0


def test_files_are_overwritten_only_by_force(installation: Installation) -> None:
    installation.serve(TWO)
    installation.write("persisters/a/one.yaml", "project: a\neventType: other\n")
    refused = installation.run("import", "a/one")
    assert (refused.code, refused.out, refused.err.splitlines()[1:]) == (
        1,
        "",
        [
            "error: persisters/a/one.yaml exists already; nothing was written",
            "help: --force overwrites, --layout writes elsewhere, --update refreshes",
        ],
    )
    kept = installation.run("import", "a/one", "--force")
    assert kept.code == 1
    assert kept.err.splitlines()[1] == (
        "error: persisters/a/one.yaml:1:1: persisters/a/one.yaml has a/other, too, which is not imported;"
        " nothing was written"
    )
    installation.write("persisters/a/one.yaml", "project: a\neventType: one\n# mine\n")
    forced = installation.run("import", "a/one", "--force")
    assert (forced.code, forced.err.splitlines()[-1]) == (0, EQUAL)
    assert files_of(installation.folder) == {
        "persisters/a/one.yaml": f"{HEAD}project: a\neventType: one\nstate: STOPPED\n"
    }


def test_a_list_that_ends_half_way_writes_nothing(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": f"e-{n}"} for n in range(150)]})
    server.set_faults([{"kind": "unavailable", "retryAfter": 100, "path": "/projects/*/event-types", "after": 1}])
    ended = installation.run("import")
    assert (ended.code, files_of(installation.folder)) == (1, {})


def test_a_token_for_half_of_the_projects_imports_that_half(installation: Installation) -> None:
    persisters = [{"project": project, "eventType": "one"} for project in ("mine", "theirs")]
    users = [{"name": "me", "token": "t", "roles": {"mine": ["viewer"]}}]
    installation.serve({"persisters": persisters, "users": users}, token=False)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "t")
    ended = installation.run("import")
    assert (ended.code, ended.out) == (0, "persisters/mine/one.yaml\n")
    assert ended.err.splitlines() == [
        "found 1 persister in 1 project",
        "warning: passed over 1 project that the token may not read: theirs",
        EQUAL,
    ]
    named = installation.run("import", "--project", "theirs")
    assert (named.code, named.err.splitlines()[0].startswith("error:")) == (1, True)


def test_errors_in_the_files_stop_an_import(installation: Installation) -> None:
    installation.serve(TWO)
    installation.write("persisters/a/one.yaml", "project: a\neventTyp: one\n")
    ended = installation.run("import")
    assert (ended.code, ended.err.splitlines()[-1]) == (1, "error: 1 error in the configuration; nothing was sent")


def test_defaults_and_overlays_are_counted_in(installation: Installation) -> None:
    config = {"eventstore.tableName": "t", "eventstore.batchSize": "7"}
    installation.serve(
        {"persisters": [{"eventType": "one", "appConfig": config}, {"eventType": "two"}]}, overlays="[o]"
    )
    settings = (installation.folder / "persync.yaml").read_text()
    settings += "defaults:\n  state: STOPPED\n  appConfig: {eventstore.batchSize: 7, my.own: ${x}}\n"
    (installation.folder / "persync.yaml").write_text(
        settings.replace(", my.own: ${x}", ", spring.datasource.username: u")
    )
    installation.write("o/one.yaml", "eventType: one\nappConfig: {eventstore.tableName: t}\n")
    ended = installation.run("import")
    user = "appConfig:\n  spring.datasource:\n    username: ${superuser-username}\n"
    assert files_of(installation.folder) == {
        "persisters/global/one.yaml": f"{HEAD}eventType: one\n{user}",
        "persisters/global/two.yaml": f"{HEAD}eventType: two\n{user}",
    }
    # two has no batch size of its own, and the server has no default for it that could be written
    assert (ended.code, ended.err.splitlines()[-2:]) == (
        1,
        [
            "  global/two: appConfig.eventstore.batchSize differs",
            "proof: a plan of what was written has differences in 1 persister",
        ],
    )


@pytest.mark.parametrize(
    ("layout", "problem"),
    [
        ("{project}/{event-type}.yaml", None),
        ("{event-type}.yml", None),
        ("{name}.yaml", "it may use {project}, {event-type} and {eventstore}"),
        ("{project.yaml", "it may use {project}, {event-type} and {eventstore}"),
        ("/{project}.yaml", "it must be a path below the folder of the persisters"),
        ("a//b.yaml", "it must be a path below the folder of the persisters"),
        (".x/{project}.yaml", "files and folders that begin with a dot are not read"),
        ("{project}", "it must end with .yaml or .yml"),
    ],
)
def test_layouts(layout: str, problem: str | None) -> None:
    assert check_layout(layout) == problem


def test_a_folder_that_cannot_be_made_leaves_whole_files(installation: Installation) -> None:
    installation.serve({"persisters": [{"project": "a", "eventType": "one"}, {"project": "b", "eventType": "one"}]})
    installation.write("persisters/b", "no folder")
    ended = installation.run("import")
    assert (ended.code, ended.out, ended.err.splitlines()[1:]) == (
        1,
        "",
        [
            "error: persisters/b/one.yaml cannot be written: File exists",
            "help: check the folder and its permissions; then import again",
        ],
    )
    assert files_of(installation.folder) == {
        "persisters/a/one.yaml": f"{HEAD}project: a\neventType: one\nstate: STOPPED\n",
        "persisters/b": "no folder",
    }
    (installation.folder / "persisters/b").unlink()
    again = installation.run("import")
    assert (again.code, again.out) == (0, "persisters/b/one.yaml\n")


def test_nothing_is_written_outside_of_the_repository(installation: Installation) -> None:
    installation.serve(TWO)
    outside = installation.folder.parent / "outside"
    outside.mkdir(exist_ok=True)
    (installation.folder / "persisters").mkdir()
    (installation.folder / "persisters/a").symlink_to(outside)
    ended = installation.run("import")
    assert (ended.code, list(outside.iterdir())) == (1, [])
    assert ended.err.splitlines()[1].startswith(
        "error: persisters/a/one.yaml is outside of the repository: it leads to"
    )


def test_unset_secrets_are_one_message_for_each(installation: Installation) -> None:
    seeds = [{"eventType": f"e{n}", "state": "STOPPED", "appConfig": {"my.token": "x1y2"}} for n in range(3)]
    installation.serve({"persisters": seeds})
    assert installation.run("import").code == 0
    planned = installation.run("plan")
    assert (planned.code, planned.err) == (
        1,
        "persisters/global/e0.yaml:5:13: error: environment variable MY_TOKEN is not set [unset-variable]\n"
        "   5 |   my.token: ${{ secret.MY_TOKEN }}\n"
        "     |             ^^^^^^^^^^^^^^^^^^^^^^\n"
        "    3 values need it; this is the first\n"
        "    help: set MY_TOKEN and run persync again\n"
        "error: 1 error in the configuration; nothing was sent\n",
    )
    installation.monkeypatch.setenv("MY_TOKEN", "x1y2")
    assert installation.run("plan", "--detailed-exitcode").code == 0
