"""The differences between the configurations of two revisions. Offline: no request, no token, no secret.

Moved files, another order or spelling of keys, and other ways to write a value are no differences, as in a plan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from persync.model import LivePersister, LiveProperty, Persister, RunState, sections_of
from persync.plan.change import PropertyChange
from persync.plan.compare import compare
from persync.plan.ignoring.ignored import ignored_paths
from persync.plan.plan import IgnoredProperties, PersisterPlan, Plan
from persync.plan.terms import Difference
from persync.projects import SAME
from persync.properties.shown import ABSENT, ShownValue, Visibility

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from persync.model import PersisterId, Property, Section, SourceText
    from persync.projects import Projects
    from persync.properties.secrets import SecretPolicy

IGNORED = "ignoreChanges"
_STAYS = "persync never deletes: it stays in the live system as it is, and is in no plan from now on"
_PERHAPS = "it may be in the base already, in a file that has errors there"


@dataclass(frozen=True, slots=True)
class Pair:
    """A persister at two revisions; ``None`` where a side does not have it.

    Attributes:
        id: its identity.
        base: as the base configures it.
        desired: as the files configure it now.
        live_id, base_live_id: as in a ``PersisterPlan``.
    """

    id: PersisterId
    base: Persister | None
    desired: Persister | None
    live_id: PersisterId | None = None
    base_live_id: PersisterId | None = None


def pairs(
    base: Iterable[Persister], desired: Iterable[Persister], first: Projects = SAME, second: Projects = SAME
) -> tuple[Pair, ...]:
    """Return the persisters of two environments, which the files name alike, sorted by identity.

    Args:
        base: of the first one.
        desired: of the second one.
        first: the names of its installation.
        second: the names of the other installation.
    """
    before, after = ({persister.id: persister for persister in side} for side in (base, desired))
    return tuple(
        Pair(
            name,
            before.get(name),
            after.get(name),
            second.differing(name),
            first.live(name) if first.live(name) != second.live(name) else None,
        )
        for name in sorted(before.keys() | after.keys())
    )


def pairs_by_live(
    base: Iterable[Persister], desired: Iterable[Persister], then: Projects, now: Projects
) -> tuple[Pair, ...]:
    """Return the persisters of two revisions, sorted by identity; those of one live persister are a pair.

    Args:
        base: at the base.
        desired: in the files.
        then: the names of the installation at the base.
        now: those in the files.
    """
    before = {then.live(persister.id): persister for persister in base}
    after = {now.live(persister.id): persister for persister in desired}

    def pair(live: PersisterId) -> Pair:
        old, new = before.get(live), after.get(live)
        pid = new.id if new else before[live].id
        return Pair(pid, old, new, now.beside(pid, live))

    return tuple(sorted(map(pair, before.keys() | after.keys()), key=lambda each: (each.id, each.live_id or each.id)))


def diff(
    chosen: Sequence[Pair],
    *,
    environment: str,
    url: str,
    base: str,
    commit: str | None = None,
    secrets: SecretPolicy,
    whole: bool = True,
) -> Plan:
    """Return what differs between the sides, as a plan of kind ``diff``: it has changes and no steps.

    Args:
        chosen: the persisters to compare, sorted by identity.
        environment: the environment's name.
        url: the API's address as the settings have it.
        base: the name of the base.
        commit: the commit that the files are of.
        secrets: the policy for secrets.
        whole: all files of the base could be read; else a persister that seems to be missing there may be in it.
    """
    found = [differing for pair in chosen if (differing := _difference(pair, secrets, whole=whole))]
    return Plan(
        kind="diff",
        environment=environment,
        url=url,
        base=base,
        commit=commit,
        persisters=tuple(found),
        in_sync=len(chosen) - len(found),
        ignored=tuple(
            IgnoredProperties(id=pair.id, properties=paths) for pair in chosen if (paths := _ignored_paths(pair))
        ),
    )


def property_changes(base: Persister, desired: Persister, secrets: SecretPolicy) -> tuple[PropertyChange, ...]:
    """Return the properties and the version that differ between two configurations, sorted by path.

    What ``desired`` ignores is left out: a plan does not compare it either.

    Args:
        base: the persister at the base.
        desired: the persister in the files.
        secrets: the policy for secrets.
    """
    base = replace(base, ignored=desired.ignored)
    kept: dict[Section, list[Property]] = {}
    base_only: dict[Section, tuple[Property, ...]] = {}
    now: dict[Section, tuple[Property, ...]] = {}
    for section in sections_of(desired.id.eventstore):
        configured = {prop.key.form: prop for prop in desired.properties.get(section, ())}
        before = {prop.key.form: prop for prop in base.properties.get(section, ())}
        kept[section] = [prop for form, prop in before.items() if form in configured]
        base_only[section] = tuple(prop for form, prop in before.items() if form not in configured)
        now[section] = tuple(configured.values())
    lost_version = base.app_version if desired.app_version is None else None
    changed = compare(
        replace(desired, properties=now),
        _as_live(base, kept, base.app_version if desired.app_version else None),
        secrets=secrets,
    ).changes
    removed = compare(
        replace(base, properties=base_only, app_version=lost_version), _as_live(base, {}, None), secrets=secrets
    ).changes
    return tuple(sorted((*changed, *map(_removal, removed)), key=lambda change: change.path))


def _ignored_paths(pair: Pair) -> tuple[str, ...]:
    """Return the paths that are not compared, of what one of the sides configures."""
    return ignored_paths(pair.desired, pair.base or pair.desired) if pair.desired else ()


def _difference(pair: Pair, secrets: SecretPolicy, *, whole: bool) -> PersisterPlan | None:
    before, after = pair.base, pair.desired
    if after is None:
        assert before is not None  # noqa: S101 - a pair has at least one side
        return PersisterPlan(
            id=pair.id,
            live_id=pair.live_id,
            base_live_id=pair.base_live_id,
            span=before.span,
            live_state=None,
            desired_state=None,
            reason=Difference.REMOVED,
            difference=Difference.REMOVED,
            warnings=(_STAYS,),
        )
    base = before or Persister(after.id, after.span, None, None, {})
    changes = (*property_changes(base, after, secrets), *_state_change(base, after), *_ignored_change(base, after))
    if before is not None and not changes:
        return None
    difference = Difference.ADDED if before is None else Difference.CHANGED
    return PersisterPlan(
        id=pair.id,
        live_id=pair.live_id,
        base_live_id=pair.base_live_id,
        span=after.span,
        live_state=None,
        desired_state=after.state,
        changes=tuple(sorted(changes, key=lambda change: change.path)),
        reason=difference,
        difference=difference,
        warnings=(_PERHAPS,) if before is None and not whole else (),
    )


def _state_change(base: Persister, desired: Persister) -> Collection[PropertyChange]:
    if base.state == desired.state:
        return ()
    before, after = (ShownValue(Visibility.TEXT, state) if state else ABSENT for state in (base.state, desired.state))
    return (PropertyChange(key="state", before=before, after=after, span=desired.span),)


def _ignored_change(base: Persister, desired: Persister) -> Collection[PropertyChange]:
    globs = [[glob.text for glob in side.ignored] for side in (base, desired)]
    if set(globs[0]) == set(globs[1]):
        return ()
    before, after = (ShownValue(Visibility.TEXT, ", ".join(dict.fromkeys(side))) if side else ABSENT for side in globs)
    span = desired.ignored[0].span if desired.ignored else desired.span
    return (PropertyChange(key=IGNORED, before=before, after=after, span=span),)


def _removal(addition: PropertyChange) -> PropertyChange:
    """Return the reverse change: from nothing to a value becomes from that value to nothing."""
    return addition.model_copy(
        update={
            "before": addition.after,
            "after": ABSENT,
            "after_default": addition.section is not None,
            "span": None,
        }
    )


def _as_live(
    persister: Persister, properties: dict[Section, list[Property]], version: SourceText | None
) -> LivePersister:
    return LivePersister(
        id=persister.id,
        state=RunState.UNKNOWN,
        reported_state="",
        app_version=version.text if version else None,
        properties={
            section: tuple(LiveProperty(prop.key, prop.text, prop.secrets) for prop in props)
            for section, props in properties.items()
        },
        version_secrets=version.secrets if version else (),
    )
