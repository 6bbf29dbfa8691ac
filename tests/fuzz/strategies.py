"""Texts that are nearly right, and texts that are long: as pieces, each with how often it is repeated.

An example stays short to read although it stands for a megabyte of text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from persync.model import Section
from persync.properties.catalogue import definitions

Pieces = Sequence[tuple[str, int]]

LONGEST = 600_000  # characters of a text
_LONGEST_FILE = 1_048_000  # characters; with more bytes than a file may have, if not all are ASCII
_often = st.sampled_from([1] * 8 + [2, 3, 70, 101, 600, 5_000, 40_000, 200_000])
_odd_characters = st.text(
    alphabet="abP01 -_.:,'\"#&*!|>%@`?{}[]$\\~=/\n\té\x07\x85\u2028\u202e\ufeff\N{GRINNING FACE}", max_size=6
)


def text(pieces: Iterable[tuple[str, int]]) -> str:
    """Return the text of pieces."""
    whole = "".join(piece * times for piece, times in pieces)
    return whole[:LONGEST]


def pieces(*fragments: str, most: int = 5) -> SearchStrategy[Pieces]:
    """Pieces of these fragments, and of odd characters."""
    return st.lists(st.tuples(st.sampled_from(fragments) | _odd_characters, _often), max_size=most)


# --- keys and values ------------------------------------------------------------------------------------------------

_KEYS = sorted({each.key for section in Section for each in definitions(section)})
keys = st.sampled_from(_KEYS).map(lambda key: [(key, 1)]) | pieces(
    "a",
    "my.key",
    ".",
    "[",
    "]",
    "[0]",
    "-",
    "_",
    "eventstore.tableNam",
    "kubernetes.",
    "spring.cloud.stream.",
    "password",
    "${{ vars.x }}",
    "9",
)
FRAGMENTS = (
    "a",
    "9",
    "1",
    "0",
    "0x",
    "1e9",
    "P1D",
    "PT1S",
    "5s",
    "Ki",
    "m",
    "true",
    "null",
    "~",
    "1_000",
    ":30",
    ".5",
    "2001-01-01",
    "!!int ",
    "[",
    "]",
    "{",
    "}",
    "{name: a}",
    "{name: a, secret: {secretName: b}}",
    "[{name: v, configMap: {name: a, defaultMode: 0400}}]",
    "&a ",
    "*a",
    "<<: ",
    ", ",
    ",",
    ": ",
    "- ",
    "? ",
    "A=b",
    "A='b,c'",
    "k:v",
    "'",
    '"',
    "\\",
    "8080",
    "\n",
    "\t",
    "#",
    " ",
    "${{ vars.x }}",
    "${{ vars.long }}",
    "${{ env.OFFERED }}",
    "${{ env.OTHER }}",
    "${{ secret.SECRET }}",
    "${{",
    "}}",
    "$${{",
    "${a}",
    "${",
    "}",
    "password=",
    "password: ",
    "://a:",
    "@",
    "jdbc:postgresql://u:p@h/d",
    "::error::",
    "##[",
    "\x1b[31m",
    "$'",
    "sh -c ",
)
values = pieces(*FRAGMENTS)


# --- files ----------------------------------------------------------------------------------------------------------


class Line(NamedTuple):
    """A key and its value, how the value is written, and how often the line is repeated, numbered."""

    key: Pieces
    value: Pieces
    style: str
    times: int = 1


_lines = st.builds(
    Line,
    keys,
    values,
    st.sampled_from(["plain", "plain", "double", "single", "block", "list"]),
    st.sampled_from([1] * 12 + [2, 300, 9_000]),
)
_heads = st.sampled_from(
    [
        "eventType: a\n",
        "eventType: a\nstate: RUNNING\n",
        "eventType: b\nproject: ${{ vars.x }}\nstate: STOPPED\n",
        "eventType: c\neventstore: live-segment\n",
        "eventType: a\nappVersion: '${{ secret.SECRET }}'\n",
        "eventType: ${{ vars.long }}\n",
        "state: RUNNING\n",
        "",
        "null\n",
    ]
)


class Document(NamedTuple):
    """A document: fields outside of the config maps, the config maps, and text without any form."""

    head: str
    sections: Sequence[tuple[str, Sequence[Line]]]
    other: Pieces
    times: int


documents = st.builds(
    Document,
    _heads,
    st.lists(
        st.tuples(
            st.sampled_from(["appConfig", "deployerConfig", "config", "defaults", "x"]), st.lists(_lines, max_size=4)
        ),
        max_size=2,
        unique_by=lambda section: section[0],
    ),
    st.just([])
    | pieces(
        "---\n",
        "...\n",
        "- ",
        "? ",
        "a:",
        "&a ",
        "*a\n",
        "<<: ",
        "!x ",
        "[",
        "{",
        "  ",
        "# c\n",
        "\r\n",
        "\x00",
        "x: 1\n",
        "ignoreChanges: ['**.b', appVersion]\n",
        "ignoreChanges: [",
        *FRAGMENTS,
    ),
    st.sampled_from([1] * 12 + [2, 300]),
)
files = st.lists(documents, max_size=3)


def file_text(written: Iterable[Document]) -> bytes:
    """Return the bytes of a file."""
    texts: list[str] = []
    for document in written:
        one = document_text(document)
        texts += [one] * min(document.times, 1 + LONGEST // (len(one) + 1))
    return "---\n".join(texts)[:_LONGEST_FILE].encode()


def document_text(document: Document) -> str:
    """Return the text of a document."""
    sections = (f"{name}:\n{''.join(map(_line, lines))}" for name, lines in document.sections)
    return f"{document.head}{''.join(sections)}{text(document.other)}"


def _line(line: Line) -> str:
    key, value = text(line.key), text(line.value)
    written = {
        "plain": value,
        "double": json.dumps(value),
        "single": "'" + value.replace("'", "''") + "'",
        "block": "|\n" + "".join(f"    {part}\n" for part in value.split("\n")),
        "list": f"[{value}]",
    }[line.style]
    shown = key if line.style == "plain" else json.dumps(key)
    if line.times == 1:
        return f"  {shown}: {written}\n"
    return "".join(
        f"  {key}{number}: {written}\n"
        for number in range(min(line.times, 1 + LONGEST // (len(key) + len(written) + 10)))
    )
