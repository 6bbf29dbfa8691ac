"""The page of an environment's persisters: run states, differences of the configuration, and last runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.model import RunState
from persync.plan.terms import Outcome
from persync.report.pages.cards import Choice, grouped_changes
from persync.report.pages.page import page
from persync.report.pages.parts import highlighted
from persync.report.status.wording import count_states, moment
from persync.report.wording import NOT_MANAGED, ignored_text, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from persync.model import PersisterId
    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.status import Status

_TONES = {
    RunState.RUNNING: "good",
    RunState.FAILED: "bad",
    RunState.STOPPED: "",
}
_ATTENTION = {
    "failed": "failed or unreadable",
    "state": "run state differs",
    "configuration": "configuration differs",
    "run": "last run was not successful",
    "none": "none needed",
}
"""Why a persister needs attention, the most serious first; the labels of the filter."""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of a persister, as far as this checkout knows.

    Attributes:
        run: its identity.
        time: when it began, UTC, ISO 8601.
        user: who ran it.
        outcome: how the run of the persister ended; ``None``: that is not recorded.
        problem: what went wrong.
    """

    run: str
    time: str
    user: str
    outcome: Outcome | None
    problem: str

    @property
    def succeeded(self) -> bool:
        """Whether the persister was in sync afterwards."""
        return self.outcome in {Outcome.DONE, Outcome.ALREADY}


@dataclass(frozen=True, slots=True)
class Row:
    """A persister.

    Attributes:
        number: its place on the page; ``#p12`` leads to it.
        status: its run state.
        plan: what differs; ``None`` where nothing does.
        last: its last run; ``None`` if none is known.
    """

    number: int
    status: Status
    plan: PersisterPlan | None
    last: LastRun | None

    @property
    def tone(self) -> str:
        """The colour of its run state."""
        return _TONES.get(RunState.of(self.status.live), "warn")

    @property
    def attention(self) -> tuple[str, ...]:
        """Why it needs attention; keys of the filter."""
        return attention_of(self.status, self.plan, self.last)

    @property
    def changes(self) -> tuple[PropertyChange, ...]:
        """What differs in its configuration."""
        return self.plan.changes if self.plan else ()

    @property
    def comparison(self) -> str:
        """What a comparison of its configuration found."""
        if self.status.problem or (self.plan and self.plan.live_state is None):
            return "not compared"
        if count := len(self.changes):
            return f"{number(count, 'property', 'properties')} {'differs' if count == 1 else 'differ'}"
        return "in sync"


def attention_of(status: Status, plan: PersisterPlan | None, last: LastRun | None) -> tuple[str, ...]:
    """Return why a persister needs attention: the reasons' names, the most serious first; ``none`` if it does not."""
    found = {
        "failed": bool(status.problem) or RunState.of(status.live) in {RunState.FAILED, RunState.UNKNOWN},
        "state": status.differs,
        "configuration": bool(plan and plan.changes),
        "run": bool(last and not last.succeeded),
    }
    return tuple(name for name, applies in found.items() if applies) or ("none",)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """What the page shows.

    Attributes:
        plan: what differs from the files, of all of them.
        statuses: the run states, sorted by identity.
        last: the last runs.
        journals: where the journals are that these come from.
        unread: how many journals cannot be read.
        time: when the run states were read, in seconds since 1970.
    """

    plan: Plan
    statuses: Sequence[Status]
    last: Mapping[PersisterId, LastRun]
    journals: str
    unread: int
    time: float

    def rows(self) -> Iterator[Row]:
        """Yield the persisters; those that need attention come first, the most serious at the top."""
        plans = {planned.id: planned for planned in self.plan.persisters}
        order = list(_ATTENTION)
        found = [(status, plans.get(status.id), self.last.get(status.id)) for status in self.statuses]
        ordered = sorted(found, key=lambda each: order.index(attention_of(*each)[0]))
        for position, (status, planned, last) in enumerate(ordered, 1):
            yield Row(position, status, planned, last)

    def html(self) -> str:
        """Return the page."""
        rows = [*self.rows()]
        states = count_states(self.statuses)
        attention = Counter(reason for row in rows for reason in row.attention)
        projects = Counter(row.status.id.project for row in rows)
        return page(
            "status",
            scripts=("filter.js", "rows.js"),
            provenance={
                "environment": self.plan.environment,
                "url": self.plan.url,
                "commit": self.plan.commit,
                "read at": moment(self.time),
                "last runs from": self.journals,
            },
            environment=self.plan.environment,
            url=self.plan.url,
            time=moment(self.time),
            unread=self.unread,
            rows=rows,
            tiles=[(count, state, _TONES.get(RunState.of(state), "warn")) for state, count in states.items()],
            urgent=[row for row in rows if row.attention[0] == "failed"],
            attention=attention,
            filters={
                "project": [Choice(name, projects[name]) for name in sorted(projects)],
                "state": [Choice(state, count) for state, count in states.items()],
                "attention": [Choice(name, attention[name]) for name in _ATTENTION if attention[name]],
            },
            labels=_ATTENTION,
            paths=self.plan.ignored_paths(),
            moment=moment,
            not_managed=NOT_MANAGED,
            ignored_text=ignored_text,
            grouped_changes=grouped_changes,
            highlighted=highlighted,
        )
