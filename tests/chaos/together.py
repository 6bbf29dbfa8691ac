"""Rounds with two applies at once."""

from __future__ import annotations

import time
from random import Random
from typing import Any

from tests.chaos.installation import DESIRED, Checkout, Installation, installed
from tests.chaos.judge import Verdict, judge_end, judge_goal, judge_journals, judge_record, repeated_writes

NAMES = ("a", "b", "c", "d")
OTHER = "700"


def same_checkout_round(rng: Random) -> Verdict:
    """Two applies in one checkout: the lock lets one of them in."""
    verdict = Verdict(runs=2)
    with installed(NAMES) as installation:
        checkout = installation.checkout(rollout="settle: 0, maxUnavailable: 2")
        first = checkout.apply()
        time.sleep(rng.random() * 0.5)
        second = checkout.apply()
        ended = [checkout.ended(process) for process in (first, second)]
        if 0 not in {each.code for each in ended}:
            verdict.wrong(f"neither of two applies in one checkout succeeded: {ended[0].err[-1500:]}")
        ended = [checkout.ended(checkout.apply())]
        judge_end(verdict, installation, checkout, ended[0])
        judge_goal(verdict, installation, checkout, ended[0])
        judge_record(verdict, installation, 2)
        judge_journals(verdict, checkout)
    return verdict


def two_checkouts_round(rng: Random) -> Verdict:
    """Two applies in two checkouts, of the same or of different content. Repeated writes are counted only."""
    verdict = Verdict(runs=2)
    sizes = (DESIRED, rng.choice((DESIRED, OTHER)))
    with installed(NAMES, delays={"deploying": 0.3, "stopping": 0.15, "failing": 0.1}) as installation:
        checkouts = [
            installation.checkout(name, size=size) for name, size in zip(("first", "second"), sizes, strict=True)
        ]
        processes = []
        for checkout in checkouts:
            processes.append(checkout.apply())
            time.sleep(rng.random() * 0.2)
        ended = [checkout.ended(process) for checkout, process in zip(checkouts, processes, strict=True)]
        for each in ended:
            if "Traceback" in each.err:
                verdict.wrong(f"a traceback: {each.err[-1500:]}")
        verdict.doubled += len(repeated_writes(installation))
        _judge_reports(verdict, installation, checkouts, sizes)
        _restart_as_reported(checkouts)
        last = checkouts[0].ended(checkouts[0].apply())
        judge_goal(verdict, installation, checkouts[0], last)
        for checkout in checkouts:
            judge_journals(verdict, checkout)
    return verdict


def _restart_as_reported(checkouts: list[Checkout]) -> None:
    """Restart what an apply has reported to run with another configuration: release 1.2 shows RUNNING for it."""
    reports = [checkout.results() for checkout in checkouts]
    names = {
        name for report in reports for name, result in report.items() if "persync restart" in result.get("hint", "")
    }
    if names:
        checkouts[0].run("restart", *(f"global/{name}" for name in sorted(names)), "--auto-approve")


def _judge_reports(
    verdict: Verdict, installation: Installation, checkouts: list[Checkout], sizes: tuple[str, str]
) -> None:
    """Judge that "done" is what is stored in the end, and that what is down is in a report of one of both."""
    reports = [checkout.results() for checkout in checkouts]
    for name, (state, *stored) in installation.settled().items():
        results = [report.get(name, {}) for report in reports]
        done = [size for size, result in zip(sizes, results, strict=True) if result.get("outcome") == "done"]
        knew = {change for result in results if result.get("outcome") == "done" for change in _befores(result)}
        for size in done:
            # a plan that was made after the other apply is no race
            if [size, size] != stored and size not in knew:
                verdict.violated(
                    "not_converged", [f"{name} is reported as done with {size}, and is {state} with {stored}"]
                )
        if state != "RUNNING":
            told = [result for result in results if result.get("leftStopped") or state in result.get("problem", "")]
            verdict.down_reported += bool(told)
            problems = [result.get("problem") for result in results]
            verdict.violated(
                "down_unreported", [] if told else [f"{name} is {state}, and the reports have: {problems}"]
            )


def _befores(result: dict[str, Any]) -> list[str]:
    return [change["before"] for change in result["plan"].get("changes", ()) if change["before"]]
