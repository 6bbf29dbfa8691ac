"""Contents to files that are valid and equal to live: what cannot be written in one way is written in a simpler one."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.config.fmt.format import formatted
from persync.config.fmt.write import tree_lines
from persync.config.variables import UNSET
from persync.config.yaml.nodes import Scalar, entries
from persync.errors import Severity
from persync.importing.content import STATES, How, Place, names_for
from persync.importing.secrets import Hider
from persync.model import Property
from persync.plan.compare import compare
from persync.properties.catalogue import identify
from persync.properties.paths import VERSION
from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from persync.config.load import Configuration
    from persync.errors import Finding
    from persync.importing.content import Content
    from persync.importing.secrets import Names
    from persync.importing.workspace import Workspace
    from persync.model import LivePersister, Persister, PersisterId, SourceText

SCHEMA = "persister.schema.json"
_UNEQUAL = "it cannot be written so that an equal value is sent"


@dataclass(frozen=True, slots=True)
class Draft:
    """The files of an import, not written yet.

    Attributes:
        files: their bytes.
        names: of the variables that hold the secrets.
        configuration: what persync reads from all files together.
    """

    files: Mapping[Path, bytes] = field(repr=False)
    names: Names
    configuration: Configuration = field(repr=False)


@dataclass(frozen=True, slots=True)
class Drafter:
    """Makes the files of an import.

    Attributes:
        workspace: what they are added to.
        policy: what is a secret.
        reserved: names of variables that are in use.
        full: the answers with the server's defaults that were needed.
    """

    workspace: Workspace
    policy: SecretPolicy
    reserved: Collection[str]
    full: Mapping[PersisterId, LivePersister]

    def draft(self, contents: Sequence[Content]) -> Draft:
        """Return the files for these persisters; what is left out is noted in the contents."""
        contents = list(contents)
        while True:
            names = names_for(contents, self.policy, self.workspace.environ, self.reserved)
            files = self._files(contents, names)
            configuration = self.workspace.load(files, names.values())
            problems = _Problems(configuration, {self.workspace.settings.shown(path) for path in files})
            unreadable = [content for content in contents if not problems.is_readable(content)]
            revised = [self._revise(content, problems) for content in contents if content not in unreadable]
            if not unreadable and not any(revised):
                unreadable = [content for content in contents if problems.first(self._shown(content))]
                if not unreadable:
                    return Draft(files, names, configuration)
            for content in unreadable:
                why = problems.first(self._shown(content)) or "its file cannot be read"
                content.note(f"it is left out: {why}")
            contents = [content for content in contents if content not in unreadable]

    def _shown(self, content: Content) -> str:
        return self.workspace.settings.shown(self.workspace.path_of(content.id))

    def _files(self, contents: Iterable[Content], names: Names) -> dict[Path, bytes]:
        documents: dict[Path, list[str]] = {}
        for content in contents:
            text = "\n".join(self._lines(content, Hider(content.id, self.policy, names)))
            documents.setdefault(self.workspace.path_of(content.id), []).append(f"{text}\n")
        files = {}
        for path, texts in documents.items():
            data = "---\n".join(texts).encode()
            files[path] = formatted(data, self.workspace.settings.shown(path)).data
        return files

    def _lines(self, content: Content, hider: Hider) -> Iterator[str]:
        folder = self.workspace.path_of(content.id).parent
        schema = os.path.relpath(self.workspace.settings.root / SCHEMA, folder)
        yield f"# yaml-language-server: $schema={schema}"
        defaults = self.workspace.settings.defaults
        inherited = {entry.key.text: entry.value.text for entry in entries(defaults) if isinstance(entry.value, Scalar)}
        fields = content.fields(hider, inherited)
        head = {name: value for name, value in fields.items() if isinstance(value, str)}
        yield from tree_lines(head)
        if content.live.state not in STATES:
            yield f"# no state: it was {content.live.reported_state} when it was imported"
        yield from tree_lines({name: value for name, value in fields.items() if name not in head})

    def _revise(self, content: Content, problems: _Problems) -> bool:
        """Write in a simpler way what is invalid or not equal; return whether there is such a thing."""
        bad = problems.of(content)
        for place, reason in bad.items():
            how = content.how.get(place, How.PARTS).simpler()
            if place.section is None:
                how = How.LEFT_OUT
            content.how[place] = how
            if how is How.LEFT_OUT:
                content.note(f"{content.name_of(place)} is left out: {reason}")
        return bool(bad)


class _Problems:
    """What is wrong with the files of a draft, by persister and property."""

    def __init__(self, configuration: Configuration, files: Collection[str]) -> None:
        self._persisters = {persister.id: persister for persister in configuration.persisters}
        self._errors: dict[str, list[Finding]] = {}
        for finding in configuration.findings:
            if finding.severity is Severity.ERROR and finding.rule != UNSET and finding.span.file in files:
                self._errors.setdefault(finding.span.file, []).append(finding)
        self._by_file = _places(configuration.persisters, self._errors)
        self._reasons: dict[PersisterId, dict[Place, str]] = {}
        self._others: dict[str, list[str]] = {}
        for file, errors in self._errors.items():
            for error in errors:
                self._assign(file, error)

    def _assign(self, file: str, error: Finding) -> None:
        """Find the property that an error is about: its value is on the line, or begins below the key."""
        places = self._by_file.get(file, {})
        for pid, place in places.get(error.span.line, ()):
            self._reasons.setdefault(pid, {}).setdefault(place, error.message)
            return
        self._others.setdefault(file, []).append(error.message)

    def is_readable(self, content: Content) -> bool:
        """Return whether the document of a persister could be read."""
        return content.id in self._persisters

    def first(self, file: str) -> str:
        """Return the first error in a file, or an empty text."""
        return next((error.message for error in self._errors.get(file, ())), "")

    def of(self, content: Content) -> dict[Place, str]:
        """Return what of the content is wrong, and why."""
        desired = self._persisters[content.id]
        written = {place for place in content.properties if content.how.get(place) is not How.LEFT_OUT}
        reasons = {p: why for p, why in self._reasons.get(content.id, {}).items() if p in written or p.section is None}
        there = {Place(section, prop.key.form): prop for section, props in desired.properties.items() for prop in props}
        for place in written - set(there):
            reasons.setdefault(place, next(iter(self._others.get(desired.span.file, ())), _UNEQUAL))
        for change in compare(desired, content.live, secrets=SecretPolicy()).changes:
            if change.section is None:
                continue
            place = Place(change.section, identify(change.section, change.key).form)
            of_file = place in there and there[place].span.file == desired.span.file
            if place in written and of_file and _is_live(content, place):
                reasons.setdefault(place, _UNEQUAL)
        return reasons


def _is_live(content: Content, place: Place) -> bool:
    properties = content.live.properties.get(place.section, ()) if place.section else ()
    return any(prop.key.form == place.form for prop in properties)


def _places(
    persisters: Iterable[Persister], files: Collection[str]
) -> dict[str, dict[int, list[tuple[PersisterId, Place]]]]:
    """Return the properties in these files by the line of their value."""
    found: dict[str, dict[int, list[tuple[PersisterId, Place]]]] = {file: {} for file in files}
    for persister in persisters:
        file = persister.span.file
        if file not in files:
            continue
        values: list[tuple[SourceText, Place]] = [
            (prop, Place(section, prop.key.form)) for section, props in persister.properties.items() for prop in props
        ]
        if persister.app_version:
            values.append((persister.app_version, Place(None, VERSION)))
        for value, place in values:
            if value.span.file == file:
                found[file].setdefault(value.span.line, []).append((persister.id, place))
                if isinstance(value, Property) and value.key.kind.has_parts:  # it may begin below its key
                    found[file].setdefault(value.span.line - 1, []).append((persister.id, place))
    return found
