"""Reads verdicts.tsv: what the real programs make of some values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from persync.model import Definition, Section
from persync.properties.catalogue import identify

FILE = Path(__file__).with_name("verdicts.tsv")
_ESCAPE = re.compile(r"\\(u[0-9a-f]{4}|.)")
_CHARACTERS = {"\\": "\\", "n": "\n", "t": "\t"}


class Verdict(NamedTuple):
    """A row of the table.

    Attributes:
        section, key: the property.
        value: the text that is judged.
        other: the text that it is compared with.
        reads: ``same`` if the same becomes of both, ``differs``, or ``refused`` if ``value`` is.
        arrives: ``kept``, ``altered`` or ``refused``: what Skipper makes of ``value``.
    """

    section: Section
    key: str
    value: str
    other: str
    reads: str
    arrives: str

    @property
    def definition(self) -> Definition:
        """The catalogue's entry of the property."""
        found = identify(self.section, self.key).definition
        assert found is not None
        return found


def verdicts() -> list[Verdict]:
    """Return the rows of the table."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")][1:]
    return [
        Verdict(Section(section), key, _text(value), _text(other), reads, arrives)
        for section, key, value, other, reads, arrives in rows
    ]


def _text(cell: str) -> str:
    return _ESCAPE.sub(lambda match: _CHARACTERS.get(match[1]) or chr(int(match[1][1:], 16)), cell)
