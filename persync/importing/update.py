"""Refreshes files from live: each property that differs is changed where it is configured, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode

from persync.config.flow import InexpressibleError
from persync.config.fmt.edit import added, entries_of, with_value, without
from persync.config.variables import OPENING
from persync.importing.content import STATES, VERSION, Content, Note, Place, content_of
from persync.importing.edited import EditedFiles
from persync.importing.locate import deepest, document_of, entry_of, value_of
from persync.importing.nesting import elements_of, nested
from persync.importing.secrets import Hider, Names, named
from persync.plan.compare import compare
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    import yaml

    from persync.config.fmt.edit import Entry
    from persync.config.fmt.write import Tree
    from persync.config.load import Configuration
    from persync.importing.workspace import Workspace
    from persync.model import LivePersister, Persister, PersisterId, Property
    from persync.properties.secrets import SecretPolicy

_UNKNOWN = "is not compared: a variable that it refers to is not set"
_MOST_ROUNDS = 5
"""A change in a file can show what an overlay or the defaults configure below it."""
_HEAD = ("project", "eventType", "eventstore", "state", VERSION)


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update would write.

    Attributes:
        files: the new bytes of the files that change.
        names: of the variables that the new references need.
        configuration: what persync reads from all files together.
        notes: what was left as it is although it differs, and why.
        unknown: how many values could not be compared, as their variables are not set.
    """

    files: Mapping[Path, bytes] = field(repr=False)
    names: Names
    configuration: Configuration = field(repr=False)
    notes: tuple[Note, ...]
    unknown: int = 0


def updated(
    workspace: Workspace,
    policy: SecretPolicy,
    live: Sequence[LivePersister],
    read_full: Callable[[PersisterId], LivePersister],
    reserved: Collection[str],
) -> Updated:
    """Return the files as they have to be to equal live.

    Args:
        workspace: the files.
        policy: what is a secret.
        live: the persisters to refresh; the files have all of them.
        read_full: returns the answer with the server's defaults.
        reserved: names of variables that are in use.
    """
    contents = [content_of(each, None, None) for each in live]
    names = _names(contents, policy, workspace.environ, reserved)
    files = EditedFiles(workspace)
    notes: dict[Note, None] = {}
    full: dict[PersisterId, LivePersister] = {}
    configuration = workspace.load({}, names.values())
    for _ in range(_MOST_ROUNDS):
        notes.clear()
        by_id = {persister.id: persister for persister in configuration.persisters}
        before = files.changed()
        for content in contents:
            _Update(content, by_id[content.id], policy, names, files, read_full, full, notes).run()
        if files.changed() == before:
            break
        files.format()
        configuration = workspace.load(files.changed(), names.values())
    notes.update(dict.fromkeys(note for content in contents for note in content.notes))
    text = "".join(data.decode() for data in files.changed().values())
    used = {secret: name for secret, name in names.by_secret.items() if f"secret.{name} }}" in text}
    unknown = sum(note.text.endswith(_UNKNOWN) for note in notes)
    return Updated(files.changed(), Names(used), configuration, tuple(notes), unknown)


def differences(desired: Persister, live: LivePersister, full: LivePersister | None, policy: SecretPolicy) -> list[str]:
    """Return what differs, by path; a value with a variable that is not set is not compared."""
    unknown = {
        Place(section, prop.key.form)
        for section, props in desired.properties.items()
        for prop in props
        if OPENING in prop.text
    }
    changes = compare(desired, live, full, secrets=policy).changes
    found = [
        change.path
        for change in changes
        if change.section is None or Place(change.section, identify(change.section, change.key).form) not in unknown
    ]
    if desired.state is not None and live.state in STATES and live.state is not desired.state:
        found.append("state")
    return found


def _names(
    contents: Sequence[Content], policy: SecretPolicy, environ: Mapping[str, str], reserved: Collection[str]
) -> Names:
    found = []
    for content in contents:
        hider = Hider(content.id, policy)
        content.fields(hider, {})
        found += hider.found
    return named(found, environ, reserved)


