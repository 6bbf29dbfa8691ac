"""``persync import --update``: what differs is changed where it is configured, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.command_line import Installation
from tests.importing.test_live import EQUAL

ONE = "project: a\neventType: one\n"
LIVE: dict[str, Any] = {
    "project": "a",
    "eventType": "one",
    "state": "STOPPED",
    "appVersion": "1.10",
    "appConfig": {"eventstore.batchSize": "500", "eventstore.tableName": "t"},
    "deployerConfig": {"kubernetes.limits.cpu": "700m", "kubernetes.volumes": "[{name: 'a', emptyDir: {}}]"},
}
APP = "appConfig: {eventstore.batchSize: 500, eventstore.tableName: t}\n"
DEPLOYER = (
    "deployerConfig:\n  kubernetes:\n    limits:\n      cpu: 700m\n    volumes:\n      - {name: a, emptyDir: {}}\n"
)

CASES = {
    "equal values stay as they are written": (
        f"# mine\n{ONE}appConfig: {{eventstore: {{batch-size: +500, tableName: 't'}}}} # why\n"
        "deployerConfig:\n   kubernetes.limits.cpu: 0.7\n   kubernetes.volumes: '[{name: a, emptyDir: {}}]'\n",
        None,
    ),
    "a value": (
        f"{ONE}appConfig:\n  # the size\n  eventstore.batch-size: 100 # why\n  eventstore.tableName: t\n{DEPLOYER}",
        f"{ONE}appConfig:\n  # the size\n  eventstore.batch-size: 500 # why\n  eventstore.tableName: t\n{DEPLOYER}",
    ),
    "a value in flow style": (f"{ONE}{APP.replace('500', '100')}{DEPLOYER}", f"{ONE}{APP}{DEPLOYER}"),
    "a structure": (
        f"{ONE}{APP}{DEPLOYER.replace('name: a', 'name: b')}  # below\n",
        f"{ONE}{APP}{DEPLOYER}  # below\n",
    ),
    "an additional property": (
        f"{ONE}appConfig:\n  eventstore:\n    batchSize: 500 # why\n\n{DEPLOYER}",
        f"{ONE}appConfig:\n  eventstore:\n    batchSize: 500 # why\n    tableName: t\n\n{DEPLOYER}",
    ),
    "an additional property in flow style": (
        f"{ONE}appConfig: {{eventstore.batchSize: 500}}\n{DEPLOYER}",
        f"{ONE}{APP}{DEPLOYER}",
    ),
    "an additional section, in the documented order": (
        f"{ONE}{DEPLOYER}",
        f"{ONE}appConfig:\n  eventstore:\n    batchSize: 500\n    tableName: t\n{DEPLOYER}",
    ),
    "a property that live has not": (
        f"{ONE}appConfig:\n  eventstore.batchSize: 500\n  my:\n    own:\n      key: x # gone\n"
        f"  eventstore.tableName: t\n{DEPLOYER}",
        f"{ONE}appConfig:\n  eventstore.batchSize: 500\n  eventstore.tableName: t\n{DEPLOYER}",
    ),
    "a property that live has not, in flow style": (
        f"{ONE}appConfig: {{a.b: c, eventstore.batchSize: 500, eventstore.tableName: t}}\n{DEPLOYER}",
        f"{ONE}{APP}{DEPLOYER}",
    ),
    "the last property in flow style": (
        f"{ONE}appConfig: {{eventstore.batchSize: 500, eventstore.tableName: t, a.b: c}}\n{DEPLOYER}",
        f"{ONE}{APP}{DEPLOYER}",
    ),
    "run state and version": (
        f"{ONE}state: RUNNING # now\nappVersion: 1.9\n{APP}{DEPLOYER}",
        f'{ONE}state: STOPPED # now\nappVersion: "1.10"\n{APP}{DEPLOYER}',
    ),
    "a document in flow style": (
        "{project: a, eventType: one, appConfig: {eventstore.batchSize: 500}}\n",
        "{project: a, eventType: one, appConfig: {eventstore.batchSize: 500, eventstore.tableName: t}, deployerConfig:"
        " {kubernetes: {limits: {cpu: 700m}, volumes: [{name: a, emptyDir: {}}]}}}\n",
    ),
    "an empty section": (
        f"{ONE}appConfig: {{}}\n{DEPLOYER}",
        f"{ONE}appConfig:\n  eventstore:\n    batchSize: 500\n    tableName: t\n{DEPLOYER}",
    ),
    "one document of several": (
        f"# first\neventType: other\n---\n{ONE}{APP.replace('500', '1')}{DEPLOYER}---\neventType: third\n",
        f"# first\neventType: other\n---\n{ONE}{APP}{DEPLOYER}---\neventType: third\n",
    ),
    "a substitution that differs": (
        f"{ONE}appConfig: {{eventstore.batchSize: '${{{{ vars.n }}}}', eventstore.tableName: '${{{{ vars.t }}}}'}}\n"
        f"{DEPLOYER}",
        f"{ONE}appConfig: {{eventstore.batchSize: 500, eventstore.tableName: '${{{{ vars.t }}}}'}}\n{DEPLOYER}",
    ),
}


def serve(installation: Installation, *live: dict[str, Any]) -> None:
    others = [{"eventType": "other"}, {"eventType": "third"}]
    installation.serve({"persisters": [*(live or (LIVE,)), *others]}, variables="{n: '1', t: t}", overlays="[overlays]")
    installation.write("overlays/o.yaml", ONE)


@pytest.mark.parametrize("name", CASES)
def test_what_differs_is_changed_where_it_is(installation: Installation, name: str) -> None:
    serve(installation)
    before, after = CASES[name]
    file = installation.write("persisters/f.yaml", before)
    ended = installation.run("import", "--update")
    assert file.read_text() == (after or before), ended.err
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL)
    assert ended.out == ("persisters/f.yaml\n" if after else "")
    assert installation.run("plan", "--detailed-exitcode").code == 0
    again = installation.run("import", "--update")
    assert (again.code, again.out, file.read_text()) == (0, "", after or before)


def test_an_overlay_is_changed_where_it_configures_the_value(installation: Installation) -> None:
    serve(installation)
    base = installation.write("persisters/f.yaml", f"{ONE}{APP}{DEPLOYER}")
    overlay = installation.write("overlays/o.yaml", f"{ONE}appConfig: {{eventstore.batchSize: 1, a.b: c}} # here\n")
    ended = installation.run("import", "--update")
    assert (ended.code, ended.out) == (0, "overlays/o.yaml\n"), ended.err
    assert base.read_text() == f"{ONE}{APP}{DEPLOYER}"
    assert overlay.read_text() == f"{ONE}appConfig: {{eventstore.batchSize: 500}} # here\n"


def test_secrets_are_neither_written_nor_replaced(installation: Installation) -> None:
    config = {"my.token": "t0ken", "my.other.password": "s3cr3t", "my.set.password": "new"}
    serve(installation, {"project": "a", "eventType": "one", "state": "STOPPED", "appConfig": config})
    file = installation.write(
        "persisters/f.yaml",
        f"{ONE}appConfig:\n  my.token: ${{{{ secret.UNSET }}}}\n  my.set.password: ${{{{ secret.OLD }}}}\n",
    )
    installation.monkeypatch.setenv("OLD", "old")
    ended = installation.run("import", "--update")
    assert file.read_text() == (
        f"{ONE}appConfig:\n  my.token: ${{{{ secret.UNSET }}}}\n  my.set.password: ${{{{ secret.OLD }}}}\n"
        "  my.other.password: ${{ secret.MY_OTHER_PASSWORD }}\n"
    )
    assert ended.code == 1
    assert ended.err.splitlines() == [
        "the files refer to 1 secret variable; their names are in .env.example:",
        "  MY_OTHER_PASSWORD  a/one",
        "set them before the next plan: see the first lines of that file",
        "warning: a/one: appConfig.my.set.password is left as it is: the variable that it refers to has another value"
        " than live",
        "warning: a/one: appConfig.my.token is not compared: a variable that it refers to is not set",
        "  a/one: appConfig.my.set.password differs",
        "proof: a plan of what was written has differences in 1 persister",
    ]


def test_a_dry_run_and_what_cannot_be_edited(installation: Installation) -> None:
    serve(installation)
    text = f"{ONE}appConfig: &a {{eventstore.batchSize: 1, eventstore.tableName: t}}\n{DEPLOYER}"
    file = installation.write("persisters/f.yaml", text)
    ended = installation.run("import", "--update")
    assert (ended.code, ended.out, file.read_text()) == (1, "", text)
    assert ended.err.splitlines()[0] == (
        "warning: a/one: appConfig.eventstore.batchSize is not added: persisters/f.yaml has anchors, or its document"
        " was not found"
    )
    file.write_text(text.replace("&a ", ""))
    dry = installation.run("import", "--update", "--dry-run")
    assert (dry.code, dry.out, file.read_text()) == (0, "persisters/f.yaml\n", text.replace("&a ", ""))


def test_line_breaks_and_a_byte_order_mark_stay(installation: Installation) -> None:
    serve(installation)
    file = installation.folder / "persisters/f.yaml"
    file.parent.mkdir()
    before = f"\N{ZERO WIDTH NO-BREAK SPACE}{ONE}appConfig:\n    eventstore.batchSize: 500 # é\n{DEPLOYER}"
    file.write_bytes(before.replace("\n", "\r\n").encode())
    ended = installation.run("import", "--update")
    after = before.replace("# é\n", "# é\n    eventstore.tableName: t\n")
    assert (ended.code, file.read_bytes()) == (0, after.replace("\n", "\r\n").encode()), ended.err


def test_a_value_that_cannot_be_compared_is_counted(installation: Installation) -> None:
    serve(installation, {"project": "a", "eventType": "one", "state": "STOPPED", "appConfig": {"my.token": "t0ken"}})
    installation.write("persisters/f.yaml", f"{ONE}appConfig:\n  my.token: ${{{{ secret.UNSET }}}}\n")
    ended = installation.run("import", "--update")
    assert (ended.code, ended.out, ended.err.splitlines()) == (
        0,
        "",
        [
            "warning: a/one: appConfig.my.token is not compared: a variable that it refers to is not set",
            f"{EQUAL}; 1 value could not be compared",
        ],
    )


def test_what_is_gone_and_what_is_new_is_left_alone(installation: Installation) -> None:
    serve(installation)
    file = installation.write("persisters/f.yaml", f"{ONE}{APP}{DEPLOYER}---\neventType: gone\n")
    ended = installation.run("import", "--update")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[0].startswith("warning: global/gone: it is passed over: GET /projects/global/")
    assert file.read_text() == f"{ONE}{APP}{DEPLOYER}---\neventType: gone\n"
    one = installation.run("import", "--update", "a/*")
    assert (one.code, one.err.splitlines()) == (0, [EQUAL])


def test_defaults_of_the_settings_are_overridden_where_live_has_the_server_s_default(
    installation: Installation,
) -> None:
    serve(installation, {"project": "a", "eventType": "one", "state": "STOPPED"})
    with (installation.folder / "persync.yaml").open("a") as settings:
        settings.write(
            "defaults:\n  state: RUNNING\n  appVersion: 1.9\n  appConfig: {spring.datasource.username: me, my.own: x}\n"
        )
    file = installation.write("persisters/f.yaml", ONE)
    ended = installation.run("import", "--update")
    assert file.read_text() == (
        f"{ONE}state: STOPPED\nappVersion: latest\n"
        "appConfig:\n  spring.datasource:\n    username: ${superuser-username}\n"
    )
    assert (ended.code, ended.err.splitlines()) == (
        1,
        [
            "warning: a/one: appConfig.my.own is left as it is: persync.yaml:13:55 configures it for all persisters,"
            " and live lacks it",
            "  a/one: appConfig.my.own differs",
            "proof: a plan of what was written has differences in 1 persister",
        ],
    )


def test_a_version_that_live_has_by_default_is_removed(installation: Installation) -> None:
    serve(installation, {"project": "a", "eventType": "one", "state": "STOPPED"})
    file = installation.write("persisters/f.yaml", f"{ONE}appVersion: 1.9 # old\n")
    assert installation.run("import", "--update").code == 0
    assert file.read_text() == ONE
