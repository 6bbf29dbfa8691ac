"""Reads files into documents, and finds what is named and not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.config.document import Role, read_identity, read_partial
from persync.config.files import Unreadable
from persync.config.layers.build import Defaults, identity
from persync.config.rules.ignores import read_ignores
from persync.config.variables import OPENING
from persync.config.yaml.reader import read_documents
from persync.model import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from persync.config.document import Partial
    from persync.config.findings import Findings
    from persync.config.rules.ignores import Ignore
    from persync.config.settings import Settings
    from persync.config.variables import Values
    from persync.config.yaml.nodes import Scalar
    from persync.model import PersisterId


@dataclass(slots=True)
class Reader:
    """Reads files into documents.

    Attributes:
        values: the values of references in names of persisters.
        values_of: those of all other references in the documents of a persister.
        complete: every document could be read and identified so far. If not, a persister that seems to be missing may
            be in a document that could not.
        absent: the files, as shown, that git has and the checkout lacks.
        ignores: the rules that comments name.
    """

    role: Role
    settings: Settings
    defaults: Defaults
    values: Values
    values_of: Callable[[PersisterId], Values]
    findings: Findings
    complete: bool = True
    absent: set[str] = field(default_factory=set)
    ignores: list[Ignore] = field(default_factory=list)
    _links: list[Path] = field(default_factory=list)

    @property
    def _import(self) -> str:
        """How files of persisters are made, before what else there is to do."""
        return "write them with 'persync import', " if self.role is Role.PERSISTER else ""

    def find_files(self, pattern: Scalar) -> Sequence[Path]:
        """Return the files of an entry of ``persisters``, ``overlays`` or ``policies``.

        What is there and is not read is found.
        """
        listing = self.settings.source.yaml_files(self.settings.root, pattern.text)
        if listing is None:
            self.complete = False
            hint = f"{self._import}create it, or change persync.yaml"
            self.findings.error("missing-file", f"{pattern.text} does not exist", pattern.span, hint=hint)
            return ()
        for path, advice in listing.omissions:
            self.complete = False
            self.findings.advise((advice,), Span(self.settings.shown(path), 1, 1))
        for path, advice in listing.notes:
            self.findings.advise((advice,), Span(self.settings.shown(path), 1, 1))
        if listing.absent:
            self._report_absent(pattern, [self.settings.shown(path) for path in listing.absent])
        elif not listing.files and not listing.omissions:
            self.complete = False
            hint = f"{self._import}add one, or change persync.yaml"
            self.findings.error("no-files", f"{pattern.text} has no *.yaml or *.yml file", pattern.span, hint=hint)
        if self.role is Role.PERSISTER:
            for path in listing.removed:
                self._report_removed(self.settings.shown(path))
        self._links += listing.links
        return listing.files

    def _report_absent(self, pattern: Scalar, files: Sequence[str]) -> None:
        """Report files that the checkout lacks: what they change or check is wrong without them.

        A persister is only missing.
        """
        self.complete = False
        self.absent.update(files)
        message, them = f"{files[0]} is not checked out", "it"
        if len(files) > 1:
            message, them = f"{len(files)} files of {pattern.text} are not checked out, first {files[0]}", "them"
        reason, hint = f"git sparse-checkout leaves {them} out", f"include {them} with git sparse-checkout add"
        if self.role is not Role.PERSISTER:
            self.findings.error("not-checked-out", message, pattern.span, reason=reason, hint=hint)
        else:
            reason += f", and what is in {them} is in no plan"
            self.findings.warning("not-checked-out", message, pattern.span, reason=reason, hint=hint)

    def _report_removed(self, file: str) -> None:
        """Report a file that was removed, and may have been committed with persisters that still run."""
        reason = "what it configured stays live as it is, unless another file configures it"
        hint = "'persync plan --base HEAD' names its persisters; stop those first that are not to run"
        message = "the file was removed or renamed since the last commit"
        self.findings.warning("removed-file", message, Span(file, 1, 1), reason=reason, hint=hint)

    def check_links(self, files: Iterable[Path]) -> None:
        """Find links to folders that none of these files is in: links are not followed.

        Args:
            files: the files that are read; without links.
        """
        if not self._links:
            return
        resolve = self.settings.source.resolve
        folders = {folder for file in files for folder in resolve(file).parents}
        for link in self._links:
            if resolve(link) not in folders:
                message = "links to folders are not followed, and nothing in this one is read otherwise"
                hint = "name the folder in persync.yaml, or remove the link"
                self.findings.warning("linked-folder", message, Span(self.settings.shown(link), 1, 1), hint=hint)

    def documents(self, files: Iterable[Path]) -> Iterator[tuple[PersisterId, Partial]]:
        """Yield the documents with the persister that each is about; the event type is empty if it has none."""
        for file in files:
            for partial in self._partials(file):
                name = identity(partial.head, self.defaults)
                if not name.event_type or OPENING in "".join(name):  # a reference that could not be replaced
                    self.complete = False
                yield name, partial

    def _partials(self, file: Path) -> Iterator[Partial]:
        shown = self.settings.shown(file)
        data = self.settings.source.read(file)
        if isinstance(data, Unreadable):
            self.complete = False
            self.findings.error("unreadable-file", f"cannot be read: {data.reason}", Span(shown, 1, 1))
            return
        documents = read_documents(data, shown)
        if self.findings.extend(documents.findings):
            self.complete = False
        elif not documents.trees:
            hint = "write one, or remove the file"
            self.findings.warning("no-document", "the file has no document", Span(shown, 1, 1), hint=hint)
        found = read_ignores(data, shown)
        self.ignores += found.ignores
        self.findings.extend(found.findings)
        for tree in documents.trees:
            values = self.values_of(identity(read_identity(tree, self.values), self.defaults))
            partial = read_partial(tree, self.role, values, self.findings, self.defaults.text("eventstore"))
            if partial is not None:
                yield partial
