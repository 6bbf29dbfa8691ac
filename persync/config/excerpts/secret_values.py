"""Where the secrets of a file are, by the policy for secrets."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from yaml.nodes import MappingNode, ScalarNode

from persync.config.yaml import parser
from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.secrets import SECRET_WORDS, is_placeholder, password_spans
from persync.properties.structures import PathStep, naming_keys, options_before
from persync.properties.values import structure_of
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

    from persync.model import PropertyKey
    from persync.properties.secrets import SecretPolicy

_SECTIONS = {str(section): section for section in Section}
_REFERENCE = re.compile(r"secret-?_?(?:name|ref)s?|secret-?_?key-?_?refs?", re.IGNORECASE)
_WHOLE_REFERENCE = re.compile(r"\$\{\{\s*[A-Za-z]{1,20}\.[A-Za-z0-9_.-]{1,200}\s*\}\}")
"""A reference, also one to a source that there is not, such as ``secrets``."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NEAR = 0.75
"""How similar a word is with a letter that is missing, doubled, swapped or wrong: ``tken``, ``sercet``."""
_USER_INFO = re.compile(r"://[^/\s@]*@")


class _Place(NamedTuple):
    """Where a value is.

    Attributes:
        path: the keys above it, each after a dot.
        section: the map of properties that it is in, if any.
        key: the dotted key of the property, or the part of it that is known so far.
        parts: inside of a structure, the steps from the property to the value.
        option: in a list of arguments, the one in front of the value.
    """

    path: str = ""
    section: Section | None = None
    key: str = ""
    parts: tuple[PathStep, ...] | None = None
    option: str = ""

    @property
    def property(self) -> PropertyKey | None:
        return identify(self.section, self.key) if self.section and self.key else None


def secret_values(text: str, policy: SecretPolicy) -> set[int]:
    """Return where the values begin that are secrets, as indexes of the text.

    Args:
        text: a file that ``read_documents`` read to its end, so that it is neither deep nor large.
        policy: decides which keys name secrets.

    In a property's structure, the nearest key decides, as in a plan; elsewhere every key above the value does. A key
    that names a reference to a secret (``secretName``) names no secret.
    """
    return {start for root in parser.compose(text) for start in _secrets(root, _Place(), policy)}


def doubtful_values(text: str, policy: SecretPolicy) -> set[int]:
    """Return where the values begin that may be secrets in the wrong place, as indexes of the text.

    The arguments are those of ``secret_values``.
    """
    return {start for root in parser.compose(text) for start in _doubtful(root, policy)}


def _doubtful(node: yaml.Node, policy: SecretPolicy) -> Iterator[int]:
    if isinstance(node, ScalarNode):
        if not policy.may_quote(node.value):
            yield node.start_mark.index
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from _doubtful(value, policy)
            if not isinstance(key, ScalarNode):
                yield from _doubtful(key, policy)
    else:
        for item in node.value:
            yield from _doubtful(item, policy)


def _secrets(node: yaml.Node, place: _Place, policy: SecretPolicy) -> Iterator[int]:
    if isinstance(node, ScalarNode):
        if _is_secret(node.value, place, policy):
            yield node.start_mark.index
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else ""
            if not isinstance(key, ScalarNode):
                yield from _secrets(key, place, policy)
            yield from _secrets(value, _below(node, name, place, policy), policy)
    else:
        options = options_before(item.value if isinstance(item, ScalarNode) else "" for item in node.value)
        for index, (item, option) in enumerate(zip(node.value, options, strict=True)):
            parts = place.parts
            if parts is not None:
                parts = (*parts, PathStep(_value_of(item, "name") or str(index), is_item=True))
            yield from _secrets(item, place._replace(parts=parts, option=option), policy)


def _below(node: MappingNode, name: str, place: _Place, policy: SecretPolicy) -> _Place:
    """Return the place of the value of ``name``."""
    # in {name: DB_PASSWORD, value: …}, the name decides whether the value is a secret
    named = f".{_value_of(node, 'name')}" if name == "value" else ""
    path = place.path if name == "<<" else f"{place.path}.{name}{named}"
    if place.parts is not None:
        return place._replace(path=path, parts=(*place.parts, PathStep(name, is_item=False)), option="")
    if place.section is None:
        return _Place(path, _SECTIONS.get(name))
    key = place.key if name == "<<" else f"{place.key}.{name}" if place.key else name
    below = _Place(path, place.section, key)
    found = below.property
    if found and found.definition and found.kind.has_parts and not policy.covers(found):
        return below._replace(parts=())
    return below


def _is_secret(text: str, place: _Place, policy: SecretPolicy) -> bool:
    if not text or is_placeholder(text) or _WHOLE_REFERENCE.fullmatch(text):
        return False
    found = place.property
    if place.parts:
        return policy.names_leaf(place.parts, place.option) or any(map(names_almost, naming_keys(place.parts)))
    if found:
        inside = {text[start:stop] for start, stop in password_spans(text)}
        names_reference = found.definition is not None and found.definition.reference
        names_it = (policy.names(place.path) or names_almost(place.path)) and not names_reference
        if found.definition and found.kind.has_parts and structure_of(found.definition, text) is None:
            return True  # it cannot be read, so it is not known which of its parts are secrets
        return names_it or not set(policy.secrets_in(found, text)) <= inside
    parent, _, last = place.path.rpartition(".")
    path = re.sub(r"(?i)\.secret$", "", parent) if _REFERENCE.fullmatch(last) else place.path
    # of persync.yaml: a command may have a password as an argument, an address a user without a password
    names_it = policy.names(path) or names_almost(path)
    return names_it or path.endswith(".auth.command") or _USER_INFO.search(text) is not None


def names_almost(path: str) -> bool:
    """Return whether a word of a path is nearly one that names a secret, as in a key with a slip: ``passwrd``."""
    return any(map(_is_almost, _WORD.findall(path)))


@lru_cache(maxsize=4096)
def _is_almost(word: str) -> bool:
    is_one = any(each in word.lower() for each in SECRET_WORDS)  # of which the policy knows whether it names a secret
    return not is_one and bool(most_similar(word, SECRET_WORDS, least=_NEAR))


def _value_of(node: yaml.Node, name: str) -> str:
    """Return the text under a key of a map; empty where there is none."""
    if not isinstance(node, MappingNode):
        return ""
    return next((value.value for key, value in node.value if key.value == name and isinstance(value, ScalarNode)), "")
