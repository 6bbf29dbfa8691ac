"""``apply --rollback-on-failure``: at once, the persister that failed; with ``=all``, what the run has changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.command_line import Ended, Installation

NAMES = ("a", "b", "c")


@pytest.fixture
def three(installation: Installation) -> Installation:
    """Three persisters that are to be changed."""
    config = {"appConfig": {"eventstore.batchSize": "200", "my.text": "old"}}
    persisters = [{"eventType": name, "state": "RUNNING", **config} for name in NAMES]
    installation.serve({"persisters": persisters})
    for name in NAMES:
        text = f"eventType: {name}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
        installation.write(f"persisters/{name}.yaml", text)
    return installation


def live(installation: Installation) -> dict[str, Any]:
    assert installation.server is not None
    found: dict[str, Any] = {name: installation.server.persister("global", name) for name in NAMES}
    return {name: (one["state"], one["stored"]["appConfig"]["eventstore.batchSize"]) for name, one in found.items()}


def apply(installation: Installation, *arguments: str) -> Ended:
    """Apply, one by one; the start of ``c`` with the new configuration is refused for good."""
    assert installation.server is not None
    path = "*/event-types/c/*/state"
    fault = {"kind": "api-error", "method": "POST", "path": path, "after": 1, "times": 1, "type": "bad_parameter_value"}
    installation.server.set_faults([fault])
    return installation.run("apply", "--auto-approve", "--parallelism", "1", *arguments)


OLD, NEW = ("RUNNING", "200"), ("RUNNING", "500")
SCOPES = [
    ((), (NEW, NEW, ("STOPPED", "500")), "2 done, 1 failed"),
    (("--rollback-on-failure",), (NEW, NEW, OLD), "2 done, 1 failed, 1 rolled back"),
    (("--rollback-on-failure=all",), (OLD, OLD, OLD), "2 done, 1 failed, 3 rolled back"),
]


@pytest.mark.parametrize(("options", "left", "summary"), SCOPES, ids=["not", "failed", "all"])
def test_what_is_rolled_back(three: Installation, options: tuple[str, ...], left: Any, summary: str) -> None:
    applied = apply(three, *options)
    assert (applied.code, applied.last_line) == (1, f"Apply: {summary}."), applied.err
    assert live(three) == dict(zip(NAMES, left, strict=True))


def test_the_reports_have_it(three: Installation) -> None:
    applied = apply(three, "--rollback-on-failure", "--report", "json", "--report", "text=report.txt")
    *_, last = json.loads(applied.out)["persisters"]
    assert (last["outcome"], last["leftStopped"], last["rollback"]) == (
        "failed",
        False,
        {"outcome": "done", "stepsTaken": ["put", "start"], "leftStopped": False, "problem": "", "hint": ""},
    )
    assert "it was rolled back to what it was before the run: put, start" in (three.folder / "report.txt").read_text(
        "utf-8"
    )
    [journal] = (three.folder / ".persync/runs").glob("*.jsonl")
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]
    ends = [(line["outcome"], line["restored"]) for line in lines if line["kind"] == "persister"]
    assert ends == [("done", False), ("done", False), ("failed", True)]
    # what was rolled back already is in sync
    rolled = three.run("rollback", journal.stem, "--auto-approve")
    assert (rolled.code, live(three)) == (0, dict.fromkeys(NAMES, OLD))


def test_a_rollback_that_fails_is_reported(three: Installation) -> None:
    assert three.server is not None
    path = "*/event-types/c/*/state"
    three.server.set_faults(
        [{"kind": "api-error", "method": "POST", "path": path, "after": 1, "type": "bad_parameter_value"}]
    )
    applied = three.run("apply", "--auto-approve", "--parallelism", "1", "--rollback-on-failure")
    assert applied.last_line == "Apply: 2 done, 1 failed."
    assert "it was not rolled back: " in applied.out
    assert live(three)["c"] == ("STOPPED", "200")
