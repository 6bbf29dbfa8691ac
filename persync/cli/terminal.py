"""Data on stdout, messages on stderr: how much of them, and where with colours."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import select
import shutil
import sys
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, TextIO

import click

from persync.cli.live_block import live_block
from persync.errors import PersyncError
from persync.report.printable import without_commands

if TYPE_CHECKING:
    import threading

_log = logging.getLogger("persync.cli")
_INTERVAL = 0.2  # s, after which a signal is seen


class Verbosity(IntEnum):
    """How much a run reports on stderr; data on stdout is the same at each level."""

    QUIET = 0
    """Errors, and what has to be answered."""
    NORMAL = 1
    VERBOSE = 2
    """Also which files were read, and how many requests were sent."""
    DEBUG = 3
    """Also each request, and the traceback of an error."""


class Color(StrEnum):
    """Where colours are written."""

    AUTO = "auto"
    """On a terminal, unless a variable decides otherwise."""
    ALWAYS = "always"
    NEVER = "never"


@dataclass
class Output:
    """What the options of a run say about its output. Threads and errors need it, so it is in no context of click."""

    verbosity: Verbosity = Verbosity.NORMAL
    color: Color = Color.AUTO

    def reset(self) -> None:
        """Begin a run: nothing is requested yet."""
        self.verbosity, self.color = Verbosity.NORMAL, Color.AUTO


output = Output()
"""Of this process: a process is one run."""


def prepare_streams() -> None:
    """Make sure that stdout and stderr can be written to."""
    # a closed one (>&-) is None, and the next file that is opened would get its number
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123 - it is open as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123 - likewise
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # of a terminal that cannot show an arrow


def color_of(stream: TextIO) -> bool:
    """Return whether to write colours to a stream.

    ``--color`` decides; else ``NO_COLOR`` (no-color.org), then ``FORCE_COLOR`` and ``CLICOLOR_FORCE``
    (bixense.com/clicolors), then whether it is a terminal that has colours.
    """
    if output.color is not Color.AUTO:
        return output.color is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb" and os.environ.get("CLICOLOR") != "0"


def width_of(stream: TextIO) -> int | None:
    """Return how many columns a terminal has: ``COLUMNS``, or as it says itself.

    ``None`` for a pipe or a file: what is in them does not depend on who looks at it, and programs read their lines.
    """
    return shutil.get_terminal_size().columns if stream.isatty() else None


def show(text: str, *, verbatim: bool = False) -> None:
    """Write to stdout: a text that ends with a newline.

    Args:
        text: the text. Lines that a CI would execute as commands are broken up: it may hold names of files, and texts
            of servers.
        verbatim: write it as it is: a document for a program.

    Raises:
        BrokenPipeError: nothing reads stdout any more (``| head``).
        PersyncError: stdout cannot be written, such as a file on a full disk.
    """
    try:
        click.echo(text if verbatim else without_commands(text), nl=False, color=color_of(sys.stdout))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PersyncError(
            f"stdout cannot be written: {error.strerror}", hint="check the disk and the file that stdout leads to"
        ) from error


def flush_stdout() -> None:
    """Write what is buffered; where that fails, redirect stdout to nothing, or Python reports it at its exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_line(text: str) -> None:
    """Write a line to stderr, without commands of a CI. If nothing reads it any more, the work goes on."""
    with live_block.above(), contextlib.suppress(OSError):
        click.echo(without_commands(text), err=True, color=color_of(sys.stderr))


def say(text: str, level: int = logging.INFO, message: str = "", **fields: Any) -> None:
    """Report something: to people on stderr, and to the log.

    Args:
        text: for people; colours are left out where they do not belong.
        level: of ``logging``.
        message: for the log; that of people if it is empty.
        fields: what it is about, for programs; names as in JSON (``schemas/log.schema.json``).
    """
    _log.log(level, "%s", message or click.unstyle(text), extra={"people": text, "fields": fields})


def say_to_people(text: str, *, styled: bool = False) -> None:
    """Report something on stderr that the log has in another form.

    Args:
        text: what to report.
        styled: it has colours, and nothing else that is not printable.
    """
    _log.info("%s", text, extra={"only_people": True, **({"people": text} if styled else {})})


def detail_to_people(text: str) -> None:
    """Report something on stderr that the log has in another form, to those who ask for details."""
    _log.debug("%s", text, extra={"only_people": True, "verbose": True})


def record_to_events(message: str, **fields: Any) -> None:
    """Report an event to the stream on stdout alone (``--events json``)."""
    _log.info("%s", message, extra={"only_events": True, "fields": fields})


def stdout_has_events() -> bool:
    """Return whether stdout is for a program that reads events (``--events json``)."""
    return any(getattr(handler, "writes_events", False) for handler in logging.getLogger().handlers)


def ask(text: str) -> None:
    """Write a question, or what it is about, to people on stderr: with ``--quiet`` too."""
    _log.info("%s", text, extra={"people": text, "asks": True})


def answer(is_over: threading.Event) -> str:
    """Return the next line of the terminal at stdin; empty at its end, or when the event is set."""
    while not is_over.is_set():
        ready, _, _ = select.select([sys.stdin], [], [], _INTERVAL)
        if ready:
            return sys.stdin.readline().strip()
    return ""


def ask_for(prompt: str, is_over: threading.Event) -> str:
    """Write a prompt behind a question, and return the ``answer``."""
    with contextlib.suppress(OSError):  # nothing reads stderr any more
        click.echo(prompt, nl=False, err=True)
    return answer(is_over)


def detail(text: str) -> None:
    """Report something that ``--verbose`` shows: which files, how many requests."""
    _log.debug("%s", text, extra={"verbose": True})


def shows_progress() -> bool:
    """Return whether people follow the run on stderr."""
    return not stderr_is_json() and output.verbosity is not Verbosity.QUIET


def stderr_is_json() -> bool:
    """Return whether stderr is for a program (``--log-format json`` without a log file)."""
    return any(getattr(handler, "stderr_is_json", False) for handler in logging.getLogger().handlers)


def record(message: str, level: int = logging.INFO, **fields: Any) -> None:
    """Report something to the log that people see in another form."""
    _log.log(level, "%s", message, extra={"only_log": True, "fields": fields})
