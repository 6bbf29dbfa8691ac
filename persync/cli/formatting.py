"""The run of ``persync fmt``: find the files, format them, report."""

from __future__ import annotations

import re
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.atomic import led_to, replace
from persync.cli.errors import report_findings
from persync.cli.terminal import say, show
from persync.config.boundary import Boundary
from persync.config.excerpts.excerpt import Excerpts, with_source
from persync.config.excerpts.shown_text import hidden
from persync.config.files import Unreadable, WorkingTree, shown_from
from persync.config.findings import error
from persync.config.fmt.format import formatted
from persync.config.settings import FILE_NAME, find_settings, load_settings
from persync.config.yaml.nodes import find, scalars
from persync.errors import ConfigError, Severity
from persync.model import Span
from persync.properties.secrets import SecretPolicy
from persync.report.printable import printable, printable_lines
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.config.files import Source
    from persync.config.settings import Settings
    from persync.errors import Finding

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_WOULD_CHANGE = 2
_NO_LINE_BREAK = r"\ No newline at end of file"


def run_fmt(
    paths: Sequence[str], folder: Path | None, *, check: bool, diff: bool, detailed_exitcode: bool = False
) -> int:
    """Format files and return the exit code.

    Args:
        paths: files and folders; none for those that the settings name.
        folder: where to look for persync.yaml, upwards; the working directory if ``None``.
        check: write nothing, and fail if a file would change.
        diff: write nothing, and show what would change.
        detailed_exitcode: of ``check`` and ``diff``, tell a file that would change from a failure.

    Raises:
        ConfigError: there is no persync.yaml, or it is wrong.
    """
    run = _Run(check=check, diff=diff)
    if paths:
        files = run.files(_Named(_tree_around(Path(path)), Path.cwd(), path, Span(path, 1, 1)) for path in paths)
        # the settings are needed for their secret keys alone: files can be formatted without any
        settings = _settings(folder) if diff else None
    else:
        settings = load_settings(find_settings(folder or Path.cwd()))
        files = run.files(_named(settings))
    run.settings = settings
    run.secrets = SecretPolicy(_sensitive(settings) if settings else ())
    for file, tree in files:
        run.format(file, tree)
    if check and not diff and run.changed:
        say(f"{number(run.changed, 'file')} would change: run 'persync fmt'")
    if run.failed:
        return 1
    if detailed_exitcode and (check or diff) and run.changed:
        return _WOULD_CHANGE
    return 1 if check and run.changed else 0


class _Named(NamedTuple):
    """Files that the settings or the user name: where they are read from, a pattern, and its position."""

    tree: Source
    root: Path
    pattern: str
    span: Span


def _tree_around(path: Path) -> WorkingTree:
    return WorkingTree(Boundary.around(path if path.is_dir() else path.parent))


def _settings(folder: Path | None) -> Settings | None:
    try:
        path = find_settings(folder or Path.cwd())
    except ConfigError:
        return None
    return load_settings(path)


def _named(settings: Settings) -> Iterable[_Named]:
    """Yield the files that the settings name."""
    overlays = [pattern for environment in settings.environments for pattern in settings.overlays(environment)]
    for pattern in (*settings.persisters, *overlays):
        yield _Named(settings.source, settings.root, pattern.text, pattern.span)


def _sensitive(settings: Settings) -> tuple[str, ...]:
    """Return the ``sensitive`` keys of all environments."""
    patterns = [scalars(find(settings.document, "environments", name, "sensitive")) for name in settings.environments]
    return tuple(pattern.text for found in patterns for pattern in found)


class _Run:
    """A run over some files: an error in one hides no other."""

    def __init__(self, *, check: bool, diff: bool) -> None:
        self._check = check
        self._diff = diff
        self._shown = shown_from(Path.cwd())
        self.settings: Settings | None = None
        self.secrets = SecretPolicy()
        self.changed = 0
        self.failed = False

    def files(self, named: Iterable[_Named]) -> Sequence[tuple[Path, Source]]:
        """Return each file once, sorted, without persync.yaml, and the tree to read it from."""
        found: dict[Path, tuple[Path, Source]] = {}
        for tree, root, pattern, span in named:
            listing = tree.yaml_files(root, pattern)
            if listing is None:
                self._report(error("missing-file", f"{pattern} does not exist", span))
                continue
            self._report(*(advice.at(Span(self._shown(path), 1, 1)) for path, advice in listing.omissions))
            for file in listing.files:
                if file.name != FILE_NAME:
                    found.setdefault(led_to(file), (file, tree))
        return sorted(found.values(), key=lambda each: each[0])

    def format(self, file: Path, tree: Source) -> None:
        """Format a file of a tree, and report the result."""
        name = self._shown(file)
        data = tree.read(file)
        if isinstance(data, Unreadable):
            self._report(error("unreadable-file", f"cannot be read: {data.reason}", Span(name, 1, 1)))
            return
        result = formatted(data, name)
        # of files without settings it is not known what else is a secret
        knows_secrets = self.settings is not None
        self._report(
            *(with_source(result.findings, Excerpts(tree, self.secrets)) if knows_secrets else result.findings)
        )
        if result.data == data:
            return
        self.changed += 1
        if self._diff:
            show(self._difference(name, data, result.data))
            return
        if not self._check:
            try:
                replace(file, result.data)
            except OSError as failure:
                self._report(error("unwritable-file", f"cannot be written: {failure.strerror}", Span(name, 1, 1)))
                return
        show(f"{printable(name)}\n")

    def _difference(self, name: str, before: bytes, after: bytes) -> str:
        shown = printable(name)
        old, new = (_LINE.findall(hidden(data, self.secrets)) for data in (before, after))
        lines = map(printable_lines, unified_diff(old, new, shown, shown))
        return "".join(line if line.endswith("\n") else f"{line}\n{_NO_LINE_BREAK}\n" for line in lines)

    def _report(self, *findings: Finding) -> None:
        report_findings(findings)
        self.failed = self.failed or any(finding.severity is Severity.ERROR for finding in findings)
