"""Loads all files of a configuration: the persisters, and the findings in the files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from persync.config.document import Role, read_partial
from persync.config.excerpts.excerpt import with_source
from persync.config.findings import Findings
from persync.config.layers.build import Defaults, build
from persync.config.layers.layered import Layered
from persync.config.layers.unread import Unread
from persync.config.policies.check import check_policies, read_policy
from persync.config.reading.overlays import check_unused, claim, other_files, read_overlay
from persync.config.reading.reader import Reader
from persync.config.rules.ignores import without_ignored
from persync.config.rules.projects import check_identities
from persync.config.rules.together import check_selectors, lint, lint_properties, lint_together
from persync.config.variables import UNSET, Values
from persync.config.yaml.nodes import entries, find
from persync.errors import InvalidConfig, Severity
from persync.projects import SAME
from persync.properties.secrets import SecretPolicy
from persync.selectors import meant_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from persync.config.reading.overlays import Overlay
    from persync.config.settings import Environment, IgnoreRule, Settings
    from persync.config.yaml.nodes import Entry, Scalar
    from persync.errors import Finding
    from persync.model import Persister, PersisterId, Span

_MOST_VALUES = 1_000_000
"""Of all persisters together: defaults and overlays multiply what the files hold."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """The desired configuration.

    Attributes:
        persisters: the persisters that could be read, sorted by id.
        findings: everything wrong in every file, sorted by position and then by rule.
        ignored: the warnings that comments in the files accept; they are not among ``findings``.
        absent: the files of persisters, as shown, that the checkout lacks although they are in the index of git.
    """

    persisters: tuple[Persister, ...]
    findings: tuple[Finding, ...]
    absent: frozenset[str] = frozenset()
    ignored: tuple[Finding, ...] = ()

    def check(self) -> None:
        """Raise if any finding is an error.

        Raises:
            InvalidConfig: has every finding, warnings too.
        """
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            raise InvalidConfig(self.findings)


def load_configuration(
    settings: Settings,
    environment: Environment | None,
    environ: Mapping[str, str],
    *,
    with_policies: bool = True,
    chosen: Callable[[PersisterId], bool] | None = None,
    layered: dict[PersisterId, Layered] | None = None,
) -> Configuration:
    """Return the desired persisters of an environment.

    Args:
        settings: the repository's persync.yaml.
        environment: its overlays and variables apply; ``None``: none do.
        environ: the values of ``${{ env.X }}`` and ``${{ secret.X }}``.
        with_policies: the policies are checked, too. What the files configure is the same without.
        chosen: which persisters are needed with their values; ``None``: all. In others, references to variables of the
            process stay as they are, and everything else is checked.
        layered: receives each persister with its layers.

    Never raises because of a file's content: problems become findings, and the other files are still read.
    """
    variables, name = (environment.variables, environment.name) if environment else ({}, None)
    values = Values(variables, environ, name, settings.credential_variables())
    loader = _Loader(settings, values, environment.secrets if environment else SecretPolicy(), chosen, layered)
    overlays: Sequence[Scalar] = ()
    protected: Sequence[Scalar] = ()
    if environment is not None:
        loader.ignored = settings.ignored(environment.name)
        overlays, protected = settings.overlays(environment.name), settings.protected(environment.name)
        loader.projects = environment.projects
        loader.names = entries(find(settings.document, "environments", environment.name, "projects"))
    configuration = loader.load(overlays, protected, with_policies=with_policies)
    return replace(configuration, findings=with_source(configuration.findings, settings.excerpts))


def _once_for_each_variable(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with one for each variable that is not set: many persisters may need the same."""
    uses = Counter(finding.message for finding in findings if finding.rule == UNSET)
    kept: list[Finding] = []
    for finding in findings:
        count = uses.pop(finding.message, 0) if finding.rule == UNSET else 1
        if count:
            reason = f"{count} values need it; this is the first"
            kept.append(replace(finding, reason=reason) if count > 1 else finding)
    return tuple(kept)


