"""Runs persync in a step of action.yml, so that a cancelled job starts again what persync has stopped.

``run_persync.py run FOLDER COMMAND ARGUMENT...`` replaces the shell as the process of the step. ``run_persync.py wait``
is for a later step. It needs the standard library only.

GitHub's runner cancels a step with SIGINT to its process alone, SIGTERM 7.5 s later and SIGKILL 2.5 s after that; the
steps that run after a cancellation have 5 minutes. To restart a persister takes longer than 10 s. So persync gets the
first signal and finishes what it has begun, the step ends with the second signal, and the later step waits for persync.
That works only if persync needs nothing of the step that started it: its output goes to a file.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CANCELLED = 130
_INTERVAL = 0.1  # seconds between two looks at the log
_UNFINISHED = (
    "::warning title=persync::the job was cancelled, and persync still starts what it has stopped:"
    " the rest of its log is in the step that waits for it"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of persync, and what the steps of the action leave for each other.

    Attributes:
        folder: of this use of the action, with the log and the reports.
    """

    folder: Path

    @property
    def log(self) -> Path:
        """What persync wrote on stdout and stderr."""
        return self.folder / "log"

    @property
    def pid(self) -> Path:
        """Locked while persync runs; the process ID, until a step has passed a signal on."""
        return self.folder / "pid"

    @property
    def unfinished(self) -> Path:
        """The number of bytes of the log that are shown; removed when everything is published."""
        return self.folder / "unfinished"

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start persync; it inherits the lock."""
        with self.log.open("wb") as log, self.pid.open("w", encoding="ascii") as pid:
            fcntl.flock(pid, fcntl.LOCK_EX)
            self.unfinished.write_text("0", encoding="ascii")
            process = subprocess.Popen(  # noqa: S603 - the command of action.yml
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[pid.fileno()],
                start_new_session=True,  # a signal to the step's process group is not a second one for persync
            )
            pid.write(str(process.pid))
        return process

    def is_running(self) -> bool:
        """Return whether persync runs, whichever step has started it."""
        with self.pid.open("rb") as pid:
            try:
                fcntl.flock(pid, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def cancel(self) -> None:
        """Pass the first signal on: to persync a second one means to send nothing more."""
        number = self.pid.read_text(encoding="ascii")
        if number and self.is_running():
            self.pid.write_text("", encoding="ascii")
            with suppress(ProcessLookupError):  # it has ended just now
                os.kill(int(number), signal.SIGTERM)

    @contextmanager
    def log_without_commands(self) -> Iterator[None]:
        """Let GitHub take no line of the log for a workflow command: a log line of a persister may look like one."""
        token = secrets.token_hex(16)
        print(f"::stop-commands::{token}", flush=True)
        try:
            yield
        finally:
            print(f"\n::{token}::", flush=True)  # the log of a process that was killed may end within a line

    def show_log(self) -> None:
        """Copy to stdout what persync has written since the last time, in whichever step that was."""
        shown = int(self.unfinished.read_text(encoding="ascii"))
        with self.log.open("rb") as log:
            log.seek(shown)
            added = log.read()
        if added:
            sys.stdout.buffer.write(added)
            sys.stdout.buffer.flush()
            self.unfinished.write_text(str(shown + len(added)), encoding="ascii")

    def publish(self) -> None:
        """Give GitHub what persync has written: annotations, the job summary, the files as outputs."""
        annotations, report, plan = (self.folder / name for name in ("annotations", "report.md", "plan.persync"))
        if annotations.exists():
            print(annotations.read_text(encoding="utf-8"), end="", flush=True)
        if report.exists():
            _append("GITHUB_STEP_SUMMARY", report.read_text(encoding="utf-8"))
            _append("GITHUB_OUTPUT", f"report={report}\n")
        if plan.exists():
            _append("GITHUB_OUTPUT", f"plan-file={plan}\n")
        if (journal := self.folder / "journal").exists():
            _append("GITHUB_OUTPUT", f"journal={journal}\n")
        self.unfinished.unlink()

    def changes(self, command: str, code: int) -> bool | None:
        """Return whether there is something to apply, or was applied; ``None`` after a failure."""
        if command == "apply" and code == 0:
            report = self.folder / "report.json"  # without anything to do there may be none
            return report.exists() and any(
                persister["stepsTaken"] for persister in json.loads(report.read_text(encoding="utf-8"))["persisters"]
            )
        return {("plan", 0): False, ("plan", 2): True, ("diff", 0): False, ("diff", 2): True}.get((command, code))


def run(folder: Path, command: list[str]) -> int:
    """Run persync and publish what it wrote; return the exit code of the step.

    Args:
        folder: for the files of this run.
        command: persync, its command and the arguments.
    """
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: received.append(number))
    this = Run(folder)
    with this.log_without_commands():
        process = this.start(command)
        is_cancelled = False
        while process.poll() is None and len(received) < 2:  # noqa: PLR2004 - the second signal
            if received and not is_cancelled:
                is_cancelled = True
                this.cancel()
            time.sleep(_INTERVAL)
            this.show_log()
        this.show_log()
    if process.returncode is None:
        print(_UNFINISHED, flush=True)
        return _CANCELLED
    this.publish()
    changes = this.changes(command[1], process.returncode)
    if changes is None:
        return process.returncode if process.returncode > 0 else 128 - process.returncode
    _append("GITHUB_OUTPUT", f"changes={str(changes).lower()}\n")
    return 0


def wait(folder: Path) -> None:
    """Wait for a persync that a cancelled step has left, show the rest of its log, publish what it wrote."""
    this = Run(folder)
    if not this.unfinished.exists():
        return
    this.cancel()  # the step may have ended without a signal, as in a job with a container
    with this.log_without_commands():
        while this.is_running():
            this.show_log()
            time.sleep(_INTERVAL)
        this.show_log()
    this.publish()


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as opened:
        opened.write(text)


def main() -> int:
    """Run; return the exit code."""
    match sys.argv[1:]:
        case ["run", folder, *command]:
            return run(Path(folder), command)
        case ["wait"]:
            for left in sorted(Path(os.environ["RUNNER_TEMP"], "persync").glob("run.*")):
                wait(left)
            return 0
    raise SystemExit("usage: run_persync.py run FOLDER COMMAND ARGUMENT... | wait")


if __name__ == "__main__":
    sys.exit(main())
