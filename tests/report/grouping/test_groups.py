"""Grouping neither loses nor adds anything, and the order of the files does not matter."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.model import PersisterId, RunState, Span
from persync.plan.plan import IgnoredProperties, PersisterPlan, Plan
from persync.plan.result import PersisterResult
from persync.plan.terms import Attribution, Outcome
from persync.report.grouping.groups import PlanGroup, plan_groups, result_groups
from persync.report.grouping.names import Name
from tests.builders import change
from tests.report.test_text import PUT, START, STOP, planned

CONCURRENCY = change("appConfig.concurrency", "6", "12", before_default=True)


def at(planned: PersisterPlan, file: str, line: int = 1) -> PersisterPlan:
    """Return a plan with its positions in this file."""
    changes = tuple(each.model_copy(update={"span": each.span and Span(file, line + 2, 5)}) for each in planned.changes)
    return planned.model_copy(update={"span": Span(file, line, 1), "changes": changes})


def plan_of(*persisters: PersisterPlan, **more: object) -> Plan:
    return Plan.model_validate({"environment": "e", "url": "u", "persisters": persisters, "in_sync": 0, **more})


def members(groups: tuple[PlanGroup, ...]) -> list[list[str]]:
    return [[str(member.id) for member in group.members] for group in groups]


RESTART = planned("a-1", STOP, PUT, START, changes=[CONCURRENCY.model_copy(update={"span": Span("f", 3, 5)})])


@pytest.mark.parametrize(
    "update",
    [
        {"live_state": "FAILED"},
        {"desired_state": None},
        {"planned_steps": ()},
        {"reason": "of another"},
        {"state_attribution": Attribution.DRIFT},
        {"warnings": ("it is late",)},
        {"resets": True},
        {"blocked": "its run state is UNKNOWN"},
        {"hint": "wait"},
        {"changes": ()},
        {"changes": (change("appConfig.concurrency", "6", "12"),)},
        {"changes": (change("appConfig.concurrency", "6", "13", before_default=True),)},
        {"changes": (change("appConfig.concurrency", None, "12", before_default=True),)},
        {"changes": (change("deployerConfig.concurrency", "6", "12", before_default=True),)},
        {"changes": (change("appConfig.concurrency", "6", "12", subpath="[a]", before_default=True),)},
        {"changes": (change("appConfig.concurrency", "6", None, after_default=True),)},
        {"changes": (CONCURRENCY.model_copy(update={"attribution": Attribution.DRIFT}),)},
        {"changes": (CONCURRENCY, CONCURRENCY)},
    ],
)
def test_what_a_report_shows_tells_persisters_apart(update: dict[str, object]) -> None:
    others = [RESTART.model_copy(update={"id": PersisterId("webtracking", name, "pg")}) for name in ("a-0", "a-2")]
    plan = plan_of(others[0], RESTART.model_copy(update=update), others[1])
    assert members(plan_groups(plan)) == [["webtracking/a-0", "webtracking/a-2"], ["webtracking/a-1"]]


def test_what_is_not_compared_tells_them_apart() -> None:
    one, two = RESTART, RESTART.model_copy(update={"id": PersisterId("webtracking", "a-2", "pg")})
    ignored = (IgnoredProperties(id=one.id, properties=("appConfig.a",)),)
    groups = plan_groups(plan_of(one, two, ignored=ignored))
    assert groups == (PlanGroup((one,), ("appConfig.a",)), PlanGroup((two,)))


def test_several_are_shown_without_what_is_their_own() -> None:
    overlay = change("appConfig.batchSize", "1", "2", span=Span("overlays/production.yaml", 7, 3))
    them = [
        planned(
            f"a-{number}",
            changes=[overlay, CONCURRENCY.model_copy(update={"span": Span(f"persisters/a-{number}.yaml", number, 5)})],
            blocked=f"event type 'a-{number}' does not exist in project 'webtracking'",
        ).model_copy(update={"span": Span(f"persisters/a-{number}.yaml", 1, 1)})
        for number in range(3)
    ]
    [group] = plan_groups(plan_of(*them))
    assert group.members == tuple(them)
    assert (group.project, group.names, group.place) == ("webtracking", (Name("a-0 … a-2", 3),), "persisters/")
    assert group.shown.changes == (overlay, CONCURRENCY)
    assert group.shown.blocked == "event type '…' does not exist in project 'webtracking'"


def test_one_is_shown_as_it_is() -> None:
    [group] = plan_groups(plan_of(RESTART))
    assert group.shown is RESTART
    assert (group.names, group.place) == ((Name("a-1"),), "persisters/web.yaml:1")


def test_names_of_several_projects_have_their_project() -> None:
    other = RESTART.model_copy(update={"id": PersisterId("iot", "a-1", "pg")})
    [group] = plan_groups(plan_of(other, RESTART))
    assert (group.project, group.names) == ("", (Name("iot/a-1"), Name("webtracking/a-1")))


def test_expanded() -> None:
    them = [RESTART.model_copy(update={"id": PersisterId("webtracking", name, "pg")}) for name in ("a", "b")]
    assert [group.members for group in plan_groups(plan_of(*them), expand=True)] == [(them[0],), (them[1],)]


def result(name: str, outcome: Outcome = Outcome.FAILED, **more: object) -> PersisterResult:
    plan = RESTART.model_copy(update={"id": PersisterId("webtracking", name, "pg")})
    return PersisterResult.model_validate({"plan": plan, "outcome": outcome, "problem": "it is late", **more})


@pytest.mark.parametrize(
    ("update", "together"),
    [
        ({"downtime": 7.5}, True),
        ({"outcome": Outcome.CONFLICT}, False),
        ({"steps_taken": (STOP,)}, False),
        ({"steps_left": (STOP,)}, False),
        ({"left_stopped": True}, False),
        ({"last_state": "FAILED"}, False),
        ({"problem": "it is early"}, False),
        ({"hint": "wait"}, False),
        ({"hint": "'persync start webtracking/b' starts it"}, True),
        ({"logs": ("ERROR",)}, False),
        ({"difference": RESTART}, False),
        ({"plan": planned("b", PUT)}, False),
    ],
)
def test_results(update: dict[str, object], together: bool) -> None:
    hint = "'persync start webtracking/a' starts it" if "start" in str(update.get("hint")) else ""
    results = [result("a", hint=hint), result("b").model_copy(update=update)]
    groups = result_groups(results)
    assert groups == ([results] if together else [[results[0]], [results[1]]])
    assert result_groups(results, expand=True) == [[results[0]], [results[1]]]


def test_what_led_to_a_success_does_not_matter() -> None:
    done = [result("a", Outcome.DONE, problem=""), result("b", Outcome.DONE, problem="")]
    done[1] = done[1].model_copy(update={"plan": planned("b", PUT)})
    assert result_groups(done) == [done]


_VALUES = st.sampled_from(["1", "2", None])
_CHANGES = st.builds(
    lambda key, before, after: change(f"appConfig.{key}", before, after or "3", span=Span("x", 1, 1)),
    st.sampled_from("ab"),
    _VALUES,
    _VALUES,
)
_PERSISTERS = st.builds(
    lambda project, number, steps, changes, warnings, file, live: at(
        planned("x", *steps, live=live, desired=RunState.RUNNING, changes=changes, warnings=warnings).model_copy(
            update={"id": PersisterId(project, f"e-{number}", "pg")}
        ),
        file,
    ),
    st.sampled_from(["iot", "web"]),
    st.integers(0, 30),
    st.sampled_from([(PUT,), (STOP, PUT, START)]),
    st.lists(_CHANGES, max_size=2),
    st.sampled_from([(), ("late",)]),
    st.sampled_from(["p/a.yaml", "p/b.yaml", "q.yaml"]),
    st.sampled_from(["RUNNING", "FAILED"]),
)
_PLANS = st.lists(_PERSISTERS, unique_by=lambda planned: planned.id, max_size=12).map(
    lambda them: plan_of(*sorted(them, key=lambda planned: planned.id))
)


def without_positions(planned: PersisterPlan) -> str:
    """Return a plan as a report shows it: without identity and positions."""
    data = planned.model_dump(mode="json", exclude={"id", "span"})
    return json.dumps({**data, "changes": [{**each, "span": None} for each in data["changes"]]})


@given(_PLANS, st.booleans())
def test_nothing_is_lost_and_nothing_is_added(plan: Plan, expand: bool) -> None:
    groups = plan_groups(plan, expand=expand)
    assert sorted(member.id for group in groups for member in group.members) == [each.id for each in plan.persisters]
    for group in groups:
        assert {without_positions(member) for member in group.members} == {without_positions(group.shown)}
        assert sum(name.persisters for name in group.names) == len(group.members)
    assert [group.ids[0] for group in groups] == sorted(group.ids[0] for group in groups)
    if not expand:
        assert len({without_positions(group.shown) for group in groups}) == len(groups)


@given(_PLANS, st.permutations(["p/a.yaml", "p/b.yaml", "q.yaml"]))
def test_in_which_file_a_persister_is_does_not_matter(plan: Plan, files: list[str]) -> None:
    renamed = dict(zip(["p/a.yaml", "p/b.yaml", "q.yaml"], files, strict=True))
    moved = plan_of(*(at(each, renamed[each.span.file], line) for line, each in enumerate(plan.persisters, 1)))
    assert members(plan_groups(moved)) == members(plan_groups(plan))
