"""`make fuzz`: persync against generated files, settings, overlays, saved plans and API answers.

Each round is a process of its own, so that a crash or a hang is found too. Exit code 1 at the first fault; the smallest
example that shows it is printed.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from tests.fuzz.oracle import LAST_COMMAND
from tests.fuzz.targets import TARGETS, fuzz

ROUND = 60.0  # seconds
GRACE = 300.0  # seconds for a round to finish its last examples, and to reduce a fault to the smallest example


def main() -> int:
    """Run rounds, one target after the other, until the time is over; return the exit code."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--target", choices=TARGETS, help="only this one")
    parser.add_argument("--seed", type=int, help="only this round, as it was printed")
    options = parser.parse_args()
    if options.seed is not None:
        return fuzz(options.target, options.seed, options.seconds)
    ends = time.monotonic() + options.seconds
    targets = [options.target] if options.target else list(TARGETS)
    rounds = 0
    while time.monotonic() < ends:
        left = max(1.0, min(ROUND, ends - time.monotonic()))
        if not run_round(targets[rounds % len(targets)], SystemRandom().randrange(2**32), left):
            return 1
        rounds += 1
    report(f"{rounds} rounds, nothing found")
    return 0


def run_round(target: str, seed: int, seconds: float) -> bool:
    """Run a round in a process of its own; return whether it found nothing."""
    options = ["--target", target, "--seed", str(seed), "--seconds", f"{seconds:.0f}"]
    report(f"make fuzz FUZZ='{' '.join(options)}'")
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.fuzz", *options]
        environment = {"FUZZ_FOLDER": folder, "PATH": os.environ["PATH"]}  # nothing else of the environment counts
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own command
        try:
            code = process.wait(seconds + GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if code not in {0, 1}:
            command_line = (Path(folder) / LAST_COMMAND).read_text(encoding="utf-8")
            report(f"the process ended with {code}, or did not end, during: {command_line}")
    return code == 0


def report(line: str) -> None:
    """Print a line."""
    print(line, flush=True)  # noqa: T201 - a command's output


if __name__ == "__main__":
    sys.exit(main())
