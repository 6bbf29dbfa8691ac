"""What of a live persister goes into its file, and what cannot."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from persync.config.fmt.parts import parts_of
from persync.config.fmt.write import Structure, exact
from persync.config.rules.ignored import IGNORED
from persync.config.variables import is_reference
from persync.config.yaml.nodes import List, Scalar
from persync.importing.nesting import nested
from persync.importing.secrets import Hider, named
from persync.model import PG, Kind, RunState, Section, Span, sections_of
from persync.properties.keys import shows_lower_case
from persync.properties.paths import VERSION, covers, glob_problem
from persync.properties.values import MASK, equal, is_masked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from persync.config.fmt.write import Tree
    from persync.importing.secrets import Names, Secret
    from persync.model import LivePersister, LiveProperty, Persister, PersisterId, Property
    from persync.properties.secrets import SecretPolicy

_NOWHERE = Span("", 1, 1)
STATES = (RunState.RUNNING, RunState.STOPPED)
"""The run states that a file can have."""


class Place(NamedTuple):
    """A property of a persister: its section and its relaxed form; the form alone for ``appVersion``."""

    section: Section | None
    form: str


class How(Enum):
    """How a value is written."""

    PARTS = "parts"
    """As YAML where it has parts."""
    TEXT = "text"
    LEFT_OUT = "left out"

    def simpler(self) -> How:
        """Return what to try next."""
        return How.TEXT if self is How.PARTS else How.LEFT_OUT


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the files cannot express, or that the user should know.

    Attributes:
        persister: of which persister.
        text: what, and why.
        is_difference: the files differ from live because of it.
    """

    persister: PersisterId
    text: str
    is_difference: bool = True


@dataclass(slots=True)
class Content:
    """What goes into the file of a persister.

    Attributes:
        live: the live persister.
        properties: what has to be written, by place.
        notes: what is left out, and why.
        masked: the properties with values that the API hides. They cannot be written.
        ignored: the globs of ``ignoreChanges``.
        how: how each property is written, if not with its parts.
    """

    live: LivePersister
    properties: dict[Place, LiveProperty] = field(repr=False)
    notes: list[Note]
    version: str | None = None
    masked: dict[Place, LiveProperty] = field(default_factory=dict, repr=False)
    ignored: tuple[str, ...] = ()
    how: dict[Place, How] = field(default_factory=dict)

    @property
    def id(self) -> PersisterId:
        """The persister's identity."""
        return self.live.id

    def note(self, text: str, *, is_difference: bool = True) -> None:
        """Add a note."""
        self.notes.append(Note(self.id, text, is_difference))

    def ignore_masked(self, inherited: Sequence[str]) -> None:
        """List the properties with hidden values under ``ignoreChanges``, so that they stay as they are.

        Args:
            inherited: the globs of the settings' ``defaults``, which those of a document replace.
        """
        ignored = []
        for place, prop in self.masked.items():
            path = f"{place.section}.{prop.key.spelling}"
            if "*" in path or glob_problem(path):
                self.note(f"{path} is left out: live shows {MASK}, and ignoreChanges cannot name it")
                continue
            ignored.append(path)
            text = f"{path} is listed under ignoreChanges: live shows {MASK}. An update needs its value in the file"
            self.note(text, is_difference=False)
        if ignored:
            self.ignored = (*inherited, *ignored)

    def name_of(self, place: Place) -> str:
        """Return what a property is called in messages."""
        return VERSION if place.section is None else f"{place.section}.{self.properties[place].key.spelling}"

    def fields(self, hider: Hider, inherited: Mapping[str, str]) -> dict[str, Tree]:
        """Return the fields of the document, in the documented order.

        Args:
            hider: replaces the secrets.
            inherited: the fields of the head that every document has from the settings.
        """
        project, event_type, eventstore = self.id
        fields: dict[str, Tree] = {}
        if project != inherited.get("project", "global"):
            fields["project"] = project
        fields["eventType"] = event_type
        if eventstore != inherited.get("eventstore", PG):
            fields["eventstore"] = eventstore
        if self.live.state in STATES and self.live.state != inherited.get("state"):
            fields["state"] = self.live.state.value
        if self.version is not None and self._how(Place(None, VERSION)) is not How.LEFT_OUT:
            fields[VERSION] = exact(hider.version(self.version, self.live.version_secrets))
        for section in sections_of(eventstore):
            entries = [
                (prop.key, self.value(place, hider))
                for place, prop in self.properties.items()
                if place.section is section and self._how(place) is not How.LEFT_OUT
            ]
            if entries:
                fields[section.value] = nested(section, entries)
        if self.ignored:
            scalars = tuple(Scalar(glob, _NOWHERE, plain=True) for glob in self.ignored)
            fields[IGNORED] = Structure(List(scalars, _NOWHERE))
        return fields

    def _how(self, place: Place) -> How:
        return self.how.get(place, How.PARTS)

    def value(self, place: Place, hider: Hider) -> Tree:
        """Return a property's value as it is written."""
        prop = self.properties[place]
        definition = prop.key.definition
        has_parts = definition is not None and (definition.kind.has_parts or definition.kind is Kind.INTS)
        if definition is not None and has_parts and self._how(place) is How.PARTS:
            node = parts_of(definition, prop.text, with_references=any(map(is_reference, prop.secrets)))
            hidden = None if node is None else hider.parts(prop, node)
            if hidden is not None:
                return Structure(hidden) if definition.kind is Kind.STRUCTURE else hidden
        return hider.text(prop)


