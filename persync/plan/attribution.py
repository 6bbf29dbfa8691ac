"""Where a difference comes from, from three sides: a base revision, the files now, and live. Pure functions.

What the files say otherwise than the base is *yours*. Where they agree and live differs, live alone cannot tell whether
somebody changed it by hand or the base was never applied: if live still has what an older commit wanted, it is
*pending*, else *drift*. What the export leaves out has its default, as what a file does not say has.

The base is where this branch began. What live has from a commit that came after it elsewhere is none of the three.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.model import LIVE_SEGMENT, Persister, RunState, sections_of
from persync.plan.compare import compare
from persync.plan.diff import property_changes
from persync.plan.plan import Attribution
from persync.properties.catalogue import identify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from persync.model import LivePersister, PersisterId, Section
    from persync.plan.plan import PersisterPlan, Plan, PropertyChange

    Commits = Callable[[Sequence[Persister]], Iterable[Mapping[PersisterId, Persister | None]]]

_DOWN = {RunState.STOPPED, RunState.STOPPING}


class Evidence(NamedTuple):
    """What a persister's plan was made from; ``full`` is the answer without ``export``, if that was needed."""

    desired: Persister
    live: LivePersister
    full: LivePersister | None


@dataclass(frozen=True, slots=True)
class Base:
    """What a base revision and the commits before it want.

    Attributes:
        name: the revision as it was named.
        persisters: what it wants.
        older: given persisters of the base, yields what older commits say about them, the newest first: ``None`` for
            one that a commit does not have; one that is as in the commit before, or unknown, is left out.
        newer: the same of the commits that came after it and that the files lack.
        forgets: too little is known of older commits to tell what is pending: then such differences have no label.
        whole: what is not among ``persisters`` is not in the base; else it may be, and has no label.
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
        theirs: how many differences live has from newer commits, which the files lack; they have no label.
        unknown: whether others have no label for want of older commits.
    """

    plan: Plan
    theirs: int
    unknown: bool


def attributed(
    plan: Plan, evidence: Mapping[PersisterId, Evidence], base: Base, sensitive: tuple[str, ...] = ()
) -> Attributed:
    """Return the plan with every difference attributed.

    Args:
        plan: what would be done.
        evidence: what it was made from, for the persisters that differ.
        base: what the differences are attributed by.
        sensitive: more regular expressions for keys whose values are hidden.
    """
    cases = {
        planned.id: _Case(planned, evidence[planned.id], base.persisters.get(planned.id), sensitive)
        for planned in plan.persisters
        if planned.id in evidence and (base.whole or planned.id in base.persisters)
    }
    # newer ones first: what main changed and changed back is live as main has it, and to be spared
    _decide(cases.values(), base.newer, None)
    _decide(cases.values(), base.older, Attribution.PENDING)
    otherwise = None if base.forgets else Attribution.DRIFT
    persisters = [
        cases[planned.id].labelled(otherwise) if planned.id in cases else planned for planned in plan.persisters
    ]
    return Attributed(
        plan.model_copy(update={"base": base.name, "persisters": tuple(persisters)}),
        theirs=sum(label is None for case in cases.values() for label in case.labels.values()),
        unknown=base.forgets and any(case.undecided for case in cases.values()),
    )


def _decide(cases: Iterable[_Case], commits: Commits, label: Attribution | None) -> None:
    """Give this label to what live has as one of these commits wanted it."""
    undecided = [case for case in cases if case.undecided]
    if not undecided:
        return
    for wanted in commits([case.base for case in undecided if case.base]):
        for case in undecided:
            if case.planned.id in wanted:
                case.look_at(wanted[case.planned.id], label)
        undecided = [case for case in undecided if case.undecided]
        if not undecided:
            break


_STATE = ("state", "")
"""Stands for the run state among the differences."""

_Place = tuple[str, str]
"""Section and relaxed form of a property, and the path inside of it: what differs, however it is spelled."""


