"""How git is started: nothing in the repository or its configuration can make it start a program or use the network.

A pull request chooses the files, and persync has a token. So git gets no variable that may hold a secret, and the
command line overrides what the configuration may name: programs (``git-config``), and repositories without a working
tree among the files (``safe.bareRepository``).
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from threading import Timer
from typing import IO, TYPE_CHECKING

from persync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

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
"""Seconds for one command, or for one conversation."""


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
            raise ConfigError(f"git {arguments[0]} timed out after {deadline:g} seconds") from error
        except OSError as error:
            hint = "install git, and make sure that it is on PATH"
            raise ConfigError(f"git cannot be started: {error.strerror}", hint=hint) from error

    @contextmanager
    def conversation(self, *arguments: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """Provide the stdin and the stdout of a running command; it is killed when its time is over."""
        with subprocess.Popen(  # noqa: S603 - no shell, and see run
            self._command(*arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environ(),
        ) as process:
            assert process.stdin is not None  # noqa: S101 - for mypy: both are pipes
            assert process.stdout is not None  # noqa: S101 - as above
            timer = Timer(_DEADLINE, process.kill)
            timer.daemon = True
            timer.start()
            try:
                yield process.stdin, process.stdout
            finally:
                timer.cancel()

    def _command(self, *arguments: str) -> list[str]:
        return ["git", *_OPTIONS, "-C", str(self._folder), *arguments]


def _environ() -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | _FIXED
