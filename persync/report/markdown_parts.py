"""Pieces of Markdown that somebody else's text cannot break out of.

In a code span and in a fenced block no host looks for mentions, references, links, emoji or HTML. So that is where
such text goes, in a fence longer than any run of backticks inside, and on one line.
"""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

# Nothing in it means anything to Markdown, nor to a host: no digit that makes a reference, no dot that makes a link.
_PROSE = re.compile(r"[A-Za-z ,;()']+\.?")
_LONGEST_WORD = 200


def marker(environment: str) -> str:
    """Return what the report of an environment begins with, whatever its digest: so its comment is found again."""
    return f"<!-- persync: environment={_word(environment)} "


def marker_line(environment: str, digest: str) -> str:
    """Return the first line of a report; readers do not see it."""
    return marker(environment) + (f"digest={_word(digest)} -->" if digest else "-->")


def code(text: str, most: int = 120) -> str:
    """Return a text as a code span of at most so many characters."""
    text = clipped(printable(text), most)
    if not text.strip():
        return "(empty)"
    fence = "`" * (_longest_run(text) + 1)
    pad = " " if {text[0], text[-1]} & {"`", " "} else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str, most: int = 300) -> str:
    """Return a sentence as it is if there is nothing but words in it, else as a code span."""
    if _PROSE.fullmatch(text) and text.strip():
        return clipped(text.strip(), most)
    return code(text, most)


def fence(language: str, lines: Sequence[str]) -> str:
    """Return a fenced block of lines that are printable out already."""
    content = "\n".join(lines)
    ticks = "`" * max(3, _longest_run(content) + 1)
    return f"{ticks}{language}\n{content}\n{ticks}"


def details(symbol: str, name: str, about: str, blocks: Sequence[str]) -> str:
    """Return blocks that are folded under a line: a symbol, a name of somebody else's, and some words."""
    title = f"{symbol} <code>{html.escape(clipped(printable(name), 120))}</code>{about}"
    return "\n\n".join([f"<details>\n<summary>{title}</summary>", *blocks, "</details>"])


def clipped(text: str, most: int) -> str:
    """Return a text of at most so many characters; the dots say that there was more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _word(text: str) -> str:
    """Return a text as one word that cannot end a comment; a very long one by its hash."""
    word = quote(text, safe="", errors="surrogatepass").replace("--", "%2D%2D")
    return word if len(word) <= _LONGEST_WORD else hashlib.sha256(word.encode()).hexdigest()
