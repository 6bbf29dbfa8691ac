"""Rounds in which an apply or a restart ends early: kill -9, SIGTERM and SIGINT at a moment of its run."""

from __future__ import annotations

import signal
import subprocess
import time
from random import Random

from tests.chaos.installation import LIVE, Checkout, Installation, installed, wait_until
from tests.chaos.judge import Verdict, judge_end, judge_goal, judge_journals, judge_record, reached

NAMES = ("a", "b", "c", "d", "e", "f")
LIMIT = 2
_ROLLOUT = f"settle: 0, maxUnavailable: {LIMIT}"
_REQUESTS = 75  # of a run that nothing disturbs, about
_MOST_KILLS = 3  # of a round


def kill_round(rng: Random, command: str = "apply", *, rolls_back: bool) -> Verdict:
    """Kill an apply, up to three times; then apply again, or roll back what the killed run did, and apply."""
    verdict = Verdict()
    with installed(NAMES) as installation:
        checkout = installation.checkout(rollout=_ROLLOUT, command=command)
        for _ in range(1 if rolls_back else rng.randint(1, _MOST_KILLS)):
            process = checkout.apply()
            _wait_for_moment(installation, process, rng)
            process.kill()
            checkout.ended(process)
            verdict.runs += 1
        judge_journals(verdict, checkout)
        if rolls_back:
            _roll_back(verdict, installation, checkout)
        ended = checkout.ended(checkout.apply())
        judge_end(verdict, installation, checkout, ended)
        judge_goal(verdict, installation, checkout, ended)
        judge_record(verdict, installation, LIMIT)
        judge_journals(verdict, checkout)
    return verdict


def signal_round(rng: Random, command: str = "apply") -> Verdict:
    """Send an apply a signal, or two; then apply again, and in some rounds roll that back."""
    verdict = Verdict(runs=1)
    with installed(NAMES) as installation:
        checkout = installation.checkout(rollout=_ROLLOUT, command=command)
        process = checkout.apply()
        _wait_for_moment(installation, process, rng)
        for number in rng.choices((signal.SIGTERM, signal.SIGINT), k=1 if rng.random() < 0.6 else 2):
            process.send_signal(number)
            time.sleep(rng.random() * 0.1)
        ended = checkout.ended(process)
        if ended.code not in {0, 130, -signal.SIGTERM, -signal.SIGINT}:
            verdict.wrong(f"the exit code after a signal is {ended.code}: {ended.err[-1500:]}")
        judge_end(verdict, installation, checkout, ended)
        judge_journals(verdict, checkout)
        ended = checkout.ended(checkout.apply())
        judge_end(verdict, installation, checkout, ended)
        judge_goal(verdict, installation, checkout, ended)
        judge_record(verdict, installation, LIMIT)
    return verdict


def _wait_for_moment(installation: Installation, process: subprocess.Popen[str], rng: Random) -> None:
    """Wait until the sandbox has answered so many requests of this run, and a little longer."""
    count = len(installation.server.requests()) + rng.randrange(1, _REQUESTS)
    wait_until(lambda: process.poll() is not None or len(installation.server.requests()) >= count, 60)
    time.sleep(rng.random() * 0.03)


def _roll_back(verdict: Verdict, installation: Installation, checkout: Checkout) -> None:
    """Roll the last run back, if it has a journal, to what was there before."""
    journals = [path for path in checkout.journals() if b"\n" in path.read_bytes()]
    if not journals:
        return
    ended = checkout.run("rollback", journals[-1].stem, "--auto-approve", "--keep-going")
    verdict.rolled_back += reached(verdict, installation, ended, ("RUNNING", LIVE, LIVE))
