"""Measure whole processes in turn, and print medians, ratios and targets. Takes some minutes.

Ratios are taken pair by pair in one run, so that a machine that slows down slows both sides.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.configuration import write_configuration

_ROOT = Path(__file__).parents[1]
_ROUNDS = 5
_STARTS = 20
_READS = 10
"""Requests at a time in a plan."""
_PLANS = ((100, 1.6), (1_000, 1.3), (10_000, 1.2))
"""Persisters, and the target for the ratio of a plan to the bare loop of its requests."""
_MEMORY = 160
_FILES = 1_000
_RESTARTS, _AT_A_TIME = 200, 20
_STOP, _START, _SETTLE = 1.0, 3.0, 1.0
"""Seconds that the server takes to stop and to start a persister, and that RUNNING has to hold."""
_LIMIT, _LIMITED = 50, 500
"""Requests a second that a gateway lets pass, and persisters behind it."""
_SLOW, _LATENCY = 2_000, (0.03, 0.2)
_BIN = Path(sys.executable).parent
_PERSYNC = str(_BIN / "persync")
_ENVIRONMENT = {**os.environ, "PERSYNC_TOKEN": "benchmark"}


class _Run(NamedTuple):
    seconds: float
    megabytes: float


def main() -> None:
    """Measure everything."""
    print(f"whole processes; medians; {os.cpu_count()} cores\n")
    _measure_starts()
    _measure_validate()
    _measure_plans()
    _measure_apply()
    _measure_load()


def _measure_starts() -> None:
    python = [sys.executable, "-c", "pass"]
    quickstart = ["-C", str(_ROOT / "examples/quickstart")]
    commands: tuple[tuple[str, list[str], int], ...] = (
        ("--version", [], 3),
        ("plan", ["--help"], 10),
        ("validate", quickstart, 14),
    )
    for command, arguments, target in commands:
        bare, run = _in_turn(python, [_PERSYNC, command, *arguments], _STARTS)
        name = " ".join([command, *arguments[:1]]).replace("-C", "(quick start)")
        print(
            f"persync {name}: {_seconds(run) * 1000:.0f} ms, {_ratio(run, bare):.1f} × python -c pass (target {target})"
        )
    print()


def _measure_validate() -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_configuration(Path(folder), _FILES, 1)
        schema = str(_ROOT / "schemas/persister.schema.json")
        files = sorted(map(str, Path(folder).glob("persisters/*/*.yaml")))
        other, ours = _in_turn(
            [str(_BIN / "check-jsonschema"), "--schemafile", schema, *files],
            [_PERSYNC, "validate", "-C", folder],
            _ROUNDS,
        )
    ratio = _ratio(other, ours)
    print(f"validate {_FILES:,} files: {_seconds(ours):.2f} s, {ratio:.1f} × as fast as check-jsonschema (target 8)\n")


def _measure_plans() -> None:
    print(f"plan, {_READS} requests at a time")
    print("persisters   bare loop        plan   ratio   target   peak memory")
    for count, target in _PLANS:
        with tempfile.TemporaryDirectory() as folder, _server() as port:
            write_configuration(Path(folder), count, port)
            bare, plan = _in_turn(
                [sys.executable, "-m", "benchmarks.bare_loop", str(port), str(count), str(_READS)],
                [_PERSYNC, "plan", "-C", folder, "--parallelism", str(_READS)],
                _ROUNDS,
            )
        print(
            f"{count:>10,} {_seconds(bare):>9.2f} s {_seconds(plan):>9.2f} s {_ratio(plan, bare):>7.2f} {target:>8}"
            f" {max(run.megabytes for run in plan):>10.0f} MB"
        )
    print(f"target for the peak memory: {_MEMORY} MB\n")


def _measure_apply() -> None:
    ideal = _RESTARTS / _AT_A_TIME * (_STOP + _START + _SETTLE)
    with tempfile.TemporaryDirectory() as folder, _server(_STOP, _START) as port:
        write_configuration(Path(folder), _RESTARTS, port, changed_every=1)
        options = ["--auto-approve", "--parallelism", str(_AT_A_TIME), "--settle", f"{_SETTLE:.0f}s"]
        run = _run([_PERSYNC, "apply", "-C", folder, *options])
    print(
        f"apply of {_RESTARTS} restarts, {_AT_A_TIME} at a time, polled every 0.1 s: {run.seconds:.1f} s,"
        f" {run.seconds / ideal:.2f} × the ideal {ideal:.0f} s (target 1.1)"
    )


def _measure_load() -> None:
    """Measure plans against a gateway with a rate limit, and against a slow API that fails now and then."""
    print("\nplan of an API that is busy: seconds of the process, relative to what the API allows")
    for parallelism, retry_after in product((10, 64), (1, None)):
        limit = {"kind": "rate-limit", "perSecond": _LIMIT, "retryAfter": retry_after}
        run = _run_load(_LIMITED, parallelism, limit)
        what = f"{_LIMIT} requests a second, {'with' if retry_after else 'without'} Retry-After"
        _print_load(_LIMITED, what, parallelism, run, (_LIMITED - _LIMIT) / _LIMIT, 1.3)
    slow = {"kind": "latency", "seconds": _LATENCY[0], "upTo": _LATENCY[1]}
    failing = [{"kind": kind, "every": 200, "retryAfter": None} for kind in ("unavailable", "too-many-requests")]
    ideal = _SLOW * sum(_LATENCY) / 2 / _READS
    _print_load(_SLOW, "30 to 200 ms", _READS, _run_load(_SLOW, _READS, slow), ideal, 1.15)
    run = _run_load(_SLOW, _READS, slow, *failing)
    _print_load(_SLOW, "30 to 200 ms, 1 % 503 and 429", _READS, run, ideal, 1.15)


def _run_load(count: int, parallelism: int, *faults: object) -> _Run:
    command = [sys.executable, "-m", "benchmarks.busy_api", str(count), json.dumps(faults)]
    with tempfile.TemporaryDirectory() as folder, _process(command) as (port, token):
        write_configuration(Path(folder), count, int(port))
        plan = [_PERSYNC, "plan", "-C", folder, "--parallelism", str(parallelism)]
        return _run(plan, {**_ENVIRONMENT, "PERSYNC_TOKEN": token})


def _print_load(count: int, what: str, parallelism: int, run: _Run, ideal: float, target: float) -> None:
    print(
        f"{count:,} persisters, {what}, {parallelism} at a time: {run.seconds:.1f} s,"
        f" {run.seconds / ideal:.2f} × the ideal {ideal:.1f} s (target {target})"
    )


def _in_turn(one: Sequence[str], other: Sequence[str], rounds: int) -> tuple[list[_Run], list[_Run]]:
    """Run two commands alternately."""
    _run(one)  # warm up: files in the page cache, bytecode written
    _run(other)
    runs = [(_run(one), _run(other)) for _ in range(rounds)]
    return [first for first, _ in runs], [second for _, second in runs]


def _run(command: Sequence[str], environment: Mapping[str, str] = _ENVIRONMENT) -> _Run:
    begin = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])} …: exit {process.returncode}")
    return _Run(time.perf_counter() - begin, usage.ru_maxrss / 1024)


def _seconds(runs: Sequence[_Run]) -> float:
    return statistics.median(run.seconds for run in runs)


def _ratio(runs: Sequence[_Run], others: Sequence[_Run]) -> float:
    return statistics.median(run.seconds / other.seconds for run, other in zip(runs, others, strict=True))


@contextmanager
def _server(stop: float = 0.0, start: float = 0.0) -> Iterator[int]:
    with _process([sys.executable, "-m", "benchmarks.server", str(stop), str(start)]) as words:
        yield int(words[0])


@contextmanager
def _process(command: Sequence[str]) -> Iterator[list[str]]:
    """Run a server until the end of the context; provide the words of its first line."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None  # noqa: S101 - for the type checker
        yield process.stdout.readline().split()
        process.communicate()


if __name__ == "__main__":
    main()
