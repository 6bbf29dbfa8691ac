"""Where the records of a run go: to stderr, for people or as JSON, and to a file if there is one."""

from __future__ import annotations

import logging
import os
import threading
from enum import StrEnum
from typing import TYPE_CHECKING

from persync.cli.log.lines import event_line, json_line, text_line
from persync.cli.terminal import Verbosity, output, show, write_line
from persync.errors import PersyncError
from persync.report.printable import printable

if TYPE_CHECKING:
    from pathlib import Path

    from persync.run_id import RunId

_PRIVATE = 0o600


class LogFormat(StrEnum):
    """How records are written."""

    TEXT = "text"
    JSON = "json"


class RunLog(logging.Handler):
    """Writes the records of all loggers.

    Without a file, the format is that of stderr. With one, it is that of the file, and stderr is for people.

    Args:
        run_id: of this call of persync; it is on each line, except on those for people.

    Attributes:
        writes_events: events are written to stdout too.
        summary: the counts of the result, or else of the plan; ``None`` before there are any.
    """

    def __init__(self, run_id: RunId) -> None:
        super().__init__()
        self.run_id = run_id
        self.format_name = LogFormat.TEXT
        self.writes_events = False
        self.summary: dict[str, int] | None = None
        self._file: int | None = None
        self._path: Path | None = None
        self._writing = threading.Lock()

    @property
    def stderr_is_json(self) -> bool:
        """Whether stderr is for a program."""
        return self._file is None and self.format_name is LogFormat.JSON

    def open(self, path: Path) -> None:
        """Append to a file from now on, if it is not the file already; a new one is readable by its owner only.

        Raises:
            PersyncError: it cannot be written.
        """
        if path == self._path:
            return
        from persync.cli.files import check_output  # noqa: PLC0415 - most calls have no log file

        check_output(path)
        self._close_file()
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        except OSError as error:
            raise PersyncError(
                f"the log file {path} cannot be written: {error.strerror}",
                hint="check --log-file, the folder and its permissions",
            ) from error
        self._path = path

    def close(self) -> None:
        """Close the file; what threads still report goes nowhere."""
        self._close_file()
        super().close()

    def _close_file(self) -> None:
        with self._writing:
            file, self._file, self._path = self._file, None, None
            if file is not None:
                os.close(file)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record: with ``--quiet`` only the file and the stream of events have what is no error."""
        if not _admitted(record):
            return
        if self.writes_events:
            self._write_event(record)
        if getattr(record, "only_events", False):
            return
        quiet = output.verbosity is Verbosity.QUIET and record.levelno < logging.ERROR and not _asks(record)
        if self.stderr_is_json:
            if not quiet and not getattr(record, "only_people", False):
                write_line(json_line(record, self.run_id))
            return
        if not quiet and not getattr(record, "only_log", False):
            write_line(getattr(record, "people", None) or printable(record.getMessage()))
        if self._path is not None and not getattr(record, "only_people", False):
            self._append(record)

    def _write_event(self, record: logging.LogRecord) -> None:
        """Write a record to stdout if it is an event; nothing that stdout does ends an apply."""
        line = event_line(record, self.run_id)
        if line is None:
            return
        try:
            show(f"{line}\n")
        except BrokenPipeError:  # nothing reads them any more
            self.writes_events = False
        except PersyncError as error:
            self.writes_events = False
            write_line(f"warning: no further events are written: {error.message}")

    def _append(self, record: logging.LogRecord) -> None:
        to_line = json_line if self.format_name is LogFormat.JSON else text_line
        data = f"{to_line(record, self.run_id)}\n".encode(errors="backslashreplace")
        with self._writing:
            if self._file is None:
                return
            try:
                _write_all(self._file, data)
            except OSError as error:  # the work goes on; a full disk must not stop it half-way
                os.close(self._file)
                path, self._file, self._path = self._path, None, None
                self.format_name = LogFormat.TEXT
                write_line(f"warning: the log file {path} cannot be written any more: {error.strerror}")


def _admitted(record: logging.LogRecord) -> bool:
    """Return whether a record is for this run: what is for debugging, and what is a detail, is for those who ask."""
    least = Verbosity.VERBOSE if getattr(record, "verbose", False) else Verbosity.DEBUG
    return record.levelno > logging.DEBUG or output.verbosity >= least


def _asks(record: logging.LogRecord) -> bool:
    return getattr(record, "asks", False)


def _write_all(file: int, data: bytes) -> None:
    """Write in one call, as far as possible: lines of several processes do not mix."""
    while data:
        data = data[os.write(file, data) :]