@dataclass(slots=True)
class _Case:
    """The differences of one persister, and what is known about them so far; ``None`` is known to be none of ours."""

    planned: PersisterPlan
    evidence: Evidence
    base: Persister | None
    sensitive: tuple[str, ...]
    labels: dict[_Place, Attribution | None] = field(default_factory=dict)
    undecided: set[_Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        desired, live, _ = self.evidence
        differing = _places(self.planned.changes, desired, live=live)
        if not _fits(desired.state, live):
            differing.add(_STATE)
        if self.base is None:
            yours = differing
        else:
            changed = _places(property_changes(self.base, desired, self.sensitive), desired, self.base)
            changed |= {(name, "") for name in _written(self.base) ^ _written(desired)}  # it comes or goes as a whole
            yours = {place for place in differing if _touches(place, changed)}
            if self.base.state != desired.state:
                yours |= differing & {_STATE}
        self.labels.update(dict.fromkeys(yours, Attribution.YOURS))
        self.undecided |= differing - yours

    def look_at(self, commit: Persister | None, label: Attribution | None) -> None:
        """Label what live has as a commit wanted it; ``None`` wanted nothing."""
        desired, live, full = self.evidence
        wanted = commit or Persister(desired.id, desired.span, None, None, {})
        changes = compare(wanted, live, full, sensitive=self.sensitive).changes
        other = _places(changes, wanted, live=live)
        if desired.id.eventstore != LIVE_SEGMENT:  # there, what is not written is left alone
            other |= {(name, "") for name in _set(live) - _written(wanted)}
        for place in list(self.undecided):
            as_live = _fits(wanted.state, live) if place == _STATE else not _touches(place, other)
            if as_live:
                self.undecided.remove(place)
                self.labels[place] = label

    def labelled(self, otherwise: Attribution | None) -> PersisterPlan:
        """Return the plan with its labels, and ``otherwise`` for what is still undecided."""
        names = _names(self.evidence.desired, live=self.evidence.live)
        changes = [
            change.model_copy(update={"attribution": self.labels.get(_place(change.path, names), otherwise)})
            for change in self.planned.changes
        ]
        state = self.labels.get(_STATE, otherwise if _STATE in self.undecided else None)
        return self.planned.model_copy(update={"changes": tuple(changes), "state_attribution": state})


def _fits(wanted: RunState | None, live: LivePersister) -> bool:
    """Return whether live is up or down as it was wanted; a commit that leaves the run state alone is content."""
    return wanted is None or (wanted is RunState.STOPPED) == (live.state in _DOWN)


def _touches(place: _Place, others: set[_Place]) -> bool:
    """Return whether one of the others is in the same place, or one of the two inside the other."""
    name, inside = place
    return any(name == other and (_within(inside, path) or _within(path, inside)) for other, path in others)


def _within(path: str, of: str) -> bool:
    return path == of or (path.startswith(of) and (not of or path[len(of)] in ".["))


def _places(
    changes: Iterable[PropertyChange], one: Persister, other: Persister | None = None, live: LivePersister | None = None
) -> set[_Place]:
    names = _names(one, other, live)
    return {_place(change.path, names) for change in changes}


def _place(path: str, names: Mapping[str, str]) -> _Place:
    """Return what a change is about: the property of the longest name that its path begins with, and the rest."""
    name = path if path in names else max((known for known in names if _within(path, known)), key=len, default=path)
    return names.get(name, name), path[len(name) :]


def _written(persister: Persister) -> set[str]:
    return {_name(section, prop.key) for section, props in persister.properties.items() for prop in props}


def _set(live: LivePersister) -> set[str]:
    return {_name(section, key) for section, properties in live.config.items() for key in properties}


def _name(section: Section, key: str) -> str:
    """Return what is the same for all spellings of a property."""
    return f"{section} {identify(section, key).form}"


def _names(one: Persister, other: Persister | None = None, live: LivePersister | None = None) -> dict[str, str]:
    """Return how changes call the properties of these sides, and beside it what is the same for all spellings."""
    names = {}
    for section in sections_of(one.id.eventstore):
        keys = [prop.key for side in (one, other) if side for prop in side.properties.get(section, ())]
        keys += live.config.get(section, {}) if live else ()
        for key in keys:
            for spelling in (key, identify(section, key).canonical or key):
                names[f"{section}.{spelling}"] = _name(section, key)
    return names
