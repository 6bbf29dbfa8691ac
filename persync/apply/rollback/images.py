"""Configurations of a journal as desired persisters. Pure.

A sensitive value is recorded as a hash. It can be restored if it is found elsewhere: live, or in the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.model import Persister, Property, RunState, Section, SourceText
from persync.properties.catalogue import identify
from persync.properties.keys import lower_form
from persync.properties.paths import VERSION, covers, covers_version
from persync.properties.values import is_masked, may_be

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.apply.journal.hashing import Hashing
    from persync.apply.journal.lines import Configuration, RecordedProperty, RecordedValue
    from persync.model import LivePersister, PersisterId, PropertyKey, Span

_Place = tuple[Section, str] | None
"""A section and what all spellings of a key have in common; ``None`` for the version."""


@dataclass(frozen=True, slots=True)
class Image:
    """A configuration as a desired persister.

    Attributes:
        persister: with the values that are known.
        unknown: the paths of the values that are known by their hashes only, or that the API hid; sorted.
    """

    persister: Persister
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a persister now.

    Attributes:
        files: the persister in the files; ``None`` if they do not have it any more.
        sides: what the API shows of it.
        hashing: of the sensitive values in the journal.
    """

    files: Persister | None
    sides: tuple[LivePersister, ...]
    hashing: Hashing

    def image(self, id_: PersisterId, recorded: Configuration, state: RunState | None, span: Span) -> Image:
        """Return a recorded configuration as a desired persister, but for what the files ignore."""
        ignored = self.files.ignored if self.files else ()
        texts, unknown = self._texts(), []
        properties: dict[Section, list[Property]] = {}
        lowered = _is_lowered(recorded)
        for prop, found in _effective(recorded):
            # in another spelling than a default of the installation, the app would get both
            key = self._spelled(found) if lowered else found
            if covers(ignored, key):
                continue
            text = self._found(prop, texts.get(_place(key), ()))
            if text is None:
                unknown.append(f"{prop.section}.{prop.key}")
            else:
                secret = prop.hash is not None or self._has_reference(key)
                value = Property(text, span, (text,) if secret else (), key=key)
                properties.setdefault(prop.section, []).append(value)
        # an update sends the values of the files where the API hides those that are ignored
        for section, configured in self.files.properties.items() if self.files else ():
            properties.setdefault(section, []).extend(prop for prop in configured if covers(ignored, prop.key))
        version = None
        if not (recorded.app_version.is_absent or covers_version(ignored)):
            text = self._found(recorded.app_version, texts.get(None, ()))
            if text is None:
                unknown.append(VERSION)
            else:
                version = SourceText(text, span, (text,) if recorded.app_version.hash else ())
        persister = Persister(
            id=id_,
            span=span,
            state=state,
            app_version=version,
            properties={section: tuple(found) for section, found in properties.items()},
            ignored=ignored,
        )
        return Image(persister, tuple(sorted(unknown)))

    def _has_reference(self, key: PropertyKey) -> bool:
        """Return whether the files have a secret reference for a property: then its values before are secrets too."""
        configured = self.files.properties.get(key.section, ()) if self.files else ()
        return any(prop.sensitive and _place(prop.key) == _place(key) for prop in configured)

    def is_live(self, recorded: Configuration, live: LivePersister) -> bool:
        """Return whether live has exactly the recorded properties."""
        now = {(prop.key.section, prop.key.source): prop.text for props in live.properties.values() for prop in props}
        was = {(prop.section, prop.key): prop for prop in recorded.properties if not prop.is_absent}
        return now.keys() == was.keys() and all(self._found(was[key], [text]) == text for key, text in now.items())

    def _found(self, value: RecordedValue, candidates: Iterable[str]) -> str | None:
        """Return the text of a recorded value; ``None`` if it is not known."""
        if value.text is None:
            return next((text for text in candidates if self.hashing.of(text) == value.hash), None)
        if is_masked(value.text):
            return next((text for text in candidates if not is_masked(text) and may_be(value.text, text)), None)
        return value.text

    def _texts(self) -> Mapping[_Place, list[str]]:
        """Return the values that are known now, by property."""
        found: dict[_Place, list[str]] = {}
        sides: list[LivePersister | Persister] = [*self.sides, *([self.files] if self.files else [])]
        for side in sides:
            for properties in side.properties.values():
                for prop in properties:
                    found.setdefault(_place(prop.key), []).append(prop.text)
            if (version := side.app_version) is not None:
                found.setdefault(None, []).append(version if isinstance(version, str) else version.text)
        return found

    def _spelled(self, key: PropertyKey) -> PropertyKey:
        """Return a key in the spelling of the files: a server may show every key in lower case."""
        configured = self.files.properties.get(key.section, ()) if self.files else ()
        return next((prop.key for prop in configured if _place(prop.key) == _place(key)), key)


def _effective(recorded: Configuration) -> Iterator[tuple[RecordedProperty, PropertyKey]]:
    """Yield the properties that have a value, each once.

    Live may have a property in several spellings. The deployer reads the documented one only (vendor), unless the
    server shows every key in lower case; of the others, the same is taken as in a comparison.
    """
    properties = [prop for prop in recorded.properties if not prop.is_absent]
    lowered = _is_lowered(recorded)
    by_form: dict[tuple[Section, str], list[tuple[RecordedProperty, PropertyKey]]] = {}
    for prop in properties:
        key = identify(prop.section, prop.key)
        if lowered or key.section is not Section.DEPLOYER or key.source == key.spelling:
            by_form.setdefault((key.section, key.form), []).append((prop, key))
    for found in by_form.values():
        yield max(found, key=lambda pair: (pair[1].source == pair[1].spelling, pair[1].source))


def _is_lowered(recorded: Configuration) -> bool:
    """Return whether the server shows every key in lower case."""
    return all(prop.key == lower_form(prop.key) for prop in recorded.properties if not prop.is_absent)


def _place(key: PropertyKey) -> _Place:
    return key.section, lower_form(key.form)
