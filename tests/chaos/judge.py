"""The judge: what must hold after each run, by the sandbox's own record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from pathlib import Path

from persync.apply.journal.read import read_run
from persync.errors import JournalRefused
from persync.sandbox.history import AcceptedWrite
from tests.chaos.installation import Checkout, Ended, Installation
from tests.cli.rollout.record import most_down


@dataclass
class Verdict:
    """The figures of a round. `violations` has a line for each thing that must not be."""

    runs: int = 0
    converged: int = 0
    not_converged: int = 0
    doubled: int = 0
    down_reported: int = 0
    down_unreported: int = 0
    over_limit: int = 0
    unreadable: int = 0
    rolled_back: int = 0
    violations: list[str] = field(default_factory=list)

    def add(self, other: Verdict) -> None:
        """Add the figures of another round."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def violated(self, figure: str, lines: Iterable[str]) -> None:
        """Count the lines in a figure, each as a violation."""
        found = list(lines)
        setattr(self, figure, getattr(self, figure) + len(found))
        self.violations += found

    def wrong(self, line: str) -> None:
        """Add a violation that no figure counts."""
        self.violations.append(line)


def judge_end(verdict: Verdict, installation: Installation, checkout: Checkout, ended: Ended) -> None:
    """Judge a run that finished by itself, or by a signal that it could handle: nothing is left down in silence."""
    if "Traceback" in ended.err or "bug in persync" in ended.err:
        verdict.wrong(f"a traceback: {ended.err[-1500:]}")
    results = checkout.results()
    for name, (state, *sizes) in installation.settled().items():
        result = results.get(name, {})
        outcome = result.get("outcome", "no result")
        if outcome == "done" and (state, *sizes) != checkout.goal:
            verdict.violated("not_converged", [f"{name} is reported as done, and is {state} with {sizes}"])
        if state == "RUNNING":
            continue
        # "not attempted" is a report too, if an earlier run has left it down: this run did not touch it
        problem = result.get("problem", "")
        if outcome in {"failed", "cancelled", "conflict"} and (
            result["leftStopped"] or state in problem or "not known" in problem
        ):
            verdict.down_reported += 1
        else:
            verdict.violated("down_unreported", [f"{name} is {state}, and the report has: {outcome}; {problem}"])


def judge_goal(verdict: Verdict, installation: Installation, checkout: Checkout, ended: Ended) -> None:
    """Judge the state after the last run."""
    if reached(verdict, installation, ended, checkout.goal):
        verdict.converged = verdict.runs


def reached(verdict: Verdict, installation: Installation, ended: Ended, goal: tuple[str, ...]) -> bool:
    """Return whether a command has succeeded and led to this state of all."""
    states = installation.settled()
    wrong = [f"{name} is {state} in the end, not {goal}" for name, state in states.items() if state != goal]
    if ended.code != 0:
        wrong.append(f"the last command ended with {ended.code}: {ended.out[-1500:]} {ended.err[-1500:]}")
    verdict.violated("not_converged", wrong)
    return not wrong


def judge_record(verdict: Verdict, installation: Installation, limit: int) -> None:
    """Judge the record of the sandbox: each accepted write had an effect, and never were too many down."""
    repeated = [f"{write.key.event_type}: {write.write} twice" for write in repeated_writes(installation)]
    verdict.violated("doubled", repeated)
    most = most_down(installation.server)
    verdict.violated("over_limit", [f"{most} were down at once, and {limit} may"] if most > limit else [])


def repeated_writes(installation: Installation) -> list[AcceptedWrite]:
    """Return the writes that the service accepted and that changed nothing."""
    return [write for write in installation.server.writes() if not write.changed]


def judge_journals(verdict: Verdict, checkout: Checkout) -> None:
    """Judge whether every journal can be read, and is listed."""
    verdict.violated("unreadable", filter(None, map(_unreadable, checkout.journals())))
    listed = checkout.run("runs")
    if listed.code != 0:
        verdict.violated("unreadable", [f"persync runs: {listed.err}"])


def _unreadable(path: Path) -> str:
    data = path.read_bytes()
    if b"\n" not in data:  # it died while the first line was written, before any write to the API
        return ""
    try:
        read_run(data, path.name)
    except JournalRefused as refused:
        return str(refused)
    return ""
