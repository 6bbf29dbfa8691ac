"""Data on stdout, talk on stderr, with the colours that the terminal can show and its user wants."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TextIO

import click


def color_of(stream: TextIO) -> bool:
    """Return whether to write colours: ``NO_COLOR`` forbids them, ``FORCE_COLOR`` asks, else a terminal has them."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def show(text: str) -> None:
    """Write data: a text that ends its own lines."""
    click.echo(text, nl=False, color=color_of(sys.stdout))


def say(text: str) -> None:
    """Write talk, a line. Where nobody listens any more, the work goes on all the same."""
    with contextlib.suppress(OSError):
        click.echo(text, err=True, color=color_of(sys.stderr))
