"""What must hold for every command, whatever the files and the API hold."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from persync.cli.root import run

TOKEN = "token-of-the-fuzzer"
SECRET = "hunter2-of-the-environment"
LIVE_SECRET = "hunter2-of-the-server"
MOST_SECONDS = 5.0  # of CPU time
MOST_MEMORY = 300  # MiB, beyond what the process had before
LAST_COMMAND = "last-command"


class Ended(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Repository:
    """A configuration repository, and commands in it."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / LAST_COMMAND
        self.folder = folder / "repository"

    def write(self, files: Mapping[str, bytes]) -> None:
        """Replace all files."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for name, data in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def run(self, *arguments: str) -> Ended:
        """Run a command and check what must hold for every command."""
        os.chdir(self.folder)
        self._notes.write_text(f"persync {' '.join(arguments)}\n", encoding="utf-8")
        before = _memory("VmRSS")
        _forget_peak()
        began = time.process_time()
        ended = _captured(arguments)
        seconds, memory = time.process_time() - began, _memory("VmHWM") - before
        shown = ended.out + ended.err
        assert ended.code in {0, 1, 2}, f"exit code {ended.code}\n{shown[-2000:]}"
        assert "Traceback" not in shown, shown[-2000:]
        assert "bug in persync" not in shown, shown[-2000:]
        for secret in (TOKEN, SECRET, LIVE_SECRET):
            at = shown.find(secret)
            assert at < 0, f"{secret} is shown: {shown[max(0, at - 300) : at + 300]}"
        assert seconds < MOST_SECONDS, f"{seconds:.1f} s of CPU time\n{shown[-500:]}"
        assert memory < MOST_MEMORY, f"{memory} MiB\n{shown[-500:]}"
        return ended


def _captured(arguments: tuple[str, ...]) -> Ended:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    return Ended(code, *texts)


def _memory(field: str) -> int:
    """Return a field of the status of this process in MiB; 0 where the system has none."""
    if sys.platform != "linux":
        return 0
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return int(line.split()[1]) // 1024
    return 0


def _forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
