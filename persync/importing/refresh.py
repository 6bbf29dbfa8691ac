"""Refreshes one persister's files from live: what differs is changed where it is configured, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode

from persync.config.flow import InexpressibleError
from persync.config.fmt.edit import added, entries_of, with_value, without
from persync.config.fmt.write import exact
from persync.config.variables import OPENING
from persync.importing.content import STATES, Note, Place
from persync.importing.locate import deepest, document_of, entry_of, value_of
from persync.importing.nesting import elements_of, nested
from persync.importing.refused import Edit, Target
from persync.importing.secrets import Hider
from persync.plan.compare import compare
from persync.properties.catalogue import identify
from persync.properties.paths import VERSION
from persync.properties.values import MASK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import yaml

    from persync.config.fmt.edit import Entry
    from persync.config.fmt.write import Tree
    from persync.importing.content import Content
    from persync.importing.edited import EditedFiles
    from persync.importing.secrets import Names
    from persync.model import LivePersister, Persister, Property
    from persync.properties.secrets import SecretPolicy

_STATE = "state"
_HEAD = ("project", "eventType", "eventstore", _STATE, VERSION)


@dataclass(slots=True)
class Refresh:
    """The update of one persister, one round.

    Attributes:
        content: what live has.
        desired: what the files have.
        full: the answer with the server's defaults, where it is needed.
        policy: what is a secret.
        names: of the variables with the secrets.
        files: are edited.
        refused: the edits that the files cannot take, and why: they are not made.
        edits: is added to: what is edited, and in which file.
        notes: is added to.
    """

    content: Content
    desired: Persister
    full: LivePersister | None
    policy: SecretPolicy
    names: Names
    files: EditedFiles
    refused: Mapping[Target, str]
    edits: set[Edit]
    notes: dict[Note, None]

    def run(self) -> None:
        """Change what differs."""
        desired, live = self.desired, self.content.live
        comparison = compare(desired, live, self.full, secrets=self.policy)
        places: dict[Place, str] = {}
        for change in comparison.changes:
            section = change.section
            place = Place(section, identify(section, change.key).form) if section else Place(None, VERSION)
            places.setdefault(place, change.path)
        configured = {Place(s, prop.key.form): prop for s, props in desired.properties.items() for prop in props}
        for place, path in places.items():
            if self._is_refused(place, path):
                continue
            try:
                self._change(place, path, configured.get(place))
            except InexpressibleError as error:
                self._note(f"{path} is left as it is: {error}")
        differs = desired.state is not None and live.state in STATES and live.state is not desired.state
        if differs and not self._is_refused(Place(None, _STATE), _STATE):
            self._set_head(_STATE, live.state.value)

    def _is_refused(self, place: Place, path: str) -> bool:
        reason = self.refused.get(Target(self.content.id, place))
        if reason:
            self._note(f"{path} is left as it is: {reason}")
        return bool(reason)

    def _replace(self, file: str, place: Place, text: str) -> None:
        self.files.replace(file, text)
        self.edits.add(Edit(file, Target(self.content.id, place)))

    def _change(self, place: Place, path: str, prop: Property | None) -> None:
        if place.section is None:
            self._change_version()
            return
        if prop is not None and OPENING in prop.text:
            self._note(f"{path} is not compared: a variable that it refers to is not set", is_difference=False)
            return
        if prop is not None and prop.sensitive:
            self._note(f"{path} is left as it is: the variable that it refers to has another value than live")
            return
        if place in self.content.masked:
            self._note(f"{path} is left as it is: live shows {MASK} (list it under ignoreChanges to keep it)")
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
        full = self.full
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
            self._replace(file, place, edit(text, entry))

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
            self._replace(file, place, added(text, root, place.section.value, tree))
            return
        node, rest = deepest(place.section, present, elements_of(key))
        self._replace(file, place, added(text, node, ".".join(rest), value))

    def _change_version(self) -> None:
        version, live = self.desired.app_version, self.content.live.app_version
        if version is None or version.sensitive or OPENING in version.text:
            return
        if live is None and self.files.has(version.span.file):
            self._edit(version.span.file, Place(None, VERSION), VERSION, without)
            return
        if text := live or (self.full and self.full.app_version):
            self._set_head(VERSION, exact(text), version.span.file)

    def _set_head(self, name: str, value: Tree, file: str = "") -> None:
        """Set a field of the head, in the file that has it or in the persister's own."""
        for shown in filter(None, (file, self.desired.span.file)):
            if not self.files.has(shown):
                continue
            present = self.files.text(shown)
            root = self._document(present)
            entry = None if root is None else entry_of(root, Place(None, name))
            if entry is not None:
                self._replace(shown, Place(None, name), with_value(present, entry, value))
                return
            if root is not None and shown == self.desired.span.file:
                self._replace(shown, Place(None, name), added(present, root, name, value, _HEAD))
                return
        self._note(f"{name} is left as it is: its document was not found")

    def _document(self, text: str) -> yaml.MappingNode | None:
        return document_of(text, self.content.id)

    def _note(self, text: str, *, is_difference: bool = True) -> None:
        self.notes[Note(self.content.id, text, is_difference)] = None
