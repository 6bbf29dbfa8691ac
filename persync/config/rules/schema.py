"""What a JSON Schema finds in a document, as findings with positions, in our own words.

A finding never repeats a value: values can be secrets.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from jsonschema import Draft202012Validator

from persync.config.findings import did_you_mean, error
from persync.config.yaml.nodes import find, key_span
from persync.model import Section
from persync.published import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from persync.config.yaml.nodes import Node
    from persync.errors import Finding

_ALLOWED = "x-allowed"
"""Our annotation: in words, what a pattern or a choice of forms allows."""

_TYPES = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


@cache
def settings_validator() -> Draft202012Validator:
    """Return the validator of persync.yaml, whose config maps are left to the rules for documents."""
    return Draft202012Validator(schema("settings"))


@cache
def document_validator() -> Draft202012Validator:
    """Return the validator of a document whose config maps are emptied.

    What stands in these maps is judged by ``lint``, which also sees nested and relaxed spellings, and is quicker.
    """
    head = dict(schema("persister"))
    head["properties"] = {
        name: {"type": "object"} if name in set(Section) else field for name, field in head["properties"].items()
    }
    return Draft202012Validator(head)


def document_findings(instance: Mapping[str, object], document: Node) -> Iterator[Finding]:
    """Yield what is wrong with a document.

    Args:
        instance: its head, with every map and list emptied.
        document: its tree.
    """
    # Validating takes as long as parsing does; but the event type apart, many documents have few different heads.
    head = tuple((name, value if isinstance(value, str) else type(value)) for name, value in instance.items())
    event_type = [part for part in head if part[0] == "eventType"]
    rest = tuple(part for part in head if part[0] != "eventType")
    if not (event_type and _event_type_validator().is_valid(event_type[0][1]) and _fits(rest)):
        yield from schema_findings(document_validator(), instance, document)


@cache
def _event_type_validator() -> Draft202012Validator:
    return Draft202012Validator(schema("persister")["properties"]["eventType"])


@lru_cache(maxsize=4096)
def _fits(head: tuple[tuple[str, str | type], ...]) -> bool:
    """Return whether a head is valid with any valid event type: no rule ties that to another field."""
    instance = {name: value if isinstance(value, str) else value() for name, value in head}
    return document_validator().is_valid({"eventType": "any", **instance})


class _Failure(NamedTuple):
    """What of a ``ValidationError`` matters here."""

    keyword: str
    expected: Any
    schema: Mapping[str, Any]
    instance: Any


def schema_findings(validator: Draft202012Validator, instance: Any, document: Node) -> Iterator[Finding]:
    """Yield what is wrong with ``instance``, which was made from the tree ``document``."""
    for raised in validator.iter_errors(instance):
        schema_of_it = raised.schema if isinstance(raised.schema, dict) else {}
        failure = _Failure(str(raised.validator), raised.validator_value, schema_of_it, raised.instance)
        yield from _findings(failure, list(raised.absolute_path), document)


def _findings(failure: _Failure, path: list[str | int], document: Node) -> Iterator[Finding]:
    node = find(document, *path) or document
    name = str(path[-1]) if path else "the document"
    if failure.keyword == "additionalProperties":
        known = failure.schema.get("properties", {})
        for field in failure.instance:
            if field not in known:
                hint = did_you_mean(field, known) or f"known are {', '.join(sorted(known))}"
                yield error("unknown-field", f"unknown field {field}", key_span(node, field), hint=hint)
    elif failure.keyword == "required":
        for field in failure.expected:
            if field not in failure.instance:
                yield error("missing-field", f"{name} lacks the field {field}", node.span)
    elif failure.keyword == "not":  # so then/else say that a field does not belong here
        yield error(
            "misplaced-field",
            f"{name} does not belong to a persister of this event store",
            key_span(find(document, *path[:-1]) or document, name),
            hint="live-segment has config; pg has appConfig, deployerConfig and appVersion",
        )
    else:
        say = _MESSAGES.get(failure.keyword, _does_not_fit)
        rule = "wrong-type" if failure.keyword == "type" else "invalid-value"
        yield error(rule, f"{name} {say(failure)}", node.span, hint=_hint(failure))


def _hint(failure: _Failure) -> str:
    if failure.keyword == "enum" and isinstance(failure.instance, str):
        return did_you_mean(failure.instance, map(str, failure.expected))
    return ""


def _type(failure: _Failure) -> str:
    names = [failure.expected] if isinstance(failure.expected, str) else failure.expected
    return f"must be {' or '.join(_TYPES[name] for name in names)}"


def _allowed(failure: _Failure) -> str:
    return f"must be {failure.schema[_ALLOWED]}" if _ALLOWED in failure.schema else "has not the right form"


def _does_not_fit(failure: _Failure) -> str:
    return f"does not fit its schema ({failure.keyword})"


_MESSAGES: Mapping[str, Callable[[_Failure], str]] = {
    "type": _type,
    "enum": lambda failure: f"must be one of {', '.join(map(str, failure.expected))}",
    "const": lambda failure: f"must be {failure.expected}",
    "pattern": _allowed,
    "oneOf": _allowed,
    "anyOf": _allowed,
    "minimum": lambda failure: f"must be at least {failure.expected}",
    "maximum": lambda failure: f"must be at most {failure.expected}",
    "exclusiveMinimum": lambda failure: f"must be more than {failure.expected}",
    "minItems": lambda _: "must not be empty",
    "minLength": lambda _: "must not be empty",
    "minProperties": lambda _: "must not be empty",
    "uniqueItems": lambda _: "names something twice",
}
