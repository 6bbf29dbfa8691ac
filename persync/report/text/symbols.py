"""The symbols of reports as text: their colours and their legend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.report.text.screen import Piece, Style

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

UNBROKEN = "\N{NO-BREAK SPACE}"
"""In place of a space where no line may end; the screen gets a space."""
LEGEND = {
    "↻": "restart: events queue until it runs again",
    "▶": "start",
    "■": "stop",
    "~": "change",
    "+": "add",
    "-": "remove",
    "…": "wait",
    "✗": "blocked",
    "!": "warning",
}
_COLORS = {"↻": "yellow", "▶": "green", "■": "red", "~": "yellow", "+": "green", "-": "red", "✗": "red", "!": "yellow"}
BOLD, DIM, RED, CYAN = Style(bold=True), Style(dim=True), Style(fg="red"), Style(fg="cyan")


def symbol(text: str) -> Piece:
    """Return a symbol in its colour."""
    color = _COLORS.get(text)
    return Piece(text, Style(fg=color) if color else None)


def legend(symbols: Collection[str]) -> Iterator[Piece]:
    """Yield what the symbols that are used mean."""
    for each, meaning in LEGEND.items():
        if each in symbols:
            yield from (symbol(each), Piece(f" {meaning}".replace(" ", UNBROKEN) + "   "))
