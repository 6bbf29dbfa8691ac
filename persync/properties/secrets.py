"""What is a secret: the one policy for secrets. The values that are shown in their place are made by ``shown.py``.

A value is a secret if it came from a secret reference, or if its key names a secret and not only a reference to one
(``secretName``), unless the whole value is a Spring placeholder, which is resolved in the pod and is no secret here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING

from persync.model import Persister
from persync.properties.patterns import SearchBudget, found_in
from persync.properties.structures import leaves, naming_keys
from persync.properties.values import structure_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from persync.model import Definition, LivePersister, LiveProperty, Property, PropertyKey
    from persync.properties.structures import PathStep

HIDDEN = "(sensitive)"
_SHORTEST = 3  # characters
_QUOTES = "\\\"'"

SECRET_WORDS = ("password", "passwd", "secret", "token", "credential")
"""A key with one of them names a secret."""
_WORDS = f"{'|'.join(SECRET_WORDS)}|api-?_?key"
_NAMES_A_SECRET = re.compile(_WORDS, re.IGNORECASE)
_REFERENCES = re.compile(
    r"secret-?_?names?\b|secret-?_?key-?_?refs?\b|secret-?_?refs?\b|kubernetes\.secrets\.|secrets\.paths\b"
    r"|image-?_?pull-?_?secrets?\b|probe-?_?credentials-?_?secret\b",
    re.IGNORECASE,
)
# A whole placeholder; one with a default of its own is not: that default is a value like any other.
_PLACEHOLDER = re.compile(r"\$\{[^{}:]*(?::(?:\$\{[^{}:]*:?\})?)?\}")
# Every repetition is bounded, and gives nothing back (+) where that cannot help: values and log lines may be long.
_USER_INFO = re.compile(r"(?P<before>://[^@\s:?#]{0,256}:)(?P<secret>\S{1,1024})(?=@)")
_PLAIN = re.compile(
    r"[-+]?\d[\d.]{0,11} ?[A-Za-z]{0,3}"  # 500, 1.10, 512Mi, 30 s
    r"|P(?:\d{1,4}D)?(?:T(?:\d{1,4}[HMS]){1,3})?|\d{1,5}(?:,\d{1,5}){1,4}"  # PT5M; 8080,9090
    r"|[A-Za-z]{0,12}(?:[-_ ][A-Za-z]{1,12}){0,2}:?|~"  # RUNNING, live-segment, sandbox:
    r"|https?://[A-Za-z0-9.-]{1,60}(?::\d{1,5})?/?"
    r"|\$\{[^{}]*\}|\$\{\{[^{}]*\}\}"
)
_LONGEST_PLAIN = 120
_ASSIGNED = re.compile(
    rf"(?P<before>(?:{_WORDS})[\w.-]{{0,64}}+(?:\\{{0,16}}+[\"'])?+\s{{0,8}}+[=:]\s{{0,8}}+)"
    r"(?P<secret>\$\{[^{}]{0,256}\}"
    r"|(?P<quote>\\{1,16}[\"']).*?(?P=quote)"  # within a quoted text: JSON in a string in JSON
    r"|\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'"
    r"|[\"'].*"  # a quote that is not closed: everything behind it may be the secret
    r"|[^\s&;]+)",
    re.IGNORECASE | re.DOTALL,
)
_BEARER = re.compile(r"(?P<before>\bBearer\s{1,8}+)(?P<secret>[\w.~+/-]{8,4096}+={0,2}+)", re.IGNORECASE)
_JWT = re.compile(
    r"(?P<before>)(?P<secret>\beyJ[\w-]{4,4096}+\.eyJ[\w-]{4,4096}+\.[\w-]{0,4096}+)", re.IGNORECASE | re.ASCII
)
# jdbc:oracle:thin:user/password@host, of the documentation of Oracle's driver
_ORACLE = re.compile(r"(?P<before>\bjdbc:oracle:\w{1,16}+:[^\s/@:]{1,128}+/)(?P<secret>\S{1,1024})(?=@)", re.IGNORECASE)
# --password x, and "--password", "x" in a list
_OPTION = re.compile(
    rf"(?P<before>(?<![\w-])--?[\w-]{{0,64}}(?:{_WORDS})[\w-]{{0,64}}+(?:\\{{0,16}}+[\"'])?+"
    r"(?:\s{0,8}+,\s{0,8}+|\s{1,8}+(?:-\s{1,8}+)?+))"
    r"(?P<secret>\$\{[^{}]{0,256}\}|\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|(?!-)[^\s\"',\]]+)",
    re.IGNORECASE | re.DOTALL,
)
_OPTION_ALONE = re.compile(r"--?\w[\w.-]*")
_RECOGNISED = (_BEARER, _JWT, _USER_INFO, _ORACLE, _OPTION, _ASSIGNED)
"""What is a secret by the text around it: ``secret`` is hidden, ``before`` shown."""

_MOST_URLS = 10_000
"""Addresses in a text in which passwords are searched; a text with more of them is a password as a whole."""


class Hide(Enum):
    """How much of a value is hidden; passwords inside it always are."""

    NOTHING = auto()
    UNLESS_PLACEHOLDER = auto()
    """Its key names a secret; a Spring placeholder is not one."""
    ALWAYS = auto()
    """It came from a secret reference, whatever it looks like."""


@dataclass(frozen=True, slots=True)
class SecretPolicy:
    """What is a secret in an environment.

    Attributes:
        patterns: regular expressions of more keys with secret values, searched in the key without regard to
            upper and lower case (``sensitive`` in persync.yaml).
        budget: the time that the searches for these patterns may take.
    """

    patterns: tuple[str, ...] = ()
    budget: SearchBudget = field(default_factory=SearchBudget, compare=False, repr=False)

    def names(self, key: str) -> bool:
        """Return whether the values under this key, or this path, are secrets.

        A text in place of a key, such as a structure that cannot be read: whether it has a key that names a secret.
        """
        return _names_secret(key) or (bool(self.patterns) and _is_found(self.patterns, key, self.budget))

    def covers(self, key: PropertyKey) -> bool:
        """Return whether the values of a property are secrets, by its key."""
        return not (key.definition and key.definition.reference) and self.names(key.source)

    def hide(self, prop: Property | LiveProperty) -> Hide:
        """Return how much of a property's value is hidden."""
        if prop.sensitive:
            return Hide.ALWAYS
        return Hide.UNLESS_PLACEHOLDER if self.covers(prop.key) else Hide.NOTHING

    def hide_leaf(self, path: Sequence[PathStep]) -> Hide:
        """Return how much is hidden of the scalar at this path of a structure, whatever the key of the property is."""
        return Hide.UNLESS_PLACEHOLDER if self.names_leaf(path) else Hide.NOTHING

    def names_leaf(self, path: Sequence[PathStep], option: str = "") -> bool:
        """Return whether the scalar at this path of a structure is a secret; the key of the property does not count.

        Args:
            path: of the scalar.
            option: in a list of arguments, the one in front of it: ``--token`` names it.
        """
        return self.is_option(option) or any(map(self.names, naming_keys(path)))

    def is_option(self, text: str) -> bool:
        """Return whether an argument is an option in front of a secret, which is the next argument."""
        return _OPTION_ALONE.fullmatch(text) is not None and self.names(text)

    def arguments_in(self, definition: Definition | None, *values: str | None) -> frozenset[str]:
        """Return the items of lists in values of a property that are secrets by the option in front of them."""
        structures = (structure_of(definition, value) for value in values if definition and value is not None)
        found = (leaf for structure in structures if structure is not None for leaf in leaves(structure))
        return frozenset(leaf.text for leaf in found if leaf.option and self.is_option(leaf.option))

    def may_quote(self, text: str, path: str = "") -> bool:
        """Return whether a message about a mistake may quote a value: a number, a word, or a reference as a whole.

        Nothing else is quoted, because a secret may be in the wrong place.

        Args:
            text: the value, or a word of a line.
            path: of the value; empty where it is not known.
        """
        is_plain = len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text) is not None
        return is_plain and not self.names(path) and redact(text) == text

    def secrets_in(self, key: PropertyKey, text: str) -> Iterator[str]:
        """Yield the secrets that a value is or holds, judged by its key and by the keys in it."""
        if self.covers(key) and not is_placeholder(text):
            yield text
        structure = structure_of(key.definition, text) if key.definition else None
        if structure is None:
            if key.kind.has_parts and self.names(text):
                yield text  # it is not known which of its parts are secrets
            yield from passwords_in(text)
            return
        # part by part: in a text, ``secret: {secretName: a}`` looks like a secret
        for leaf in leaves(structure):
            if self.names_leaf(leaf.path, leaf.option) and not is_placeholder(leaf.text):
                yield leaf.text
            yield from passwords_in(leaf.text)

    def secrets_of(self, *sides: Persister | LivePersister | None) -> frozenset[str]:
        """Return the secrets of a persister, desired or live: whole values, parts of structures, passwords in URLs.

        What live has under a key that has a secret reference in the files is a secret, too: the files may be read
        without the values of their variables.
        """
        found: set[str] = set()
        references = {
            (prop.key.section, prop.key.form)
            for side in sides
            if isinstance(side, Persister)
            for properties in side.properties.values()
            for prop in properties
            if prop.sensitive
        }
        for side in (side for side in sides if side):
            for properties in side.properties.values():
                for prop in properties:
                    found.update(self.secrets_in(prop.key, prop.text), prop.secrets)
                    is_reference = (prop.key.section, prop.key.form) in references
                    if prop.sensitive or (is_reference and not is_placeholder(prop.text)):
                        found.add(prop.text)
            found.update(_substituted(side) if isinstance(side, Persister) else side.version_secrets)
        return frozenset(found - {""})

    def redact(self, text: str, *sides: Persister | LivePersister | None) -> str:
        """Return a message or a log line about a persister without the persister's secrets."""
        return redact(text, self.secrets_of(*sides))


