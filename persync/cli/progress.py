"""Observers that report on stderr: a count while persisters are read, a line for each step of an apply."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import click

from persync.cli.terminal import Verbosity, output, say, say_to_people, stderr_is_json
from persync.plan.events import (
    PersisterFinished,
    PersisterRead,
    RollingBack,
    RolloutEnded,
    StartingAgain,
    StepStarted,
    WaitStarted,
    WaveStarted,
)
from persync.plan.terms import Step
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.harvester.load.state import Throttling
    from persync.model import PersisterId
    from persync.plan.events import Event

_SILENT = 1.0  # s, before the first message
_ON_TERMINAL, _IN_LOG = 0.1, 10.0  # s, between two messages
_LOOK = 0.5  # s, between two looks in a log
_CLEAR = "\r\x1b[K"

_STEPS = {Step.STOP: "stopping", Step.PUT: "updating its configuration", Step.START: "starting"}


class ReadProgress:
    """Counts the persisters that were read: on a terminal in one line, in a log line by line.

    Both show that the API is busy: the terminal as long as it is, the log once.

    Args:
        total: how many there are.
        throttling: returns how requests are held back.
    """

    def __init__(self, total: int, throttling: Callable[[], Throttling | None]) -> None:
        self._total = total
        self._throttling = throttling
        self._done = 0
        self._terminal = sys.stderr.isatty() and not stderr_is_json()
        self._shown = ""
        self._said = False
        self._next = 0.0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="persync-progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._shown and self._terminal:
            self._write(_CLEAR)

    def __call__(self, event: Event) -> None:
        """Count a persister that was read."""
        if isinstance(event, PersisterRead):
            with self._lock:
                self._done += 1

    def _run(self) -> None:
        pause = _SILENT
        while not self._over.wait(pause):
            pause = _ON_TERMINAL if self._terminal else _LOOK
            text, throttling = f"read {self._done} of {self._total} persisters", self._throttling()
            if self._terminal:
                self._show_line(f"{text}; {throttled_now(throttling)}" if throttling else text)
            else:
                self._log(text, throttling)

    def _show_line(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self._write(f"{_CLEAR}{text}")

    def _log(self, text: str, throttling: Throttling | None) -> None:
        if throttling and not self._said:
            self._said = True
            report_throttling(throttling)
        if self._done and time.monotonic() >= self._next:
            self._next = time.monotonic() + _IN_LOG
            self._write(f"{text}\n")

    @staticmethod
    def _write(text: str) -> None:
        if stderr_is_json() or output.verbosity is Verbosity.QUIET:
            return  # a program needs no progress; --debug has each read
        with contextlib.suppress(OSError):  # nothing reads stderr any more
            click.echo(text, nl=False, err=True, color=True)


def report_throttling(throttling: Throttling, time_: str = "") -> None:
    """Report that requests are held back; ``time_`` is in front of it, for people."""
    text = throttled(throttling)
    say(f"{time_}{text}", logging.WARNING, text, event="throttled", status=throttling.status)


def throttled(throttling: Throttling) -> str:
    """Return that requests are held back, and why."""
    return f"{_busy(throttling)}: fewer requests are sent, and failed reads are repeated until the timeout"


def throttled_now(throttling: Throttling) -> str:
    """Return how requests are held back at the moment."""
    if throttling.pause >= 1 or throttling.per_second is None:
        return f"{_busy(throttling)}: next request in {throttling.pause:.0f} s"
    return f"{_busy(throttling)}: {max(1, round(throttling.per_second))} requests per second"


def _busy(throttling: Throttling) -> str:
    if throttling.status is None:
        return "the API does not answer"
    return f"the API answers {throttling.status} ({HTTPStatus(throttling.status).phrase.lower()})"


class ApplyLog:
    """Writes a line for each event of an apply, with the seconds since its beginning.

    Args:
        throttling: returns how requests are held back; that is reported once.
    """

    def __init__(self, throttling: Callable[[], Throttling | None]) -> None:
        self._start = time.monotonic()
        self._throttling: Callable[[], Throttling | None] | None = throttling

    def __call__(self, event: Event) -> None:
        """Write the line of an event."""
        if self._throttling and (throttling := self._throttling()):
            self._throttling = None
            report_throttling(throttling, f"[{time.monotonic() - self._start:5.1f} s] ")
        match event:
            case StepStarted(id=persister, step=step):
                self._write(persister, _STEPS[step])
            case WaitStarted(id=persister, state=state, timeout=timeout):
                self._write(persister, f"waiting for {state}, {timeout:g} s at most")
            case StartingAgain(id=persister):
                self._write(persister, "starting it again, with the configuration that is stored")
            case RollingBack(id=persister):
                self._write(persister, "rolling it back to what it was before the run")
            case PersisterFinished(result=result):
                self._write(result.plan.id, result.outcome)
            case WaveStarted(wave=wave, number=number, total=total):
                self._write("rollout", f"wave {number} of {total}: {wave.kind}, {len(wave.persisters)}")
            case RolloutEnded(reason=reason):
                self._write("rollout", f"no further persister was begun: {reason}")

    def _write(self, subject: PersisterId | str, text: str) -> None:
        say_to_people(printable(f"[{time.monotonic() - self._start:5.1f} s] {subject}: {text}"))
