"""One document to a partial persister: its identity, its head, and what its config maps set and remove."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from persync.config.findings import error
from persync.config.flatten import Change, Removal, flatten, null_value
from persync.config.rules.schema import document_findings
from persync.config.variables import OPENING, Unfailing, Values, substitute
from persync.config.yaml.nodes import Entry, List, Map, Scalar, is_null
from persync.model import Section, SourceText

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.yaml.nodes import Node
    from persync.errors import Finding
    from persync.model import Span

HEAD = ("project", "eventType", "eventstore", "state", "appVersion")
_IDENTITY = frozenset({"project", "eventType", "eventstore"})
_SECTIONS = {str(section): section for section in Section}


class Role(Enum):
    """What a document is for."""

    DEFAULTS = "defaults"
    PERSISTER = "persister"
    OVERLAY = "overlay"


@dataclass(frozen=True, slots=True)
class Partial:
    """What one document says.

    Attributes:
        span: where it begins.
        head: its fields outside of the config maps; ``None`` for one that is removed.
        changes: what each section sets and removes.
    """

    span: Span
    head: Mapping[str, SourceText | None]
    changes: Mapping[Section, tuple[Change, ...]]


def read_partial(
    document: Node, role: Role, values: Values, findings: list[Finding], eventstore: str | None = None
) -> Partial | None:
    """Return what a document says.

    Args:
        document: its tree.
        role: what it is for; only in an overlay does ``null`` mean something.
        values: what the references in its head stand for. Those in config maps wait until all is laid over each
            other, so that an unset variable under a value that is replaced harms nobody.
        findings: is added to.
        eventstore: what the event store is where the document does not say.

    Returns:
        ``None`` where the document is no map.
    """
    if not isinstance(document, Map):
        findings.append(error("not-a-map", "a document must be a map, with eventType and the rest", document.span))
        return None
    reader = _Reader(role, values, findings)
    for entry in document.entries:
        reader.read(entry)
    if role is not Role.DEFAULTS:  # those were validated as a part of persync.yaml
        instance = reader.instance if eventstore is None else {"eventstore": eventstore, **reader.instance}
        findings.extend(document_findings(instance, document))
    return Partial(document.span, reader.head, reader.changes)


class _Reader:
    def __init__(self, role: Role, values: Values, findings: list[Finding]) -> None:
        self._nullable = role is Role.OVERLAY
        self._values = values
        self._findings = findings
        self.head: dict[str, SourceText | None] = {}
        self.changes: dict[Section, tuple[Change, ...]] = {}
        self.instance: dict[str, object] = {}
        """What the schema is asked about: the head, with every map and list emptied."""

    def read(self, entry: Entry) -> None:
        name, value = entry.key.text, entry.value
        if is_null(value):
            self._null(name, value)
        elif isinstance(value, Scalar):
            self._scalar(name, value)
        else:
            self.instance[name] = [] if isinstance(value, List) else {}
            if isinstance(value, Map) and name in _SECTIONS:
                section = _SECTIONS[name]
                self.changes[section] = flatten(section, value, self._findings, nullable=self._nullable)

    def _null(self, name: str, value: Node) -> None:
        if not self._nullable or name in _IDENTITY:
            hint = "{} is an empty map" if name in _SECTIONS else "leave the line out, or give it a value"
            self._findings.append(null_value(value.span, hint))
        elif name in _SECTIONS:
            self.changes[_SECTIONS[name]] = (Removal(""),)
        else:
            self.head[name] = None

    def _scalar(self, name: str, value: Scalar) -> None:
        self.instance[name] = value.text
        if name not in HEAD:
            return
        text, secrets, problems = substitute(value, self._values)
        self._findings += problems
        if problems:
            text = value.text  # what it would be is not known; the schema takes any reference
        elif OPENING in text and not isinstance(self._values.environ, Unfailing):
            self._findings.append(error("invalid-value", f"{name} cannot hold a literal {OPENING}", value.span))
        self.instance[name] = text
        self.head[name] = SourceText(text, value.span, secrets)