@dataclass(slots=True)
class _Update:
    """The update of one persister, one round."""

    content: Content
    desired: Persister
    policy: SecretPolicy
    names: Names
    files: EditedFiles
    read_full: Callable[[PersisterId], LivePersister]
    full: dict[PersisterId, LivePersister]
    notes: dict[Note, None]

    def run(self) -> None:
        """Change what differs."""
        desired, live = self.desired, self.content.live
        comparison = compare(desired, live, self.full.get(live.id), secrets=self.policy)
        if comparison.needs_full:
            self.full[live.id] = self.read_full(live.id)
            comparison = compare(desired, live, self.full[live.id], secrets=self.policy)
        places: dict[Place, str] = {}
        for change in comparison.changes:
            section = change.section
            place = Place(section, identify(section, change.key).form) if section else Place(None, VERSION)
            places.setdefault(place, change.path)
        configured = {Place(s, prop.key.form): prop for s, props in desired.properties.items() for prop in props}
        for place, path in places.items():
            try:
                self._change(place, path, configured.get(place))
            except InexpressibleError as error:
                self._note(f"{path} is left as it is: {error}")
        if desired.state is not None and live.state in STATES and live.state is not desired.state:
            self._set_head("state", live.state.value)

    def _change(self, place: Place, path: str, prop: Property | None) -> None:
        if place.section is None:
            self._change_version()
            return
        if prop is not None and OPENING in prop.text:
            self._note(f"{path} {_UNKNOWN}", is_difference=False)
            return
        if prop is not None and prop.sensitive:
            self._note(f"{path} is left as it is: the variable that it refers to has another value than live")
            return
        new = self.content.properties.get(place)
        if new is None and prop is not None:
            self._fall_back(place, path, prop)
        elif new is not None and prop is not None and self.files.has(prop.span.file):
            value = self._value(place)
            self._edit(prop.span.file, place, path, lambda text, entry: with_value(text, entry, value))
        elif new is not None:
            self._add(place, path)

    def _value(self, place: Place) -> Tree:
        return self.content.value(place, Hider(self.content.id, self.policy, self.names))

    def _fall_back(self, place: Place, path: str, prop: Property) -> None:
        """Let a property have its default: live has that."""
        if self.files.has(prop.span.file):
            self._edit(prop.span.file, place, path, without)
            return
        full = self.full.get(self.content.id)
        props = full.properties.get(place.section, ()) if full and place.section else ()
        default = next((each for each in props if each.key.form == place.form), None)
        if default is None:
            self._note(f"{path} is left as it is: {prop.span} configures it for all persisters, and live lacks it")
            return
        self.content.properties[place] = default
        self._add(place, path)

    def _edit(self, file: str, place: Place, path: str, edit: Callable[[str, Entry], str]) -> None:
        """Edit the entry of a property in a file."""
        text = self.files.text(file)
        root = self._document(text)
        entry = None if root is None else entry_of(root, place)
        if entry is None:
            self._note(f"{path} is left as it is: its entry in {file} was not found")
        else:
            self.files.replace(file, edit(text, entry))

    def _add(self, place: Place, path: str) -> None:
        """Add a property to the document of the persister."""
        file = self.desired.span.file
        root = self._document(self.files.text(file)) if self.files.has(file) else None
        if root is None or place.section is None:
            self._note(f"{path} is not added: {file} has anchors, or its document was not found")
            return
        value, key = self._value(place), self.content.properties[place].key
        text = self.files.text(file)
        present = value_of(root, place.section.value)
        if not isinstance(present, MappingNode) or not present.value:
            tree = nested(place.section, [(key, value)])
            if present is not None:
                entry = next(each for each in entries_of(root) if each.path == (place.section.value,))
                text = without(text, entry)
                root = self._document(text) or root
            self.files.replace(file, added(text, root, place.section.value, tree))
            return
        node, rest = deepest(place.section, present, elements_of(key))
        self.files.replace(file, added(text, node, ".".join(rest), value))

    def _change_version(self) -> None:
        version, live = self.desired.app_version, self.content.live.app_version
        if version is None or version.sensitive or OPENING in version.text:
            return
        if live is None and self.files.has(version.span.file):
            self._edit(version.span.file, Place(None, VERSION), VERSION, without)
            return
        full = self.full.get(self.content.id)
        if text := live or (full and full.app_version):
            self._set_head(VERSION, text, version.span.file)

    def _set_head(self, name: str, text: str, file: str = "") -> None:
        """Set a field of the head, in the file that has it or in the persister's own."""
        for shown in filter(None, (file, self.desired.span.file)):
            if not self.files.has(shown):
                continue
            present = self.files.text(shown)
            root = self._document(present)
            entry = None if root is None else entry_of(root, Place(None, name))
            if entry is not None:
                self.files.replace(shown, with_value(present, entry, text))
                return
            if root is not None and shown == self.desired.span.file:
                self.files.replace(shown, added(present, root, name, text, _HEAD))
                return
        self._note(f"{name} is left as it is: its document was not found")

    def _document(self, text: str) -> yaml.MappingNode | None:
        return document_of(text, self.content.id)

    def _note(self, text: str, *, is_difference: bool = True) -> None:
        self.notes[Note(self.content.id, text, is_difference)] = None
