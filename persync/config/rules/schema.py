"""What a JSON Schema finds in a document, as findings with positions, in persync's own words.

A finding repeats a value only where its type is wrong, and not one that may be a secret.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from persync.config.rules.fits import fits
from persync.config.yaml.nodes import List, Map, Scalar, entries, find, key_span
from persync.config.yaml.typed import typed
from persync.model import Section
from persync.properties.corrections import plain_meant
from persync.properties.secrets import SecretPolicy
from persync.published import schema
from persync.similar import meant, most_similar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Node

_ALLOWED = "x-allowed"
"""Our annotation: in words, what a pattern or a choice of forms allows."""


_STATES = {
    **dict.fromkeys(("started", "start", "up", "on", "active", "enabled", "true"), "RUNNING"),
    **dict.fromkeys(("stop", "down", "off", "paused", "suspended", "disabled", "false"), "STOPPED"),
}
"""What people call the run states that a file may have."""
_FORMS = frozenset({"oneOf", "anyOf", "dependentRequired"})
_TYPES = {
    "object": "a map",
    "array": "a list",
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


@cache
def document_schema() -> Mapping[str, Any]:
    """Return the schema of a document with emptied config maps.

    Their content is checked by ``lint``, which also understands nested and relaxed spellings, and is quicker.
    """
    head = dict(schema("persister"))
    head["properties"] = {
        name: {"type": "object"} if name in set(Section) else field for name, field in head["properties"].items()
    }
    return head


def check_settings_schema(instance: object, document: Node, findings: Findings) -> bool:
    """Check persync.yaml against its schema; return whether there are findings.

    Args:
        instance: its content as JSON types, with the config maps of the defaults emptied.
        document: its tree.
        findings: is added to.
    """
    settings = schema("settings")
    return not fits(instance, settings, settings) and _explain(settings, instance, document, findings)


def check_document_schema(instance: Mapping[str, object], document: Node, findings: Findings) -> bool:
    """Check a document against the schema of persisters; return whether there are findings.

    Args:
        instance: its head, with every map and list emptied.
        document: its tree.
        findings: is added to.
    """
    # Many documents have few different heads, if the event type is not counted.
    rest = tuple(
        [
            (name, value if isinstance(value, str) else type(value))
            for name, value in instance.items()
            if name != "eventType"
        ]
    )
    if _event_type_fits(instance.get("eventType")) and _rest_fits(rest):
        return False
    return _explain(document_schema(), instance, document, findings)


def _event_type_fits(event_type: object) -> bool:
    head = document_schema()
    return fits(event_type, head["properties"]["eventType"], head)


@lru_cache(maxsize=4096)
def _rest_fits(rest: tuple[tuple[str, str | type], ...]) -> bool:
    """Return whether a head fits with any valid event type: no rule connects that with another field."""
    instance = {name: value if isinstance(value, str) else value() for name, value in rest}
    return fits({"eventType": "any", **instance}, document_schema(), document_schema())


class Failure(NamedTuple):
    """The parts of a ``ValidationError`` that a message needs.

    Attributes:
        keyword: of the schema.
        expected: the keyword's value.
        schema: the part that has the keyword.
        instance: what does not fit.
    """

    keyword: str
    expected: Any
    schema: Mapping[str, Any]
    instance: Any


def _explain(schema_of_it: Mapping[str, Any], instance: Any, document: Node, findings: Findings) -> bool:
    """Add what is wrong with ``instance``, which was made from the tree ``document``."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - slow to import, and most files are valid

    before = len(findings)
    found: list[tuple[Failure, list[str | int]]] = []
    for raised in Draft202012Validator(schema_of_it).iter_errors(instance):
        failed = raised.schema if isinstance(raised.schema, dict) else {}
        failure = Failure(str(raised.validator), raised.validator_value, failed, raised.instance)
        found.append((failure, list(raised.absolute_path)))
    misspelt = [path for failure, path in found if failure.keyword == "additionalProperties"]
    for failure, path in found:
        # a misspelt field is a finding, and so not also why the map has none of the forms that it may have
        if failure.keyword not in _FORMS or path not in misspelt:
            _report(failure, path, document, findings)
    return len(findings) > before


def _unknown_fields(failure: Failure) -> Iterator[tuple[str, str]]:
    """Yield each field of a map that its schema does not have, with the field that is meant; empty if none is."""
    fields = failure.schema.get("properties", {})
    absent = [field for field in fields if field not in failure.instance]
    for field in failure.instance:
        if field not in fields:
            yield field, most_similar(field, absent) or most_similar(field, fields)


