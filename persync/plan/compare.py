"""Desired × live → the properties that differ.

Keys meet in relaxed form, values by kind. A written property that the export leaves out has its default value live;
which one that is, only the full answer tells. A property of the export that the files lack is drift, which a PUT
resets (export and imported: API reference, GET and PUT persister).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from persync.model import LIVE_SEGMENT, Section, sections_of
from persync.plan.plan import PropertyChange
from persync.properties.catalogue import Kind, identify
from persync.properties.keys import lower_form
from persync.properties.secrets import (
    HIDDEN,
    HIDDEN_CHANGED,
    is_placeholder,
    leaf_names_secret,
    masked,
    names_secret,
    secrets_within,
)
from persync.properties.structures import Leaf, differences
from persync.properties.values import equal, structure_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.model import LivePersister, Persister, Property
    from persync.properties.catalogue import Known
    from persync.properties.structures import Structure


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs.

    Attributes:
        changes: sorted by path.
        needs_full: a written property is absent from the export and no full answer was given, so ``changes`` is
            not the last word.
        warnings: oddities of the live maps.
    """

    changes: tuple[PropertyChange, ...]
    needs_full: bool
    warnings: tuple[str, ...]


def compare(
    desired: Persister, live: LivePersister, full: LivePersister | None = None, *, sensitive: tuple[str, ...] = ()
) -> Comparison:
    """Compare a persister of the files with the live one.

    A live-segment persister has no export, so nothing tells its defaults from what somebody set: only the written
    properties are compared, and a warning names the others where there is something to PUT.

    Args:
        desired: from the files.
        live: the answer with ``export=true``; of a live-segment persister, the only kind of answer there is.
        full: the answer without ``export``, once it is known to be needed.
        sensitive: more regular expressions for keys whose values are hidden.
    """
    has_export = desired.id.eventstore != LIVE_SEGMENT
    lowered = _shows_lower_case(live)
    changes: list[PropertyChange] = []
    warnings: list[str] = []
    absent = False
    for section in sections_of(desired.id.eventstore):
        meeting = _meet(desired.properties.get(section, ()), _LiveMap.of(live, section, lowered=lowered))
        defaults = _LiveMap.of(full, section, lowered=lowered) if full and meeting.written_only else None
        present = _Presentation(section, sensitive)
        for prop, found in meeting.both:
            changes += present.written(prop, found.text)
        for prop in meeting.written_only:
            default = defaults.find(prop.key) if defaults else None
            changes += present.written(prop, default.text if default else None, by_default=True)
        if has_export:
            for found in meeting.live_only:
                canonical = identify(section, found.key).canonical or found.key
                dead = section is Section.DEPLOYER and not lowered and found.key != canonical
                changes += present.removed(found, found.key if dead else canonical)
                if dead:
                    warnings.append(f"live has {section}.{found.key}: the deployer does not read it, but {canonical}")
            for used, other in meeting.twice:
                changes += present.removed(other, other.key)
                warnings.append(f"live has {section}.{used.key} a second time, spelled {other.key}")
            absent = absent or bool(meeting.written_only)
        elif changes and meeting.live_only:
            names = ", ".join(sorted(found.key for found in meeting.live_only))
            warnings.append(f"a PUT replaces the whole {section}, and live has what the files do not say: {names}")
    if desired.app_version:
        absent = absent or live.app_version is None
        changes += _version_change(desired.app_version, live, full)
    return Comparison(
        changes=tuple(sorted(changes, key=lambda change: change.path)),
        needs_full=absent and full is None,
        warnings=tuple(sorted(warnings)),
    )


class _LiveProperty(NamedTuple):
    key: str
    text: str


class _LiveMap(NamedTuple):
    """A section of the live side.

    Attributes:
        section: which one.
        by_form: its properties, by the relaxed form of their keys.
        lowered: the server shows every key in lower case, so how a key is stored is not known.
    """

    section: Section
    by_form: dict[str, list[_LiveProperty]]
    lowered: bool

    @classmethod
    def of(cls, live: LivePersister, section: Section, *, lowered: bool) -> Self:
        by_form: dict[str, list[_LiveProperty]] = {}
        for key, text in live.config.get(section, {}).items():
            by_form.setdefault(identify(section, key).form, []).append(_LiveProperty(key, text))
        return cls(section, by_form, lowered)

    def find(self, key: str) -> _LiveProperty | None:
        """Return the live property that a written one is.

        Where the map holds several spellings, it is the one of the file, or else the documented one. The deployer
        reads no other than the documented one (vendor: it looks keys up case-sensitively).
        """
        identity = identify(self.section, key)
        spellings = self.by_form.get(identity.form, [])
        if self.lowered:
            spellings = spellings or self.by_form.get(lower_form(identity.form), [])
        elif self.section is Section.DEPLOYER and identity.canonical:
            spellings = [found for found in spellings if found.key == identity.canonical]
        ranked = {identity.canonical: 1, key: 2}
        return max(spellings, key=lambda found: (ranked.get(found.key, 0), found.key), default=None)


def _shows_lower_case(live: LivePersister) -> bool:
    return all(key == lower_form(key) for config in live.config.values() for key in config)


