"""Text of strangers, made fit to be shown: on one line, short, without control characters and without secrets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "(sensitive)"
_LONGEST = 300


def one_line(text: str, secrets: Iterable[str] = (), limit: int = _LONGEST) -> str:
    """Return foreign text as one short line of printable characters.

    Args:
        text: anything that a server said.
        secrets: texts that must not show; masked however the server spells them (as they are, as in JSON, as in a URL).
        limit: the longest line, in characters.
    """
    known = [secret for secret in secrets if secret]
    masked = _mask(text, {s for secret in known for s in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""))})
    # Masked before it is cut, so that no half of a secret is left; and again flattened, for a secret of several lines.
    line = _mask(_flat(masked[: 10 * limit]), {_flat(secret) for secret in known})
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def printable(line: str) -> str:
    """Return a line of a log without what a terminal would obey; tabs stay."""
    return "".join(character if character.isprintable() or character == "\t" else " " for character in line)


def _flat(text: str) -> str:
    return " ".join(printable(text).split())


def _mask(text: str, secrets: Iterable[str]) -> str:
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), MASK, text) if longest_first else text
