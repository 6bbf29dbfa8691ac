"""Twelve restarts, two at a time: one fails, and the apply is cancelled, killed and resumed."""

import signal

from persync.sandbox.server import SandboxServer
from tests.cli.rollout.record import most_down, stopped
from tests.cli.rollout.test_unavailable import NAMES, install
from tests.command_line import Installation
from tests.processes import start, wait_until


def states(server: SandboxServer) -> dict[str, str]:
    return {name: str(server.persister("web", name)["state"]) for name in NAMES}


def test_twelve_restarts_that_fail_are_cancelled_killed_and_resumed(installation: Installation) -> None:
    server = install(installation, *NAMES, f={"fails": True})
    command = ("apply", "--auto-approve", "--keep-going", "--parallelism", "12")
    # cancelled: what is under way is finished
    first = start(installation, *command)
    wait_until(lambda: len(stopped(server)) >= 3)
    first.send_signal(signal.SIGTERM)
    out, _ = first.communicate(timeout=60)
    assert (first.returncode, "not attempted" in out, "STOPPED" in states(server).values()) == (130, True, False)
    # killed: what is under way stays down
    second = start(installation, *command)
    already = len(stopped(server))
    wait_until(lambda: len(stopped(server)) >= already + 2)
    second.send_signal(signal.SIGKILL)
    second.communicate(timeout=60)
    assert {*states(server).values()} - {"RUNNING"}
    # resumed: f fails again and again, so that only one other may be down
    third = installation.run(*command)
    assert (third.code, third.last_line.partition(" done, ")[2]) == (1, "1 failed.")
    assert states(server) == {**dict.fromkeys(NAMES, "RUNNING"), "f": "FAILED"}
    assert installation.run("plan").last_line == ("Plan: 1 to change (1 restart), 11 in sync.")
    assert most_down(server) == 2
