"""Finds what a name is about: a field of a document, a property of the catalogue, a part of one, or a group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from persync.model import Section
from persync.properties.catalogue import definitions, identify, prefixes
from persync.properties.keys import relaxed_form
from persync.published import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from persync.model import Definition, Fields


class Field(NamedTuple):
    """A field of a persister's document outside of the config maps, with its entry in the published schema."""

    name: str
    entry: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Its name."""
        return self.name


class Known(NamedTuple):
    """A property of the catalogue.

    Attributes:
        section: its section.
        definition: its entry; of one that covers every key with a prefix, the key is the prefix.
        key: the key that was asked for, in its documented spelling; of a prefix without more, ``prefix*``.
    """

    section: Section
    definition: Definition
    key: str

    @property
    def path(self) -> str:
        """Section and key."""
        return f"{self.section}.{self.key}"


class Part(NamedTuple):
    """A part of a property that is a structure.

    Attributes:
        of: the property.
        steps: the names of the fields that lead to it.
        fields: its type.
    """

    of: Known
    steps: tuple[str, ...]
    fields: Fields

    @property
    def path(self) -> str:
        """Section, key and fields."""
        return ".".join((self.of.path, *self.steps))


class Found(NamedTuple):
    """What a name is about.

    Attributes:
        exact: fields, properties and parts of that name.
        below: the groups of that name, each with what is in it.
    """

    exact: tuple[Field | Known | Part, ...] = ()
    below: tuple[tuple[str, tuple[Known, ...]], ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is anything."""
        return bool(self.exact or self.below)


def find(name: str) -> Found:
    """Return what a name is about, in whatever spelling.

    Args:
        name: a field such as ``state``; a property or the beginning of some, with its section or without. A dot at its
            end means what is below it. ``find_anywhere`` also finds what only the end of a path is.
    """
    sections, key = divided(name.strip())
    group = key.removesuffix(".")
    fields = [] if key.endswith(".") or len(sections) == 1 else list(_fields(group))
    known = [] if key.endswith(".") else [each for section in sections for each in _known(section, group)]
    below = [(_group_path(section, group), _below(section, group)) for section in sections]
    return Found((*fields, *known), tuple((path, members) for path, members in below if members))


def overview() -> tuple[Field, ...]:
    """Return the fields of a document."""
    return tuple(Field(name, entry) for name, entry in schema("persister")["properties"].items())


def find_anywhere(name: str) -> Found:
    """Return what a name is about, and everything that has it as the end of its path: ``memory``, ``limits.memory``.

    Args:
        name: as for ``find``. With its section it is a whole path, and is not searched for at the end of others.
    """
    found = find(name)
    sections, key = divided(name.strip())
    group = key.removesuffix(".")
    if len(sections) == 1 or not group:
        return found
    known = [] if key.endswith(".") else [each for section in sections for each in _ending_in(section, group)]
    exact = (*found.exact, *(each for each in known if each not in found.exact))
    if not exact and not key.endswith("."):
        exact = tuple(part for section in sections for part in _parts_ending_in(section, group))
    if exact or found.below:
        return Found(exact, found.below)
    paths = dict.fromkeys(path for path in paths_in(sections) if ends_with(path, group))
    groups = [(path, _below(*_section_and_key(path))) for path in paths]
    return Found((), tuple((path, members) for path, members in groups if members))


def _ending_in(section: Section, tail: str) -> Iterator[Known]:
    return (Known(section, each, each.key) for each in definitions(section) if ends_with(each.key, tail))


def _parts_ending_in(section: Section, tail: str) -> Iterator[Part]:
    for definition in definitions(section):
        known = Known(section, definition, definition.key)
        for part in _parts(known, (), definition.fields or {}):
            if ends_with(part.path, tail):
                yield part


def _parts(known: Known, steps: tuple[str, ...], fields: Fields) -> Iterator[Part]:
    for name, inner in entries_of(fields).items():
        yield Part(known, (*steps, name), inner)
        yield from _parts(known, (*steps, name), inner)


def _section_and_key(path: str) -> tuple[Section, str]:
    section, _, key = path.partition(".")
    return Section(section), key


def paths_in(sections: Iterable[Section]) -> Iterator[str]:
    """Yield the paths of the groups and properties of some sections."""
    for section in sections:
        for each in _all(section):
            elements = each.path.split(".")
            yield from (".".join(elements[:depth]) for depth in range(1, len(elements) + 1))


def ends_with(path: str, tail: str) -> bool:
    """Return whether the last elements of a path are those of ``tail``, in whatever spelling."""
    return f".{relaxed_form(path)}".endswith(f".{relaxed_form(tail)}")


def divided(name: str) -> tuple[tuple[Section, ...], str]:
    """Return the sections that a name may be of, and its key there."""
    first, _, rest = name.partition(".")
    for section in Section:
        if relaxed_form(first) == relaxed_form(section):
            return (section,), rest
    return tuple(Section), name


def _fields(name: str) -> Iterator[Field]:
    sections = {str(section) for section in Section}
    return (each for each in overview() if each.name not in sections and relaxed_form(each.name) == relaxed_form(name))


def _known(section: Section, key: str) -> Iterator[Known | Part]:
    if not key:
        return
    found = identify(section, key)
    if found.definition:
        yield Known(section, found.definition, found.spelling)
        return
    head, *rest = key.split(".")
    while rest:  # a path into a structure
        found = identify(section, head.partition("[")[0])
        if found.definition and found.definition.fields is not None:
            if (steps := _steps(found.definition.fields, rest)) is not None:
                yield Part(Known(section, found.definition, found.spelling), *steps)
            return
        head, *rest = (f"{head}.{rest[0]}", *rest[1:])


def _steps(fields: Fields, names: Iterable[str]) -> tuple[tuple[str, ...], Fields] | None:
    """Return the documented names on a path into a structure, and the type that it leads to."""
    steps: list[str] = []
    for name in names:
        inner = entries_of(fields)
        form = relaxed_form(name.partition("[")[0])
        step = next((each for each in inner if relaxed_form(each) == form), None)
        if step is None:
            return None
        steps.append(step)
        fields = inner[step]
    return tuple(steps), fields


def entries_of(fields: Fields) -> Mapping[str, Fields]:
    """Return the fields of a map, or of the maps in a list; nothing for a plain value."""
    if isinstance(fields, Mapping):
        return fields
    return {} if isinstance(fields, str) or not fields else entries_of(fields[0])


def _all(section: Section) -> Iterator[Known]:
    yield from (Known(section, each, each.key) for each in definitions(section))
    yield from (Known(section, each, f"{each.key}*") for each in prefixes(section))


def _below(section: Section, group: str) -> tuple[Known, ...]:
    form = f"{relaxed_form(group)}." if group else ""
    return tuple(each for each in _all(section) if relaxed_form(each.definition.key).startswith(form))


def _group_path(section: Section, group: str) -> str:
    """Return the path of a group in its documented spelling."""
    members = _below(section, group)
    depth = group.count(".") + 1 if group else 0
    spelling = members[0].definition.key.split(".")[:depth] if members else []
    return ".".join((section, *spelling))
