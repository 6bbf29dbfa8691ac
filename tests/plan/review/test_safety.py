"""The limits of an apply, cell by cell."""

import pytest

from persync.model import PersisterId, RunState
from persync.plan.parts.breach import Breach
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.review.safety import judged
from persync.plan.terms import Action
from persync.safety import Amount, Limit, Safety
from tests.report.test_text import CHANGES, PUT, START, STOP, WAIT, planned

PERSISTERS = {
    "restart": planned("restart", STOP, PUT, START, changes=CHANGES),
    "stop": planned("stop", STOP, desired=RunState.STOPPED),
    "stop-and-put": planned("stop-and-put", STOP, PUT, desired=RunState.STOPPED),
    "start": planned("start", START, live="STOPPED"),
    "update": planned("update", PUT, desired=None),
    "reset": planned("reset", PUT, desired=None, resets=True),
    "reset-and-restart": planned("reset-and-restart", STOP, PUT, START, resets=True),
    "wait": planned("wait", WAIT, live="DEPLOYING"),
    "blocked": planned("blocked", live="UNKNOWN", blocked="its run state is UNKNOWN"),
    "warned": planned("warned", warnings=("it runs an older configuration",)),
}


def plan_of(*names: str) -> Plan:
    persisters = tuple(PERSISTERS[name] for name in names or PERSISTERS)
    return Plan(environment="prod", url="u", persisters=persisters, in_sync=0)


def breach(limit: Limit, count: int, allowed: int, configured: str, persisters: int = 10) -> Breach:
    option = {
        Limit.CHANGES: "--max-changes",
        Limit.RESTARTS: "--max-restarts",
        Limit.STOPS: "--max-stops",
        Limit.RESETS: "--max-resets",
    }[limit]
    return Breach(
        limit=limit,
        count=count,
        allowed=allowed,
        configured=configured,
        persisters=persisters,
        setting=f"environments.prod.safety.{limit}",
        option=option,
    )


@pytest.mark.parametrize(
    ("name", "counted"),
    [
        ("restart", {Limit.CHANGES, Limit.RESTARTS}),
        ("stop", {Limit.CHANGES, Limit.STOPS}),
        ("stop-and-put", {Limit.CHANGES, Limit.STOPS}),
        ("start", {Limit.CHANGES}),
        ("update", {Limit.CHANGES}),
        ("reset", {Limit.CHANGES, Limit.RESETS}),
        ("reset-and-restart", {Limit.CHANGES, Limit.RESTARTS, Limit.RESETS}),
        ("wait", set()),
        ("blocked", set()),
        ("warned", set()),
    ],
)
def test_what_counts_for_which_limit(name: str, counted: set[Limit]) -> None:
    none = Safety({limit: Amount(0) for limit in Limit})
    assert judged(plan_of(name), none, 10).breaches == tuple(
        breach(limit, 1, 0, "0") for limit in Limit if limit in counted
    )
    assert judged(plan_of(name), Safety({limit: Amount(1) for limit in Limit}), 10).breaches == ()


@pytest.mark.parametrize(
    ("configured", "total", "allowed"),
    [
        ("0", 10, 0),
        ("6", 10, 6),
        ("7", 10, None),  # the plan has 7 changes
        ("0%", 10, 0),
        ("1%", 10, 1),  # at least one
        ("1%", 250, 2),
        ("69%", 10, 6),
        ("70%", 10, None),
        ("100%", 6, 6),
        ("100%", 7, None),
        ("0", 0, 0),
    ],
)
def test_how_many_are_allowed(configured: str, total: int, allowed: int | None) -> None:
    safety = Safety({Limit.CHANGES: Amount.parse(configured)})
    found = judged(plan_of(), safety, total).breaches
    assert found == (() if allowed is None else (breach(Limit.CHANGES, 7, allowed, configured, total),))


def test_every_limit_that_is_exceeded_is_named_in_the_order_of_the_settings() -> None:
    limits = {limit: Amount(1) for limit in reversed(Limit)}
    assert judged(plan_of(), Safety(limits), 10).breaches == (
        breach(Limit.CHANGES, 7, 1, "1"),
        breach(Limit.RESTARTS, 2, 1, "1"),
        breach(Limit.STOPS, 2, 1, "1"),
        breach(Limit.RESETS, 2, 1, "1"),
    )


def test_what_is_not_configured() -> None:
    assert judged(plan_of(), Safety(), 10).breaches == (breach(Limit.RESETS, 2, 0, "0"),)
    assert judged(plan_of("restart", "stop", "update"), Safety(), 3).breaches == ()


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("restart", "restart"),
        ("stop", "stop"),
        ("stop-and-put", "stop"),
        ("start", "start"),
        ("update", "update"),
        ("reset", "update"),
        ("wait", None),
        ("blocked", None),
        ("warned", None),
    ],
)
@pytest.mark.parametrize("pattern", ["webtracking/*", "*"])
def test_a_protected_persister_is_blocked_where_an_apply_would_write(
    name: str, action: str | None, pattern: str
) -> None:
    limits = {limit: Amount(0) for limit in Limit}
    after = judged(plan_of(name), Safety(limits, (pattern,)), 10)
    [found] = after.persisters
    before = PERSISTERS[name]
    if action is None:
        assert found == before
    else:
        assert (found.action, found.steps, found.changes) == (Action.BLOCKED, (), before.changes)
        assert (found.blocked, found.hint) == (
            f"it is protected by '{pattern}': an apply may not {action} it",
            "change environments.prod.safety.protect, or leave it out with --exclude",
        )
    assert after.breaches == ()  # nothing would be done


@pytest.mark.parametrize("pattern", ["webtracking/x*", "other/*", "restar", "webtracking/restart/live-segment"])
def test_others_are_not_protected(pattern: str) -> None:
    assert judged(plan_of("restart"), Safety({}, (pattern,)), 10) == plan_of("restart")


def test_to_judge_again_is_to_judge_by_the_new_limits() -> None:
    first = judged(plan_of(), Safety({Limit.CHANGES: Amount(0)}), 10)
    assert judged(first, Safety({Limit.CHANGES: Amount(7)}), 10) == plan_of()


def test_the_event_store_may_be_named() -> None:
    segment = PERSISTERS["restart"].model_copy(update={"id": PersisterId("web", "a", "live-segment")})
    plan = Plan(environment="prod", url="u", persisters=(segment,), in_sync=0)

    def blocked(pattern: str) -> list[PersisterPlan]:
        return [*judged(plan, Safety({}, (pattern,)), 1).blocked]

    assert [bool(blocked(pattern)) for pattern in ("web/a", "web/a/live-segment", "web/a/pg")] == [True, True, False]


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "101%", "%", "5 %", "1000000", "٣"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="is neither a number nor a percentage such as 20%"):
        Amount.parse(text)


@pytest.mark.parametrize("text", ["0", "5", "999999", "0%", "100%"])
def test_an_amount_is_shown_as_it_was_written(text: str) -> None:
    assert str(Amount.parse(text)) == text
