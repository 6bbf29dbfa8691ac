"""persync.yaml: finding it, reading it, and choosing an environment in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from persync.config.environment import SANDBOX, Environment, read_credentials, read_environment
from persync.config.files import WORKING_TREE, Unreadable, shown_from
from persync.config.findings import did_you_mean, error, in_order
from persync.config.rules.schema import schema_findings, settings_validator
from persync.config.rules.settings import rule_findings
from persync.config.variables import OPENING, Values, substitute
from persync.config.yaml.nodes import Map, Scalar, entries, find, scalars
from persync.config.yaml.reader import read_documents
from persync.config.yaml.typed import typed
from persync.errors import ConfigError, InvalidConfig
from persync.model import Section, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.config.files import Source
    from persync.config.yaml.nodes import Node
    from persync.errors import Finding
    from persync.model import Credentials

__all__ = ["FILE_NAME", "Environment", "Settings", "find_settings", "load_settings"]

FILE_NAME = "persync.yaml"
_PERSISTERS = "persisters"


@dataclass(frozen=True, slots=True)
class Settings:
    """A valid persync.yaml.

    Attributes:
        path: the file.
        document: its tree.
        shown: how paths are shown.
        source: where the file was read from, and the files that it names are.
    """

    path: Path
    document: Map
    shown: Callable[[Path], str]
    source: Source = WORKING_TREE

    @property
    def root(self) -> Path:
        """The folder that its paths are relative to."""
        return self.path.parent

    @property
    def persisters(self) -> tuple[Scalar, ...]:
        """The folders, files and globs of the persisters."""
        start = Span(self.shown(self.path), 1, 1)
        return scalars(find(self.document, _PERSISTERS)) or (Scalar(_PERSISTERS, start, plain=True),)

    @property
    def defaults(self) -> Map | None:
        """What every persister has unless its document says otherwise."""
        defaults = find(self.document, "defaults")
        return defaults if isinstance(defaults, Map) else None

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments, in the order of the file."""
        return tuple(entry.key.text for entry in entries(find(self.document, "environments")))

    @property
    def default_environment(self) -> str | None:
        """The environment that is used where none is named."""
        default = find(self.document, "defaultEnvironment")
        if isinstance(default, Scalar):
            return default.text
        return self.environments[0] if len(self.environments) == 1 else None

    def overlays(self, environment: str) -> tuple[Scalar, ...]:
        """Return the overlays of an environment."""
        return scalars(find(self.document, "environments", environment, "overlays"))

    def environment(self, name: str | None, environ: Mapping[str, str]) -> Environment:
        """Return an environment, its references to the process environment replaced.

        Args:
            name: its name; ``None`` for the default.
            environ: what ``${{ env.X }}`` and ``${{ secret.X }}`` stand for.

        Raises:
            ConfigError: there is no such environment, or no default.
            InvalidConfig: a variable is not set.
        """
        chosen = name if name is not None else self.default_environment
        known = ", ".join(self.environments)
        if chosen is None:
            hint = f"name one of {known}, or set defaultEnvironment" if known else "add one under environments"
            span = Span(self.shown(self.path), 1, 1)
            raise ConfigError("no environment is chosen, and there is no default", span=span, hint=hint)
        if chosen not in self.environments:
            hint = did_you_mean(chosen, self.environments) or (f"known are {known}" if known else "there are none")
            raise ConfigError(f"there is no environment {chosen}", span=self.document.span, hint=hint)
        return self._environment(chosen, environ)

    def auth(self, environment: str, environ: Mapping[str, str]) -> Credentials | None:
        """Return how to get into an environment; asked for late, since who only reads files has no secrets.

        Args:
            environment: its name.
            environ: what ``${{ env.X }}`` and ``${{ secret.X }}`` stand for.

        Raises:
            InvalidConfig: a variable is not set.
        """
        findings: list[Finding] = []
        written = entries(find(self.document, "environments", environment, "auth"))
        fields = {field.text: _reached(text, environ, findings, "env", "secret") for field, text in written}
        if findings:
            raise InvalidConfig(in_order(findings))
        return read_credentials(fields) if fields else None

    def _environment(self, name: str, environ: Mapping[str, str]) -> Environment:
        written = find(self.document, "environments", name)
        findings: list[Finding] = []
        fields: dict[str, object] = {"name": name}
        for key, value in entries(written):
            match key.text:
                case "url":
                    # not of a secret: plans, reports and messages show it
                    fields["url"] = address = _reached(value, environ, findings, "env")
                    if file := address.removeprefix(SANDBOX) if address.startswith(SANDBOX) else "":
                        fields["sandboxFile"] = self.root / file
                case "auth":
                    pass  # see ``auth``
                case "variables":
                    fields["variables"] = {
                        variable.text: text.text for variable, text in entries(value) if isinstance(text, Scalar)
                    }
                case _:
                    fields[key.text] = typed(value)
        if findings:
            raise InvalidConfig(in_order(findings))
        return read_environment(fields)


def find_settings(start: Path) -> Path:
    """Return the persync.yaml of the folder ``start`` or of the nearest one above it.

    Raises:
        ConfigError: there is none.
    """
    for folder in (start, *start.absolute().parents):
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    raise ConfigError(
        f"no {FILE_NAME} in {start} or any folder above it",
        hint=f"go to a configuration repository, name one with -C, or create {FILE_NAME} with the line: version: 1",
    )


def load_settings(path: Path, shown: Callable[[Path], str] | None = None, source: Source = WORKING_TREE) -> Settings:
    """Return the settings in a file.

    Args:
        path: the file.
        shown: how paths are shown in positions; relative to the working directory if it is left out.
        source: where it is read from.

    Raises:
        ConfigError: the file cannot be read.
        InvalidConfig: it is not valid; has every finding.
    """
    shown = shown or shown_from(Path.cwd())
    name = shown(path)
    data = source.read(path)
    if isinstance(data, Unreadable):
        raise ConfigError(f"{name} cannot be read: {data.reason}", hint="check the path and its permissions")
    documents = read_documents(data, name)
    findings = list(documents.findings)
    if len(documents.trees) == 1 and isinstance(document := documents.trees[0], Map):
        findings += schema_findings(settings_validator(), _without_config(typed(document)), document)
        findings += rule_findings(document)
        if not findings:
            return Settings(path, document, shown, source)
    elif not findings:
        start = Span(name, 1, 1)
        findings.append(error("not-a-map", f"{FILE_NAME} must hold one map", start, hint="begin with: version: 1"))
    raise InvalidConfig(in_order(findings))


def _without_config(settings: object) -> object:
    """Leave out what is judged with the persisters: the config maps of the defaults, and what holds a variable."""
    if isinstance(settings, dict) and isinstance(defaults := settings.get("defaults"), dict):
        for field, value in list(defaults.items()):
            if isinstance(value, dict) and field in set(Section):
                defaults[field] = {}
            elif isinstance(value, str) and OPENING in value:
                del defaults[field]
    return settings


def _reached(node: Node, environ: Mapping[str, str], findings: list[Finding], *spaces: str) -> str:
    """Return a text with its references to the process environment replaced; variables are for persisters."""
    if not isinstance(node, Scalar):
        return ""
    replaced, _, problems = substitute(node, Values(environ=environ), spaces)
    findings += problems
    return replaced
