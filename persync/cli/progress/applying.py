"""The progress of an apply: on a terminal a live block, in a log a line for each persister and a heartbeat."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self

from persync.cli.live_block import live_block
from persync.cli.progress.board import Board
from persync.cli.progress.every import Every
from persync.cli.progress.throttling import report_throttling, throttled_now
from persync.cli.progress.words import block, cropped, finished, line, symbol
from persync.cli.terminal import detail_to_people, record, say_to_people, shows_progress
from persync.plan.events import (
    PersisterFinished,
    Recovering,
    Retrying,
    RollingBack,
    RolloutEnded,
    StartingAgain,
    StepStarted,
    WaitStarted,
    WaveStarted,
)
from persync.plan.terms import Outcome, Step
from persync.report.causes import cause
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.harvester.load.state import Throttling
    from persync.model import PersisterId
    from persync.plan.events import Event

HEARTBEAT = 30.0
"""Seconds between two lines about an apply that is under way."""
_TICK = 0.25  # s
_FINE = {Outcome.DONE, Outcome.ALREADY}
_STEPS = {Step.WAIT: "waiting", Step.STOP: "stopping", Step.PUT: "updating its configuration", Step.START: "starting"}


class ApplyProgress:
    """Shows an apply as long as the context lasts; receives its events from any thread.

    Args:
        persisters: how many it is to change.
        throttling: returns how requests are held back.
        clock: returns seconds.
    """

    def __init__(
        self,
        persisters: int,
        throttling: Callable[[], Throttling | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._board = Board(persisters, clock())
        self._throttling = throttling
        self._clock = clock
        self._lock = threading.Lock()
        self._every = Every(_TICK, self.tick)
        self._on_terminal = live_block.is_possible() and shows_progress()
        self._is_throttled = False
        self._problems: set[str] = set()
        self._next = self._board.start + HEARTBEAT

    def __enter__(self) -> Self:
        self._every.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._every.__exit__()
        if self._on_terminal:
            live_block.show(())

    def __call__(self, event: Event) -> None:
        """Take note of an event, and show what is worth a line."""
        with self._lock:
            self._board.note(event, self._clock())
        self._report(event)

    @property
    def seconds(self) -> float:
        """How long it has been under way."""
        return self._clock() - self._board.start

    def tick(self) -> None:
        """Show how it is at the moment: call it several times a second."""
        throttling, now = self._throttling(), self._clock()
        busy = throttled_now(throttling) if throttling else ""
        with self._lock:
            is_due = now >= self._next
            self._next += HEARTBEAT if is_due else 0
            text = line(self._board, now, busy) if is_due else ""
            lines = [] if self._board.is_asking else block(self._board, now, live_block.size(), busy)
        if self._on_terminal:
            live_block.show(lines)
        elif throttling and not self._is_throttled:
            self._is_throttled = True
            report_throttling(throttling, self._time, "the deadline of the step")
        if is_due:
            self._beat(text)

    def _beat(self, text: str) -> None:
        board = self._board
        counts = board.counts()
        if not self._on_terminal:
            say_to_people(f"{self._time}{text}")
        record(
            text,
            event="progress",
            total=board.total,
            done=counts[Outcome.DONE],
            finished=len(board.outcomes),
            underWay=len(board.under_way),
            seconds=round(self.seconds, 1),
        )

    def _report(self, event: Event) -> None:
        match event:
            case PersisterFinished(result=result):
                if not self._on_terminal:
                    self._write(finished(result))
                elif result.outcome not in _FINE:
                    text = cropped(finished(result), live_block.size().columns - 2)
                    say_to_people(f"{symbol(result.outcome)} {text}", styled=True)
            case Retrying(id=persister, problem=problem):
                self._report_problem(persister, problem)
            case StepStarted() | WaitStarted():
                detail_to_people(printable(f"{self._time}{event.id}: {_detail(event)}"))
            case Recovering(id=persister, problem=problem):
                self._write(f"{persister}: {problem.removeprefix(f'{persister} ')}; it is started again if it is down")
            case StartingAgain() | RollingBack():
                self._write(f"{event.id}: {_detail(event)}")
            case WaveStarted(wave=wave, number=number, total=waves):
                self._write(f"rollout: wave {number} of {waves}: {wave.kind}, {len(wave.persisters)}")
            case RolloutEnded(reason=reason):
                say_to_people(
                    f"{'' if self._on_terminal else self._time}rollout: no further persister was begun: {reason}"
                )
            case _:
                pass

    def _report_problem(self, persister: PersisterId, problem: str) -> None:
        """Report an error that is waited out: a line per cause, not one for each persister."""
        found = cause(persister, problem)
        with self._lock:
            is_new = found not in self._problems
            self._problems.add(found)
        if is_new:
            self._write(f"{persister}: {problem}; trying again")

    def _write(self, text: str) -> None:
        """Write a line to a log; on a terminal, the block shows it."""
        if not self._on_terminal:
            say_to_people(printable(f"{self._time}{text}"))

    @property
    def _time(self) -> str:
        return f"[{self.seconds:5.1f} s] "


def _detail(event: StepStarted | WaitStarted | StartingAgain | RollingBack) -> str:
    match event:
        case StepStarted(step=step):
            return _STEPS[step]
        case WaitStarted(state=state, timeout=timeout):
            return f"waiting for {state}, {timeout:g} s at most"
        case StartingAgain():
            return "starting it again, with the configuration that is stored"
        case RollingBack():
            return "rolling it back to what it was before the run"
