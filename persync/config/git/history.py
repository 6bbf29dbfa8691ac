"""The configuration in the commits before a revision. From each commit only the files that changed are read.

Persisters have the identities that the files have now for the same live persisters, whatever a commit called them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.config.git.cli import MOST_COMMITS
from persync.config.git.revision import errors_of
from persync.config.load import Configuration, load_configuration
from persync.config.process import Unfailing
from persync.projects import SAME, Projects, identified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from persync.config.files import Listing, Unreadable
    from persync.config.git.revision import Revision
    from persync.config.git.tree import GitTree
    from persync.config.settings import Settings
    from persync.model import Persister, PersisterId


class Difference(NamedTuple):
    """How the configuration in a commit differs from that in the next newer commit.

    A persister in neither of the two is unchanged, or unknown because a file has errors.

    Attributes:
        present: the persisters from files that changed.
        absent: the persisters that the commit does not have.
    """

    present: Mapping[PersisterId, Persister]
    absent: frozenset[PersisterId] = frozenset()


@dataclass(frozen=True, slots=True)
class History:
    """The newest commits up to a revision that changed the configuration, along first parents.

    Attributes:
        revision: the newest commit.
        exclude: a revision; commits that are reachable from it are skipped.
    """

    revision: Revision
    exclude: str | None = None

    def is_cut_off(self) -> bool:
        """Return whether older commits are missing because the clone is shallow."""
        commits = self._commits()
        if len(commits) >= MOST_COMMITS:
            return False
        return not commits or commits[-1] in self.revision.git.shallow_commits()

    def older(self, persisters: Sequence[Persister]) -> Iterator[Mapping[PersisterId, Persister | None]]:
        """Yield how each older commit configures these persisters, newest commit first.

        Args:
            persisters: persisters of the revision.

        Yields:
            The persisters that differ from the commit before in this order; ``None`` for a persister that the commit
            does not have. A persister without an entry is unchanged or unknown.
        """
        for difference in self._differences(persisters):
            yield {**difference.present, **dict.fromkeys(difference.absent)}

    def newest_first(self, persisters: Sequence[Persister]) -> Iterator[Mapping[PersisterId, Persister]]:
        """Yield how the revision and then each older commit configure these persisters, where they have them.

        Args:
            persisters: persisters of any revision.

        Yields:
            All of them that the revision has, and then those that differ from the commit before in this order.
        """
        ids = {persister.id for persister in persisters}
        complete = self.revision.complete_persisters(self.revision.configuration())
        complete = identified(complete, self.revision.projects(), self.revision.environment.projects)
        found = [persister for persister in complete if persister.id in ids]
        yield {persister.id: persister for persister in found}
        for difference in self._differences(found):
            yield difference.present

    def _differences(self, persisters: Sequence[Persister]) -> Iterator[Difference]:
        state = _first_state(self.revision, persisters)
        # the first commit has the same files as the revision
        for commit in self._commits()[1:]:
            state, difference = _step(self.revision, state, commit)
            yield difference

    def _commits(self) -> list[str]:
        return self.revision.git.commits(self.revision.commit, self.revision.patterns(), exclude=self.exclude)


@dataclass(frozen=True, slots=True)
class _State:
    """What is needed to read the next older commit.

    Attributes:
        commit: the commit that was read last.
        files: the file of each persister in the oldest commit that has it.
        overlays: the overlay files of the last commit that was read without errors.
        projects: the names of the installation in that commit.
        changed: the files that changed since then.
    """

    commit: str
    files: Mapping[PersisterId, str]
    overlays: frozenset[str]
    projects: Projects
    changed: frozenset[str] = frozenset()


def _first_state(revision: Revision, persisters: Sequence[Persister]) -> _State:
    tree = revision.tree()
    opened = revision.open(tree)
    if isinstance(opened, Configuration):
        return _State(revision.commit, _files(tree, persisters), frozenset(), SAME)
    settings, environment = opened
    return _State(revision.commit, _files(tree, persisters), _overlays(revision, tree, settings), environment.projects)


def _step(revision: Revision, state: _State, commit: str) -> tuple[_State, Difference]:
    """Read a commit: return the state after it, and how it differs from ``state.commit``."""
    changed = state.changed | revision.git.changed_files(state.commit, commit)
    unfinished = replace(state, commit=commit, changed=changed)
    tree = revision.tree(commit)
    opened = revision.open(tree)
    if isinstance(opened, Configuration):
        return unfinished, Difference({}, frozenset() if errors_of(opened) else frozenset(state.files))
    settings, environment = opened
    overlays = _overlays(revision, tree, settings)
    # these files apply to every persister
    all_changed = bool(changed & (overlays | state.overlays | {tree.git_path(settings.path)}))
    selected = changed.union(state.files.values()) if all_changed else changed
    patterns = frozenset(overlay.text for overlay in settings.overlays(environment.name))
    if environment.projects == state.projects:  # else a file that has not changed may be about another live persister
        settings = replace(settings, source=_SelectedFiles(tree, selected, patterns))
    configuration = load_configuration(settings, environment, Unfailing(revision.environ), with_policies=False)
    persisters = identified(configuration.persisters, environment.projects, revision.environment.projects)
    present = {persister.id: persister for persister in persisters if persister.id in state.files}
    files = {**state.files, **_files(tree, present.values())}
    if errors_of(configuration):  # a persister that is not found may be in a file with errors
        return replace(unfinished, files=files), Difference(present)
    absent = {name for name, file in state.files.items() if all_changed or file in changed} - present.keys()
    return _State(commit, files, overlays, environment.projects), Difference(present, frozenset(absent))


def _files(tree: GitTree, persisters: Iterable[Persister]) -> dict[PersisterId, str]:
    return {persister.id: tree.git_path(Path(persister.span.file)) for persister in persisters}


def _overlays(revision: Revision, tree: GitTree, settings: Settings) -> frozenset[str]:
    return frozenset(tree.git_path(file) for file in revision.overlay_files(tree, settings))


@dataclass(frozen=True, slots=True)
class _SelectedFiles:
    """The files of a commit, without those files of persisters that have not changed.

    Attributes:
        tree: the files of the commit.
        selected: the paths of the files of persisters to read, relative to the top folder.
        overlays: the entries of ``overlays``; all their files are read.
    """

    tree: GitTree
    selected: frozenset[str]
    overlays: frozenset[str]

    def read(self, path: Path) -> bytes | Unreadable:
        return self.tree.read(path)

    def resolve(self, path: Path) -> Path:
        return self.tree.resolve(path)

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        listing = self.tree.yaml_files(root, pattern)
        if listing is None or pattern in self.overlays:
            return listing
        return listing._replace(files=[file for file in listing.files if self.tree.git_path(file) in self.selected])
