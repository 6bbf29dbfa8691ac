"""Measure whole processes, in turn, and print medians, ratios and the targets."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.repository import write_repository

_ROUNDS = 3
_STARTS = 20
_PARALLELISM = "10"
_SIZES = (100, 1_000, 10_000)
_PERSYNC = str(Path(sys.executable).with_name("persync"))
_ENVIRONMENT = {**os.environ, "PERSYNC_TOKEN": "benchmark"}


class _Run(NamedTuple):
    seconds: float
    megabytes: float


def main() -> None:
    """Run everything; a few minutes."""
    print(
        f"whole processes, medians of {_ROUNDS} rounds, {_PARALLELISM} requests at a time, on {os.cpu_count()} cores\n"
    )
    print("persisters   bare loop        plan   ratio   peak memory of plan")
    for count in _SIZES:
        with tempfile.TemporaryDirectory() as folder, _server() as port:
            write_repository(Path(folder), count, port)
            bare, plan = _in_turn(
                [sys.executable, "-m", "benchmarks.bare_loop", str(port), str(count), _PARALLELISM],
                [_PERSYNC, "plan", "-C", folder, "--parallelism", _PARALLELISM],
                _ROUNDS,
            )
        ratio = statistics.median(two.seconds / one.seconds for one, two in zip(bare, plan, strict=True))
        print(
            f"{count:>10,} {_seconds(bare):>9.2f} s {_seconds(plan):>9.2f} s {ratio:>7.2f}"
            f" {max(run.megabytes for run in plan):>10.0f} MB"
        )
    print("target at 10,000: ratio at most 1.6, peak memory at most 300 MB\n")
    python, version = _in_turn([sys.executable, "-c", "pass"], [_PERSYNC, "--version"], _STARTS)
    ratio = _seconds(version) / _seconds(python)
    print(
        f"python -c pass {_seconds(python) * 1000:.0f} ms, persync --version {_seconds(version) * 1000:.0f} ms, ",
        end="",
    )
    print(f"ratio {ratio:.2f} (target: at most 3)")


def _in_turn(one: Sequence[str], other: Sequence[str], rounds: int) -> tuple[list[_Run], list[_Run]]:
    """Run two commands alternately, so that a machine that slows down slows both."""
    _run(one)  # warm: files in the page cache, bytecode written
    _run(other)
    runs = [(_run(one), _run(other)) for _ in range(rounds)]
    return [first for first, _ in runs], [second for _, second in runs]


def _run(command: Sequence[str]) -> _Run:
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=_ENVIRONMENT) as process:  # noqa: S603 - our own
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}")
    return _Run(time.perf_counter() - begin, usage.ru_maxrss / 1024)


def _seconds(runs: Sequence[_Run]) -> float:
    return statistics.median(run.seconds for run in runs)


@contextmanager
def _server() -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None  # noqa: S101 - for the type checker
        yield int(process.stdout.readline())
        process.communicate()


if __name__ == "__main__":
    main()
