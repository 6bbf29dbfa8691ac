"""Parts of Markdown that hold text from files, the API and logs, so that it cannot act as Markdown or HTML.

In code spans and fenced blocks, no host recognises mentions, references, links, emoji or HTML. So such text is put
there, on one line, between more backticks than any run of them inside.
"""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from persync.report.grouping.names import short_names
from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import PersisterId
    from persync.report.grouping.groups import PlanGroup

# Characters without a meaning in Markdown or to a host: digits could make a reference, dots a link, colons an emoji.
_PROSE = re.compile(r"(?:[A-Za-z ,;()']|: )+\.?")
_MARKER_WORD_LIMIT = 200
_NAME = 320
"""Characters of a name: a project and an event type of 63 each, and the live ones beside them, are whole."""


def marker(environment: str) -> str:
    """Return the beginning of every report of an environment, by which its comment is found again."""
    return f"<!-- persync: environment={_word(environment)} "


def marker_line(environment: str, digest: str) -> str:
    """Return the first line of a report, an HTML comment, which hosts do not show."""
    return marker(environment) + (f"digest={_word(digest)} -->" if digest else "-->")


def code(text: str, limit: int = 120) -> str:
    """Return a text as a code span of at most ``limit`` characters, without its backticks."""
    text = clipped(printable(text), limit)
    if not text.strip():
        return "(empty)"
    fence = "`" * (_longest_backtick_run(text) + 1)
    pad = " " if {text[0], text[-1]} & {"`", " "} else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def prose(text: str, limit: int = 300) -> str:
    """Return a sentence as it is if it consists of words only, else as a code span."""
    if _PROSE.fullmatch(text) and text.strip():
        return clipped(text.strip(), limit)
    return code(text, limit)


def help_line(hint: str) -> str:
    """Return what to do as an item below that of a persister; empty where there is no advice."""
    return f"\n  - help: {prose(hint)}" if hint else ""


def fence(language: str, lines: Sequence[str]) -> str:
    """Return a fenced block of lines that are printable already."""
    content = "\n".join(lines)
    ticks = "`" * max(3, _longest_backtick_run(content) + 1)
    return f"{ticks}{language}\n{content}\n{ticks}"


def title(group: PlanGroup) -> str:
    """Return a persister, or how many there are of which project: ``25 persisters of `web` ``."""
    first, *others = group.members
    if not others:
        return code(first.name, _NAME)
    return f"{number(len(group.members), 'persister')}{f' of {code(group.project_name, 160)}' if group.project else ''}"


def names_line(group: PlanGroup) -> str:
    """Return the names of several persisters as an item below that of all; empty for one, which the title names."""
    if len(group.members) == 1:
        return ""
    return "\n  - " + ", ".join(code(name.text, _NAME) for name in group.names)


def details(symbol: str, ids: Sequence[PersisterId], description: str, blocks: Sequence[str]) -> str:
    """Return blocks folded under a line with a symbol, the names of persisters, and a description."""
    names = ", ".join(name.text for name in short_names(ids))
    several = "" if len(ids) == 1 else f"{number(len(ids), 'persister')}, "
    summary = f"{symbol} <code>{html.escape(clipped(names, 160))}</code>: {several}{description}"
    return "\n\n".join([f"<details>\n<summary>{summary}</summary>", *blocks, "</details>"])


def clipped(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters; a shortened one ends with dots."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _longest_backtick_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _word(text: str) -> str:
    """Return a text as one word that cannot end an HTML comment; in place of a very long one, its hash."""
    word = quote(text, safe="", errors="surrogatepass").replace("--", "%2D%2D")
    return word if len(word) <= _MARKER_WORD_LIMIT else hashlib.sha256(word.encode()).hexdigest()
