"""`make chaos`: applies that meet faults, are killed and interrupted, or run at once; judged by the sandbox's record.

Exit code 1 at any violation, with the command that repeats its round. In the table, a run is an apply that was
disturbed, or a cell of the fault matrix; it has converged if the next apply left nothing to do.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from random import Random, SystemRandom
from typing import NamedTuple

from tests.chaos.endings import kill_round, signal_round
from tests.chaos.judge import Verdict
from tests.chaos.matrix import PARTS_OF_MATRIX, matrix_round
from tests.chaos.together import same_checkout_round, two_checkouts_round


class Part(NamedTuple):
    """Rounds of one kind, and how many there are in the short and in the long version."""

    run: Callable[[Random, int, bool], Verdict]
    short: int
    long: int


def _matrix(how_long: str, command: str = "apply") -> Callable[[Random, int, bool], Verdict]:
    return lambda rng, number, short: matrix_round(rng, number, how_long, command, short=short)


def _quick(run: Callable[[Random], Verdict]) -> Callable[[Random, int, bool], Verdict]:
    return lambda rng, _number, _short: run(rng)


PARTS = {
    "faults-once": Part(_matrix("once"), 1, PARTS_OF_MATRIX),
    "faults-a-while": Part(_matrix("a while"), 1, PARTS_OF_MATRIX),
    "faults-ever": Part(_matrix("ever"), 1, PARTS_OF_MATRIX),
    "kill": Part(lambda rng, number, _short: kill_round(rng, rolls_back=number % 4 == 0), 8, 112),  # 1.8 kills a round
    "signals": Part(_quick(signal_round), 6, 60),
    "restart-faults": Part(_matrix("a while", "restart"), 1, PARTS_OF_MATRIX),
    "restart-kill": Part(lambda rng, number, _: kill_round(rng, "restart", rolls_back=number % 4 == 3), 1, 24),
    "restart-signals": Part(_quick(lambda rng: signal_round(rng, "restart")), 1, 12),
    "same-checkout": Part(_quick(same_checkout_round), 2, 15),
    "two-checkouts": Part(_quick(two_checkouts_round), 3, 30),
}
COLUMNS = {
    "runs": "runs",
    "converged": "converged",
    "not_converged": "not converged",
    "doubled": "doubled writes",
    "down_reported": "down, reported",
    "down_unreported": "down, not reported",
    "over_limit": "over the limit",
    "unreadable": "journal unreadable",
    "rolled_back": "rolled back",
}


class Round(NamedTuple):
    """A round and what became of it."""

    part: str
    number: int
    verdict: Verdict
    seconds: float


def main() -> int:
    """Run the rounds; return the exit code."""
    options = _parser().parse_args()
    seed = SystemRandom().randrange(2**32) if options.seed is None else options.seed
    report(f"seed {seed}")
    ends = time.monotonic() + options.seconds
    rounds = []
    with ThreadPoolExecutor(options.jobs) as pool:
        for done in pool.map(
            partial(_run, seed=seed, short=options.short, ends=ends), *zip(*_chosen(options), strict=True)
        ):
            if done:
                rounds.append(done)
                _report_violations(done, seed, short=options.short)
    report(table(rounds))
    return 1 if any(done.verdict.violations for done in rounds) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few rounds of each part: under 3 minutes")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this one; may be given several times")
    parser.add_argument("--seed", type=int, help="of the random choices, as it was printed")
    parser.add_argument("--round", type=int, help="only the round of this number")
    parser.add_argument("--seconds", type=float, default=900.0, help="begin no round after so many [default: 900]")
    parser.add_argument("--jobs", type=int, default=2, help="rounds at a time [default: 2]")
    return parser


def _chosen(options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    for name in options.part or PARTS:
        count = PARTS[name].short if options.short else PARTS[name].long
        for number in range(count) if options.round is None else [options.round]:
            yield name, number


def _run(part: str, number: int, *, seed: int, short: bool, ends: float) -> Round | None:
    began = time.monotonic()
    if began > ends:
        return None
    rng = Random(f"{seed} {part} {number}")  # noqa: S311 - not a secret
    verdict = PARTS[part].run(rng, number, short)
    return Round(part, number, verdict, time.monotonic() - began)


def _report_violations(done: Round, seed: int, *, short: bool) -> None:
    if done.verdict.violations:
        again = f"--part {done.part} --seed {seed} --round {done.number}{' --short' if short else ''}"
        report(f"violated; again with: make chaos CHAOS='{again}'")
        for line in done.verdict.violations:
            report(f"  {line}")


def table(rounds: list[Round]) -> str:
    """Return the figures of each part, and of all."""
    parts = list(dict.fromkeys(done.part for done in rounds))
    rows = [_row(part, [done for done in rounds if done.part == part]) for part in parts]
    lines = [["part", *COLUMNS.values(), "seconds"], *rows, _row("all", rounds)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))]
        )
        for line in lines
    )


def _row(name: str, rounds: list[Round]) -> list[str]:
    total = Verdict()
    for done in rounds:
        total.add(done.verdict)
    return [name, *(str(getattr(total, column)) for column in COLUMNS), f"{sum(done.seconds for done in rounds):.0f}"]


def report(line: str) -> None:
    """Print a line."""
    print(line, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main())
