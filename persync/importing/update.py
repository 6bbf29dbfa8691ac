"""Refreshes files from live until they agree, or until what is left cannot be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.config.variables import OPENING
from persync.importing.content import STATES, Note, Place, content_of, names_for
from persync.importing.edited import EditedFiles
from persync.importing.refresh import Refresh
from persync.importing.refused import Edit, Target, refused
from persync.importing.secrets import Names
from persync.importing.workspace import errors_in
from persync.plan.compare import compare
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from persync.config.load import Configuration
    from persync.importing.discovery import Reading
    from persync.importing.workspace import Workspace
    from persync.model import LivePersister, Persister, PersisterId
    from persync.properties.secrets import SecretPolicy

_MOST_ROUNDS = 5
"""A change in a file can show what an overlay or the defaults configure below it."""


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update would write.

    Attributes:
        files: the new bytes of the files that change.
        names: of the variables that the new references need.
        chosen: the persisters that were refreshed.
        full: the answers with the server's defaults that were needed.
        notes: what was left as it is although it differs, and why.
        unknown: how many values could not be compared, as their variables are not set.
    """

    files: Mapping[Path, bytes] = field(repr=False)
    names: Names
    chosen: tuple[PersisterId, ...]
    full: Mapping[PersisterId, LivePersister] = field(repr=False)
    notes: tuple[Note, ...]
    unknown: int = 0


def updated(
    workspace: Workspace,
    policy: SecretPolicy,
    live: Sequence[LivePersister],
    read_full: Callable[[Sequence[PersisterId]], Reading],
    reserved: Collection[str],
) -> Updated:
    """Return the files as they have to be to equal live.

    Args:
        workspace: the files; they hold no errors.
        policy: what is a secret.
        live: the persisters to refresh; the files have all of them.
        read_full: returns the answers with the server's defaults.
        reserved: names of variables that are in use.
    """
    attempt = _Attempt(workspace, policy, live, reserved)
    while not attempt.succeeds(read_full):
        attempt = attempt.next()
    return attempt.result()


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


class _Attempt:
    """An update from the files as they are. What fails in it is left out of the next one."""

    def __init__(
        self,
        workspace: Workspace,
        policy: SecretPolicy,
        live: Sequence[LivePersister],
        reserved: Collection[str],
    ) -> None:
        self._workspace = workspace
        self._policy = policy
        self._reserved = reserved
        self._contents = [content_of(each, None, None) for each in live]
        self._names = names_for(self._contents, policy, workspace.environ, reserved)
        self._files = EditedFiles(workspace)
        self._edits: set[Edit] = set()
        self._notes: dict[Note, None] = {}
        # of this attempt and those before it
        self._full: dict[PersisterId, LivePersister] = {}
        self._unread: list[Note] = []
        self._refused: dict[Target, str] = {}

    def next(self) -> _Attempt:
        """Return the next attempt."""
        unread = {note.persister for note in self._unread}
        live = [content.live for content in self._contents if content.id not in unread]
        other = _Attempt(self._workspace, self._policy, live, self._reserved)
        other._full, other._unread, other._refused = self._full, self._unread, self._refused
        return other

    def succeeds(self, read_full: Callable[[Sequence[PersisterId]], Reading]) -> bool:
        """Edit the files; return whether every persister could be read, and the files hold no errors."""
        configuration = self._load()
        for _ in range(_MOST_ROUNDS):
            before = self._files.changed()
            desired = {persister.id: persister for persister in configuration.persisters}
            reading = read_full(self._without_full(desired))
            self._full.update(reading.by_id)
            if reading.failed:
                self._unread += reading.notes
                return False
            self._edit(desired)
            if self._files.changed() == before:
                break
            self._files.format()
            configuration = self._load()
            if found := refused(errors_in(configuration), self._edits, self._files):
                self._refused.update(found)
                return False
        return True

    def result(self) -> Updated:
        """Return what the files have to be."""
        notes = (*self._unread, *self._notes, *(note for content in self._contents for note in content.notes))
        files = self._files.changed()
        text = "".join(data.decode() for data in files.values())
        used = {secret: name for secret, name in self._names.by_secret.items() if f"secret.{name} }}" in text}
        unknown = sum(not note.is_difference for note in self._notes)  # what is compared is left because it differs
        chosen = tuple(content.id for content in self._contents)
        return Updated(files, Names(used), chosen, self._full, tuple(dict.fromkeys(notes)), unknown)

    def _load(self) -> Configuration:
        return self._workspace.load(self._files.changed(), self._names.values())

    def _without_full(self, desired: Mapping[PersisterId, Persister]) -> list[PersisterId]:
        """Return the persisters that have to be read with the server's defaults, too."""
        missing = [content for content in self._contents if content.id not in self._full]
        return [
            content.id
            for content in missing
            if compare(desired[content.id], content.live, secrets=self._policy).needs_full
        ]

    def _edit(self, desired: Mapping[PersisterId, Persister]) -> None:
        self._notes.clear()
        for content in self._contents:
            Refresh(
                content,
                desired[content.id],
                self._full.get(content.id),
                self._policy,
                self._names,
                self._files,
                self._refused,
                self._edits,
                self._notes,
            ).run()
