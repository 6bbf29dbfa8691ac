"""Hides secrets in text from a server, and makes the text safe to show: one line, short, no control characters."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from persync.properties.secrets import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_LENGTH = 300  # characters


def one_line(text: str, secrets: Iterable[str] = (), limit: int = _MAX_LENGTH) -> str:
    """Return text from a server as one short line of printable characters, without secrets.

    Args:
        text: any text from a server.
        secrets: texts to hide, however the server spells them (as they are, as in JSON, as in a URL).
        limit: the longest line, in characters.
    """
    present = [secret for secret in secrets if secret]
    redacted = _redact(text, _spellings(present))
    # Redacted before it is cut, so that no half of a secret is left; and once more on one line, for secrets that span
    # several lines.
    line = _redact(_flat(redacted[: 10 * limit]), {_flat(secret) for secret in present})
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def redact_credentials(text: str, credentials: Iterable[str]) -> str:
    """Return a text without these credentials, however the server spells them."""
    return _redact(text, _spellings(credentials))


def found_in(text: str, credentials: Iterable[str]) -> Iterator[str]:
    """Yield the spellings of these credentials that are in a text."""
    return (spelling for spelling in _spellings(credentials) if spelling in text)


def without_control_characters(line: str) -> str:
    """Return a line of a log with a space for each character that could control a terminal; tabs stay."""
    return "".join(character if character.isprintable() or character == "\t" else " " for character in line)


def _spellings(secrets: Iterable[str]) -> list[str]:
    """Return each secret as it is, as in JSON and as in a URL."""
    return list(
        dict.fromkeys(
            form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1], quote(secret, safe=""))
        )
    )


def _flat(text: str) -> str:
    return " ".join(without_control_characters(text).split())


def _redact(text: str, secrets: Iterable[str]) -> str:
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), HIDDEN, text) if longest_first else text
