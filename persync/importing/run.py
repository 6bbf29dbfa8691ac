"""An import from the beginning to files that are not written yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.config.rules.ignored import IGNORED
from persync.config.variables import variables_in
from persync.config.yaml.nodes import find, scalars
from persync.errors import InvalidConfig
from persync.importing.content import Note, content_of
from persync.importing.draft import Drafter
from persync.importing.workspace import NO_MATTER, errors_in
from persync.model import RunState, sections_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from persync.config.load import Configuration
    from persync.importing.discovery import Reading
    from persync.importing.draft import Draft
    from persync.importing.workspace import Workspace
    from persync.model import LivePersister, Persister, PersisterId
    from persync.properties.secrets import SecretPolicy

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import would write.

    Attributes:
        draft: the files, and the variables with the secrets.
        chosen: the persisters in them.
        notes: what the files do not express, and what the user should know.
    """

    draft: Draft = field(repr=False)
    chosen: tuple[PersisterId, ...]
    notes: tuple[Note, ...]


def existing(workspace: Workspace) -> Configuration:
    """Return the configuration as it is.

    Raises:
        InvalidConfig: the files hold errors, so what they configure is not known.
    """
    configuration = workspace.load({}, {})
    if errors_in(configuration):
        raise InvalidConfig(tuple(finding for finding in configuration.findings if finding.rule not in NO_MATTER))
    return configuration


def imported(
    workspace: Workspace,
    policy: SecretPolicy,
    live: Sequence[LivePersister],
    read_full: Callable[[Sequence[PersisterId]], Reading],
) -> Imported:
    """Make the files of these persisters.

    Args:
        workspace: what they are added to.
        policy: what is a secret.
        live: the persisters.
        read_full: returns the answers with the server's defaults, of those persisters that have not all that the
            settings configure.
    """
    notes = [Note(each.id, "its name is not valid, so it is left out") for each in live if not _is_valid(each.id)]
    live = [each for each in live if _is_valid(each.id)]
    given = _given(workspace, [each.id for each in live])
    reading = read_full([each.id for each in live if each.id in given and _needs_full(given[each.id], each)])
    full, notes = reading.by_id, notes + reading.notes
    live = [each for each in live if each.id not in reading.failed]
    contents = [content_of(each, given.get(each.id), full.get(each.id)) for each in live]
    inherited = [glob.text for glob in scalars(find(workspace.settings.defaults, IGNORED))]
    for content in contents:
        content.ignore_masked(inherited)
        if content.live.state not in {RunState.RUNNING, RunState.STOPPED}:
            text = f"it is {content.live.reported_state}: its file leaves the run state alone"
            content.note(text, is_difference=False)
    draft = Drafter(workspace, policy, reserved_variables(workspace), full).draft(contents)
    there = {persister.id for persister in draft.configuration.persisters}
    chosen = tuple(content.id for content in contents if content.id in there)
    return Imported(draft, chosen, (*notes, *(note for content in contents for note in content.notes)))


def _is_valid(pid: PersisterId) -> bool:
    return all(_NAME.fullmatch(name) for name in pid)


def _given(workspace: Workspace, ids: Sequence[PersisterId]) -> Mapping[PersisterId, Persister]:
    """Return the persisters as documents with nothing but their names configure them."""
    settings, environment = workspace.settings, workspace.environment
    name = None if environment is None else environment.name
    if settings.defaults is None and not (name and (settings.overlays(name) or settings.ignored(name))):
        return {}
    documents: dict[Path, str] = {}
    for pid in ids:
        path = workspace.path_of(pid)
        text = f"project: {pid.project}\neventType: {pid.event_type}\neventstore: {pid.eventstore}\n"
        documents[path] = f"{documents[path]}---\n{text}" if path in documents else text
    configuration = workspace.load({path: text.encode() for path, text in documents.items()}, {})
    chosen = set(ids)
    return {persister.id: persister for persister in configuration.persisters if persister.id in chosen}


def _needs_full(given: Persister, live: LivePersister) -> bool:
    forms = {(section, prop.key.form) for section, props in live.properties.items() for prop in props}
    missing = any(
        (section, prop.key.form) not in forms
        for section in sections_of(live.id.eventstore)
        for prop in given.properties.get(section, ())
    )
    return missing or (given.app_version is not None and live.app_version is None)


def reserved_variables(workspace: Workspace) -> frozenset[str]:
    """Return the variables that new secrets cannot have: credentials, and those that files use and that are not set."""
    found: set[str] = set()
    for path in (*workspace.files(), workspace.settings.path):
        data = workspace.settings.source.read(path)
        if isinstance(data, bytes):
            found |= variables_in(data.decode("utf-8", "replace"))
    unset = frozenset(name for name in found if not workspace.environ.get(name))
    return unset | workspace.settings.credential_variables()
