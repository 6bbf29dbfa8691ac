"""The configuration repository at a revision of git: read from its objects, as if that were checked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.config.files import Unreadable
from persync.config.findings import warning
from persync.config.git.tree import GitTree
from persync.config.load import Configuration, load_configuration
from persync.config.settings import FILE_NAME, load_settings
from persync.config.variables import Unfailing
from persync.errors import InvalidConfig, Severity
from persync.model import Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from persync.config.environment import Environment
    from persync.config.git.cli import Git
    from persync.config.git.objects import Objects
    from persync.config.settings import Settings
    from persync.errors import Finding
    from persync.model import Persister

# A folder that a commit does not have holds nothing; and of the persister of such an overlay, nothing is missing.
_HARMLESS = {"missing-file", "unknown-persister"}


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision, looked at from the configuration repository as it is now.

    Attributes:
        git: the configuration.
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

    def configuration(self) -> Configuration:
        """Return what the files of the revision say; nothing where it has no persync.yaml or no such environment."""
        opened = self.open(self.tree())
        if isinstance(opened, Configuration):
            return opened
        settings, environment = opened
        return load_configuration(settings, environment, Unfailing(self.environ))

    def known(self, configuration: Configuration) -> tuple[Persister, ...]:
        """Return the persisters of which everything is known: no error may hide a part of what is wanted of them.

        Args:
            configuration: what the files of the revision say.
        """
        erroneous = {finding.span.file for finding in errors_of(configuration)}
        if not erroneous:
            return configuration.persisters
        tree = self.tree()
        opened = self.open(tree)
        if isinstance(opened, Configuration):
            return ()
        settings, _ = opened
        for_all = {settings.shown(file) for file in (settings.path, *self.overlay_files(tree, settings))}
        if erroneous & for_all:
            return ()
        return tuple(one for one in configuration.persisters if one.span.file not in erroneous)

    def overlay_files(self, tree: GitTree, settings: Settings) -> list[Path]:
        """Return the files of the environment's overlays."""
        patterns = settings.overlays(self.environment.name)
        return [file for pattern in patterns for file in tree.yaml_files(settings.root, pattern.text) or ()]

    def patterns(self) -> tuple[str, ...]:
        """Return where the configuration is: as the revision says, and as the settings now do."""
        opened = self.open(self.tree())
        there = () if isinstance(opened, Configuration) else patterns_of(opened[0], self.environment.name)
        return (*there, *patterns_of(self.settings, self.environment.name))

    def settings_elsewhere(self) -> list[str]:
        """Return the paths of all files that are called persync.yaml in the revision, seen from the top."""
        return self.git.files_named(FILE_NAME, self.commit)

    def sensitive(self) -> tuple[str, ...]:
        """Return the environment's ``sensitive`` at the revision; none where that cannot be read."""
        opened = self.open(self.tree())
        return () if isinstance(opened, Configuration) else opened[1].sensitive

    def open(self, tree: GitTree) -> tuple[Settings, Environment] | Configuration:
        """Return the settings and the environment in these files; where there are none, what that leaves."""
        path = self.settings.path
        if isinstance(tree.read(path), Unreadable):
            message = f"there is no {tree.git_path(path)}"
            return Configuration((), (warning("no-settings", message, Span(self.settings.shown(path), 1, 1)),))
        try:
            settings = load_settings(path, self.settings.shown, tree)
            if self.environment.name in settings.environments:
                return settings, settings.environment(self.environment.name, Unfailing(self.environ))
        except InvalidConfig as failure:
            return Configuration((), failure.findings)
        message = f"there is no environment {self.environment.name}"
        start = Span(self.settings.shown(path), 1, 1)
        return Configuration((), (warning("unknown-environment", message, start),))


def errors_of(configuration: Configuration) -> list[Finding]:
    """Return the errors that hide what is wanted; to know that, no more need be right."""
    return [
        finding
        for finding in configuration.findings
        if finding.severity is Severity.ERROR and finding.rule not in _HARMLESS
    ]


def patterns_of(settings: Settings, environment: str) -> tuple[str, ...]:
    """Return the entries of ``persisters`` and of an environment's ``overlays``."""
    return tuple(entry.text for entry in (*settings.persisters, *settings.overlays(environment)))
