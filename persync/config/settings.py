"""persync.yaml: how it is found and read, and its environments."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from persync.config.boundary import Boundary
from persync.config.environment import SANDBOX, Environment, read_credentials, read_environment
from persync.config.excerpts.excerpt import Excerpts, policy_for, with_source
from persync.config.files import FILE_NAME, Unreadable, WorkingTree, find_settings, shown_from
from persync.config.findings import Findings
from persync.config.network import check_inside, read_network
from persync.config.rules.ignored import IGNORED, read_globs
from persync.config.rules.ignores import Ignores, read_ignores
from persync.config.rules.schema import check_settings_schema
from persync.config.rules.settings import check_settings_rules, without_config
from persync.config.variables import TOKEN, Values, substitute, variables_in
from persync.config.yaml.nodes import List, Map, Scalar, entries, find, key_span, scalars, texts
from persync.config.yaml.reader import read_documents
from persync.config.yaml.typed import typed
from persync.errors import ConfigError, InvalidConfig
from persync.model import Span
from persync.network import Network
from persync.selectors import selects
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from persync.config.files import Source
    from persync.config.yaml.nodes import Node
    from persync.credentials import Credentials
    from persync.model import PersisterId, PropertyGlob

__all__ = ["FILE_NAME", "Environment", "Settings", "find_settings", "load_settings"]

_PERSISTERS = "persisters"
_SELECTORS = (("safety", "protect"), ("rollout", "canary"))


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """What an environment ignores of some persisters.

    Attributes:
        persisters: the selectors; none for all persisters.
        properties: the globs.
    """

    persisters: tuple[Scalar, ...]
    properties: tuple[PropertyGlob, ...]

    def selects(self, persister: PersisterId) -> bool:
        """Return whether it is about a persister."""
        return not self.persisters or any(selects(pattern.text, persister) for pattern in self.persisters)


@dataclass(frozen=True, slots=True)
class Settings:
    """A valid persync.yaml.

    Attributes:
        path: the file.
        document: its tree.
        shown: how paths are shown.
        source: where the file was read from; the files that it names are read from there too.
        ignores: what its comments accept.
    """

    path: Path
    document: Map
    shown: Callable[[Path], str]
    source: Source
    ignores: Ignores = field(default_factory=Ignores)

    @property
    def excerpts(self) -> Excerpts:
        """The lines of its files as they may be shown."""
        return Excerpts(self.source, policy_for(self.document))

    def failure_at(self, message: str, span: Span, hint: str = "") -> ConfigError:
        """Return an error about a position in its files."""
        return ConfigError(message, span=span, hint=hint, excerpt=self.excerpts.excerpt(span))

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
        """The values of every persister that does not set them in its document."""
        defaults = find(self.document, "defaults")
        return defaults if isinstance(defaults, Map) else None

    @property
    def known_properties(self) -> tuple[str, ...]:
        """Patterns of properties that exist, though the catalogue does not have them: ``section.key``."""
        return tuple(entry.text for entry in scalars(find(self.document, "knownProperties")))

    @property
    def policies(self) -> tuple[Scalar, ...]:
        """The folders, files and globs of the policies."""
        return scalars(find(self.document, "policies"))

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments, in the order of the file."""
        return tuple(entry.key.text for entry in entries(find(self.document, "environments")))

    @property
    def default_environment(self) -> str | None:
        """The environment that is used if none is named."""
        default = find(self.document, "defaultEnvironment")
        if isinstance(default, Scalar):
            return default.text
        return self.environments[0] if len(self.environments) == 1 else None

    def overlays(self, environment: str) -> tuple[Scalar, ...]:
        """Return the overlays of an environment."""
        return scalars(find(self.document, "environments", environment, "overlays"))

    def ignored(self, environment: str) -> tuple[IgnoreRule, ...]:
        """Return what an environment ignores (``ignoreChanges``)."""
        rules = find(self.document, "environments", environment, IGNORED)
        return tuple(
            IgnoreRule(scalars(find(rule, "persisters")), read_globs(find(rule, "properties") or rule, Findings()))
            for rule in (rules.items if isinstance(rules, List) else ())
        )

    def protected(self, environment: str) -> tuple[Scalar, ...]:
        """Return the selectors of an environment that have to match a persister: protected persisters, canaries."""
        found = (find(self.document, "environments", environment, *path) for path in _SELECTORS)
        return tuple(selector for node in found for selector in scalars(node))

    def patterns(self, environment: str) -> tuple[str, ...]:
        """Return the entries of ``persisters`` and of an environment's ``overlays``, as text."""
        return tuple(entry.text for entry in (*self.persisters, *self.overlays(environment)))

    def environment(self, name: str | None, environ: Mapping[str, str]) -> Environment:
        """Return an environment, its references to the process environment replaced.

        Args:
            name: its name; ``None`` for the default.
            environ: the values of ``${{ env.X }}`` and ``${{ secret.X }}``.

        Raises:
            ConfigError: there is no such environment, or no default.
            InvalidConfig: a variable is not set.
        """
        chosen = name if name is not None else self.default_environment
        names = ", ".join(self.environments)
        if chosen is None:
            hint = f"name one of {names}, or set defaultEnvironment" if names else "add one under environments"
            span = key_span(self.document, "environments")
            raise ConfigError("no environment is chosen, and there is no default", span=span, hint=hint)
        if chosen not in self.environments:
            raise self.no_environment(chosen, self.environments)
        return self._environment(chosen, environ)

    def no_environment(self, name: str, names: Iterable[str]) -> ConfigError:
        """Return the error about an environment that does not exist; ``names`` are those that do."""
        existing = ", ".join(dict.fromkeys(names))
        hint = did_you_mean(name, names) or (f"the environments are {existing}" if existing else "")
        span = key_span(self.document, "environments")
        hint = hint or "add one under environments"
        return ConfigError(f"there is no environment {name}", span=span, hint=hint)

    def credential_variables(self) -> frozenset[str]:
        """Return the names of the environment variables that hold the credentials of some environment."""
        fields = [entries(find(self.document, "environments", name, "auth")) for name in self.environments]
        texts = [entry.value.text for auth in fields for entry in auth if isinstance(entry.value, Scalar)]
        return frozenset({TOKEN}.union(*map(variables_in, texts)))

    def auth(self, environment: str, environ: Mapping[str, str]) -> Credentials | None:
        """Return the credentials of an environment. Commands that only read files have no secrets and do not call this.

        Args:
            environment: its name.
            environ: the values of ``${{ env.X }}`` and ``${{ secret.X }}``.

        Raises:
            InvalidConfig: a variable is not set.
        """
        findings = Findings()
        auth = entries(find(self.document, "environments", environment, "auth"))
        fields = {
            field.text: _from_process(
                text, environ, findings, ("env", "secret"), always_shown=field.text in {"tokenUrl", "clientId"}
            )
            for field, text in auth
        }
        self._raise_if_any(findings)
        words = scalars(find(self.document, "environments", environment, "auth", "command"))
        return read_credentials(fields, tuple(word.text for word in words)) if fields else None

    def _environment(self, name: str, environ: Mapping[str, str]) -> Environment:
        findings = Findings()
        environment = find(self.document, "environments", name)
        network = read_network(environment, self.root, environ, findings) if environment else Network()
        fields: dict[str, object] = {"name": name, "network": network}
        for key, value in entries(environment):
            match key.text:
                case "url":
                    # without secrets: plans, reports and messages show it
                    fields["url"] = address = _from_process(value, environ, findings, ("env",), always_shown=True)
                    if file := address.removeprefix(SANDBOX) if address.startswith(SANDBOX) else "":
                        fields["sandboxFile"] = self.root / file
                        hint = "name a file in the repository, such as sandbox:sandbox.db"
                        check_inside(self.root, self.root / file, "the sandbox's file", value.span, findings, hint=hint)
                case "auth" | "tls" | "proxy":
                    pass  # see ``auth`` and ``read_network``
                case "variables" | "projects":
                    fields[key.text] = texts(value)
                case _:
                    fields[key.text] = typed(value)
        self._raise_if_any(findings)
        return read_environment(fields)

    def _raise_if_any(self, findings: Findings) -> None:
        if findings:
            raise InvalidConfig(with_source(findings.in_order(), self.excerpts))


