"""docs/permissions.md is true: each command is run with each role, against the sandbox of both kinds of releases."""

from __future__ import annotations

import pytest

from docs_tools.permissions import requests_of_commands
from tests.command_line import Installation

READS, STARTS, WRITES = "reads, with the token", "starts and stops, with the token", "writes, with the token"
ROLES = {
    "1.2": {
        "none": {},
        "data_owner": {"web": ["data_owner"]},
        "viewer": {"web": ["viewer"]},
        "editor": {"web": ["editor"]},
    },
    "1.1": {"none": {}, "consumer": {"harvester-api": ["may_read"]}, "editor": {"harvester-api": ["may_edit"]}},
}
SUFFICIENT = {READS: {"viewer", "consumer", "editor"}, STARTS: {"editor"}, WRITES: {"editor"}}
ARGUMENTS = {
    "apply": ("--auto-approve",),
    "import": ("--update", "--dry-run"),
    "start": ("two", "--auto-approve"),
    **dict.fromkeys(("stop", "restart"), ("one", "--auto-approve")),
    "plan": ("--out", "new.persync"),
    "rollback": ("2", "--auto-approve", "--no-journal", "--journal", "before", "--max-resets", "1"),
    "verify": ("plan.persync",),
}


@pytest.mark.parametrize("release", ROLES)
def test_a_command_needs_the_role_that_the_page_names(installation: Installation, release: str) -> None:
    new = release == "1.2"
    project = {"project": "web"} if new else {"editor": "may_edit", "consumer": "may_read"}
    users = [{"name": name, "token": name, "roles": roles} for name, roles in ROLES[release].items()]
    installation.serve(
        {
            "release": release,
            "users": users,
            "persisters": [
                {"eventType": "one", "state": "RUNNING", **project},
                {"eventType": "two", "state": "STOPPED", **project},
            ],
        },
        token=False,
        projectPrefix=str(new).lower(),
    )
    name = "web/one" if new else "one"
    head = "project: web\n" if new else ""
    installation.write("persisters/one.yaml", f"{head}eventType: one\nstate: RUNNING\nappConfig: {{my.name: a}}\n")
    installation.write("persisters/two.yaml", f"{head}eventType: two\n")
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "editor")
    assert installation.run("apply", "--auto-approve", "--journal", "before").code == 0  # the run that is rolled back
    installation.write("persisters/one.yaml", f"{head}eventType: one\nstate: RUNNING\nappConfig: {{my.name: b}}\n")
    assert installation.run("plan", "--out", "plan.persync").code == 0

    needed = {command: kind for command, kind in requests_of_commands().items() if kind in SUFFICIENT}
    wrong = {}
    for role in ROLES[release]:
        installation.monkeypatch.setenv("PERSYNC_TOKEN", role)
        for command, kind in sorted(needed.items(), key=lambda pair: pair[1]):  # what reads comes first
            arguments = (name,) if command == "logs" else ARGUMENTS.get(command, ())
            ended = installation.run(command, *arguments)
            if ended.code != (0 if role in SUFFICIENT[kind] else 1):
                wrong[role, command] = ended
    assert wrong == {}


def test_every_kind_of_request_is_known() -> None:
    assert set(requests_of_commands().values()) == {"none", "none; it listens on loopback", READS, STARTS, WRITES}
