"""The configuration repository at a revision of git: read from its objects, as if that were checked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.errors import InvalidRepository, Severity
from persync.model import Span
from persync.repository.files import Unreadable
from persync.repository.findings import warning
from persync.repository.git_tree import GitTree
from persync.repository.load import Repository, load_repository
from persync.repository.settings import load_settings
from persync.repository.variables import Unfailing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.errors import Finding
    from persync.repository.environment import Environment
    from persync.repository.git import Git, Objects
    from persync.repository.settings import Settings


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision, looked at from the configuration repository as it is now.

    Attributes:
        git: the repository.
        objects: what reads of it.
        commit: the revision's id.
        settings: the settings now; those of the revision are read from the file of the same path.
        environment: the environment now, which is looked for in the revision by its name.
        environ: what ``${{ env.X }}`` and ``${{ secret.X }}`` stand for. What is not set stands for itself.
    """

    git: Git
    objects: Objects
    commit: str
    settings: Settings
    environment: Environment
    environ: Mapping[str, str]

    def tree(self, commit: str | None = None) -> GitTree:
        """Return the files of the revision, or of another commit."""
        return GitTree(self.git, self.objects, commit or self.commit)

    def repository(self) -> Repository:
        """Return what the files of the revision say; nothing where it has no persync.yaml or no such environment."""
        opened = self.open(self.tree())
        if isinstance(opened, Repository):
            return opened
        settings, environment = opened
        return load_repository(settings, environment, Unfailing(self.environ))

    def sensitive(self) -> tuple[str, ...]:
        """Return the environment's ``sensitive`` at the revision; none where that cannot be read."""
        opened = self.open(self.tree())
        return () if isinstance(opened, Repository) else opened[1].sensitive

    def open(self, tree: GitTree) -> tuple[Settings, Environment] | Repository:
        """Return the settings and the environment in these files; where there are none, what that leaves."""
        path = self.settings.path
        if isinstance(tree.read(path), Unreadable):
            return Repository((), ())
        try:
            settings = load_settings(path, self.settings.shown, tree)
            if self.environment.name in settings.environments:
                return settings, settings.environment(self.environment.name, Unfailing(self.environ))
        except InvalidRepository as failure:
            return Repository((), failure.findings)
        message = f"there is no environment {self.environment.name}"
        start = Span(self.settings.shown(path), 1, 1)
        return Repository((), (warning("unknown-environment", message, start),))


def errors_of(repository: Repository) -> list[Finding]:
    """Return the findings that are errors."""
    return [finding for finding in repository.findings if finding.severity is Severity.ERROR]
