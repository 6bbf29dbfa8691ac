"""The config map of a section to settings with dotted keys: nested and dotted keys are the same, as in Spring."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from persync.config.flow import takes
from persync.config.rules.keys import similar_key
from persync.config.variables import OPENING
from persync.config.yaml.builder import LONGEST_KEY
from persync.config.yaml.nodes import List, Map, Scalar, is_null
from persync.model import PropertyKey, Section, Shape
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Entry, Node
    from persync.model import Span


_BRACKETS = re.compile(r"\[[^\]]*\]")


class Setting(NamedTuple):
    """A property in a file, and where its key is; its value is a map or a list only if its kind can be one."""

    key: PropertyKey
    value: Node
    key_span: Span


class Removal(NamedTuple):
    """The removal of the property of this relaxed form and of all below it; ``""`` is the whole section."""

    form: str
    span: Span

    def covers(self, form: str) -> bool:
        """Return whether it removes the property of that form."""
        return not self.form or form == self.form or form.startswith((f"{self.form}.", f"{self.form}["))


Change: TypeAlias = Setting | Removal


class Nulls(Enum):
    """What ``null`` does: in an overlay it removes a setting, elsewhere it is an error."""

    REMOVE = "remove"
    ERROR = "error"


def flatten(section: Section, config: Map, findings: Findings, nulls: Nulls) -> tuple[Change, ...]:
    """Return the changes of a section: first the removals, then the settings in the order of the file.

    Args:
        section: the section.
        config: its map in the file.
        findings: is added to: ``null-value``, ``duplicate-key``, ``list-value``, ``empty-map``, ``empty-key``,
            ``variable-in-key``, ``key-too-long``, ``missing-space``.
        nulls: what ``null`` does.
    """
    flattener = _Flattener(section, findings, nulls)
    flattener.add_map("", config)
    return (*flattener.removals, *flattener.settings)


def null_value(span: Span, findings: Findings, hint: str = 'remove the line, or write "" for an empty text') -> bool:
    """Add the finding about a null where none is allowed; the hint says what to write instead."""
    reason = "null removes a setting in an overlay; here there is nothing to remove"
    return findings.error("null-value", "the value is missing or null", span, reason=reason, hint=hint)


class _MalformedKey(NamedTuple):
    """Why a key of a map cannot be a part of a dotted key."""

    rule: str
    message: str
    hint: str = ""


_VARIABLE_IN_KEY = _MalformedKey("variable-in-key", "references are not replaced in keys", "write the key without one")
_LONG_KEY = _MalformedKey("key-too-long", f"a key with the keys above it is longer than {LONGEST_KEY} characters")
_EMPTY_KEY = _MalformedKey("empty-key", "a key is empty, or begins or ends with a dot", "name every part of the key")


@lru_cache(maxsize=65_536)
def _key_below(section: Section, parent: str, name: str) -> PropertyKey | _MalformedKey:
    """Return the key of the entry ``name`` of the map at the dotted key ``parent``, ``""`` for the section's own."""
    if OPENING in name:
        return _VARIABLE_IN_KEY
    if not all(_BRACKETS.sub("[]", name).split(".")):
        return _EMPTY_KEY
    key = parent + name if not parent or name.startswith("[") else f"{parent}.{name}"
    return identify(section, key) if len(key) <= LONGEST_KEY else _LONG_KEY


