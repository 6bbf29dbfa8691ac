"""One document to a partial persister: its identity, its head, and the changes of its config maps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from persync.config.findings import Findings
from persync.config.flatten import Change, Nulls, Removal, flatten, null_value
from persync.config.process import Unfailing
from persync.config.rules.foreign import foreign_kind
from persync.config.rules.ignored import IGNORED, read_globs
from persync.config.rules.schema import check_document_schema
from persync.config.variables import OPENING, SOURCES, Values, substitute
from persync.config.yaml.nodes import Entry, List, Map, Scalar, entries, is_null
from persync.model import Section, SourceText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.yaml.nodes import Node
    from persync.model import PropertyGlob, Span

HEAD = ("project", "eventType", "eventstore", "state", "appVersion")
IDENTITY = frozenset({"project", "eventType", "eventstore"})
# Names are shown, and are parts of the paths of requests; a run state is shown.
_SUBSTITUTIONS = {**dict.fromkeys(IDENTITY, (("vars",), True)), "state": (("vars", "env"), True)}
_SECTIONS = {str(section): section for section in Section}


class Role(Enum):
    """What a document is for."""

    DEFAULTS = "defaults"
    PERSISTER = "persister"
    OVERLAY = "overlay"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class Partial:
    """The content of one document.

    Attributes:
        span: where it begins.
        head: its fields outside of the config maps; ``None`` for a field that is removed.
        changes: what each section sets and removes.
        ignored: what it ignores; ``None`` where it leaves that to the layers below it.
    """

    span: Span
    head: Mapping[str, SourceText | None]
    changes: Mapping[Section, tuple[Change, ...]]
    ignored: tuple[PropertyGlob, ...] | None = None


def read_partial(
    document: Node, role: Role, values: Values, findings: Findings, eventstore: str | None = None
) -> Partial | None:
    """Return the content of a document.

    Args:
        document: its tree.
        role: what it is for; only in an overlay is ``null`` allowed.
        values: the values of the references in its head. Those in config maps are replaced after merging, so that an
            unset variable in a value that an overlay replaces is no error.
        findings: is added to.
        eventstore: the event store of a document that has none.

    Returns:
        ``None`` where the document is not a map, or is one of another program.
    """
    if not isinstance(document, Map):
        is_list = isinstance(document, List) and any(isinstance(item, Map) for item in document.items)
        hint = "write each persister as a document, with --- between them" if is_list else "begin with eventType:"
        findings.error("not-a-map", "a document must be a map of fields", document.span, hint=hint)
        return None
    if kind := foreign_kind(document):
        message = f"this is {kind}, and no persister"
        reason = "every YAML file of the folders that persync.yaml names is read"
        hint = (
            "move it to another folder, or let persync.yaml name the files of persisters alone (persisters, overlays)"
        )
        findings.error("foreign-document", message, document.span, reason=reason, hint=hint)
        return None
    reader = _Reader(role, values, findings)
    for entry in document.entries:
        reader.read(entry)
    if role is not Role.DEFAULTS:  # those are checked as a part of persync.yaml
        instance = reader.instance if eventstore is None else {"eventstore": eventstore, **reader.instance}
        check_document_schema(instance, document, findings)
    return Partial(document.span, reader.head, reader.changes, reader.ignored)


def read_identity(document: Node, values: Values) -> Mapping[str, SourceText]:
    """Return the fields of a document that name its persister; what is wrong with them, ``read_partial`` finds."""
    names = ((key.text, value) for key, value in entries(document) if key.text in IDENTITY)
    return {
        name: SourceText(substitute(value, values, Findings(), ("vars",)).text, value.span)
        for name, value in names
        if isinstance(value, Scalar) and not is_null(value)
    }


class _Reader:
    """Reads the fields of one document."""

    def __init__(self, role: Role, values: Values, findings: Findings) -> None:
        self._nulls = Nulls.REMOVE if role is Role.OVERLAY else Nulls.ERROR
        self._values = values
        self._findings = findings
        self.head: dict[str, SourceText | None] = {}
        self.changes: dict[Section, tuple[Change, ...]] = {}
        self.ignored: tuple[PropertyGlob, ...] | None = None
        self.instance: dict[str, object] = {}
        """What is checked against the schema: the fields, with every map and list emptied."""

    def read(self, entry: Entry) -> None:
        name, value = entry.key.text, entry.value
        if name == IGNORED and not is_null(value):
            self.ignored = read_globs(value, self._findings)
            return
        if isinstance(value, Scalar):
            if is_null(value):
                self._null(name, value)
            else:
                self._scalar(name, value)
            return
        self.instance[name] = [] if isinstance(value, List) else {}
        if isinstance(value, Map) and name in _SECTIONS:
            section = _SECTIONS[name]
            self.changes[section] = flatten(section, value, self._findings, self._nulls)

    def _null(self, name: str, value: Scalar) -> None:
        if self._nulls is Nulls.ERROR or name in IDENTITY:
            empty = dict.fromkeys(_SECTIONS, "remove the line, or write {} for an empty map") | {
                IGNORED: "remove the line, or write [] for an empty list"
            }
            otherwise = "give it a value" if name == "eventType" else "remove the line, or give it a value"
            hint = empty.get(name, otherwise)
            null_value(value.span, self._findings, hint)
            if name == "eventType":
                self.instance[name] = "any"  # it is not also missing
        elif name in _SECTIONS:
            self.changes[_SECTIONS[name]] = (Removal("", value.span),)
        elif name == IGNORED:
            self.ignored = ()
        else:
            self.head[name] = None

    def _scalar(self, name: str, value: Scalar) -> None:
        self.instance[name] = value.text
        if name not in HEAD:
            return
        sources, always_shown = _SUBSTITUTIONS.get(name, (SOURCES, False))
        text, secrets, failed = substitute(value, self._values, self._findings, sources, always_shown=always_shown)
        if not failed and OPENING in text and not isinstance(self._values.environ, Unfailing):
            self._findings.error("invalid-value", f"{name} cannot hold a literal {OPENING}", value.span)
        self.instance[name] = text
        self.head[name] = SourceText(text, value.span, secrets)
