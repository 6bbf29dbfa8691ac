"""A command on a terminal of its own, and what is on its screen."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
import threading
from dataclasses import dataclass

from tests.command_line import Installation
from tests.processes import start

_TOKEN = re.compile(r"\x1b\[(\d*)([AJKm])|\r|\n|[^\x1b\r\n]+")


@dataclass(frozen=True)
class Shown:
    """What a command wrote to its terminal: the lines at its end, all lines that were ever there, and the raw text."""

    code: int
    screen: list[str]
    ever: list[str]
    raw: str


def on_terminal(installation: Installation, *arguments: str, columns: int = 80, lines: int = 24) -> Shown:
    """Run a command with stderr on a terminal; stdout goes to nothing."""
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    read: list[bytes] = []
    reader = threading.Thread(target=_read, args=(terminal, read))
    reader.start()
    with open(os.devnull, "w") as nothing:  # noqa: PTH123 - a device
        process = start(installation, *arguments, stdout=nothing.fileno(), stderr=inside)
        code = process.wait(timeout=60)
    os.close(inside)
    reader.join(timeout=60)
    os.close(terminal)
    raw = b"".join(read).decode()
    screen, ever = _screen(raw)
    return Shown(code, screen, ever, raw)


def _read(terminal: int, read: list[bytes]) -> None:
    while True:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # the other side is closed
            return
        if not data:
            return
        read.append(data)


def _screen(raw: str) -> tuple[list[str], list[str]]:
    """Return the lines of the screen after a text, and every line that was on it in between."""
    rows, row, column = [""], 0, 0
    ever = []
    for token in _TOKEN.finditer(raw):
        text, count, command = token[0], int(token[1] or 1), token[2]
        if text == "\r":
            column = 0
        elif text == "\n":
            ever.append(rows[row])
            row += 1
            rows += [""] * (row + 1 - len(rows))
        elif command == "A":
            row = max(0, row - count)
        elif command == "K":
            rows[row] = rows[row][:column]
        elif command == "J":
            rows = [*rows[:row], rows[row][:column]]
        elif command is None:
            rows[row] = f"{rows[row][:column].ljust(column)}{text}{rows[row][column + len(text) :]}"
            column += len(text)
            ever.append(rows[row])
    return rows, ever
