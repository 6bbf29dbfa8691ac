"""An apply while it is under way: on a terminal and in a log."""

import logging
import re

import pytest

from persync.cli.progress.applying import HEARTBEAT, ApplyProgress
from persync.harvester.load.state import Throttling
from persync.model import PG, PersisterId, RunState
from persync.plan.events import DeadlineStarted, PersisterStarted, Retrying, StateSeen, WaitStarted
from tests.cli.progress.terminal import on_terminal
from tests.command_line import Installation

NAMES = ("a", "b", "c")
NO_PROBE = "deployerConfig: {kubernetes.readinessProbeDelay: 0}\n"
FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
B = PersisterId("global", "b", PG)


@pytest.fixture
def one_fails(installation: Installation) -> Installation:
    """Three persisters to restart, of which b goes to FAILED."""
    installation.serve(
        {
            "persisters": [{"eventType": name, "state": "RUNNING"} for name in NAMES],
            "delays": {"deploying": 0.6, "stopping": 0.1, "failing": 0.1},
            "faults": [{"kind": "ends-failed", "path": "*/b/*"}],
        }
    )
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) + NO_PROBE for name in NAMES))
    return installation


def without_figures(text: str) -> str:
    return re.sub(r"[0-9.]+ s\b", "N s", text)


def test_in_a_log_each_persister_has_a_line(one_fails: Installation) -> None:
    ended = one_fails.run("apply", "--auto-approve", "--parallelism", "1", "--keep-going")
    assert (ended.code, without_figures(re.sub(r"\[ *", "[", ended.err)).splitlines()) == (
        1,
        [
            "[N s] global/a: done, down for N s",
            "[N s] global/b: failed, down for N s so far: went to FAILED instead of RUNNING",
            "[N s] global/c: done, down for N s",
            "apply took N s",
        ],
    )


@pytest.mark.parametrize("columns", [80, 36])
def test_on_a_terminal_there_is_one_block(one_fails: Installation, columns: int) -> None:
    shown = on_terminal(one_fails, "apply", "--auto-approve", "--keep-going", "--parallelism", "2", columns=columns)
    failed = "✗ global/b: failed, down for N s so far: went to FAILED instead of RUNNING"
    if columns < len(failed):
        failed = "✗ global/b: failed, down for N s…"
    # nothing of the block is left
    assert (shown.code, [without_figures(each) for each in shown.screen]) == (1, [failed, "apply took N s", ""])
    ever = {without_figures(each) for each in shown.ever}
    assert {"0/3 done, 2 waiting  N s", "  global/a  DEPLOYING N s of N s"} <= ever
    assert max(map(len, shown.ever)) < columns


def test_no_block_on_a_terminal_that_cannot_move_its_cursor(one_fails: Installation) -> None:
    one_fails.monkeypatch.setenv("TERM", "dumb")
    shown = on_terminal(one_fails, "apply", "--auto-approve", "--keep-going", "--parallelism", "1")
    assert ("\x1b" in shown.raw, [each.partition("] ")[2].partition(":")[0] for each in shown.screen[:3]]) == (
        False,
        ["global/a", "global/b", "global/c"],
    )


@pytest.fixture
def clock() -> list[float]:
    """The time: its last item."""
    return [100.0]


def test_a_log_has_a_heartbeat(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "persync.cli")
    progress = ApplyProgress(3, lambda: None, lambda: clock[-1])
    progress(PersisterStarted(B))
    progress(WaitStarted(B, RunState.RUNNING, 240))
    progress(DeadlineStarted(B, 240))
    progress(StateSeen(B, RunState.DEPLOYING))
    beats = []
    for seconds in (HEARTBEAT - 0.1, HEARTBEAT, HEARTBEAT + 0.1, 2 * HEARTBEAT):
        clock.append(100 + seconds)
        progress.tick()
        beats.append(len(caplog.records))
    assert beats == [0, 2, 2, 4]  # for people, and for programs
    people, programs = caplog.records[:2]
    text = "0/3 done, 1 waiting: global/b DEPLOYING 30 s of 4 min"
    assert (people.getMessage(), programs.getMessage(), vars(programs)["fields"]) == (
        f"[ 30.0 s] {text}",
        text,
        {"event": "progress", "total": 3, "done": 0, "finished": 0, "underWay": 1, "seconds": 30.0},
    )


def test_an_outage_is_a_line_per_cause(clock: list[float], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "persync.cli")
    throttlings = [Throttling(None, 4.0, None)] * 9
    progress = ApplyProgress(40, lambda: throttlings[0], lambda: clock[-1])
    for number in range(40):
        persister = PersisterId("web", f"e{number}", PG)
        path = f"GET /projects/web/event-types/e{number}/eventstores/pg/persister/state"
        progress(PersisterStarted(persister))
        progress(Retrying(persister, f"{path}: connection to http://api refused"))
    progress.tick()
    progress.tick()
    clock.append(100 + HEARTBEAT)
    progress.tick()
    messages = [record.getMessage() for record in caplog.records if not vars(record).get("only_log")]
    refused = "GET /projects/web/event-types/{}/eventstores/pg/persister/state: connection to http://api refused"
    waiting = ", ".join(
        f"web/e{number} reading 30 s; for 30 s: connection to http://api refused" for number in range(3)
    )
    assert messages == [
        f"[  0.0 s] web/e0: {refused.format('e0')}; trying again",
        "the API does not answer: fewer requests are sent, and failed reads are repeated until the deadline of the"
        " step",
        f"[ 30.0 s] 0/40 done, 40 waiting: {waiting}, 37 more; the API does not answer: next request in 4 s",
    ]
