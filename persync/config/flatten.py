"""The map of a section to settings with dotted keys; nested and dotted keys mean the same, as in Spring."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from persync.config.findings import error, warning
from persync.config.flow import takes
from persync.config.variables import OPENING
from persync.config.yaml.nodes import Entry, List, Map, Scalar, is_null
from persync.model import Section
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from persync.config.yaml.nodes import Node
    from persync.errors import Finding
    from persync.model import Definition, PropertyKey, Span


class Setting(NamedTuple):
    """A property as it is configured; its value is a map or a list only where its kind can be written so."""

    key: PropertyKey
    value: Node


class Removal(NamedTuple):
    """Nothing may remain of the property of this relaxed form, nor of those below it; ``""`` is the whole section."""

    form: str


Change: TypeAlias = Setting | Removal


def flatten(section: Section, written: Map, findings: list[Finding], *, nullable: bool) -> tuple[Change, ...]:
    """Return what a section says: first what it removes, then what it sets, in the order of the file.

    Args:
        section: which one.
        written: the map in the file.
        findings: is added to: ``null-value``, ``duplicate-key``, ``list-value``, ``empty-map``, ``empty-key``,
            ``variable-in-key``, ``missing-space``.
        nullable: ``null`` removes (in an overlay) and is no error.
    """
    flattener = _Flattener(section, findings, nullable=nullable)
    for entry in written.entries:
        flattener.add("", entry)
    return (*flattener.removals, *flattener.settings)


def null_value(span: Span, hint: str = 'say "" for an empty text') -> Finding:
    """Return the finding about a null where none can be; the hint says what to write in its place."""
    reason = "null removes a setting in an overlay; here there is nothing to remove"
    return error("null-value", "there is no value here", span, reason=reason, hint=hint)


def _variable_in_key(entry: Entry) -> Finding:
    return error("variable-in-key", "variables are not replaced in keys", entry.key.span, hint="write the key out")


def _empty_map(key: str, definition: Definition, value: Map) -> Finding:
    hint = "leave the line out, or give it a value"
    if takes(definition.kind, value):
        hint = "write [] for an empty list" if definition.shape == "list" else 'say "" for an empty text'
    reason = "the property keeps the value that it has without this line"
    return warning("empty-map", f"{key}: an empty map sets nothing", value.span, reason=reason, hint=hint)


class _Flattener:
    def __init__(self, section: Section, findings: list[Finding], *, nullable: bool) -> None:
        self._section = section
        self._findings = findings
        self._nullable = nullable
        self._written: dict[str, tuple[str, Span]] = {}
        self.removals: list[Removal] = []
        self.settings: list[Setting] = []

    def add(self, prefix: str, entry: Entry) -> None:
        """Add what an entry says whose map lies under the dotted key ``prefix``."""
        key = entry.key.text
        if OPENING in key:
            self._findings.append(_variable_in_key(entry))
        elif not key or any(not element for element in key.split(".")):
            message = "a key is empty, or begins or ends with a dot"
            self._findings.append(error("empty-key", message, entry.key.span))
        else:
            self._value(prefix + key if key.startswith("[") or not prefix else f"{prefix}.{key}", entry.value, entry)

    def _value(self, key: str, value: Node, entry: Entry) -> None:
        identity = identify(self._section, key)
        if isinstance(value, Scalar):
            self._scalar(Setting(identity, value), entry)
        elif isinstance(value, Map) and not value.entries:
            # it sets nothing, in a patch as in Spring; only in a patch is that what it looks like
            if identity.definition and not self._nullable:
                self._findings.append(_empty_map(key, identity.definition, value))
        elif takes(identity.kind, value):
            already_found = len(self._findings)
            self._check_structure(value, nullable=self._nullable)
            if len(self._findings) == already_found:
                self._set(Setting(identity, value), entry)
        elif isinstance(value, Map):
            for below in value.entries:
                self.add(key, below)
        elif self._section is Section.APP:
            self._list(identity, value, entry)
        else:
            reason = f"the values of {self._section} are texts, and only some properties are known to hold lists"
            self._findings.append(
                error("list-value", f"{key} is written as a list", value.span, reason=reason, hint="write it as a text")
            )

    def _scalar(self, setting: Setting, entry: Entry) -> None:
        if not is_null(setting.value):
            self._set(setting, entry)
        elif self._nullable:
            if self._is_new(setting.key, entry):
                self.removals.append(Removal(setting.key.form))
        else:
            self._findings.append(missing_space(entry) or null_value(setting.value.span))

    def _list(self, key: PropertyKey, value: List, entry: Entry) -> None:
        """Write a list as Spring does: ``key[0]``, ``key[1].sub``; it replaces a list of that name as a whole."""
        if not self._is_new(key, entry):
            return
        self.removals.append(Removal(key.form))
        if not value.items:
            self.settings.append(Setting(key, Scalar("", value.span, plain=False)))
        for index, item in enumerate(value.items):
            if is_null(item):
                self._findings.append(null_value(item.span))
            else:
                self._value(f"{key.source}[{index}]", item, entry)

    def _set(self, setting: Setting, entry: Entry) -> None:
        if self._is_new(setting.key, entry):
            self.settings.append(setting)

    def _check_structure(self, node: Node, *, nullable: bool) -> None:
        """Report what a structure cannot hold: nulls, which in an overlay remove, but not inside of lists."""
        if isinstance(node, List):
            for item in node.items:
                if is_null(item):
                    self._findings.append(null_value(item.span))
                self._check_structure(item, nullable=False)
        elif isinstance(node, Map):
            for entry in node.entries:
                if finding := missing_space(entry):
                    self._findings.append(finding)
                elif OPENING in entry.key.text:
                    self._findings.append(_variable_in_key(entry))
                elif is_null(entry.value) and not nullable:
                    self._findings.append(null_value(entry.value.span))
                self._check_structure(entry.value, nullable=nullable)

    def _is_new(self, key: PropertyKey, entry: Entry) -> bool:
        if key.form not in self._written:
            self._written[key.form] = (key.source, entry.key.span)
            return True
        first_key, first = self._written[key.form]
        message = f"{key.source} is defined twice, first at {first}"
        reason = "" if key.source == first_key else f"{first_key} is another spelling of it"
        self._findings.append(error("duplicate-key", message, entry.key.span, reason=reason, hint="keep one of them"))
        return False


def missing_space(entry: Entry) -> Finding | None:
    """Return the finding about ``{name:'a'}``, whose key is ``name:'a'`` and whose value is null."""
    name, colon, _ = entry.key.text.partition(":")
    if not colon or not entry.key.plain or not is_null(entry.value):
        return None
    reason = "without the space, YAML takes the colon and what follows for a part of the key"
    return error("missing-space", f"a space is missing after {name}:", entry.key.span, reason=reason)
