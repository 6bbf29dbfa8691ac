"""The configuration at a revision of git, read from git objects as if the revision were checked out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.config.files import Unreadable
from persync.config.findings import error, warning
from persync.config.git.tree import MISSING, GitTree
from persync.config.load import Configuration, load_configuration
from persync.config.process import Unfailing
from persync.config.settings import FILE_NAME, load_settings
from persync.errors import InvalidConfig, Severity
from persync.model import Span
from persync.projects import SAME, Projects

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from persync.config.environment import Environment
    from persync.config.git.cli import Git
    from persync.config.git.objects import Objects
    from persync.config.settings import Settings
    from persync.errors import Finding
    from persync.model import Persister

# A missing folder has no files, and an overlay without a persister changes no persister.
_HARMLESS = {"missing-file", "no-files", "unknown-persister"}


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of the configuration repository.

    Attributes:
        git: the repository.
        objects: the reader of its objects.
        commit: the id of the revision's commit.
        settings: the current settings; the revision's settings are read from the same path.
        environment: the current environment; the revision's environment has the same name.
        environ: the variables for ``${{ env.X }}`` and ``${{ secret.X }}``; a reference to an unset variable is kept.
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
        """Return the configuration at the revision; it is empty without persync.yaml or without the environment."""
        opened = self.open(self.tree())
        if isinstance(opened, Configuration):
            return opened
        settings, environment = opened
        return load_configuration(settings, environment, Unfailing(self.environ), with_policies=False)

    def complete_persisters(self, configuration: Configuration) -> tuple[Persister, ...]:
        """Return the persisters that no error affects, neither in their own file nor in a file for all persisters.

        Args:
            configuration: the configuration at the revision.
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
        return tuple(persister for persister in configuration.persisters if persister.span.file not in erroneous)

    def overlay_files(self, tree: GitTree, settings: Settings) -> list[Path]:
        """Return the files of the environment's overlays.

        Args:
            tree: the files of a commit.
            settings: the settings in that commit.
        """
        listings = [tree.yaml_files(settings.root, entry.text) for entry in settings.overlays(self.environment.name)]
        return [file for listing in listings if listing for file in listing.files]

    def patterns(self) -> tuple[str, ...]:
        """Return the entries of ``persisters`` and ``overlays``, at the revision and in the current settings."""
        opened = self.open(self.tree())
        at_revision = () if isinstance(opened, Configuration) else opened[0].patterns(self.environment.name)
        return (*at_revision, *self.settings.patterns(self.environment.name))

    def settings_elsewhere(self) -> list[str]:
        """Return the paths of all files named persync.yaml at the revision, relative to the top folder."""
        return self.git.files_named(FILE_NAME, self.commit)

    def sensitive(self) -> tuple[str, ...]:
        """Return the environment's ``sensitive`` patterns at the revision; none if they cannot be read."""
        opened = self.open(self.tree())
        return () if isinstance(opened, Configuration) else opened[1].secrets.patterns

    def projects(self) -> Projects:
        """Return the environment's names of the installation at the revision; those of the files if it has none."""
        opened = self.open(self.tree())
        return SAME if isinstance(opened, Configuration) else opened[1].projects

    def open(self, tree: GitTree) -> tuple[Settings, Environment] | Configuration:
        """Read persync.yaml.

        Args:
            tree: the files of a commit.

        Returns:
            The settings and the environment in that commit; if they are missing or have errors, an empty configuration
            with the findings.
        """
        path = self.settings.path
        start = Span(self.settings.shown(path), 1, 1)
        data = tree.read(path)
        if data == MISSING:
            return Configuration((), (warning("no-settings", f"there is no {tree.git_path(path)}", start),))
        if isinstance(data, Unreadable):
            return Configuration((), (error("unreadable-file", f"cannot be read: {data.reason}", start),))
        try:
            settings = load_settings(path, self.settings.shown, tree)
            if self.environment.name in settings.environments:
                return settings, settings.environment(self.environment.name, Unfailing(self.environ))
        except InvalidConfig as invalid:
            return Configuration((), invalid.findings)
        message = f"there is no environment {self.environment.name}"
        return Configuration((), (warning("unknown-environment", message, start),))


def errors_of(configuration: Configuration) -> list[Finding]:
    """Return the errors because of which a part of the desired configuration is unknown."""
    return [
        finding
        for finding in configuration.findings
        if finding.severity is Severity.ERROR and finding.rule not in _HARMLESS
    ]
