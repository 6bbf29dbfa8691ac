"""Where a difference comes from, given three sides: a base revision, the files now, and live. Pure functions.

A difference that the files have otherwise than the base is of *this branch*. Where they agree and live differs, live
alone does not show whether it was changed outside of persync or the base was never applied: if live still has what an
older commit configured, the difference is *pending*, else it is *drift*. A property that the export leaves out has its
default, and so has a property that a file leaves out.

The base is where this branch began. What live has from a commit that came after it elsewhere is none of the three.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

from persync.model import LIVE_SEGMENT, Persister, RunState
from persync.plan.compare import compare
from persync.plan.diff import property_changes
from persync.plan.terms import Attribution
from persync.properties.catalogue import identify
from persync.properties.paths import VERSION, covers, covers_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from persync.model import LivePersister, PersisterId, Section
    from persync.plan.change import PropertyChange
    from persync.plan.compare import Evidence
    from persync.plan.plan import PersisterPlan, Plan
    from persync.properties.secrets import SecretPolicy

    Commits = Callable[[Sequence[Persister]], Iterable[Mapping[PersisterId, Persister | None]]]


@dataclass(frozen=True, slots=True)
class Base:
    """The configuration at a base revision and at the commits before it.

    Attributes:
        name: the revision as it was named.
        persisters: the persisters at the base.
        older: given persisters of the base, yields them as older commits have them, the newest first: ``None`` for a
            persister that a commit lacks; a persister is missing if it is as in the commit before, or not known.
        newer: the same for the commits that came after the base and that the files lack.
        forgets: too little is known of older commits to tell what is pending: then such differences have no label.
        whole: a persister that is not among ``persisters`` is not in the base; else it may be, and has no label.
    """

    name: str
    persisters: Mapping[PersisterId, Persister]
    older: Commits
    newer: Commits = lambda _: ()
    forgets: bool = False
    whole: bool = True


class Attributed(NamedTuple):
    """A plan with labels.

    Attributes:
        plan: the plan.
        newer: how many differences live has from newer commits, which the files lack; they have no label.
        unknown: whether others have no label because older commits are not known.
    """

    plan: Plan
    newer: int
    unknown: bool


def attributed(plan: Plan, evidence: Mapping[PersisterId, Evidence], base: Base, secrets: SecretPolicy) -> Attributed:
    """Return the plan with every difference attributed.

    Args:
        plan: what would be done.
        evidence: what it was made from, for the persisters that differ.
        base: what the differences are attributed by.
        secrets: the policy for secrets.
    """
    cases = {
        planned.id: _Case(planned, evidence[planned.id], base.persisters.get(planned.id), secrets)
        for planned in plan.persisters
        if planned.id in evidence and (base.whole or planned.id in base.persisters)
    }
    # newer commits first: what main changed and changed back is live as main has it, and must not count as pending
    _attribute(cases.values(), base.newer, _Origin.NEWER)
    _attribute(cases.values(), base.older, _Origin.PENDING)
    rest = _Origin.UNKNOWN if base.forgets else _Origin.DRIFT
    persisters = [cases[planned.id].labelled(rest) if planned.id in cases else planned for planned in plan.persisters]
    return Attributed(
        plan.model_copy(update={"base": base.name, "persisters": tuple(persisters)}),
        newer=sum(origin is _Origin.NEWER for case in cases.values() for origin in case.origins.values()),
        unknown=base.forgets and any(case.undecided for case in cases.values()),
    )


def _attribute(cases: Iterable[_Case], commits: Commits, origin: _Origin) -> None:
    """Give this origin to the differences with a live side that one of these commits configured."""
    undecided = [case for case in cases if case.undecided]
    if not undecided:
        return
    for persisters in commits([case.base for case in undecided if case.base]):
        for case in undecided:
            if case.planned.id in persisters:
                case.match(persisters[case.planned.id], origin)
        undecided = [case for case in undecided if case.undecided]
        if not undecided:
            break


class _Origin(Enum):
    """Where a difference comes from, as far as it matters here."""

    THIS_BRANCH = auto()
    PENDING = auto()
    DRIFT = auto()
    NEWER = auto()
    """Live has it from a commit that came after the base, which the files lack. It has no label."""
    UNKNOWN = auto()
    """Too little is known of older commits to tell. It has no label."""


_LABELS = {
    _Origin.THIS_BRANCH: Attribution.THIS_BRANCH,
    _Origin.PENDING: Attribution.PENDING,
    _Origin.DRIFT: Attribution.DRIFT,
}


class _Location(NamedTuple):
    """What differs, whatever its spelling: a property by section and form, and the path inside it."""

    section: Section | None
    form: str
    subpath: str = ""

    def overlaps(self, other: _Location) -> bool:
        """Return whether the locations are the same, or one is inside the other."""
        same = self.section is other.section and self.form == other.form
        return same and (_within(self.subpath, other.subpath) or _within(other.subpath, self.subpath))


_STATE = _Location(None, "state")


@dataclass(slots=True)
class _Case:
    """The differences of a persister: those with a decided origin, and those without one yet."""

    planned: PersisterPlan
    evidence: Evidence
    base: Persister | None
    secrets: SecretPolicy
    origins: dict[_Location, _Origin] = field(default_factory=dict)
    undecided: set[_Location] = field(default_factory=set)

    def __post_init__(self) -> None:
        differing = _locations(self.planned.changes)
        if not _matches_state(self.evidence.desired.state, self.evidence.live):
            differing.add(_STATE)
        of_this_branch = self._of_this_branch(differing)
        self.origins.update(dict.fromkeys(of_this_branch, _Origin.THIS_BRANCH))
        self.undecided |= differing - of_this_branch

    def match(self, commit: Persister | None, origin: _Origin) -> None:
        """Give this origin to what live has as a commit configured it; ``None``: the commit lacks the persister."""
        desired, live, full = self.evidence
        configured = commit or Persister(desired.id, desired.span, None, None, {})
        configured = replace(configured, ignored=desired.ignored)
        different = _locations(compare(configured, live, full, secrets=self.secrets).changes)
        if desired.id.eventstore != LIVE_SEGMENT:  # there, what is not configured is left alone
            different |= _properties(live) - _properties(configured)
        for location in list(self.undecided):
            if location == _STATE:
                is_as_live = _matches_state(configured.state, live)
            else:
                is_as_live = not any(map(location.overlaps, different))
            if is_as_live:
                self.undecided.remove(location)
                self.origins[location] = origin

    def labelled(self, rest: _Origin) -> PersisterPlan:
        """Return the plan with its labels; the differences that are still undecided have the origin ``rest``."""
        changes = [
            change.model_copy(update={"attribution": _LABELS.get(self.origins.get(_location(change), rest))})
            for change in self.planned.changes
        ]
        state = _LABELS.get(self.origins.get(_STATE, rest)) if _STATE in self.undecided | self.origins.keys() else None
        return self.planned.model_copy(update={"changes": tuple(changes), "state_attribution": state})

    def _of_this_branch(self, differing: set[_Location]) -> set[_Location]:
        """Return the differences that the files have otherwise than the base."""
        if self.base is None:
            return differing
        desired = self.evidence.desired
        changed = _locations(property_changes(self.base, desired, self.secrets))
        changed |= _properties(self.base) ^ _properties(desired)  # added or removed as a whole
        found = {
            location
            for location in differing
            if any(map(location.overlaps, changed)) or _was_ignored(location, self.base)
        }
        return found if self.base.state == desired.state else found | (differing & {_STATE})


def _matches_state(desired: RunState | None, live: LivePersister) -> bool:
    """Return whether live is up or down as desired; a run state that is left alone always matches."""
    return desired is None or (desired is RunState.STOPPED) == live.state.is_down


def _was_ignored(location: _Location, base: Persister) -> bool:
    """Return whether the base does not compare something that the files do, since they do not ignore it any more."""
    section, form, _ = location
    return (
        covers(base.ignored, identify(section, form)) if section else form == VERSION and covers_version(base.ignored)
    )


def _within(path: str, outer: str) -> bool:
    return path == outer or (path.startswith(outer) and (not outer or path[len(outer)] in ".["))


def _locations(changes: Iterable[PropertyChange]) -> set[_Location]:
    return {_location(change) for change in changes}


def _location(change: PropertyChange) -> _Location:
    form = identify(change.section, change.key).form if change.section else change.key
    return _Location(change.section, form, change.subpath)


def _properties(side: Persister | LivePersister) -> set[_Location]:
    return {_Location(section, prop.key.form) for section, props in side.properties.items() for prop in props}
