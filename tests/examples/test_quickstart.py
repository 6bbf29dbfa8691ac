"""The quick start of the README, in any folder: what examples/quickstart/demo.sh does, command by command."""

from __future__ import annotations

import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
SNAPSHOTS = Path(__file__).parent / "snapshots"
DRIFT = """\
Plan for environment sandbox (sandbox:sandbox.db)
  ↻ restart: events queue until it runs again   - remove

↻ webtracking/snowplow-web  persisters/webtracking/snowplow-web.yaml:3
    stop, put, start: the configuration differs (RUNNING → RUNNING)
    - appConfig.eventstore.batchSize: 42 → (default)

Plan: 1 to change (1 restart), 6 in sync.
"""


@pytest.fixture
def quickstart(installation: Installation) -> Callable[..., Ended]:
    """Return a function that runs persync in a copy of the quick start without a state of the sandbox."""
    shutil.copytree(
        QUICKSTART, installation.folder, ignore=shutil.ignore_patterns("sandbox.db*", "__pycache__"), dirs_exist_ok=True
    )
    return installation.run


def snapshot(name: str) -> str:
    return (SNAPSHOTS / name).read_text(encoding="utf-8")


def test_from_validation_to_drift(installation: Installation, quickstart: Callable[..., Ended]) -> None:
    validated = quickstart("validate")
    assert (validated.code, validated.out, validated.err) == (
        0,
        "Validate: 7 persisters, no findings.\n",
        "",
    )

    planned = quickstart("plan")
    assert (planned.code, planned.out, planned.err) == (0, snapshot("quickstart-plan.txt"), "")

    status = quickstart("status")
    assert (status.code, status.out) == (0, snapshot("quickstart-status.txt"))

    applied = quickstart("apply", "--auto-approve")
    assert (applied.code, applied.last_line) == (0, "Apply: 5 done."), applied.out

    again = quickstart("plan", "--detailed-exitcode")
    assert (again.code, again.last_line) == (
        0,
        "No changes. 7 persisters are in sync.",
    )

    runpy.run_path(str(installation.folder / "introduce-drift.py"), run_name="__main__")
    drift = quickstart("plan", "--detailed-exitcode")
    assert (drift.code, drift.out) == (2, DRIFT)


def test_a_copy_has_a_state_of_its_own(installation: Installation, quickstart: Callable[..., Ended]) -> None:
    assert quickstart("plan", "--detailed-exitcode").code == 2
    assert (installation.folder / "sandbox.db").is_file()
    (installation.folder / "sandbox.db").unlink()
    assert quickstart("plan").out == snapshot("quickstart-plan.txt")
