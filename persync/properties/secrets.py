"""What must not be shown, and what is shown in its place.

A value is sensitive if it came from a secret reference, or if its key speaks of a secret and does not merely name one
(``secretName``), unless the whole value is a Spring placeholder, which is resolved in the pod and is no secret here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HIDDEN = "(sensitive)"
HIDDEN_CHANGED = "(sensitive, changed)"
_SHORTEST = 3  # characters

_WORDS = "password|passwd|secret|token|credential|api-?_?key"
_SPEAKS_OF_A_SECRET = re.compile(_WORDS, re.IGNORECASE)
_REFERENCES = re.compile(
    r"secret-?_?names?\b|secret-?_?key-?_?refs?\b|secret-?_?refs?\b|kubernetes\.secrets\.|secrets\.paths\b"
    r"|image-?_?pull-?_?secrets?\b|probe-?_?credentials-?_?secret\b",
    re.IGNORECASE,
)
# One whole placeholder; with a default of its own, that default is a value like any other.
_PLACEHOLDER = re.compile(r"\$\{[^{}:]*(?::(?:\$\{[^{}:]*:?\})?)?\}")
# Every repetition is bounded: values, log lines and messages come from elsewhere and may be long.
_USER_INFO = re.compile(r"(?P<before>://[^@\s:?#]{0,256}:)(?P<secret>\S{1,1024})(?=@)")
_ASSIGNED = re.compile(
    rf"(?P<before>(?:{_WORDS})[\w.-]{{0,64}}(?:\\{{0,16}}[\"'])?\s{{0,8}}[=:]\s{{0,8}})"
    r"(?P<secret>\$\{[^{}]{0,256}\}"
    r"|(?P<quote>\\{1,16}[\"']).*?(?P=quote)"  # within a quoted text: JSON in a string in JSON
    r"|\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
    r"|[\"'].*"  # never closed: who knows where it ends
    r"|[^\s&;]+)",
    re.IGNORECASE | re.DOTALL,
)


def is_placeholder(text: str) -> bool:
    """Return whether the whole text is one Spring placeholder, ``${…}``, without a default that is a value."""
    return _PLACEHOLDER.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def names_secret(key: str, extra: tuple[str, ...] = ()) -> bool:
    """Return whether the values under ``key`` are secrets.

    Args:
        key: a dotted key or a path into a structure.
        extra: more regular expressions, searched in the key ignoring case (``sensitive`` in persync.yaml).
    """
    # in any spelling: pass-word is the password to Spring
    if any(_SPEAKS_OF_A_SECRET.search(_REFERENCES.sub("", spelling)) for spelling in (key, re.sub("[-_]", "", key))):
        return True
    return any(re.search(pattern, key, re.IGNORECASE) for pattern in extra)


def leaf_names_secret(path: str, extra: tuple[str, ...] = ()) -> bool:
    """Return whether the scalar at ``path`` in a structure is a secret: its own key says so, not those above it.

    In lists of ``{name, value}``, such as a container's environment, the name speaks for the value.
    """
    if not path:
        return False
    if path.startswith("[") and path.endswith("]"):
        return names_secret(path[1:-1], extra)  # an entry of a list of pairs, whose name may hold anything
    leaf = re.split(r"[.\[]", path)[-1].rstrip("]")
    return names_secret(leaf if leaf != "value" else path.rpartition("[")[2], extra)


def masked(text: str, hidden: str = HIDDEN) -> str:
    """Return a text with the passwords inside it hidden: ``user:…@`` of a URL, and ``password=…`` anywhere."""

    def hide(match: re.Match[str]) -> str:
        return match[0] if is_placeholder(match["secret"]) else match["before"] + hidden

    return _ASSIGNED.sub(hide, _USER_INFO.sub(hide, text))


def secrets_within(text: str) -> list[str]:
    """Return the passwords inside a text, those that ``masked`` hides."""
    found = [match["secret"] for pattern in (_USER_INFO, _ASSIGNED) for match in pattern.finditer(text)]
    return [secret.strip("\\\"'") for secret in found if not is_placeholder(secret)]


def without(text: str, secrets: Iterable[str]) -> str:
    """Return a text of somebody else's (a log line, a server's message) with these secrets and the likes hidden."""
    # In one go, so that no secret is looked for in a mask. One or two letters are none worth hiding: the masks would
    # only tell where they stand in everything else.
    worth = sorted((secret for secret in secrets if len(secret) >= _SHORTEST), key=len, reverse=True)
    return masked(re.sub("|".join(map(re.escape, (HIDDEN, *worth))), HIDDEN, text))
