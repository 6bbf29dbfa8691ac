"""Which persisters of a plan, a diff or a result are shown together: those for which a report would read the same.

What tells them apart and is not compared: their identity, the lines of their files, and what is only for programs
(fingerprints).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.report.causes import cause, grouped, hint_for
from persync.report.grouping.names import Name, common_project, folder_of, short_names
from persync.report.printable import printable
from persync.report.wording import location

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from persync.model import PersisterId
    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Persisters with the same action, steps, changes, warnings and block: one, or several that are shown once.

    Attributes:
        members: the persisters, in the order of the plan.
        ignored: the paths that are not compared, the same for all.
    """

    members: tuple[PersisterPlan, ...]
    ignored: tuple[str, ...] = ()

    @property
    def shown(self) -> PersisterPlan:
        """What to show for all: the first member, without what is its own.

        A change has a position where all members have the same, such as a line of an overlay. A block does not name
        the persister.
        """
        first = self.members[0]
        if len(self.members) == 1:
            return first
        positions = zip(*([change.span for change in member.changes] for member in self.members), strict=True)
        changes = tuple(
            change.model_copy(update={"span": change.span if len(set(spans)) == 1 else None})
            for change, spans in zip(first.changes, positions, strict=True)
        )
        blocked = None if first.blocked is None else cause(first.live_id or first.id, first.blocked)
        update = {"changes": changes, "blocked": blocked, "hint": hint_for(self.ids, first.hint)}
        return first.model_copy(update=update)

    @property
    def ids(self) -> tuple[PersisterId, ...]:
        """The identities of the members."""
        return tuple(member.id for member in self.members)

    @property
    def project(self) -> str:
        """The project that all members are in; empty where they are in several."""
        return common_project(self.ids)

    @property
    def project_name(self) -> str:
        """The common project as it is shown: ``web`` or ``web (live: web-dev)``; empty where they are in several."""
        live = self._live_projects
        differs = self.project and live not in {(), (self.project,)}
        return f"{self.project} (live: {' → '.join(live)})" if differs else self.project

    @property
    def of_project(self) -> str:
        """The common project in a title: `` of web``; empty where they are in several."""
        return printable(f" of {self.project_name}") if self.project else ""

    @property
    def names(self) -> tuple[Name, ...]:
        """The short names of the members, without the project if they have one in common.

        Each that has a live name of its own is by itself, behind the others, with that name.
        """
        own = [member for member in self.members if member.has_live_name and not self._is_named_by_project(member)]
        ids = [member.id for member in self.members if member not in own]
        shown = short_names(ids, project=not self.project) if ids else ()
        named = (f"{short_names([member.id], project=not self.project)[0].text}" for member in own)
        live = (printable(f" (live: {' → '.join(map(str, member.live_ids))})") for member in own)
        return (*shown, *map(Name, map("".join, zip(named, live, strict=True))))

    @property
    def _live_projects(self) -> tuple[str, ...]:
        """The live project of all members, in a diff of two environments both; empty where they have several."""
        found = {_live_projects_of(member) for member in self.members}
        return found.pop() if len(found) == 1 else ()

    def _is_named_by_project(self, member: PersisterPlan) -> bool:
        """Return whether the title names the live identities of a member: they differ in the common project alone."""
        same_event_type = all(live.event_type == member.id.event_type for live in member.live_ids)
        return bool(self.project) and same_event_type and _live_projects_of(member) == self._live_projects

    @property
    def file(self) -> str:
        """The file that all members are in; empty where they are in several."""
        files = {member.span.file for member in self.members}
        return files.pop() if len(files) == 1 else ""

    @property
    def place(self) -> str:
        """Where they are configured: file and line of one, the common file or folder of several; may be empty."""
        first, *others = (member.span for member in self.members)
        return folder_of([first, *others]) if others else location(first)


def _live_projects_of(member: PersisterPlan) -> tuple[str, ...]:
    return tuple(live.project for live in member.live_ids)


def plan_groups(plan: Plan, *, expand: bool = False) -> tuple[PlanGroup, ...]:
    """Return the persisters of a plan or a diff in groups, in the order of the first of each.

    Args:
        plan: the plan.
        expand: each persister is a group of its own.
    """
    paths = plan.ignored_paths()
    groups = grouped(plan.persisters, lambda each: None if expand else (plan_key(each), paths.get(each.id, ())))
    return tuple(PlanGroup(tuple(group), paths.get(group[0].id, ())) for group in groups)


def result_groups(results: Iterable[PersisterResult], *, expand: bool = False) -> list[list[PersisterResult]]:
    """Return results in groups with the same outcome, steps, problem and log, in the order of the first of each.

    Their downtimes may differ. A failure is shown with the changes that led to it, so those are compared too.
    """
    return grouped(results, lambda each: None if expand else _result_key(each))


def plan_key(planned: PersisterPlan) -> Hashable:
    """Return what is equal for persisters that are shown together."""
    return (
        planned.action,
        planned.live_state,
        planned.desired_state,
        tuple((step.step, step.reason) for step in planned.planned_steps),
        planned.reason,
        planned.state_attribution,
        planned.resets,
        planned.warnings,
        _problem_key(planned, planned.blocked, planned.hint),
        _changes_key(planned.changes),
    )


def _result_key(result: PersisterResult) -> Hashable:
    return (
        result.outcome,
        result.steps_taken,
        result.steps_left,
        result.left_stopped,
        result.last_state if result.problem else None,
        _problem_key(result.plan, result.problem, result.hint),
        result.logs,
        None if result.difference is None else plan_key(result.difference),
        result.rollback,
        _changes_key(result.plan.changes) if result.problem else None,
    )


def _problem_key(planned: PersisterPlan, problem: str | None, hint: str) -> Hashable:
    found = None if problem is None else cause(planned.live_id or planned.id, problem)
    return found, cause(planned.id, hint)


def _changes_key(changes: Sequence[PropertyChange]) -> Hashable:
    return tuple(
        (
            change.section,
            change.key,
            change.subpath,
            change.before,
            change.after,
            change.before_default,
            change.after_default,
            change.attribution,
        )
        for change in changes
    )
