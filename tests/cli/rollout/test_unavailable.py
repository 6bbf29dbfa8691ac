"""Never more than maxUnavailable persisters down at once, judged by the sandbox's own record of run states."""

from typing import Any

import pytest

from persync.sandbox.server import SandboxServer
from tests.cli.rollout.record import down_over_time, most_down, stopped
from tests.command_line import Installation

NAMES = tuple("abcdefghijkl")
DELAYS = {"deploying": 0.2, "stopping": 0.1, "failing": 0.1}
FILE = "project: web\neventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"


def install(
    installation: Installation, *names: str, rollout: str = "{settle: 0, maxUnavailable: 2}", **live: dict[str, Any]
) -> SandboxServer:
    """Serve persisters that run with another batch size; ``live`` has what is different of one."""
    persisters = [{"project": "web", "eventType": name, "state": "RUNNING", **live.get(name, {})} for name in names]
    server = installation.serve({"persisters": persisters, "delays": DELAYS}, rollout=rollout)
    installation.write("persisters/all.yaml", "---\n".join(map(FILE.format, names)))
    return server


def test_the_limit_is_used(installation: Installation) -> None:
    server = install(installation, *NAMES[:6], rollout="{settle: 0, maxUnavailable: 50%}")
    assert installation.run("apply", "--auto-approve").code == 0
    assert most_down(server) == 3


def test_those_that_are_down_before_have_their_turn_first(installation: Installation) -> None:
    server = install(installation, *NAMES[:5], d={"state": "STOPPED"}, e={"state": "FAILED"})
    assert installation.run("apply", "--auto-approve").code == 0
    found = down_over_time(server)
    assert (max(map(len, found)), sorted(found[-1])) == (2, [])
    # both were down, and nobody else was until one of them ran
    began = [index for index, down in enumerate(found) if down - {"d", "e"}]
    assert len(found[began[0]] & {"d", "e"}) <= 1


def test_a_canary_waits_for_those_that_are_down_before(installation: Installation) -> None:
    rollout = "{settle: 0, maxUnavailable: 1, canary: [web/a]}"
    same = {"appConfig": {"eventstore.batchSize": "500"}}
    server = install(installation, *NAMES[:3], rollout=rollout, c={"state": "STOPPED", **same})
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, most_down(server), stopped(server)) == (0, 1, ["a", "b"])
    assert "rollout: wave 1 of 3: recovery, 1\n" in ended.err


def test_nothing_is_restarted_while_too_many_stay_down(installation: Installation) -> None:
    live = {"state": "STOPPED"}
    server = install(installation, *NAMES[:4], c={**live, "fails": True}, d=live)
    arguments = ("apply", "--auto-approve", "--keep-going", "--protect", "web/d")
    ended = installation.run(*arguments)
    assert (ended.code, ended.last_line) == (1, "Apply: 1 failed, 2 not attempted, 1 blocked.")
    assert stopped(server) == []
    assert (
        "✗ 2 persisters were not restarted: 2 are down (web/c, web/d), and maxUnavailable allows 2\n"
        "  help: get those running first, leave them out with --exclude, or allow more once with --max-unavailable 3\n"
    ) in ended.out
    assert installation.run(*arguments, "--max-unavailable", "3").code == 1
    assert (sorted(stopped(server)), most_down(server, "d")) == (["a", "b", "c"], 3)


def test_a_rollback_of_all_keeps_to_the_limit(installation: Installation) -> None:
    server = install(installation, *NAMES[:3], rollout="{settle: 0, maxUnavailable: 1}", b={"fails": True})
    ended = installation.run("apply", "--auto-approve", "--rollback-on-failure=all")
    assert (ended.code, ended.last_line) == (1, "Apply: 1 done, 1 failed, 1 not attempted.")
    # b fails again with what it had before, and a would be the second one that is down
    assert "    it was not rolled back: 1 is down, and maxUnavailable allows 1\n" in ended.out
    assert (most_down(server), stopped(server)) == (1, ["a", "b", "b"])


@pytest.mark.parametrize("change", [{"state": "STOPPED"}, {"state": "FAILED"}])
def test_stops_that_are_desired_and_updates_do_not_count(installation: Installation, change: dict[str, Any]) -> None:
    server = install(installation, *NAMES[:3], rollout="{settle: 0, maxUnavailable: 1}")
    text = FILE.format("a") + "---\n" + FILE.format("b").replace("RUNNING", "STOPPED")
    text += "---\n" + FILE.format("c").replace("state: RUNNING\n", "")
    installation.write("persisters/all.yaml", text)
    server.change_externally("web", "c", **change)  # its run state is not managed
    assert installation.run("apply", "--auto-approve").code == 0
    assert sorted(stopped(server)) == ["a", "b"]