class _Meeting(NamedTuple):
    """The written and the live properties of a section, put side by side."""

    both: list[tuple[Property, _LiveProperty]]
    written_only: list[Property]
    live_only: list[_LiveProperty]
    twice: list[tuple[_LiveProperty, _LiveProperty]]
    """Two spellings of one property in the live map: the one that was compared, and the other."""


def _meet(written: Sequence[Property], live: _LiveMap) -> _Meeting:
    left = dict(live.by_form)
    meeting = _Meeting([], [], [], [])
    for prop in written:
        found = live.find(prop.key)
        if found is None:
            meeting.written_only.append(prop)
            continue
        form = identify(live.section, found.key).form
        meeting.both.append((prop, found))
        meeting.twice.extend((found, other) for other in left.pop(form) if other is not found)
    meeting.live_only.extend(found for spellings in left.values() for found in spellings)
    return meeting


def _version_change(wanted: Property, live: LivePersister, full: LivePersister | None) -> Iterator[PropertyChange]:
    by_default = live.app_version is None
    before = full.app_version if by_default and full else live.app_version
    if before != wanted.text:
        hide = _Hide.ALWAYS if wanted.sensitive else _Hide.NOTHING
        origin = {"before_default": by_default and before is not None, "span": wanted.span}
        yield _change("appVersion", before, wanted.text, hide=hide, **origin)


class _Hide(Enum):
    """How much of a value is hidden: passwords inside of it always are."""

    NOTHING = auto()
    UNLESS_PLACEHOLDER = auto()
    """Its key speaks of a secret; a Spring placeholder is none."""
    ALWAYS = auto()
    """It came from a secret reference, whatever it looks like."""


class _Presentation(NamedTuple):
    """How the differences of one section are shown: by path, with the secrets hidden."""

    section: Section
    sensitive: tuple[str, ...]

    def written(self, prop: Property, live: str | None, *, by_default: bool = False) -> Iterator[PropertyChange]:
        """Yield what changes from the live text to the written property; nothing if they are equal."""
        known = identify(self.section, prop.key).known
        if live is None or not equal(known, live, prop.text):
            hide = _Hide.ALWAYS if prop.sensitive else self._hide(prop.key, known)
            origin = {"before_default": by_default and live is not None, "span": prop.span}
            yield from self._changes(prop.key, known, live, prop.text, hide=hide, **origin)

    def removed(self, found: _LiveProperty, shown_key: str) -> Iterator[PropertyChange]:
        """Yield the changes of a live property that the files do not have: it falls back to its default."""
        known = identify(self.section, found.key).known
        hide = self._hide(found.key, known)
        yield from self._changes(shown_key, known, found.text, None, hide=hide, after_default=True)

    def _changes(
        self, key: str, known: Known | None, before: str | None, after: str | None, *, hide: _Hide, **more: Any
    ) -> Iterator[PropertyChange]:
        path = f"{self.section}.{key}"
        leaves = _leaves(known, before, after) if hide is _Hide.NOTHING else []
        if not leaves and _has_parts(known) and names_secret(f"{before} {after}", self.sensitive):
            hide = _Hide.ALWAYS  # which part of it is the secret cannot be told
        for leaf in leaves or [Leaf("", before, after)]:
            secret = _Hide.UNLESS_PLACEHOLDER if leaf_names_secret(leaf.path, self.sensitive) else hide
            yield _change(path + leaf.path, leaf.before, leaf.after, hide=secret, **more)

    def _hide(self, key: str, known: Known | None) -> _Hide:
        is_secret = not (known and known.reference) and names_secret(key, self.sensitive)
        return _Hide.UNLESS_PLACEHOLDER if is_secret else _Hide.NOTHING


def _leaves(known: Known | None, before: str | None, after: str | None) -> list[Leaf]:
    """Return the scalars that differ; none if the values have no parts, or parts that cannot be read."""
    if known is None:
        return []
    old, new = (None if text is None else structure_of(known, text) for text in (before, after))
    if (old is None and before is not None) or (new is None and after is not None):
        return []
    return differences(_empty_like(new) if old is None else old, _empty_like(old) if new is None else new)


def _has_parts(known: Known | None) -> bool:
    return known is not None and known.kind in {Kind.STRUCTURE, Kind.ASSIGNMENTS, Kind.PAIRS}


def _empty_like(other: Structure | None) -> Structure:
    return {} if other is None else type(other)()


def _change(path: str, before: str | None, after: str | None, *, hide: _Hide, **more: Any) -> PropertyChange:
    shown_before, before_hidden = _shown(before, hide)
    shown_after, after_hidden = _shown(after, hide)
    if shown_before == shown_after or (before and after and secrets_within(before) != secrets_within(after)):
        shown_after, _ = _shown(after, hide, HIDDEN_CHANGED)
    return PropertyChange(
        path=path,
        before=shown_before,
        after=shown_after,
        sensitive=before_hidden or after_hidden,
        **more,
    )


def _shown(text: str | None, hide: _Hide, mark: str = HIDDEN) -> tuple[str | None, bool]:
    """Return a value as it may be shown, and whether something of it is hidden."""
    if text is None:
        return None, False
    if text and (hide is _Hide.ALWAYS or (hide is _Hide.UNLESS_PLACEHOLDER and not is_placeholder(text))):
        return mark, True
    shown = masked(text, mark)
    return shown, shown != text
