"""Data on stdout, messages on stderr, with colours where the terminal has them and NO_COLOR does not forbid them."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TextIO

import click

from persync.errors import PersyncError


def prepare_streams() -> None:
    """Make sure that stdout and stderr can be written to."""
    # a closed one (>&-) is None, and the next file that is opened would get its number
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123 - it is open as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # of a terminal that cannot show an arrow


def color_of(stream: TextIO) -> bool:
    """Return whether to write colours: not with ``NO_COLOR``, always with ``FORCE_COLOR``, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def show(text: str) -> None:
    """Write data to stdout: a text that ends with a newline.

    Raises:
        BrokenPipeError: nothing reads stdout any more (``| head``).
        PersyncError: stdout cannot be written, such as a file on a full disk.
    """
    try:
        click.echo(text, nl=False, color=color_of(sys.stdout))
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


def say(text: str) -> None:
    """Write a line to stderr. If nothing reads it any more, the work goes on."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True, color=color_of(sys.stderr))