def load_settings(path: Path, shown: Callable[[Path], str] | None = None, source: Source | None = None) -> Settings:
    """Return the settings in a file.

    Args:
        path: the file.
        shown: how paths are shown in positions; relative to the working directory by default.
        source: where it is read from; the working tree by default.

    Raises:
        ConfigError: the file cannot be read.
        InvalidConfig: it is not valid; has every finding.
    """
    shown, source = shown or shown_from(Path.cwd()), source or WorkingTree(Boundary.around(path.parent))
    name = shown(path)
    data = source.read(path)
    if isinstance(data, Unreadable):
        raise ConfigError(f"{name} cannot be read: {data.reason}", hint="check the path and its permissions")
    documents = read_documents(data, name)
    findings = Findings()
    findings.extend(documents.findings)
    if len(documents.trees) == 1 and isinstance(document := documents.trees[0], Map):
        check_settings_schema(without_config(typed(document)), document, findings)
        check_settings_rules(document, findings)
        if not findings:
            return Settings(path, document, shown, source, read_ignores(data, name))
    elif not findings:
        start = Span(name, 1, 1)
        findings.error("not-a-map", f"{FILE_NAME} must hold one map", start, hint="begin with: version: 1")
    excerpts = Excerpts(source, policy_for(documents.trees[0] if documents.trees else None))
    raise InvalidConfig(with_source(findings.in_order(), excerpts))


def _from_process(
    node: Node, environ: Mapping[str, str], findings: Findings, sources: tuple[str, ...], *, always_shown: bool = False
) -> str:
    """Return a text with its references to the process environment replaced; variables are for persisters."""
    if not isinstance(node, Scalar):
        return ""
    return substitute(node, Values(environ=environ), findings, sources, always_shown=always_shown).text
