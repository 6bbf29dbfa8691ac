"""Two applies at the same time, as processes of their own."""

from __future__ import annotations

import re
import socket

from tests.command_line import Installation
from tests.processes import start, wait_until

FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
IN_SYNC = "No changes. 1 persister is in sync. 1 other was not compared."


def test_a_second_apply_is_refused_while_the_first_one_lives(installation: Installation) -> None:
    server = installation.serve(
        {
            "delays": {"deploying": 300, "stopping": 0.05, "failing": 0.05},
            "persisters": [
                {"eventType": "a", "state": "RUNNING"},
                {"eventType": "b", "state": "RUNNING", "appConfig": {"eventstore.batchSize": "500"}},
            ],
        }
    )
    installation.write("persisters/all.yaml", FILE.format("a") + "---\n" + FILE.format("b"))
    first = start(installation, "apply", "--auto-approve")
    try:
        wait_until(lambda: len(installation.writes()) == 3)
        second = installation.run("apply", "--auto-approve")
        assert (second.code, second.out) == (1, "")
        assert re.sub(r"since .* UTC", "since …", second.err).splitlines() == [
            f"error: another apply of environment test is under way in this folder: process {first.pid} on"
            f" {socket.gethostname()}, since …",
            "help: wait until it has finished; the lock"
            f" {installation.folder}/.persync/test.lock ends with that process, do not remove the file",
        ]
        # A plan writes nothing, and --no-lock is the user's decision.
        assert installation.run("plan", "global/b").code == 0
        unlocked = installation.run("apply", "--auto-approve", "--no-lock", "global/b")
        assert (unlocked.code, unlocked.last_line) == (0, IN_SYNC)
    finally:
        first.kill()
        first.communicate()
    after = installation.run("apply", "--auto-approve", "global/b")
    assert (after.code, after.last_line) == (0, IN_SYNC)
    path = "/projects/global/event-types/a/eventstores/pg/persister"
    assert installation.writes() == [f"POST {path}/state", f"PUT {path}", f"POST {path}/state"]
    assert server.persister("global", "a", "pg")["state"] == "DEPLOYING"


def test_a_folder_that_cannot_be_written_is_an_error(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "a", "state": "STOPPED"}]})
    installation.write("persisters/a.yaml", "eventType: a\nstate: RUNNING\n")
    installation.write(".persync", "a file")
    refused = installation.run("apply", "--auto-approve")
    assert (refused.code, refused.out, installation.writes()) == (1, "", [])
    assert refused.err.splitlines() == [
        f"error: {installation.folder}/.persync/test.lock cannot be locked, which keeps two applies apart:"
        " Not a directory",
        "help: let this user write to that folder, or give --no-lock where no other apply can run",
    ]
    assert installation.run("apply", "--auto-approve", "--no-lock", "--no-journal").code == 0
