"""Tokens that a program prints (``auth.command``).

The program is trusted, and what it prints is not: it is shown as text of a server is, without secrets.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from persync.errors import AuthenticationFailed, Interrupted
from persync.harvester.auth.renewal import Fetched, RenewedToken
from persync.harvester.jwt import expiry, lifetime
from persync.harvester.redaction import one_line
from persync.properties.secrets import HIDDEN

if TYPE_CHECKING:
    from persync.credentials import TokenCommand
    from persync.harvester.server_clock import ServerClock
    from persync.harvester.transport import HttpOptions

_FOLDER = "/"
"""Where the program runs: what it finds in its working directory must not be what a branch has."""
_LOOK = 0.1
"""Seconds between two looks whether the run was interrupted."""
_LINES = 5
"""How many lines of stderr are shown, of the last."""
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?|(?<=[Bb]earer )\S+")
"""Tokens in messages of a program that prints what it sends and gets."""
_WORD = re.compile(r"[^\s\"{}\[\],:]{8,}")
"""What may be a token in an output that cannot be read."""
_FORM = 'it has to print the token alone, or JSON: {"token": "…", "expiresAt": "2026-11-26T12:00:00Z"}'
_BY_HAND = "run it by hand; it starts in /, with no more variables than those that PERSYNC_AUTH_COMMAND_ENV names"
_log = logging.getLogger("persync.harvester")


class CommandToken(RenewedToken):
    """Tokens that a program prints; each is kept until shortly before it expires, and then the program runs again.

    Args:
        command: the program, by its absolute path, and its environment.
        options: the read timeout is the longest that the program may take.
        clock: the API's clock, by which the end of a token is judged.
        stop: when set, the program is ended.
    """

    def __init__(
        self, command: TokenCommand, options: HttpOptions, clock: ServerClock, stop: threading.Event | None = None
    ) -> None:
        super().__init__(*command.hidden, clock=clock)
        self._command = command
        self._deadline = options.timeouts.read
        self._stop = stop or threading.Event()
        self._name = f"auth.command ({Path(command.argv[0]).name})"

    def __repr__(self) -> str:
        return f"CommandToken({self._command.argv[0]}, …)"

    def _fetch(self) -> Fetched:
        code, output, messages = self._run()
        output = output.strip()
        fetched = _parsed(output) if code == 0 else None
        secrets = (*self.secrets(), *_WORD.findall(output), fetched.text if fetched else "")
        lines = [one_line(_TOKEN.sub(HIDDEN, line), secrets) for line in messages.splitlines() if line.strip()]
        if fetched is None:
            reason = _ended(code) if code else "printed JSON without a token" if output else "printed nothing"
            text = ": ".join((f"{self._name} {reason}", *lines[-_LINES:]))
            raise AuthenticationFailed(text, hint=_BY_HAND if code else _FORM)
        for line in lines[-_LINES:]:
            _log.info("%s: %s", self._name, line)
        return fetched

    def _run(self) -> tuple[int, str, str]:
        """Run the program, and return its exit code, stdout and stderr."""
        try:
            process = subprocess.Popen(  # noqa: S603 - no shell; who runs persync allows the command (cli/auth)
                self._command.argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=_FOLDER,
                env=dict(self._command.environ),
                start_new_session=True,  # so that it can be ended with all that it has started
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            message = f"{self._name} cannot be started: {error.strerror}"
            raise AuthenticationFailed(message, hint="check the program and its permissions", permanent=True) from error
        with process:
            try:
                return self._finished(process)
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)

    def _finished(self, process: subprocess.Popen[str]) -> tuple[int, str, str]:
        ends_at = time.monotonic() + self._deadline
        while not self._stop.is_set():
            try:
                output, messages = process.communicate(timeout=_LOOK)
            except subprocess.TimeoutExpired:
                if time.monotonic() < ends_at:
                    continue
                message = f"{self._name} has not ended within {self._deadline:g} s"
                hint = "it must not wait for input: it has no terminal; timeouts.read is its limit"
                raise AuthenticationFailed(message, hint=hint) from None
            return process.returncode, output, messages
        raise Interrupted(f"{self._name} was ended")


def _ended(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"


def _parsed(output: str) -> Fetched | None:
    """Return the token that a program printed, alone or in JSON; ``None`` if there is none."""
    if not output.startswith("{"):
        return Fetched(output, lifetime(output), expiry(output)) if output else None
    from pydantic import ValidationError

    from persync.harvester.answer_models import CommandOutput

    try:
        found = CommandOutput.model_validate_json(output)
    except ValidationError:  # not shown: it may hold the token
        return None
    ends_at = found.ends_at.timestamp() if found.ends_at else expiry(found.token)
    # The lifetime is right where this machine's clock is not; the end is right where the program has kept the token.
    return Fetched(found.token, lifetime(found.token) if found.lifetime is None else found.lifetime, ends_at)
