"""Summaries and questions: the same numbers in the same order everywhere."""

from collections.abc import Mapping

import pytest

from persync.plan.plan import PersisterPlan, Plan, RollbackOf
from persync.plan.result import PersisterResult, Restored, Result
from persync.plan.terms import Command, Outcome, StateRequest, Step
from persync.report.summary import outcomes_text, plan_summary, question, result_summary
from tests.report.test_text import planned

STOP, PUT, START, WAIT = Step.STOP, Step.PUT, Step.START, Step.WAIT
ONE_EACH = [planned(str(n), *s) for n, s in enumerate([(WAIT,), (PUT,), (STOP,), (START,), (STOP, PUT, START)])]
TWO_EACH = [planned(f"{n}{each.id.event_type}", *each.steps) for n in "ab" for each in ONE_EACH]
ONE = "1 restart, 1 start, 1 stop"  # what interrupts the processing of events
TWO = "2 restarts, 2 starts, 2 stops"
ROLLBACK = {"rollback_of": RollbackOf(run="20261126T044250Z-3f9a1c", journal="x.jsonl")}


def plan(persisters: list[PersisterPlan], **more: object) -> Plan:
    fields = {"environment": "prod", "url": "sandbox:", "persisters": tuple(persisters), "in_sync": 1, **more}
    return Plan.model_validate(fields)


@pytest.mark.parametrize(
    ("persisters", "more", "asked"),
    [
        (ONE_EACH, {}, f"Apply 5 changes ({ONE}) to prod, sandbox:?"),
        (TWO_EACH, {}, f"Apply 10 changes ({TWO}) to prod, sandbox:?"),
        (ONE_EACH[:1], {}, "Apply 1 change to prod, sandbox:?"),
        (TWO_EACH, ROLLBACK, f"Roll back 10 changes ({TWO}) in prod, sandbox:?"),
        ([ONE_EACH[2]], {"request": StateRequest.STOP}, "Stop 1 persister in prod, sandbox:?"),
        (
            [ONE_EACH[3], ONE_EACH[4]],
            {"request": StateRequest.START},
            "Start 2 persisters (1 restart, 1 start) in prod, sandbox:?",
        ),
    ],
)
def test_a_question(persisters: list[PersisterPlan], more: Mapping[str, object], asked: str) -> None:
    assert question(plan(persisters, **more)) == asked


def test_a_plan_has_the_numbers_of_the_question() -> None:
    assert plan_summary(plan(TWO_EACH)) == (
        "Plan: 10 to change (2 restart, 2 start, 2 stop, 2 update only, 2 wait), 1 in sync."
    )


@pytest.mark.parametrize(
    ("fields", "command"),
    [({}, Command.APPLY), (ROLLBACK, Command.ROLLBACK), ({"request": StateRequest.RESTART}, Command.RESTART)],
)
def test_a_result_is_named_by_its_command(fields: Mapping[str, object], command: Command) -> None:
    result = Result.model_validate({"environment": "e", "url": "", "persisters": (), **fields})
    assert (result.command, plan([], **fields).command) == (command, command)
    assert result_summary(result) == f"{command.capitalize()}: nothing to do."


def test_how_persisters_ended() -> None:
    all_ends = dict.fromkeys(Outcome, 2)
    text = "2 done, 2 in sync already, 2 failed, 2 conflicts, 2 cancelled, 2 not attempted, 2 blocked"
    assert (outcomes_text(all_ends), outcomes_text({Outcome.CONFLICT: 1}), outcomes_text({})) == (
        text,
        "1 conflict",
        "",
    )
    restored = Restored(outcome=Outcome.DONE)
    failed = PersisterResult(plan=ONE_EACH[4], outcome=Outcome.FAILED, rollback=restored)
    result = Result(environment="e", url="", persisters=(failed,))
    assert result_summary(result) == "Apply: 1 failed, 1 rolled back."
