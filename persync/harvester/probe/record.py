"""A record of answers that can be attached to a report: structure and types are kept, values are replaced.

Names are replaced by numbered ones, the same for the same name, so that a record can be served:
``persync sandbox --replay FILE``. What is kept in clear: fields of the API, keys of the catalogue, run states, types,
event stores, numbers of HTTP.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from persync import __version__
from persync.harvester.exchange import Answer
from persync.harvester.probe.behaviour import json_of
from persync.model import Section
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from persync.harvester.exchange import Call, Exchange

FORMAT_VERSION = "1.0"
_NAMES = {"projectName": "project", "project": "project", "eventTypeName": "event-type", "name": "event-type"}
_AFTER = {"projects": "project", "event-types": "event-type"}
_WORDS = frozenset({"status", "state", "type", "eventstoreType", "eventStoreType", "error"})
"""Fields with a word of the API as their value."""
_WORD = re.compile(r"[A-Za-z_-]{1,40}")
_FIELD = re.compile(r"_?[a-z][A-Za-z]{0,39}")
_PATH_WORDS = frozenset({"projects", "event-types", "eventstores", "pg", "live-segment", "persister", "state", "logs"})
# The first form that fits the whole of a value, and what is written in its place: a value of the same kind.
_FORMS = (
    (r"", ""),
    (r"\*+", "******"),
    (r"(?i:true|false|yes|no|on|off)", None),
    (r"[+-]?\d+", "1"),
    (r"[+-]?\d+\.\d+", "1.5"),
    (r"\d+(\.\d+)*m", "1m"),
    (r"\d+(\.\d+)*[KMGT]i?", "1Mi"),
    (r"[pP](?=.*\d)(\d+[a-zA-Z])*([tT]([\d.]+[a-zA-Z])*)?", "PT1S"),
    (r"\$\{[^{}]*\}", "${placeholder}"),
    (r"(?s)\s*\[.*", "[{name: 'text'}]"),
    (r"(?s)\s*\{.*", "{name: 'text'}"),
)


def record_of(exchanges: Iterable[Exchange], *, names: bool = False) -> dict[str, Any]:
    """Return a record, as JSON: each request once, and its answer.

    Args:
        exchanges: in the order in which they were sent. Those to a token endpoint are left out.
        names: keep the names of projects and event types.
    """
    answered: dict[tuple[str, str, str], tuple[Call, Answer]] = {}
    for call, outcome, *_ in exchanges:
        if not call.origin and isinstance(outcome, Answer):
            answered.setdefault((call.method, call.path, call.query), (call, outcome))
    redaction = _Redaction(keep=names)
    # twice, because a name may be found in a place that shows that it is one after it was in a place that does not
    for _ in range(2):
        recorded = [redaction.exchange(call, answer) for call, answer in answered.values()]
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": "record",
        "persync": __version__,
        "exchanges": recorded,
    }


class _Redaction:
    """Replaces names and values; the same name by the same one."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self._names: dict[str, dict[str, str]] = {kind: {} for kind in _AFTER.values()}
        self._keys: dict[str, str] = {}

    def exchange(self, call: Call, answer: Answer) -> dict[str, Any]:
        content = json_of(answer)
        is_json = content is not None or answer.body.strip() == b"null"
        return {
            "method": call.method,
            "path": self._path(call.path),
            "query": call.query,
            "status": answer.status,
            "contentType": answer.content_type,
            # of what is not JSON, the length alone
            **({"json": self._value("", content)} if is_json else {"bytes": len(answer.body)}),
        }

    def _name(self, kind: str, name: str) -> str:
        if self._keep or not name:
            return name
        names = self._names[kind]
        return names.setdefault(name, f"{kind}-{len(names) + 1}")

    def _path(self, path: str) -> str:
        """Replace the names in a path; a prefix of the service is dropped, as a record is served without one."""
        parts = [part for part in path.split("/") if part]
        start = next((index for index, part in enumerate(parts) if part in _AFTER), 0)
        result = []
        before = ""
        for part in parts[start:]:
            kind = _AFTER.get(before)
            kept = kind is None and (part in _PATH_WORDS or before == "eventstores")
            shown = quote(self._name(kind, unquote(part)), safe="") if kind else part if kept else "x"
            result.append(shown)
            before = part if kind is None else ""
        return "/" + "/".join(result)

    def _value(self, field: str, value: object) -> Any:
        if isinstance(value, dict):
            return self._members(field, value)
        if isinstance(value, list):
            return [self._value(field, item) for item in value]
        if isinstance(value, str):
            return self._text(field, value)
        return value if field == "status" else _representative(value)

    def _members(self, field: str, members: Mapping[str, object]) -> dict[str, Any]:
        if field in set(Section):
            return {self._key(Section(field), key): _representative(value) for key, value in members.items()}
        return {self._field(name): self._value(name, value) for name, value in members.items()}

    def _text(self, field: str, text: str) -> str:
        if field in _NAMES:
            return self._name(_NAMES[field], text)
        if field == "href":
            return self._path(text.partition("?")[0])
        if field in _WORDS and _WORD.fullmatch(text) and not self._is_name(text):
            return text
        return str(_representative(text))

    def _field(self, name: str) -> str:
        return name if _FIELD.fullmatch(name) and not self._is_name(name) else self._numbered(name)

    def _is_name(self, text: str) -> bool:
        return not self._keep and any(text in names for names in self._names.values())

    def _key(self, section: Section, key: str) -> str:
        """Keep a key of the catalogue; what a user adds below a known prefix is a name, too."""
        known = identify(section, key)
        definition = known.definition
        if definition is None or known.canonical is None or known.canonical.lower() != definition.key.lower():
            return key if self._keep else self._numbered(key)
        return key

    def _numbered(self, key: str) -> str:
        return self._keys.setdefault(key, f"key-{len(self._keys) + 1}")


def _representative(value: Any) -> Any:
    """Return a value of the same kind that reveals nothing."""
    if not isinstance(value, str):
        return value if value is None or isinstance(value, bool) else 1.5 if isinstance(value, float) else 1
    for form, shown in _FORMS:
        if re.fullmatch(form, value):
            return value if shown is None else shown
    return "text"
