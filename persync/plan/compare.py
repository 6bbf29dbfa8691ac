"""Compares the desired persister with the live one, property by property.

Keys are matched by their relaxed form; values are compared by the rules of their kind. A configured property that the
export lacks has its default value live; that value is only in the full answer (GET without ``export``). A property of
the export that the files lack is drift, and a PUT resets it. For the parameters ``export`` and ``imported`` see GET and
PUT persister in the API reference.

Each section is compared by itself, and the results are merged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from persync.model import LIVE_SEGMENT, Section, sections_of
from persync.plan.change import PropertyChange
from persync.plan.ignoring.ignored import without_ignored
from persync.properties.keys import lower_form, shows_lower_case
from persync.properties.leaf_changes import is_hidden, leaf_changes, may_be_equal
from persync.properties.secrets import Hide
from persync.properties.shown import shown_change
from persync.properties.structures import LeafChange, subpath
from persync.properties.values import MASK, equal, is_masked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.model import (
        Definition,
        LivePersister,
        LiveProperty,
        Persister,
        Property,
        PropertyKey,
        SourceText,
        Span,
    )
    from persync.properties.secrets import SecretPolicy

_NOT_COMPARED = "not compared; an update sends the file's value (list it under ignoreChanges if that is expected)"
_IS_LOST = "once it is reset, nothing shows what it was (list it under ignoreChanges to keep it)"


class Evidence(NamedTuple):
    """What a persister's plan was made from; ``full`` is the answer without ``export``, if that was needed."""

    desired: Persister
    live: LivePersister
    full: LivePersister | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs.

    Attributes:
        changes: sorted by path.
        needs_full: a configured property is absent from the export and no full answer was given, so ``changes`` is not
            final.
        warnings: keys that live has twice, or in a spelling that the deployer ignores; values that the API hides.
    """

    changes: tuple[PropertyChange, ...] = ()
    needs_full: bool = False
    warnings: tuple[str, ...] = ()


def compare(
    desired: Persister, live: LivePersister, full: LivePersister | None = None, *, secrets: SecretPolicy
) -> Comparison:
    """Compare a persister of the files with the live one, but for what it ignores (``ignoreChanges``).

    What the API hides is not compared either: where the hidden part may be what the files have, a warning names it.

    A live-segment persister has no export, so nothing tells its defaults from what was set: only the configured
    properties are compared, and a warning names the others where there is something to PUT.

    Args:
        desired: from the files.
        live: the answer with ``export=true``; of a live-segment persister, the only kind of answer there is.
        full: the answer without ``export``, once it is known to be needed.
        secrets: the policy for secrets.
    """
    if desired.state_only:
        return Comparison()
    lowered = shows_lower_case(live)
    desired, live = without_ignored(desired, desired.ignored), without_ignored(live, desired.ignored)
    parts = [_compare_version(desired.app_version, live, full)]
    for section in sections_of(desired.id.eventstore):
        configured = desired.properties.get(section, ())
        pairing = _pair(configured, _LiveSection.of(live, section, lowered=lowered))
        presented = _Presentation(section, secrets)
        if desired.id.eventstore == LIVE_SEGMENT:
            parts.append(_compare_without_export(pairing, presented))
        else:
            defaults = _LiveSection.of(full, section, lowered=lowered) if full else None
            parts.append(_compare_section(pairing, defaults, presented, lowered=lowered))
    return Comparison(
        changes=tuple(sorted((change for part in parts for change in part.changes), key=lambda change: change.path)),
        needs_full=full is None and any(part.needs_full for part in parts),
        warnings=tuple(sorted(warning for part in parts for warning in part.warnings)),
    )


def _compare_section(
    pairing: _Pairing, defaults: _LiveSection | None, presented: _Presentation, *, lowered: bool
) -> Comparison:
    changes, warnings = _compare_both(pairing, presented)
    for prop in pairing.configured_only:
        default = defaults.find(prop.key) if defaults else None
        changes += presented.configured(prop, default, is_default=True)
        warnings += presented.hidden(prop, default) if default else ()
    for found in pairing.live_only:
        key = found.key
        # the deployer looks its keys up case-sensitively, in the documented spelling
        ignored_by_deployer = presented.section is Section.DEPLOYER and not lowered and key.source != key.spelling
        changes += presented.removed(found, key.source if ignored_by_deployer else key.spelling)
        if is_masked(found.text):
            warnings.append(f"live shows {MASK} for {presented.section}.{key.spelling}: {_IS_LOST}")
        if ignored_by_deployer:
            warnings.append(
                f"live has {presented.section}.{key.source}, which the deployer ignores: it reads {key.spelling}"
            )
    for chosen, other in pairing.other_spellings:
        changes += presented.removed(other, other.key.source)
        warnings.append(f"live has {presented.section}.{chosen.key.source} twice, also spelled {other.key.source}")
    return Comparison(tuple(changes), needs_full=bool(pairing.configured_only), warnings=tuple(warnings))


def _compare_both(pairing: _Pairing, presented: _Presentation) -> tuple[list[PropertyChange], list[str]]:
    changes = [change for prop, found in pairing.both for change in presented.configured(prop, found)]
    return changes, [warning for prop, found in pairing.both for warning in presented.hidden(prop, found)]


def _compare_without_export(pairing: _Pairing, presented: _Presentation) -> Comparison:
    changes, hidden = _compare_both(pairing, presented)
    for prop in pairing.configured_only:
        changes += presented.configured(prop, None)
    names = ", ".join(sorted(found.key.source for found in pairing.live_only))
    warning = (
        f"live has properties that the files lack: {names}; the PUT replaces the whole {presented.section}, so a value"
        " that was set falls back to the server's default, unless the file names it"
    )
    return Comparison(tuple(changes), warnings=(*hidden, *((warning,) if changes and names else ())))


def _compare_version(desired: SourceText | None, live: LivePersister, full: LivePersister | None) -> Comparison:
    if desired is None:
        return Comparison()
    is_default = live.app_version is None
    before = full.app_version if is_default and full else live.app_version
    if before == desired.text:
        return Comparison(needs_full=is_default)
    secret = desired.sensitive or any(side.version_is_secret for side in (live, full) if side)
    shown_before, shown_after = shown_change(before, desired.text, Hide.ALWAYS if secret else Hide.NOTHING)
    change = PropertyChange(
        key="appVersion",
        before=shown_before,
        after=shown_after,
        before_default=is_default and before is not None,
        span=desired.span,
    )
    return Comparison((change,), needs_full=is_default)


class _LiveSection(NamedTuple):
    """A section of the live side.

    Attributes:
        section: which one.
        by_form: its properties by form; several where the map has several spellings.
        lowered: the server shows every key in lower case, so how a key is stored is not known.
    """

    section: Section
    by_form: dict[str, list[LiveProperty]]
    lowered: bool

    @classmethod
    def of(cls, live: LivePersister, section: Section, *, lowered: bool) -> Self:
        by_form: dict[str, list[LiveProperty]] = {}
        for prop in live.properties.get(section, ()):
            by_form.setdefault(prop.key.form, []).append(prop)
        return cls(section, by_form, lowered)

    def find(self, key: PropertyKey) -> LiveProperty | None:
        """Return the live property of a configured key, or ``None``.

        Of several spellings in the map, the one of the file is taken, or else the documented one. The deployer reads
        the documented spelling only (vendor: it looks keys up case-sensitively).
        """
        spellings = self.by_form.get(key.form, [])
        if self.lowered:
            spellings = spellings or self.by_form.get(lower_form(key.form), [])
        elif self.section is Section.DEPLOYER and key.canonical:
            spellings = [found for found in spellings if found.key.source == key.canonical]
        for spelling in (key.source, key.canonical):
            for found in spellings:
                if found.key.source == spelling:
                    return found
        return max(spellings, key=lambda found: found.key.source, default=None)  # whichever, but always the same


class _Pairing(NamedTuple):
    """The configured and the live properties of a section, side by side."""

    both: list[tuple[Property, LiveProperty]]
    configured_only: list[Property]
    live_only: list[LiveProperty]
    other_spellings: list[tuple[LiveProperty, LiveProperty]]
    """Two spellings of a property in the live map: the one that was compared, and the other."""


def _pair(configured: Sequence[Property], live: _LiveSection) -> _Pairing:
    unmatched = dict(live.by_form)
    pairing = _Pairing([], [], [], [])
    for prop in configured:
        found = live.find(prop.key)
        if found is None:
            pairing.configured_only.append(prop)
            continue
        pairing.both.append((prop, found))
        spellings = unmatched.pop(found.key.form, ())  # none if two configured keys are one on this server
        pairing.other_spellings.extend((found, other) for other in spellings if other is not found)
    pairing.live_only.extend(found for spellings in unmatched.values() for found in spellings)
    return pairing


class _Presentation(NamedTuple):
    """How the differences of a section are shown: by path, with the secrets hidden."""

    section: Section
    secrets: SecretPolicy

    def configured(
        self, prop: Property, live: LiveProperty | None, *, is_default: bool = False
    ) -> Iterator[PropertyChange]:
        """Yield the changes from the live property to the configured one; none if they are, or may be, equal."""
        definition = prop.key.definition
        if live and (equal(definition, live.text, prop.text) or may_be_equal(definition, live.text, prop.text)):
            return
        hide = Hide.ALWAYS if live and live.sensitive else self.secrets.hide(prop)
        for leaf, hidden in self._leaves(definition, live and live.text, prop.text, hide):
            if leaf.path and is_hidden(leaf):
                continue
            yield self._change(
                prop.key.source, leaf, hidden, before_default=is_default and live is not None, span=prop.span
            )

    def hidden(self, prop: Property, live: LiveProperty) -> Iterator[str]:
        """Yield a warning if the API hides the live value, and it may be the configured one."""
        if live.text != prop.text and may_be_equal(prop.key.definition, live.text, prop.text):
            yield f"live shows {MASK} for {self.section}.{prop.key.source}: {_NOT_COMPARED}"

    def removed(self, found: LiveProperty, shown_key: str) -> Iterator[PropertyChange]:
        """Yield the changes of a live property that the files do not have: it falls back to its default."""
        for leaf, hidden in self._leaves(found.key.definition, found.text, None, self.secrets.hide(found)):
            yield self._change(shown_key, leaf, hidden, after_default=True)

    def _leaves(
        self, definition: Definition | None, before: str | None, after: str | None, hide: Hide
    ) -> Iterator[tuple[LeafChange, Hide]]:
        """Yield the scalars that differ, and how much of each is hidden."""
        leaves = leaf_changes(definition, before, after) if hide is Hide.NOTHING else []
        # by their texts: at an index, each side may have another argument
        arguments = self.secrets.arguments_in(definition, before, after) if leaves else frozenset()
        for leaf in leaves:
            is_argument = leaf.path and leaf.path[-1].is_item and not arguments.isdisjoint({leaf.before, leaf.after})
            yield leaf, Hide.UNLESS_PLACEHOLDER if is_argument else self.secrets.hide_leaf(leaf.path)
        if not leaves:
            # The parts cannot be read, so it is unknown which one is secret: hide the whole value.
            has_unreadable_parts = definition is not None and definition.kind.has_parts
            hide_whole = has_unreadable_parts and self.secrets.names(f"{before} {after}")
            yield LeafChange((), before, after), Hide.ALWAYS if hide_whole else hide

    def _change(
        self,
        key: str,
        leaf: LeafChange,
        hide: Hide,
        *,
        before_default: bool = False,
        after_default: bool = False,
        span: Span | None = None,
    ) -> PropertyChange:
        before, after = shown_change(leaf.before, leaf.after, hide)
        return PropertyChange(
            section=self.section,
            key=key,
            subpath=subpath(leaf.path),
            subpath_parts=leaf.parts,
            before=before,
            after=after,
            before_default=before_default,
            after_default=after_default,
            span=span,
        )
