"""Which journals are removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from persync.apply.journal.lines import Head
from persync.apply.journal.listing import ListedRun, RunStatus
from persync.apply.journal.prune import prunable
from tests.apply.journal.test_read import HEAD
from tests.command_line import Installation

OF = {status[0].upper(): status for status in RunStatus if status is not RunStatus.FINISHED} | {
    ".": RunStatus.FINISHED,
    "X": RunStatus.FAILED,
}


def run(index: int, status: RunStatus, environment: str = "test") -> ListedRun:
    head = Head.model_validate({**HEAD, "run": str(index), "environment": environment})
    return ListedRun(Path(str(index)), head, status, None)


# each character a run, the newest first: "." finished, X failed, C cancelled, K killed, R running
@pytest.mark.parametrize(
    ("runs", "keep", "removed"),
    [
        ("", 1, []),
        ("...", 3, []),
        ("....", 2, ["3", "2"]),
        ("XCX.", 1, ["3", "2", "1"]),
        ("XXK.", 1, ["3", "1"]),  # nothing finished after the killed one
        (".XK.", 1, ["3", "2", "1"]),
        ("KKK", 1, []),
        ("XR.", 1, ["2"]),
    ],
)
def test_the_oldest_are_removed(runs: str, keep: int, removed: list[str]) -> None:
    listed = [run(index, OF[letter]) for index, letter in enumerate(runs)]
    others = [run(9, RunStatus.FINISHED, "production")] * 5
    assert [each.head.run for each in prunable([*others, *listed], "test", keep)] == removed


def test_an_apply_removes_old_journals(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING"}]})
    settings = installation.folder / "persync.yaml"
    settings.write_text(settings.read_text(encoding="utf-8") + "journal: {keep: 2}\n", encoding="utf-8")
    kept: list[set[str]] = []
    for size in (1, 2, 3):
        installation.write("persisters/a.yaml", f"eventType: a\nappConfig: {{eventstore.batchSize: {size}}}\n")
        assert installation.run("apply", "--auto-approve").code == 0
        kept.append({path.name for path in (installation.folder / ".persync/runs").glob("*.jsonl")})
    assert [len(names) for names in kept] == [1, 2, 2]
    assert len(kept[2] - kept[1]) == 1
