"""Observers that report on stderr: a count while persisters are read, a line for each step of an apply."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

import click

from persync.cli.terminal import say_to_people, stderr_is_json
from persync.plan.events import PersisterFinished, PersisterRead, StartingAgain, StepStarted, WaitStarted
from persync.plan.terms import Step
from persync.report.printable import printable

if TYPE_CHECKING:
    from persync.model import PersisterId
    from persync.plan.events import Event

_SILENT = 1.0  # s, before the first message
_ON_TERMINAL, _IN_LOG = 0.1, 10.0  # s, between two messages
_CLEAR = "\r\x1b[K"

_STEPS = {Step.STOP: "stopping", Step.PUT: "updating its configuration", Step.START: "starting"}


class ReadProgress:
    """Counts the persisters that were read: on a terminal in one line, in a log line by line.

    Args:
        total: how many there are.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._terminal = sys.stderr.isatty()
        self._next = time.monotonic() + _SILENT
        self._shown = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self._terminal:
            self._write(_CLEAR)

    def __call__(self, event: Event) -> None:
        """Count a persister that was read."""
        if not isinstance(event, PersisterRead):
            return
        with self._lock:
            self._done += 1
            now = time.monotonic()
            if now < self._next:
                return
            self._next = now + (_ON_TERMINAL if self._terminal else _IN_LOG)
            self._shown = True
            text = f"read {self._done} of {self._total} persisters"
            self._write(f"{_CLEAR}{text}" if self._terminal else f"{text}\n")

    @staticmethod
    def _write(text: str) -> None:
        if stderr_is_json():
            return  # a program needs no progress; --debug has each read
        with contextlib.suppress(OSError):  # nothing reads stderr any more
            click.echo(text, nl=False, err=True, color=True)


class ApplyLog:
    """Writes a line for each event of an apply, with the seconds since its beginning."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Write the line of an event."""
        match event:
            case StepStarted(id=persister, step=step):
                self._write(persister, _STEPS[step])
            case WaitStarted(id=persister, state=state, timeout=timeout):
                self._write(persister, f"waiting for {state}, {timeout:g} s at most")
            case StartingAgain(id=persister):
                self._write(persister, "starting it again, with the configuration that is stored")
            case PersisterFinished(result=result):
                self._write(result.plan.id, result.outcome)

    def _write(self, persister: PersisterId, text: str) -> None:
        say_to_people(printable(f"[{time.monotonic() - self._start:5.1f} s] {persister}: {text}"))
