"""The desired side as a whole: every persister of a configuration, and everything that is wrong with its files."""

from __future__ import annotations

import gc
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.config.build import Defaults, build, identity
from persync.config.document import Role, read_partial
from persync.config.files import Unreadable
from persync.config.findings import error, in_order
from persync.config.rules.together import lint, lint_each, lint_together
from persync.config.variables import OPENING, Values
from persync.config.yaml.reader import read_documents
from persync.errors import InvalidConfig, Severity
from persync.model import Span
from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from persync.config.document import Partial
    from persync.config.settings import Environment, Settings
    from persync.config.yaml.nodes import Scalar
    from persync.errors import Finding
    from persync.model import Persister, PersisterId


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the files say.

    Attributes:
        persisters: the persisters that could be read, sorted by id.
        findings: everything wrong in every file, sorted by place and then by rule.
    """

    persisters: tuple[Persister, ...]
    findings: tuple[Finding, ...]

    def check(self) -> None:
        """Do nothing where no finding is an error.

        Raises:
            InvalidConfig: has every finding, warnings too.
        """
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            raise InvalidConfig(self.findings)


def load_configuration(
    settings: Settings, environment: Environment | None, environ: Mapping[str, str]
) -> Configuration:
    """Return the persisters as the files want them in an environment.

    Args:
        settings: the repository's persync.yaml.
        environment: whose overlays and variables apply; ``None``: no overlays, no variables.
        environ: what ``${{ env.X }}`` and ``${{ secret.X }}`` stand for.

    Whatever the files hold, the answer is persisters and findings; a file that cannot be used hides no other.
    """
    values = Values(environment.variables, environ, environment.name) if environment else Values(environ=environ)
    with _collector_paused():
        loader = _Loader(settings, values)
        loader.read_persisters()
        if environment is not None:
            for folder in settings.overlays(environment.name):
                loader.read_overlay(folder)
        return loader.configuration(environment.secrets if environment else SecretPolicy())


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pause the cyclic garbage collector: trees hold no cycles, and its passes over them take a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Loader:
    def __init__(self, settings: Settings, values: Values) -> None:
        self._settings = settings
        self._source = settings.source
        self._values = values
        self._findings: list[Finding] = []
        self._is_whole = True
        """Every file of persisters could be read to its end."""
        self._layers: dict[PersisterId, list[Partial]] = {}
        self._second: list[tuple[PersisterId, Partial]] = []
        """Documents for a persister that has one, and those that do not say whose they are: linted, and no more."""
        self._loose: list[tuple[PersisterId, Partial]] = []
        """The same of overlays, and overlays for no persister."""
        defaults = settings.defaults
        partial = read_partial(defaults, Role.DEFAULTS, values, self._findings) if defaults else None
        self._defaults = Defaults.of(partial)

    def read_persisters(self) -> None:
        """Read the documents that the settings name as persisters."""
        skipped = {self._source.resolve(self._settings.path), *self._overlay_files()}
        files: dict[Path, Path] = {}
        for pattern in self._settings.persisters:
            for file in self._files(pattern):
                if (resolved := self._source.resolve(file)) not in skipped:
                    files.setdefault(resolved, file)
        for name, partials in self._by_id(sorted(files.values()), Role.PERSISTER).items():
            if name.event_type:
                self._layers[name] = [partials.pop(0)]
            self._second += [(name, partial) for partial in partials]

    def read_overlay(self, pattern: Scalar) -> None:
        """Lay the documents of one folder over the persisters."""
        for name, partials in self._by_id(self._files(pattern), Role.OVERLAY).items():
            if name in self._layers:
                self._layers[name].append(partials.pop(0))
            elif self._is_whole:
                message = f"this overlay is for {name}, which is not among the persisters"
                reason = "an overlay changes a persister and cannot make one"
                self._findings.append(error("unknown-persister", message, partials[0].span, reason=reason))
            self._loose += [(name, partial) for partial in partials]

    def configuration(self, secrets: SecretPolicy) -> Configuration:
        """Return what has been read."""
        persisters = [self._built(name, self._layers[name]) for name in sorted(self._layers)]
        second = [self._built(name, [partial, *self._layers.get(name, ())[1:]]) for name, partial in self._second]
        for persister in (*persisters, *second):
            self._findings.extend(lint(persister, secrets))
        for name, partial in self._loose:
            # what lies under an overlay is not known here, so its properties are looked at one by one
            alone = build(name, [partial], Defaults.of(None), self._values, self._findings)
            self._findings.extend(lint_each(alone, secrets))
        self._findings.extend(lint_together(sorted(persisters, key=lambda persister: persister.span)))
        return Configuration(tuple(persisters), in_order(self._findings))

    def _built(self, name: PersisterId, layers: Sequence[Partial]) -> Persister:
        return build(name, layers, self._defaults, self._values, self._findings)

    def _overlay_files(self) -> Iterator[Path]:
        """Yield the files of all overlays: they may lie below the folder of the persisters."""
        for environment in self._settings.environments:
            for pattern in self._settings.overlays(environment):
                for file in self._source.yaml_files(self._settings.root, pattern.text) or ():
                    yield self._source.resolve(file)

    def _files(self, pattern: Scalar) -> Sequence[Path]:
        files = self._source.yaml_files(self._settings.root, pattern.text)
        if files is None:
            self._is_whole = False
            hint = "create it, or change persync.yaml"
            self._findings.append(error("missing-file", f"{pattern.text} does not exist", pattern.span, hint=hint))
        return files or ()

    def _by_id(self, files: Sequence[Path], role: Role) -> Mapping[PersisterId, list[Partial]]:
        """Return the documents by the persister they are about; a second one for the same persister is an error.

        Those that do not say their event type have an empty one.
        """
        found: dict[PersisterId, list[Partial]] = defaultdict(list)
        for file in files:
            for partial in self._partials(file, role):
                name = identity(partial, self._defaults)
                found[name].append(partial)
                if not name.event_type or OPENING in "".join(name):
                    self._is_whole = False  # this may be the one that an overlay is for
                if name.event_type and len(found[name]) > 1:
                    message = f"{name} is here a second time, first at {found[name][0].span}"
                    hint = "keep one of the documents"
                    self._findings.append(error("duplicate-persister", message, partial.span, hint=hint))
        return found

    def _partials(self, file: Path, role: Role) -> Iterator[Partial]:
        shown = self._settings.shown(file)
        data = self._source.read(file)
        if isinstance(data, Unreadable):
            self._is_whole = False
            self._findings.append(error("unreadable-file", f"cannot be read: {data.reason}", Span(shown, 1, 1)))
            return
        documents = read_documents(data, shown)
        self._findings.extend(documents.findings)
        self._is_whole = self._is_whole and not documents.findings
        for document in documents.trees:
            partial = read_partial(document, role, self._values, self._findings, self._defaults.text("eventstore"))
            if partial is not None:
                yield partial
