"""Reads overlays, and finds those that are read for no environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.config.yaml.nodes import key_span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from persync.config.document import Partial
    from persync.config.findings import Findings
    from persync.config.reading.reader import Reader
    from persync.config.settings import Settings
    from persync.config.yaml.nodes import Scalar
    from persync.model import PersisterId, Span

_OVERLAYS = "overlays"
"""The usual folder of overlays."""


class Overlay(NamedTuple):
    """The documents of one entry of ``overlays``.

    Attributes:
        by_persister: those that may change a persister, by its identity.
        inapplicable: the others: a second document for the same persister, or a document without an event type.
        complete: every document could be read and identified.
    """

    by_persister: Mapping[PersisterId, Partial]
    inapplicable: Sequence[tuple[PersisterId, Partial]]
    complete: bool


def read_overlay(pattern: Scalar, reader: Reader, findings: Findings) -> Overlay:
    """Return the documents of an entry of ``overlays``; a new reader reads them."""
    by_persister: dict[PersisterId, Partial] = {}
    inapplicable: list[tuple[PersisterId, Partial]] = []
    spans: dict[PersisterId, Span] = {}
    files = reader.find_files(pattern)
    reader.check_links(files)
    for name, partial in reader.documents(files):
        if claim(name, partial.span, spans, findings):
            by_persister[name] = partial
        else:
            inapplicable.append((name, partial))
    return Overlay(by_persister, inapplicable, reader.complete)


def claim(name: PersisterId, span: Span, spans: dict[PersisterId, Span], findings: Findings) -> bool:
    """Record a document for its persister; return whether it is the first, and add a finding if it is not.

    Args:
        name: the persister; a document without an event type is for none.
        span: where the document begins.
        spans: where the documents before it begin; is added to.
        findings: is added to.
    """
    if not name.event_type:
        return False
    if name not in spans:
        spans[name] = span
        return True
    message = f"{name} is defined twice, first at {spans[name]}"
    findings.error("duplicate-persister", message, span, hint="keep one of the documents")
    return False


def other_files(settings: Settings) -> Iterator[Path]:
    """Yield the overlays of all environments and the policies: they may be below the folder of the persisters."""
    source = settings.source
    overlays = (pattern for name in settings.environments for pattern in settings.overlays(name))
    for pattern in (*overlays, *settings.policies):
        if listing := source.yaml_files(settings.root, pattern.text):
            yield from map(source.resolve, listing.files)


def check_unused(settings: Settings, persisters: Iterable[Path], findings: Findings) -> None:
    """Find what is in the folder ``overlays`` and is read for no environment.

    Args:
        settings: the repository's persync.yaml.
        persisters: the files of persisters.
        findings: is added to.
    """
    source = settings.source
    listing = source.yaml_files(settings.root, _OVERLAYS)
    if listing is None or not listing.files:
        return
    used = {*other_files(settings), *map(source.resolve, persisters)}
    folder = settings.root / _OVERLAYS
    by_name: dict[str, list[Path]] = {}
    for file in listing.files:
        by_name.setdefault(file.relative_to(folder).parts[0], []).append(file)
    for name, files in by_name.items():
        if used.isdisjoint(map(source.resolve, files)):
            hint = f"name {_OVERLAYS}/{name} in the overlays of an environment, or remove it"
            message = f"{_OVERLAYS}/{name} is an overlay of no environment, so nothing of it has an effect"
            span = key_span(settings.document, "environments")
            findings.warning("unused-overlay", message, span, hint=hint)
