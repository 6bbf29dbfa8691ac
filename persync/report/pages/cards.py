"""What the page of a plan or of a result shows: cards, each of one persister or of several that are alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count as count_from
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.plan.terms import Action, Attribution, ChangeKind, Outcome, Step
from persync.report.actions import ACTION_RANKS, OUTCOME_RANKS
from persync.report.causes import grouped
from persync.report.grouping.groups import PlanGroup, plan_groups, plan_key, result_groups
from persync.report.grouping.results import shown_result
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

WARNING = "warning"
"""The choice of the action filter that finds the persisters with warnings."""
_MOST_NAMES = 12
"""Names, or ranges of names, in the head of a card."""


class Member(NamedTuple):
    """A persister of a card; ``number`` counts the persisters of the page, and ``#p12`` leads to it."""

    number: int
    plan: PersisterPlan
    result: PersisterResult | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Persisters for which the page shows the same.

    Attributes:
        members: the persisters, in the order of the plan.
        group: the same without their results.
        result: what to show of their results; ``None`` on the page of a plan.
    """

    members: tuple[Member, ...]
    group: PlanGroup
    result: PersisterResult | None = None

    @property
    def plan(self) -> PersisterPlan:
        """What to show of their plans."""
        return self.group.shown

    @property
    def title(self) -> str:
        """The persister, or how many there are."""
        return self.members[0].plan.name if len(self.members) == 1 else number(len(self.members), "persister")

    @property
    def short_list(self) -> list[str]:
        """The first names, and ranges of names."""
        return [name.text for name in self.group.names[:_MOST_NAMES]]

    @property
    def rest(self) -> str:
        """How many persisters there are besides those of the short list; empty for none."""
        rest = len(self.members) - sum(name.persisters for name in self.group.names[:_MOST_NAMES])
        return f" and {rest:,} more" if rest else ""

    @property
    def actions(self) -> list[str]:
        """The badges, by which the action filter finds it: its action, and whether it has warnings."""
        plan = self.members[0].plan
        action = [] if plan.action is Action.NONE else [plan.action.value]
        return [*action, *([WARNING] if plan.warnings else [])]

    @property
    def has_downtime(self) -> bool:
        """Whether a persister was taken down."""
        return any(member.result and member.result.downtime is not None for member in self.members)

    @property
    def changes(self) -> tuple[PropertyChange, ...]:
        """All changes that it shows: those of the plan, and what differs after the apply."""
        after = self.result.difference if self.result else None
        return (*self.members[0].plan.changes, *(after.changes if after else ()))


def plan_cards(plan: Plan, *, expand: bool = False) -> tuple[Card, ...]:
    """Return the cards of a plan or a diff, the most serious action first.

    Args:
        plan: the plan.
        expand: each persister has a card of its own.
    """
    numbers = count_from(1)
    groups = sorted(plan_groups(plan, expand=expand), key=lambda group: ACTION_RANKS[group.members[0].action])
    return tuple(Card(tuple(Member(next(numbers), each) for each in group.members), group) for group in groups)


def result_cards(result: Result, *, expand: bool = False) -> tuple[Card, ...]:
    """Return the cards of a result, the most serious outcome first; see ``plan_cards``."""
    numbers = count_from(1)
    groups = [
        group
        for alike in result_groups(result.persisters, expand=expand)
        for group in grouped(alike, lambda item: plan_key(item.plan))
    ]
    return tuple(
        Card(
            tuple(Member(next(numbers), item.plan, item) for item in group),
            PlanGroup(tuple(item.plan for item in group)),
            shown_result(group),
        )
        for group in sorted(groups, key=lambda group: OUTCOME_RANKS[group[0].outcome])
    )


def members_of(cards: Iterable[Card], *labels: str) -> list[Member]:
    """Return the persisters of the cards with one of these outcomes, or of these actions on the page of a plan."""
    return [
        member
        for card in cards
        if (card.result.outcome if card.result else card.members[0].plan.action) in labels
        for member in card.members
    ]


class Choice(NamedTuple):
    """A choice of a filter, and how many persisters or changes it finds."""

    value: str
    number: int


def filters_of(cards: Sequence[Card]) -> dict[str, list[Choice]]:
    """Return the choices of each filter; those that would find nothing are omitted."""
    projects = Counter(member.plan.id.project for card in cards for member in card.members)
    outcomes, actions, kinds, origins = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for card in cards:
        size = len(card.members)
        found = (
            (outcomes, [card.result.outcome] if card.result else []),
            (actions, card.actions),
            (kinds, [change.kind for change in card.changes]),
            (origins, [*(change.attribution or "" for change in card.changes), card.plan.state_attribution or ""]),
        )
        for counts, values in found:
            for value in values:
                counts[value] += size
    return {
        "project": _choices(sorted(projects), projects),
        "outcome": _choices(Outcome, outcomes),
        "action": _choices((*Action, WARNING), actions),
        "change": _choices(ChangeKind, kinds),
        "origin": _choices(Attribution, origins),
    }


def _choices(values: Iterable[str], counts: Counter[str]) -> list[Choice]:
    return [Choice(str(value), counts[value]) for value in values if counts[value]]


class ChangeGroup(NamedTuple):
    """Changes under a heading: a section, a structure or an item of it. Each comes with the rest of its path."""

    heading: str
    changes: list[tuple[str, PropertyChange]]


def grouped_changes(changes: Iterable[PropertyChange]) -> Iterator[ChangeGroup]:
    """Yield adjacent changes of the same structure, or else of the same section, together."""
    split = ((*_heading_and_rest(change), change) for change in changes)
    for heading, members in groupby(split, key=lambda member: member[0]):
        yield ChangeGroup(heading, [(rest, change) for _, rest, change in members])


def _heading_and_rest(change: PropertyChange) -> tuple[str, str]:
    """Return the heading that a change is under, and the rest of its path."""
    if change.section is None:
        return "", change.path
    if not change.subpath:
        return str(change.section), change.key
    item, bracket, rest = change.subpath.partition("]")
    if item.startswith("[") and bracket and rest:
        return f"{change.section}.{change.key}{item}]", rest.removeprefix(".")
    return f"{change.section}.{change.key}", change.subpath.removeprefix(".")


def step_outcome(step: Step, result: PersisterResult | None) -> str:
    """Return what became of a planned step; empty on the page of a plan."""
    if result is None:
        return ""
    if step in result.steps_taken:
        return "taken"
    if step in result.steps_left:
        return "unfinished"
    return "not needed" if result.outcome in {Outcome.DONE, Outcome.ALREADY} else "not taken"
