"""What is known of a property or a field: as a model for JSON, the schema is ``schemas/explanation.schema.json``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from persync.model import FieldType, Section
from persync.origins.lookup import Field, Known, Part, entries_of
from persync.plan.document import Frozen
from persync.properties.catalogue import examples as examples_of
from persync.properties.kinds.table import taken

if TYPE_CHECKING:
    from persync.model import Fields
    from persync.origins.lookup import Found

RESTART = "a change restarts a running persister (stop, update, start); a stopped persister is only updated"
_OF_FIELDS = {
    "project": "names the persister: with another value it is another persister",
    "eventType": "names the persister: with another value it is another persister",
    "eventstore": "names the persister: with another value it is another persister",
    "state": "RUNNING starts a persister, STOPPED stops it; without it, the run state is left alone",
    "appVersion": RESTART,
    "ignoreChanges": "no restart: what it names is not compared, and an update keeps its live value",
}
_PAGES = {"state": "docs/run-states.md", "ignoreChanges": "docs/ignore-changes.md"}


class ExplainedField(Frozen):
    """A field of a structure.

    Attributes:
        name: its name.
        type: what it takes.
    """

    name: str
    type: str


class ExplainedProperty(Frozen):
    """What is known of a property, a part of one, or a field.

    Attributes:
        path: section and key in the documented spelling, or the name of a field.
        section: its section; ``None`` for a field.
        description: what it is for.
        type: what it takes, in words.
        minimum: the least number.
        maximum: the greatest number.
        choices: the values of an enum.
        default: that of the app or the deployer; ``None`` where it has none, or none is known.
        examples: of values.
        effect: what a change does.
        restarts: whether a change restarts a running persister.
        no_effect: why it is never read; ``None`` where it is.
        since: the first release that reads it; ``None`` where all do.
        fields: of a structure.
        docs: the page about it.
    """

    path: str
    section: Section | None
    description: str
    type: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    default: str | None = None
    examples: tuple[str, ...] = ()
    effect: str
    restarts: bool
    no_effect: str | None = None
    since: str | None = None
    fields: tuple[ExplainedField, ...] = ()
    docs: str


class ExplainedGroup(Frozen):
    """A group of properties.

    Attributes:
        path: section and the beginning that their keys have in common.
        properties: in the catalogue's order.
    """

    path: str
    properties: tuple[ExplainedProperty, ...]


class ExplainedName(Frozen):
    """What a name is about.

    Attributes:
        format_version: of this model.
        kind: the kind of document.
        properties: those of that name.
        groups: those of that name.
    """

    format_version: str = "1.0"
    kind: Literal["properties"] = "properties"
    properties: tuple[ExplainedProperty, ...]
    groups: tuple[ExplainedGroup, ...]


def explained_name(found: Found) -> ExplainedName:
    """Return what is known of what a name is about."""
    return ExplainedName(
        properties=tuple(map(explained, found.exact)),
        groups=tuple(
            ExplainedGroup(path=path, properties=tuple(map(explained, members))) for path, members in found.below
        ),
    )


def explained(about: Field | Known | Part) -> ExplainedProperty:
    """Return what is known of a field, a property or a part of one."""
    match about:
        case Field():
            return _field(about)
        case Known():
            return _property(about)
    whole = _property(about.of)
    described = f"A part of {about.of.path}: {whole.description}"
    update = {
        "path": about.path,
        "description": described,
        "type": _type(about.fields),
        "fields": _fields(about.fields),
    }
    return whole.model_copy(update={**update, "examples": (), "default": None})


def _property(known: Known) -> ExplainedProperty:
    definition = known.definition
    effect = RESTART
    if definition.no_effect:
        effect = f"none: {definition.no_effect}"
    elif definition.since:
        effect = f"none before {definition.since}; then {RESTART}"
    return ExplainedProperty(
        path=known.path,
        section=known.section,
        description=definition.description,
        type=taken(definition),
        minimum=definition.minimum,
        maximum=definition.maximum,
        choices=definition.choices,
        default=definition.default,
        examples=examples_of(known.section, definition),
        effect=effect,
        restarts=definition.no_effect is None,
        no_effect=definition.no_effect,
        since=definition.since,
        fields=_fields(definition.fields) if definition.fields is not None else (),
        docs=f"docs/properties.md#{known.section.lower()}",
    )


def _field(field: Field) -> ExplainedProperty:
    entry = field.entry
    choices = tuple(choice for form in entry.get("anyOf", ()) for choice in form.get("enum", ()))
    words = f"one of {', '.join(choices)}" if choices else entry.get("x-allowed", "a map")
    examples = [each for each in entry["examples"] if not isinstance(each, dict)]
    if "items" in entry:
        words, examples = "a list of paths of properties", [path for each in examples for path in each]
    return ExplainedProperty(
        path=field.name,
        section=None,
        description=entry["description"],
        type=words,
        choices=choices,
        default=entry.get("default"),
        examples=tuple(examples),
        effect=_OF_FIELDS.get(field.name, RESTART),
        restarts=_OF_FIELDS.get(field.name, RESTART) == RESTART,
        docs=_PAGES.get(field.name, "docs/files.md"),
    )


def _fields(fields: Fields) -> tuple[ExplainedField, ...]:
    return tuple(ExplainedField(name=name, type=_type(of)) for name, of in entries_of(fields).items())


def _type(fields: Fields) -> str:
    """Return a type in words."""
    if isinstance(fields, FieldType):
        return fields.value
    if isinstance(fields, Mapping):
        return "a map"
    return f"a list, each {_type(fields[0])}" if fields else "a list"
