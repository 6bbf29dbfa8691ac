"""kill -9 at each write of a run: the journal has what was intended, and what the server did is announced in it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from persync.apply.journal.read import RunRecord, read_run
from persync.model import PersisterId
from tests.command_line import Installation
from tests.processes import start, wait_until

RUNNING = {"state": "RUNNING", "appConfig": {"eventstore.batchSize": "200"}}
FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
WRITES = [(name, step) for name in ("a", "b") for step in ("stop", "put", "start")]
# the requests of a run, in order: three persisters would be the same again
ORIGINAL = [("RUNNING", "200"), ("RUNNING", "200")]
FAULTS = [("POST", 0), ("PUT", 0), ("POST", 1), ("POST", 2), ("PUT", 1), ("POST", 3)]


def killed_at(installation: Installation, write: int) -> RunRecord:
    """Apply in a process that is killed while the API handles this write; return what its journal has."""
    assert installation.server is not None
    method, before = FAULTS[write]
    fault = {"kind": "latency", "method": method, "after": before, "times": 1, "seconds": 0.6}
    installation.server.set_faults([fault])
    runs = installation.folder / ".persync/runs"
    process = start(installation, "apply", "--auto-approve", "--parallelism", "1")
    try:
        wait_until(lambda: len(intents(record(runs))) == write + 1)
    finally:
        process.kill()
        process.communicate()
    installation.server.set_faults([])
    time.sleep(0.7)  # the request that was under way has its effect only now
    return record(runs)


def record(runs: Path) -> RunRecord | Any:
    [*found] = runs.glob("*.jsonl")
    data = found[0].read_bytes() if found else b""
    return read_run(data, "run.jsonl") if b"\n" in data else None


def intents(run: RunRecord | None) -> list[tuple[str, str]]:
    records = run.persisters.items() if run else ()
    return [(persister.event_type, str(intent.write)) for persister, record in records for intent in record.intents]


def states(installation: Installation) -> list[tuple[Any, Any]]:
    """Return the run state and the batch size of both, once no request is under way any more."""
    assert installation.server is not None
    found: list[Any] = [installation.server.persister("global", name) for name in ("a", "b")]
    return [(one["state"], one["stored"]["appConfig"]["eventstore.batchSize"]) for one in found]


@pytest.mark.parametrize("write", range(len(WRITES)), ids=[f"{name}-{step}" for name, step in WRITES])
def test_every_write_that_was_sent_is_announced(installation: Installation, write: int) -> None:
    installation.serve({"persisters": [{"eventType": name, **RUNNING} for name in ("a", "b")]})
    for name in ("a", "b"):
        installation.write(f"persisters/{name}.yaml", FILE.format(name))
    run = killed_at(installation, write)
    assert (intents(run), run.end) == (WRITES[: write + 1], None)
    answers = [answer for each in run.persisters.values() for answer in each.answers]
    assert [answer.accepted for answer in answers] == [True] * write
    done = [*WRITES][: write + 1]
    assert len(installation.writes()) <= len(done)
    assert [*run.persisters] == [PersisterId("global", name, "pg") for name in dict.fromkeys(name for name, _ in done)]
    listed = installation.run("runs").out.splitlines()
    assert [line.split()[-2:] for line in listed[1:]] == [["killed", "–"]]
    back = installation.run("rollback", run.head.run, "--auto-approve")
    assert (back.code, states(installation)) == (0, ORIGINAL), back.err
    again = installation.run("apply", "--auto-approve")
    assert again.code == 0, again.err