def is_placeholder(text: str) -> bool:
    """Return whether the whole text is one Spring placeholder, ``${…}``, without a default that is a value."""
    return _PLACEHOLDER.fullmatch(text) is not None


def redact(text: str, secrets: Iterable[str] = (), mark: str = HIDDEN) -> str:
    """Return a text with these secrets hidden, and the passwords that can be recognised in it.

    Recognised are ``user:…@`` of a URL, ``user/…@`` of Oracle's, ``password=…`` and ``--password …`` and the like
    anywhere, and tokens: ``Bearer …``, and a JWT.

    Args:
        text: a value, a log line or a message.
        secrets: texts to hide, where they are worth it.
        mark: what is shown in their place.
    """
    worth = sorted(worth_hiding(secrets), key=len, reverse=True)
    if text.count("://") > _MOST_URLS:
        return mark
    if worth:  # in one pass, so that no secret is searched for in a mark
        marks = (mark, HIDDEN)
        searched = "|".join(map(re.escape, (*marks, *worth)))
        text = re.sub(searched, lambda match: match[0] if match[0] in marks else mark, text)

    def hide(match: re.Match[str]) -> str:
        return match[0] if is_placeholder(match["secret"]) else match["before"] + mark

    for pattern in _RECOGNISED:
        text = pattern.sub(hide, text)
    return text


