"""Which globs of ``ignoreChanges`` cover nothing that the files or live have: misspelt, or out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.errors import HarvesterError
from persync.plan.ignoring.ignored import used_globs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from persync.model import LivePersister, Persister, PersisterId, PropertyGlob


class UnusedGlobs:
    """Collects, persister by persister, which globs are in use."""

    def __init__(self) -> None:
        self._used: set[PropertyGlob] = set()
        self._first: dict[PropertyGlob, dict[str, PersisterId]] = {}

    def add(self, desired: Persister, used: Iterable[PropertyGlob] | None) -> None:
        """Add a persister.

        Args:
            desired: from the files.
            used: those of its globs that cover something; ``None``: live could not be read, so any may.
        """
        self._used.update(desired.ignored if used is None else used)
        for glob in desired.ignored:
            self._first.setdefault(glob, {}).setdefault(desired.id.eventstore, desired.id)

    def found(self, read_full: Callable[[PersisterId], LivePersister]) -> tuple[PropertyGlob, ...]:
        """Return the globs that cover nothing, in the order of the files.

        A property with its default is in the full answer only. The defaults are the same for all persisters of an event
        store, so one of them is read.
        """
        unused = {glob: ids for glob, ids in self._first.items() if glob not in self._used}
        full: dict[PersisterId, LivePersister] = {}
        for name in sorted({name for ids in unused.values() for name in ids.values()}):
            try:
                full[name] = read_full(name)
            except HarvesterError:  # then it is not known; the plan of that persister says why
                return ()
        found = [
            glob for glob, ids in unused.items() if not used_globs((glob,), *(full[name] for name in ids.values()))
        ]
        return tuple(sorted(found, key=lambda glob: (glob.span, glob.text)))