class _Flattener:
    """Walks the map of one section. ``name`` is always the scalar that findings about a key refer to."""

    def __init__(self, section: Section, findings: Findings, nulls: Nulls) -> None:
        self._section = section
        self._findings = findings
        self._nulls = nulls
        self._defined: dict[str, tuple[PropertyKey, Span]] = {}
        self.removals: list[Removal] = []
        self.settings: list[Setting] = []

    def add_map(self, parent: str, config: Map) -> None:
        """Add the entries of a map."""
        for entry in config.entries:
            name = entry.key
            key = _key_below(self._section, parent, name.text)
            if isinstance(key, _MalformedKey):
                self._findings.error(key.rule, key.message, name.span, hint=key.hint)
            elif not isinstance(entry.value, Scalar):
                self._add(key, entry.value, name)
            elif is_null(entry.value):
                self._add_null(key, entry)
            else:
                self._set(key, entry.value, name)

    def _add(self, key: PropertyKey, value: Node, name: Scalar) -> None:
        if isinstance(value, Scalar):
            self._set(key, value, name)
        elif isinstance(value, Map) and not value.entries:
            self._check_empty_map(key, value)
        elif takes(key.kind, value):
            if not _check_structure(value, self._findings, self._nulls):
                self._set(key, value, name)
        elif isinstance(value, Map):
            self.add_map(key.source, value)
        elif self._section is Section.APP and not _is_single(key):
            self._add_list(key, value, name)
        else:
            reason = f"the values of {self._section} are texts, and only some catalogued properties can be lists"
            if _is_single(key):
                reason = "the property takes a single value"
            message = f"{key.source} cannot be a list"
            in_parts = "write a map of names and values" if key.kind.has_parts else "write it as a text"
            hint = similar_key(key) or in_parts
            span = value.span if key.definition else name.span
            self._findings.error("list-value", message, span, reason=reason, hint=hint)

    def _add_null(self, key: PropertyKey, entry: Entry) -> None:
        if self._nulls is Nulls.REMOVE:
            if self._is_first(key, entry.key):
                self.removals.append(Removal(key.form, entry.value.span))
        elif not _check_missing_space(entry, self._findings):
            null_value(entry.value.span, self._findings)

    def _add_list(self, key: PropertyKey, value: List, name: Scalar) -> None:
        """Add a list as Spring reads it: ``key[0]``, ``key[1].sub``; it replaces a list of that key as a whole."""
        if not self._is_first(key, name):
            return
        self.removals.append(Removal(key.form, value.span))
        if not value.items:
            self.settings.append(Setting(key, Scalar("", value.span, plain=False), name.span))
        for index, item in enumerate(value.items):
            if is_null(item):
                null_value(item.span, self._findings)
            else:
                self._add(identify(self._section, f"{key.source}[{index}]"), item, name)

    def _set(self, key: PropertyKey, value: Node, name: Scalar) -> None:
        if self._is_first(key, name):
            self.settings.append(Setting(key, value, name.span))

    def _is_first(self, key: PropertyKey, name: Scalar) -> bool:
        """Return whether the property is not defined yet; add a finding if it is."""
        first = self._defined.get(key.form)
        if first is None:
            self._defined[key.form] = (key, name.span)
            return True
        first_key, first_span = first
        reason = "" if key.source == first_key.source else f"{first_key.source} is another spelling of it"
        message = f"{key.source} is defined twice, first at {first_span}"
        self._findings.error("duplicate-key", message, name.span, reason=reason, hint="keep one of them")
        return False

    def _check_empty_map(self, key: PropertyKey, value: Map) -> None:
        """Add a warning where a reader expects that an empty map sets something: not in an overlay."""
        definition = key.definition
        if definition is None or self._nulls is Nulls.REMOVE:
            return
        hint = "remove the line, or give it a value"
        if takes(definition.kind, value):
            hint = "write [] for an empty list" if definition.shape is Shape.LIST else 'write "" for an empty text'
        reason = "the property keeps the value that it has without this line"
        self._findings.warning(
            "empty-map", f"{key.source}: an empty map sets nothing", value.span, reason=reason, hint=hint
        )


def _is_single(key: PropertyKey) -> bool:
    """Return whether the catalogue has this very property, and no list for it."""
    known = key.definition
    return known is not None and known.key == key.canonical and not known.takes_list


def _check_structure(node: Node, findings: Findings, nulls: Nulls) -> bool:
    """Check for what a structure cannot contain: nulls, which remove in the maps of an overlay but not in lists."""
    before = len(findings)
    if isinstance(node, List):
        for item in node.items:
            if is_null(item):
                null_value(item.span, findings)
            elif not isinstance(item, Scalar):
                _check_structure(item, findings, Nulls.ERROR)
    elif isinstance(node, Map):
        for entry in node.entries:
            _check_entry(entry, findings, nulls)
            if not isinstance(entry.value, Scalar):
                _check_structure(entry.value, findings, nulls)
    return len(findings) > before


def _check_entry(entry: Entry, findings: Findings, nulls: Nulls) -> bool:
    has_null = is_null(entry.value)
    if has_null and _check_missing_space(entry, findings):
        return True
    if OPENING in entry.key.text:
        rule, message, hint = _VARIABLE_IN_KEY
        return findings.error(rule, message, entry.key.span, hint=hint)
    return has_null and nulls is Nulls.ERROR and null_value(entry.value.span, findings)


def _check_missing_space(entry: Entry, findings: Findings) -> bool:
    """Check an entry with a null for ``{name:'a'}``: its key is ``name:'a'``."""
    name, colon, _ = entry.key.text.partition(":")
    if not colon or not entry.key.plain:
        return False
    reason = "without the space, YAML reads the colon and what follows as a part of the key"
    message, hint = f"a space is missing after {name}:", f"write {name}: and a space"
    return findings.error("missing-space", message, entry.key.span, reason=reason, hint=hint)
