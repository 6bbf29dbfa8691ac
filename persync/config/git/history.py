"""What the commits before a revision wanted: of each, no more is read than what changed since."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from persync.config.git.cli import MOST_COMMITS
from persync.config.git.revision import errors_of
from persync.config.load import Configuration, load_configuration
from persync.config.variables import Unfailing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from persync.config.files import Unreadable
    from persync.config.git.revision import Revision
    from persync.config.git.tree import GitTree
    from persync.config.settings import Settings
    from persync.model import Persister, PersisterId


@dataclass(frozen=True, slots=True)
class History:
    """The commits up to a revision that touched the configuration: along first parents, and a bounded number of them.

    Attributes:
        revision: the newest.
        beyond: only commits that this revision does not come from.
    """

    revision: Revision
    beyond: str | None = None

    def is_cut_off(self) -> bool:
        """Return whether it ends where the clone does, and not where the history begins."""
        commits = self._commits()
        if len(commits) >= MOST_COMMITS:
            return False
        return not commits or commits[-1] in self.revision.git.shallow_commits()

    def older(self, wanted: Sequence[Persister]) -> Iterator[Mapping[PersisterId, Persister | None]]:
        """Yield what each commit wanted of these persisters of the revision, the newest commit first.

        A persister that a commit does not have is ``None``. One is left out that is as in the commit yielded before,
        or that may stand in a file that cannot be read.
        """
        walk = _Walk(self.revision, wanted)
        # the first has the files as the revision itself has them
        for commit in self._commits()[1:]:
            yield walk.step(commit)

    def of(self, wanted: Sequence[Persister]) -> Iterator[Mapping[PersisterId, Persister]]:
        """Yield what the revision and then each older commit wanted of these persisters, as far as they have them.

        Args:
            wanted: the persisters, of whatever revision.
        """
        names = {one.id for one in wanted}
        found = [one for one in self.revision.known(self.revision.configuration()) if one.id in names]
        yield {one.id: one for one in found}
        for told in self.older(found):
            yield {name: one for name, one in told.items() if one}

    def _commits(self) -> list[str]:
        return self.revision.git.commits(self.revision.commit, self.revision.patterns(), exclude=self.beyond)


@dataclass(slots=True)
class _Walk:
    """The way back through the commits.

    Attributes:
        revision: where it begins.
        wanted: the persisters that it is about.
        newer: the commit before this step.
        changed: the files that differ from the last commit that could be read as a whole.
        overlays: the files of the overlays there.
        files: where each persister was seen last.
    """

    revision: Revision
    wanted: Sequence[Persister]
    newer: str = ""
    changed: frozenset[str] = frozenset()
    overlays: frozenset[str] = frozenset()
    files: dict[PersisterId, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.newer = self.revision.commit
        tree = self.revision.tree()
        opened = self.revision.open(tree)
        if not isinstance(opened, Configuration):
            self.overlays = self._overlays(tree, opened[0])
        self.files = {one.id: tree.git_path(Path(one.span.file)) for one in self.wanted}

    def step(self, commit: str) -> Mapping[PersisterId, Persister | None]:
        """Return what this commit wants otherwise than the one before it in the walk."""
        self.changed |= self.revision.git.changed_files(self.newer, commit)
        self.newer = commit
        tree = self.revision.tree(commit)
        opened = self.revision.open(tree)
        if isinstance(opened, Configuration):
            return {} if errors_of(opened) else {one.id: None for one in self.wanted}
        settings, environment = opened
        overlays = self._overlays(tree, settings)
        for_all = bool(self.changed & (overlays | self.overlays | {tree.git_path(settings.path)}))
        keep = self.changed | (frozenset(self.files.values()) if for_all else frozenset())
        patterns = frozenset(overlay.text for overlay in settings.overlays(environment.name))
        settings = replace(settings, source=_Narrowed(tree, keep, patterns))
        configuration = load_configuration(settings, environment, Unfailing(self.revision.environ))
        found = {one.id: one for one in configuration.persisters}
        told: dict[PersisterId, Persister | None] = {name: found[name] for name in self.files if name in found}
        if not errors_of(configuration):
            gone = {name for name, file in self.files.items() if for_all or file in self.changed} - told.keys()
            told.update(dict.fromkeys(gone))
            self.changed, self.overlays = frozenset(), overlays
        self.files.update({name: tree.git_path(Path(one.span.file)) for name, one in told.items() if one})
        return told

    def _overlays(self, tree: GitTree, settings: Settings) -> frozenset[str]:
        return frozenset(tree.git_path(file) for file in self.revision.overlay_files(tree, settings))


@dataclass(frozen=True, slots=True)
class _Narrowed:
    """A commit of whose persisters only some files are read: the others are known to say nothing new."""

    tree: GitTree
    keep: frozenset[str]
    overlays: frozenset[str]

    def read(self, path: Path) -> bytes | Unreadable:
        return self.tree.read(path)

    def resolve(self, path: Path) -> Path:
        return self.tree.resolve(path)

    def yaml_files(self, root: Path, pattern: str) -> list[Path] | None:
        files = self.tree.yaml_files(root, pattern)
        if files is None or pattern in self.overlays:
            return files
        return [file for file in files if self.tree.git_path(file) in self.keep]