def names_for(
    contents: Iterable[Content], policy: SecretPolicy, environ: Mapping[str, str], reserved: Collection[str]
) -> Names:
    """Return names for the secrets of some persisters; the arguments are those of ``Hider`` and ``named``."""
    found: list[Secret] = []
    for content in contents:
        hider = Hider(content.id, policy)
        content.fields(hider, {})
        found += hider.found
    return named(found, environ, reserved)


def content_of(live: LivePersister, without: Persister | None, full: LivePersister | None) -> Content:
    """Return what has to be in the file of a persister.

    Args:
        live: its export.
        without: the persister as a document with nothing but its name configures it: ``defaults`` and overlays.
        full: the answer with the server's defaults, where ``without`` configures something that the export lacks.
    """
    content, ignored = Content(live, {}, []), without.ignored if without else ()
    given = {} if without is None else {Place(section, p.key.form): p for section, p in _properties(without)}
    lowered = shows_lower_case(live)
    for section in sections_of(live.id.eventstore):
        for place, prop in _effective(content, section, lowered=lowered):
            before = given.pop(place, None)
            if covers(ignored, prop.key):
                continue
            if is_masked(prop.text) and (before is None or before.text != prop.text):
                content.masked[place] = prop
            elif before is None or not equal(prop.key.definition, prop.text, before.text):
                content.properties[place] = prop
    defaults = {} if full is None else {Place(s, p.key.form): p for s, props in full.properties.items() for p in props}
    for place, configured in given.items():
        default = defaults.get(place)
        if default is None or covers(ignored, default.key) or is_masked(default.text):
            continue
        if not equal(default.key.definition, default.text, configured.text):
            content.properties[place] = default
    _set_version(content, without, full)
    return content


def _set_version(content: Content, without: Persister | None, full: LivePersister | None) -> None:
    live = content.live
    given = without.app_version.text if without and without.app_version else None
    version = live.app_version if live.app_version is not None or given is None or full is None else full.app_version
    if not all(map(is_reference, live.version_secrets)):
        content.note("appVersion is left out: the server put a credential into it")
    elif version != given:
        content.version = version


def _effective(content: Content, section: Section, *, lowered: bool) -> Iterator[tuple[Place, LiveProperty]]:
    """Yield the properties of a section that count: one spelling of each, which is not ignored."""
    by_form: dict[str, list[LiveProperty]] = {}
    for prop in content.live.properties.get(section, ()):
        key = prop.key
        if section is Section.DEPLOYER and not lowered and key.source != key.spelling:
            content.note(f"{section}.{key.source} is left out: the deployer ignores it and reads {key.spelling} only")
        else:
            by_form.setdefault(key.form, []).append(prop)
    for form, spellings in by_form.items():
        chosen = max(spellings, key=lambda prop: (prop.key.source == prop.key.canonical, prop.key.source))
        for other in spellings:
            if other is not chosen:
                text = f"{section}.{other.key.source} is left out: live has it twice, also spelled {chosen.key.source}"
                content.note(text)
        yield Place(section, form), chosen


def _properties(persister: Persister) -> Iterator[tuple[Section, Property]]:
    for section, properties in persister.properties.items():
        for prop in properties:
            yield section, prop
