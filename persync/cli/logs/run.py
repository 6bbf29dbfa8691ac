"""The run of ``persync logs``."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from persync.cli.errors import report_error, warn
from persync.cli.logs.lines import MOST_LINES, begins, new_lines, since, since_start
from persync.cli.logs.reading import LogReader
from persync.cli.selectors import select
from persync.cli.session import Session
from persync.cli.signals import Signals, signals
from persync.cli.terminal import say, show
from persync.concurrency import in_parallel, pause
from persync.errors import ConfigError
from persync.model import LIVE_SEGMENT
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persync.cli.logs.reading import Log
    from persync.model import Persister, PersisterId

_DEFAULT_LINES = 100
_MOST_NAMED = 5
_AHEAD = timedelta(minutes=1)


class Request(NamedTuple):
    """The options of ``persync logs``."""

    selectors: tuple[str, ...]
    excluded: tuple[str, ...]
    lines: int | None
    since: float | None
    """Seconds before now."""
    since_start: bool
    follow: bool
    interval: float
    most: int
    timeout: float
    folder: Path | None
    environment: str | None

    @property
    def is_of_a_time(self) -> bool:
        """Whether the lines since something are shown, and not a number of them."""
        return self.since_start or self.since is not None


def run_logs(request: Request) -> int:
    """Show logs and return the exit code.

    Raises:
        ConfigError: no persister is selected that has a log, or too many are.
        HarvesterError: the API cannot be used, or the only log cannot be read.
    """
    with signals() as received:
        return _run(request, received)


def _run(request: Request, received: Signals) -> int:
    session = Session.open(request.folder, request.environment, needs_values=False)
    persisters = _chosen(request, session)
    at_a_time = session.parallelism(None)
    with session.client(at_a_time, received.interruption.immediately, timeout=request.timeout) as client:
        reader = LogReader(client.within(request.timeout, each=True), session.environment.secrets)
        show_logs = _Logs(request, reader, persisters, at_a_time)
        code = show_logs.first()
        while request.follow:
            pause(request.interval)
            show_logs.more()
    return code


def _chosen(request: Request, session: Session) -> Sequence[Persister]:
    found = select(
        session.configuration.persisters, request.selectors, request.excluded, projects=session.environment.projects
    )
    without = [persister.id for persister in found if persister.id.eventstore == LIVE_SEGMENT]
    chosen = [persister for persister in found if persister.id.eventstore != LIVE_SEGMENT]
    for pid in without if chosen else ():
        warn(f"{pid} has no log: the API keeps none for live-segment persisters")
    if not chosen:
        raise ConfigError(f"{without[0]} has no log: the API keeps none for live-segment persisters")
    if len(chosen) > request.most:
        names = ", ".join(str(persister.id) for persister in chosen[:_MOST_NAMED])
        raise ConfigError(
            f"these are the logs of {len(chosen):,} persisters ({names}, …), and {request.most} at most are shown",
            hint=f"name fewer, or allow more with --max-persisters {len(chosen)}",
        )
    return chosen


@dataclass(slots=True)
class _Logs:
    """Shows logs.

    Attributes:
        request: the options.
        reader: reads them.
        persisters: of which they are.
        parallelism: how many are read at a time.
    """

    request: Request
    reader: LogReader
    persisters: Sequence[Persister]
    parallelism: int
    _before: dict[PersisterId, Sequence[str]] = field(default_factory=dict)
    _problems: dict[PersisterId, str] = field(default_factory=dict)

    def first(self) -> int:
        """Show the ends of the logs and return the exit code: 1 if one cannot be read, or there is none at all."""
        request = self.request
        lines = MOST_LINES if request.follow or request.is_of_a_time else request.lines or _DEFAULT_LINES
        logs = self._read(lines)
        failed = [log.error for log in logs if log.error]
        if len(failed) == len(logs) == 1 and not request.follow:
            raise failed[0]
        for persister, log in zip(self.persisters, logs, strict=True):
            if log.error:
                self._report(persister.id, log)
                continue
            shown = self._of_time(persister.id, log.lines)
            self._show(persister.id, shown[-self._most(shown) :])
            self._before[persister.id] = log.lines
        is_wrong = any(log.error and not log.is_missing for log in logs)
        return 1 if is_wrong or len(failed) == len(logs) else 0

    def _of_time(self, pid: PersisterId, lines: Sequence[str]) -> Sequence[str]:
        """Return the lines since the start, or since a time, if that is requested; report what is not known."""
        if self.request.since_start:
            shown, is_whole = since_start(lines)
            if not is_whole:
                warn(f"{pid} has logged more since its start than the {MOST_LINES} lines that there are")
            return shown
        if self.request.since is None:
            return lines
        now = datetime.now(UTC)
        found = since(lines, now - timedelta(seconds=self.request.since))
        if found.newest is None:
            if lines:
                warn(f"the lines of {pid} do not begin with a time: all {len(lines):,} are shown")
        elif found.newest > now + _AHEAD:
            warn(f"the log of {pid} is ahead of this clock: a clock is wrong, or the times are not in UTC")
        elif not found.lines:
            say(
                printable(
                    f"{pid} has logged nothing since then; its last line is of {found.newest:%Y-%m-%d %H:%M:%S} UTC"
                )
            )
        if not found.is_whole:
            warn(f"{pid} has logged more since then than the {MOST_LINES} lines that there are")
        return found.lines

    def more(self) -> None:
        """Show the lines that are new since the last look."""
        for persister, log in zip(self.persisters, self._read(MOST_LINES), strict=True):
            pid = persister.id
            if log.error:
                self._report(pid, log)
                continue
            self._problems.pop(pid, None)
            new, is_gap = new_lines(self._before.get(pid, ()), log.lines)
            if is_gap and not any(map(begins, new)):
                warn(f"the log of {pid} does not continue where it was: lines may be missing")
            self._show(pid, new)
            self._before[pid] = log.lines

    def _read(self, lines: int) -> Sequence[Log]:
        return [*in_parallel(lambda each: self.reader.read(each, lines), self.persisters, self.parallelism)]

    def _most(self, shown: Sequence[str]) -> int:
        """Return how many lines are shown at first."""
        default = len(shown) if self.request.is_of_a_time else _DEFAULT_LINES
        return max(self.request.lines or default, 1)

    def _report(self, pid: PersisterId, log: Log) -> None:
        """Report why a log is not shown; while it is followed, once as long as it stays so."""
        error = log.error
        if error is None or self._problems.get(pid) == error.summary:
            return
        self._problems[pid] = error.summary
        if log.is_missing:
            say(printable(f"{error.message}{'; looking again' if self.request.follow else ''}"), logging.WARNING)
        else:
            report_error(error.reworded(f"{pid}: {error.summary}"))

    def _show(self, pid: PersisterId, lines: Sequence[str]) -> None:
        prefix = ""
        if len(self.persisters) > 1:
            width = max(len(str(persister.id)) for persister in self.persisters)
            prefix = f"{printable(str(pid)):<{width}} | "
        if lines:
            show("".join(f"{prefix}{line}\n" for line in lines))
            sys.stdout.flush()