def worth_hiding(secrets: Iterable[str]) -> Iterator[str]:
    """Yield the secrets that are hidden in other texts.

    Those of one or two letters are not: their marks would tell where they are in everything else.
    """
    return (secret for secret in secrets if len(secret) >= _SHORTEST)


def passwords_in(text: str) -> list[str]:
    """Return the passwords that ``redact`` recognises in a text."""
    return [text[start:stop] for start, stop in password_spans(text)]


def password_spans(text: str) -> list[tuple[int, int]]:
    """Return where the passwords are that ``redact`` recognises in a text: start and end, which may overlap."""
    if text.count("://") > _MOST_URLS:
        return [(0, len(text))]
    spans = []
    for pattern in _RECOGNISED:
        for match in pattern.finditer(text):
            if not is_placeholder(match["secret"]):
                start = match.start("secret") + len(match["secret"]) - len(match["secret"].lstrip(_QUOTES))
                spans.append((start, start + len(match["secret"].strip(_QUOTES))))
    return spans


def _substituted(desired: Persister) -> Iterator[str]:
    """Yield the values that secret references are a part of, and what the references brought in."""
    version = [desired.app_version] if desired.app_version else []
    for value in (*version, *(prop for properties in desired.properties.values() for prop in properties)):
        if value.sensitive:
            yield from (value.text, *value.secrets)


@lru_cache(maxsize=65_536)
def _names_secret(key: str) -> bool:
    # in any spelling: pass-word is the password to Spring
    return any(_NAMES_A_SECRET.search(_REFERENCES.sub("", spelling)) for spelling in (key, re.sub("[-_]", "", key)))


@lru_cache(maxsize=65_536)
def _is_found(patterns: tuple[str, ...], key: str, budget: SearchBudget) -> bool:
    return any(found_in(pattern, key, budget) for pattern in patterns)
