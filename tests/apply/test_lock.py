"""The lock of an apply, taken by real processes."""

from __future__ import annotations

import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from persync.apply.lock import locked
from persync.errors import Locked, PersyncError

ROOT = Path(__file__).parents[2]
HOLD = """\
import sys
from pathlib import Path
from persync.apply.lock import locked
from persync.errors import Locked
sys.stdin.readline()
try:
    with locked(Path(sys.argv[1]), sys.argv[2]):
        print("held", flush=True)
        sys.stdin.readline()
except Locked as error:
    print(error.message, flush=True)
"""


def start(root: Path, environment: str = "test") -> subprocess.Popen[str]:
    """Start a process that waits for a line, takes the lock, and keeps it until the next line."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", HOLD, str(root), environment],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@contextmanager
def held(root: Path, environment: str = "test") -> Iterator[subprocess.Popen[str]]:
    """Hold the lock in another process."""
    process = start(root, environment)
    try:
        go(process)
        assert line(process) == "held"
        yield process
    finally:
        process.kill()
        process.communicate()


def holder_in(message: str) -> tuple[str, str]:
    """Return pid and host of a message about a lock that is held."""
    found = re.fullmatch(
        r"another apply of environment test is under way in this folder: process (\d+) on (\S+),"
        r" since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC",
        message,
    )
    assert found, message
    return found[1], found[2]


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    with held(tmp_path) as process, pytest.raises(Locked) as caught, locked(tmp_path, "test"):
        pytest.fail("two hold it")
    assert holder_in(caught.value.message) == (str(process.pid), socket.gethostname())
    assert caught.value.hint == (
        f"wait until it has finished; the lock {tmp_path}/.persync/test.lock ends with that process,"
        " do not remove the file"
    )


def test_it_ends_with_its_process(tmp_path: Path) -> None:
    with held(tmp_path) as process:
        process.kill()
        process.wait()
        with locked(tmp_path, "test"):
            pass
    with locked(tmp_path, "test"):
        pass


def test_of_many_processes_only_one_has_it(tmp_path: Path) -> None:
    processes = [start(tmp_path) for _ in range(6)]
    for process in processes:
        go(process)
    answers = [(process.pid, line(process)) for process in processes]
    [holder] = [pid for pid, answer in answers if answer == "held"]
    others = {holder_in(answer) for _, answer in answers if answer != "held"}
    for process in processes:
        process.communicate("\n")
    assert others == {(str(holder), socket.gethostname())}


def test_other_environments_and_folders_have_their_own(tmp_path: Path) -> None:
    with held(tmp_path), locked(tmp_path, "production"):
        (tmp_path / "other").mkdir()
        with locked(tmp_path / "other", "test"):
            pass


def test_the_holder_of_before_is_not_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with held(tmp_path) as process:
        file = tmp_path / ".persync/test.lock"
        document = json.loads(file.read_text("ascii"))
        assert document["pid"] == process.pid
        file.write_text(json.dumps({**document, "pid": gone.pid}), "ascii")
        # The holder has the lock, and has not written its name yet: it does that while the other waits.
        monkeypatch.setattr(time, "sleep", lambda _: file.write_text(json.dumps(document), "ascii"))
        with pytest.raises(Locked) as caught, locked(tmp_path, "test"):
            pytest.fail("two hold it")
    assert holder_in(caught.value.message) == (str(process.pid), socket.gethostname())


@pytest.mark.parametrize(
    ("content", "holder"),
    [
        ("", "a process that has not written its name"),
        ("[]", "a process that has not written its name"),
        ('{"pid": 1}', "a process that has not written its name"),
        ('{"pid": 7, "host": "ci-7", "since": "noon"}', "process 7 on ci-7, since noon"),
    ],
)
def test_whatever_is_in_the_file_the_lock_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, holder: str
) -> None:
    with held(tmp_path):
        (tmp_path / ".persync/test.lock").write_text(content, "ascii")
        monkeypatch.setattr(time, "sleep", lambda _: None)
        with pytest.raises(Locked) as caught, locked(tmp_path, "test"):
            pytest.fail("two hold it")
    assert caught.value.message == f"another apply of environment test is under way in this folder: {holder}"


def test_its_files_are_private_and_unknown_to_git(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with locked(tmp_path, "test"):
            pass
    finally:
        os.umask(before)
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / ".persync").iterdir()}
    assert found == {".gitignore": 0o600, "test.lock": 0o600}
    assert stat.S_IMODE((tmp_path / ".persync").stat().st_mode) == 0o700
    assert (tmp_path / ".persync/.gitignore").read_text("ascii") == "*\n"


@pytest.mark.parametrize(
    ("obstacle", "reason"),
    [
        ("file", "Not a directory"),
        ("folder is a link", "Not a directory"),
        ("lock is a link", "Too many levels of symbolic links"),
        ("lock is a folder", "Is a directory"),
        ("lock is a pipe", "Invalid argument"),
        ("no folder", "No such file or directory"),
    ],
)
def test_where_it_cannot_be_written_there_is_no_apply(tmp_path: Path, obstacle: str, reason: str) -> None:
    root, elsewhere = tmp_path / "repository", tmp_path / "elsewhere"
    elsewhere.mkdir()
    if obstacle != "no folder":
        root.mkdir()
    match obstacle:
        case "file":
            (root / ".persync").touch()
        case "folder is a link":
            (root / ".persync").symlink_to(elsewhere)
        case "lock is a link":
            (root / ".persync").mkdir()
            (root / ".persync/test.lock").symlink_to(elsewhere / "file")
        case "lock is a folder":
            (root / ".persync/test.lock").mkdir(parents=True)
        case "lock is a pipe":
            (root / ".persync").mkdir()
            os.mkfifo(root / ".persync/test.lock")
    with pytest.raises(PersyncError) as caught, locked(root, "test"):
        pytest.fail("it is locked")
    assert (caught.value.message, caught.value.hint) == (
        f"{root}/.persync/test.lock cannot be locked, which keeps two applies apart: {reason}",
        "let this user write to that folder, or give --no-lock where no other apply can run",
    )
    assert list(elsewhere.iterdir()) == []