class _Loader:
    """Loads the configuration of one environment.

    Overlays are read first, so each persister is built and checked as soon as its document is read. Of all documents of
    persisters, only one tree is in memory at a time.
    """

    def __init__(
        self,
        settings: Settings,
        values: Values,
        secrets: SecretPolicy,
        chosen: Callable[[PersisterId], bool] | None,
        layered: dict[PersisterId, Layered] | None,
    ) -> None:
        self._settings = settings
        self._values = values
        self._unresolved = replace(values, environ=Unread(values.environ))
        self._chosen = chosen
        self._layered = layered
        self._secrets = secrets
        self._findings = Findings()
        self._known = settings.known_properties
        self.ignored: tuple[IgnoreRule, ...] = ()
        self._readers: list[Reader] = []
        self._files: Sequence[Path] = ()
        self.projects = SAME
        self.names: tuple[Entry, ...] = ()
        defaults = settings.defaults
        partial = read_partial(defaults, Role.DEFAULTS, values, self._findings) if defaults else None
        self._defaults = Defaults.of(partial)

    def load(self, overlays: Iterable[Scalar], protected: Iterable[Scalar], *, with_policies: bool) -> Configuration:
        """Return the persisters and the findings, with the overlays of these entries and these protected persisters."""
        read = [read_overlay(pattern, self._reader(Role.OVERLAY), self._findings) for pattern in overlays]
        reader = self._reader(Role.PERSISTER)
        persisters = self._read_persisters(reader, read)
        complete = reader.complete
        for overlay in read:
            complete = complete and overlay.complete
            self._check_overlay(overlay, persisters, complete=complete)
        if complete:
            ignored = (selector for rule in self.ignored for selector in rule.persisters)
            check_selectors((*protected, *ignored), persisters, self.projects, self._findings)
        check_identities(persisters, self.projects, self.names if complete else (), self._findings)
        lint_together(sorted(persisters.values(), key=lambda persister: persister.span), self._findings)
        if with_policies:
            self._check_policies(list(persisters.values()))
            check_unused(self._settings, self._files, self._findings)
        self._findings.extend(self._settings.ignores.findings)
        ignores = [*self._settings.ignores.ignores, *(ignore for each in self._readers for ignore in each.ignores)]
        remaining = without_ignored(_once_for_each_variable(self._findings.in_order()), ignores)
        return Configuration(
            tuple(persisters[name] for name in sorted(persisters)),
            remaining.findings,
            frozenset(reader.absent),
            remaining.ignored,
        )

    def _read_persisters(self, reader: Reader, overlays: Sequence[Overlay]) -> dict[PersisterId, Persister]:
        """Return the persisters; a second document for a persister is checked but not used."""
        persisters: dict[PersisterId, Persister] = {}
        spans: dict[PersisterId, Span] = {}
        count = 0
        for name, partial in reader.documents(self._persister_files(reader)):
            layers = [partial, *(each.by_persister[name] for each in overlays if name in each.by_persister)]
            built = build(name, layers, self._defaults, self._values_of(name), self._findings)
            persister = self._ignoring(built.persister)
            lint(persister, self._secrets, self._findings, self._known, built.locate)
            if claim(name, partial.span, spans, self._findings):
                persisters[name] = persister
                if self._layered is not None:
                    self._layered[name] = Layered.of(persister, self._defaults, layers, self._values_of(name))
            count += sum(map(len, persister.properties.values()))
            if count > _MOST_VALUES:
                message = f"with this persister, all have more than {_MOST_VALUES} values; no other is read"
                hint = "shorten the defaults, or split the configuration into several repositories"
                self._findings.error("too-many-values", message, partial.span, hint=hint)
                reader.complete = False
                break
        return persisters

    def _check_overlay(self, overlay: Overlay, persisters: Mapping[PersisterId, Persister], *, complete: bool) -> None:
        """Check the documents of an overlay that change no persister.

        They have no persister to be merged into, so their properties are checked one by one.
        """
        unknown = [(name, partial) for name, partial in overlay.by_persister.items() if name not in persisters]
        for name, partial in unknown:
            if not complete:
                break  # its persister may be in a document that could not be read
            message = f"this overlay is for {name}, which is not among the persisters"
            reason = "an overlay changes a persister and cannot add one"
            hint = meant_for(name, tuple(persisters), self.projects)
            self._findings.error("unknown-persister", message, partial.span, reason=reason, hint=hint)
        for name, partial in (*unknown, *overlay.inapplicable):
            alone = build(name, [partial], Defaults.of(None), self._values_of(name), self._findings)
            lint_properties(alone.persister, self._secrets, self._findings, self._known, alone.locate)

    def _check_policies(self, persisters: Sequence[Persister]) -> None:
        if not self._settings.policies:
            return
        reader = self._reader(Role.POLICY)
        files = [file for pattern in self._settings.policies for file in reader.find_files(pattern)]
        reader.check_links(files)
        source, shown = self._settings.source, self._settings.shown
        read = (read_policy(source.read(file), shown(file), self._findings) for file in sorted(set(files)))
        policies = [policy for policy in read if policy]
        check_policies(policies, persisters, self._values.environment or "", self._secrets, self._findings)

    def _ignoring(self, persister: Persister) -> Persister:
        """Return a persister with what the environment ignores of it."""
        globs = [glob for rule in self.ignored if rule.selects(persister.id) for glob in rule.properties]
        return replace(persister, ignored=(*persister.ignored, *globs)) if globs else persister

    def _persister_files(self, reader: Reader) -> Sequence[Path]:
        """Return the files of ``persisters``, each once, without persync.yaml and the files of overlays."""
        source = self._settings.source
        skipped = {source.resolve(self._settings.path), *other_files(self._settings)}
        files: dict[Path, Path] = {}
        for pattern in self._settings.persisters:
            for file in reader.find_files(pattern):
                if (resolved := source.resolve(file)) not in skipped:
                    files.setdefault(resolved, file)
        reader.check_links(files)
        self._files = sorted(files.values())
        return self._files

    def _reader(self, role: Role) -> Reader:
        reader = Reader(role, self._settings, self._defaults, self._values, self._values_of, self._findings)
        self._readers.append(reader)
        return reader

    def _values_of(self, name: PersisterId) -> Values:
        """Return the values of the references in the documents of a persister."""
        return self._values if self._chosen is None or self._chosen(name) else self._unresolved