def _report(failure: Failure, path: list[str | int], document: Node, findings: Findings) -> None:
    failure = _without_reference(failure)
    node = find(document, *path) or document
    name = _name(path)
    if failure.keyword == "additionalProperties":
        spans = {entry.key.text: entry.key.span for entry in entries(node)}
        for field, similar in _unknown_fields(failure):
            fields = ", ".join(sorted(failure.schema.get("properties", ())))
            hint = meant(field, similar) if similar else f"the fields are {fields}"
            findings.error("unknown-field", f"unknown field {field}", spans.get(field, node.span), hint=hint)
    elif failure.keyword == "required":
        misspelt = {similar for _, similar in _unknown_fields(failure)}  # that is a finding already
        for field in failure.expected:
            if field not in failure.instance and field not in misspelt:
                hint = _example(field, failure.schema.get("properties", {}).get(field, {}))
                findings.error("missing-field", f"{name} lacks the field {field}", node.span, hint=hint)
    elif failure.keyword == "not":  # then and else use it for fields that another event store has
        findings.error(
            "misplaced-field",
            f"{name} does not belong to a persister of this event store",
            key_span(find(document, *path[:-1]) or document, str(path[-1])),
            hint="live-segment has config; pg has appConfig, deployerConfig and appVersion",
        )
    else:
        is_type = failure.keyword == "type" or (failure.keyword == "enum" and not isinstance(node, Scalar))
        message = f"{message_about(failure)}{f', not {_what(node, path)}' if is_type else ''}"
        rule = "wrong-type" if is_type else "invalid-value"
        # the name of an entry, of which the path is that of the map
        is_name = isinstance(node, Map) and isinstance(failure.instance, str)
        span = key_span(node, failure.instance) if is_name else node.span
        findings.error(rule, f"{name} {message}", span, hint=_hint(failure, path))


def _example(field: str, entry: Mapping[str, Any]) -> str:
    example = next(iter(entry.get("examples", ())), None)
    return f"add a line such as '{field}: {example}'" if isinstance(example, str | int) else f"add {field}"


def _name(path: Sequence[str | int]) -> str:
    """Return ``persisters[0]`` for an item of a list, and else the last key of a path."""
    if not path:
        return "the document"
    last = len(path) - next((index for index, step in enumerate(reversed(path)) if isinstance(step, str)), len(path))
    field = str(path[last - 1]) if last else ""
    return field + "".join(f"[{step}]" for step in path[last:])


def _what(node: Node, path: Sequence[str | int]) -> str:
    """Return what a value of the wrong type is, with the text in the file unless it is long or may be a secret."""
    if isinstance(node, List):
        return "a list"
    if isinstance(node, Map):
        return "a map"
    value = typed(node)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return node.text
    kind = "number" if isinstance(value, int | float) else "text"
    names = ".".join(map(str, path))
    if ".auth." in names or not SecretPolicy().may_quote(node.text, names):
        return f"a {kind}"
    return f"the {kind} {node.text}" if kind == "number" else f'the {kind} "{node.text}"'


def message_about(failure: Failure) -> str:
    """Return what is wrong, as the end of a sentence, without the value."""
    return _MESSAGES.get(failure.keyword, _does_not_fit)(failure)


def _without_reference(failure: Failure) -> Failure:
    """Return the failure of a choice that may be a reference, ``${{ … }}``, too as that of the choice alone."""
    forms = failure.expected if failure.keyword == "anyOf" else ()
    choices = next((form["enum"] for form in forms if "enum" in form), None)
    return failure._replace(keyword="enum", expected=choices) if choices else failure


def _hint(failure: Failure, path: Sequence[str | int]) -> str:
    """Return the value to write in place of one that is a text, where that is known and may be shown."""
    if not isinstance(failure.instance, str):
        return ""
    if failure.keyword == "enum":
        state = _STATES.get(failure.instance.lower(), "")
        similar = state if state in failure.expected else most_similar(failure.instance, map(str, failure.expected))
        return f"did you mean {similar}?" if similar else ""
    if failure.keyword == "type" and failure.expected == "array":
        return "write it in brackets, as in [a, b]"
    if failure.keyword == "pattern" and path[-1:] == ["url"] and "://" not in failure.instance:
        return "begin it with https://"
    fitting = (each for each in plain_meant(failure.instance) if fits(each, failure.schema, schema("settings")))
    meant = next((each if isinstance(each, str) else json.dumps(each) for each in fitting), "")
    may_show = meant and SecretPolicy().may_quote(meant, ".".join(map(str, path)))
    quotes = ", without quotes" if meant == failure.instance else ""
    return f"write {meant}{quotes}" if may_show else ""


def _type(failure: Failure) -> str:
    names = [failure.expected] if isinstance(failure.expected, str) else failure.expected
    return f"must be {' or '.join(_TYPES.get(name, name) for name in names)}"


def _allowed(failure: Failure) -> str:
    return f"must be {failure.schema[_ALLOWED]}" if _ALLOWED in failure.schema else "has not the right form"


def _does_not_fit(failure: Failure) -> str:
    return f"does not fit its schema ({failure.keyword})"


_MESSAGES: Mapping[str, Callable[[Failure], str]] = {
    "type": _type,
    "enum": lambda failure: f"must be one of {', '.join(map(str, failure.expected))}",
    "const": lambda failure: f"must be {failure.expected}",
    "pattern": _allowed,
    "dependentRequired": _allowed,
    "oneOf": _allowed,
    "anyOf": _allowed,
    "minimum": lambda failure: f"must be at least {failure.expected}",
    "maximum": lambda failure: f"must be at most {failure.expected}",
    "exclusiveMinimum": lambda failure: f"must be more than {failure.expected}",
    "minItems": lambda _: "must not be empty",
    "minLength": lambda _: "must not be empty",
    "maxLength": lambda failure: f"must be at most {failure.expected} characters long",
    "minProperties": lambda _: "must not be empty",
    "uniqueItems": lambda _: "names something twice",
}
