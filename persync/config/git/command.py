"""How git is started: nothing in the repository or its configuration can make it start a program or use the network.

A pull request chooses the files, and persync has a token. So git gets no variable that may hold a secret, and the
command line overrides what the configuration may name: programs (``git-config``), and repositories without a working
tree among the files (``safe.bareRepository``).
"""

from __future__ import annotations

import io
import os
import selectors
import subprocess
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from persync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from _typeshed import WriteableBuffer

_OPTIONS = (
    "--no-pager",
    "--no-optional-locks",
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "status.renames=false"),
)
# Where programs and the user's configuration are, and how git searches for repositories. Nothing else is inherited: any
# other variable may hold a secret, and some (GIT_DIR, in a hook) would override the folder that persync works in.
_INHERITED = (
    *("PATH", "HOME", "XDG_CONFIG_HOME", "TMPDIR", "SUDO_UID"),
    *("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"),
    *("GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"),
)
_FIXED = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone fetches what it lacks, through programs that its configuration names. No protocol is allowed here,
    # and git from 2.45 on does not try.
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
}
_DEADLINE = 60.0
"""Seconds for one command, or for one answer of a conversation."""


class GitCommand:
    """Starts git in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, absolute."""
        self._folder = folder

    def run(
        self, *arguments: str, options: Sequence[str] = (), deadline: float = _DEADLINE, data: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command and return its exit code and output.

        Args:
            arguments: the command and its arguments; no argument from outside begins with a dash.
            options: options of git itself.
            deadline: seconds after which the command is killed.
            data: its stdin.

        Raises:
            ConfigError: git cannot be started, or has not finished in time.
        """
        try:
            return subprocess.run(  # noqa: S603 - no shell, and see arguments
                self._command(*options, *arguments),
                capture_output=True,
                check=False,
                env=_environ(),
                input=data,
                timeout=deadline,
            )
        except subprocess.TimeoutExpired as error:
            raise _timed_out(arguments[0], deadline) from error
        except OSError as error:
            hint = "install git, and make sure that it is on PATH"
            raise ConfigError(f"git cannot be started: {error.strerror}", hint=hint) from error

    @contextmanager
    def conversation(self, *arguments: str) -> Iterator[Conversation]:
        """Provide a conversation with a running command, which is killed at its end."""
        with subprocess.Popen(  # noqa: S603 - no shell, and see run
            self._command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environ(),
        ) as process:
            try:
                with selectors.DefaultSelector() as selector:
                    yield Conversation(arguments[0], process, selector)
            finally:
                process.kill()  # it only reads

    def _command(self, *arguments: str) -> list[str]:
        return ["git", *_OPTIONS, "-C", str(self._folder), *arguments]


class Conversation:
    """Requests to a running command, one after another. Its time runs from a request to the end of the answer."""

    def __init__(self, command: str, process: subprocess.Popen[bytes], selector: selectors.BaseSelector) -> None:
        """Take the name of the command, its process with a pipe to its stdin and its stdout, and an empty selector."""
        assert process.stdin is not None  # noqa: S101 - for mypy: both are pipes
        assert process.stdout is not None  # noqa: S101 - as above
        self._command = command
        self._process = process
        self._requests = process.stdin.fileno()
        self._output = _Output(process.stdout.fileno(), selector)
        self._answers = io.BufferedReader(self._output)

    def request(self, text: str) -> None:
        """Send a line; its time begins.

        Raises:
            BrokenPipeError: the command has ended.
        """
        self._output.ends = monotonic() + _DEADLINE
        os.write(self._requests, text.encode() + b"\n")

    def readline(self) -> bytes:
        """Return the next line of the answer, empty if the command has ended.

        Raises:
            ConfigError: the time is over.
        """
        try:
            return self._answers.readline()
        except TimeoutError as error:
            raise self._ended() from error

    def read(self, size: int) -> bytes:
        """Return the next bytes of the answer, fewer if the command has ended.

        Raises:
            ConfigError: the time is over.
        """
        try:
            return self._answers.read(size)
        except TimeoutError as error:
            raise self._ended() from error

    def _ended(self) -> ConfigError:
        self._process.kill()  # the rest of this answer must not be taken for the next one
        self._process.wait()
        return _timed_out(self._command, _DEADLINE)


class _Output(io.RawIOBase):
    """The output of a command, read until a point in time."""

    def __init__(self, pipe: int, selector: selectors.BaseSelector) -> None:
        self._pipe = pipe
        self._selector = selector
        self._selector.register(pipe, selectors.EVENT_READ)
        self.ends = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        if not self._selector.select(max(0.0, self.ends - monotonic())):
            raise TimeoutError
        return os.readv(self._pipe, [buffer])


def _timed_out(command: str, deadline: float) -> ConfigError:
    return ConfigError(f"git {command} timed out after {deadline:g} seconds")


def _environ() -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | _FIXED
