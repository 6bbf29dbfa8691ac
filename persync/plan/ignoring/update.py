"""What a PUT sends: it replaces the whole configuration, so it carries the live values of what is ignored.

A value that the API does not show is not known. Then the value of the files is sent, if they have one; if not, nothing
may be sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from persync.errors import ValueUnknown
from persync.model import LIVE_SEGMENT, Section, sections_of
from persync.plan.ignoring.ignored import without_ignored
from persync.properties.keys import lower_form, shows_lower_case
from persync.properties.paths import covers, covers_key, literal_key
from persync.properties.values import MASK, is_masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from persync.model import LivePersister, LiveProperty, Persister, Property, PropertyKey


@dataclass(frozen=True, slots=True)
class Update:
    """The content of a PUT.

    Attributes:
        configured: what it sends of the files.
        carried: the live properties that it sends as they are, by section and then by the key as it is sent.
    """

    configured: Persister
    carried: Mapping[Section, Mapping[str, LiveProperty]] = field(default_factory=dict)


def update_of(desired: Persister, live: LivePersister, read_full: Callable[[], LivePersister]) -> Update:
    """Return what a PUT sends.

    An ignored property of the files that live does not have is left out where it has its default, and sent where the
    API does not show it at all.

    Args:
        desired: from the files.
        live: the answer with ``export=true``; of a live-segment persister, the only kind of answer there is.
        read_full: returns the answer without ``export``; called where it is needed.

    Raises:
        ValueUnknown: the API hides the value of an ignored property, or the spelling of its key.
        HarvesterError: from ``read_full``.
    """
    if not desired.ignored:
        return Update(desired)
    rest, read_once = without_ignored(desired, desired.ignored), cache(read_full)
    properties: dict[Section, tuple[Property, ...]] = {}
    carried: dict[Section, dict[str, LiveProperty]] = {}
    for section in sections_of(desired.id.eventstore):
        ignoring = _Ignoring(section, desired, live, read_once)
        carried[section] = dict(ignoring.carried())
        properties[section] = (*rest.properties.get(section, ()), *ignoring.from_files())
    return Update(replace(rest, properties=properties), carried)


class _Ignoring:
    """The ignored properties of a section, of the files and of live, by what their spellings have in common."""

    def __init__(
        self, section: Section, desired: Persister, live: LivePersister, read_full: Callable[[], LivePersister]
    ) -> None:
        self._section = section
        self._globs = desired.ignored
        self._has_export = desired.id.eventstore != LIVE_SEGMENT
        self._live = live
        self._read_full = read_full
        configured, shown = desired.properties.get(section, ()), live.properties.get(section, ())
        self._configured = {_identity(prop.key): prop for prop in configured if covers(self._globs, prop.key)}
        self._shown = [(_identity(prop.key), prop) for prop in shown if covers(self._globs, prop.key)]

    def carried(self) -> Iterator[tuple[str, LiveProperty]]:
        """Yield the live properties with the keys that they are sent under.

        Raises:
            ValueUnknown: see ``update_of``.
        """
        for identity, prop in self._shown:
            if not is_masked(prop.text):
                yield self._spelling(identity, prop.key), prop
            elif identity not in self._configured:
                raise ValueUnknown(
                    f"live shows {MASK} for {self._section}.{prop.key.spelling}, which ignoreChanges keeps: an update"
                    " would have to send its value, and that is not known",
                    hint="configure its value in the file: it is sent along, and still not compared",
                )

    def from_files(self) -> Iterator[Property]:
        """Yield the properties of the files whose live value is not shown."""
        shown = {identity: prop.text for identity, prop in self._shown}
        missing = self._configured.keys() - shown.keys()
        if missing and self._has_export:  # of these, the full answer shows the default
            full = self._read_full()
            shown = {_identity(prop.key): prop.text for prop in full.properties.get(self._section, ())} | shown
        for identity, prop in self._configured.items():
            if identity not in shown or is_masked(shown[identity]):
                yield prop

    def _spelling(self, identity: str, key: PropertyKey) -> str:
        """Return a key as it is stored, as far as that can be known; a server may show every key in lower case.

        Raises:
            ValueUnknown: it cannot be known.
        """
        if not shows_lower_case(self._live):
            return key.source
        if configured := self._configured.get(identity):
            return configured.key.spelling
        if key.definition and key.canonical == key.definition.key:
            return key.definition.key
        literal = (literal_key(glob.text) for glob in self._globs if covers_key(glob.text, key))
        if named := next(filter(None, literal), None):
            return named.spelling
        if self._section is Section.APP and key.canonical is None:  # Spring reads every spelling
            return key.source
        if self._has_export and not shows_lower_case(self._read_full()):
            return key.source
        raise ValueUnknown(
            f"live has {self._section}.{key.source}, which ignoreChanges keeps: an update would have to send it in its"
            " own spelling, and the API shows every key in lower case",
            hint="name it under ignoreChanges in full, as it is spelled",
        )


def _identity(key: PropertyKey) -> str:
    """Return what a key has in common with its spellings on a server that shows all in lower case."""
    return lower_form(key.form)
