from pathlib import Path

import pytest

from persync.model import PersisterId, RunState, Span
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Attribution, Outcome, Step
from persync.report.formats.text import TextRenderer
from persync.report.printable import quoted
from tests.builders import change

SNAPSHOTS = Path(__file__).parent / "snapshots"
STOP, PUT, START, WAIT = Step.STOP, Step.PUT, Step.START, Step.WAIT
TEXT, COLORED = TextRenderer(), TextRenderer(color=True)


def span(line: int) -> Span:
    return Span("persisters/web.yaml", line, 3)


def planned(
    name: str, *steps: Step, live: str = "RUNNING", desired: RunState | None = RunState.RUNNING, **more: object
) -> PersisterPlan:
    return PersisterPlan.model_validate(
        {
            "id": PersisterId("webtracking", name, "pg"),
            "span": span(1),
            "live_state": live,
            "desired_state": desired,
            "steps": [{"step": step, "reason": "of its reason"} for step in steps],
            "reason": "of its reason" if steps else "",
            **more,
        }
    )


SENSITIVE = "(sensitive)"
CHANGES = (
    change("appConfig.eventstore.batchSize", "100", "500", before_default=True, span=span(4)),
    change("appConfig.my.\x1b[31mown", None, 'a\x1b[31m\u202e\n"b', span=span(5)),
    change("appConfig.my.password", SENSITIVE, "(sensitive, changed)", span=span(6)),
    change("deployerConfig.kubernetes.limits.cpu", "500m", None, after_default=True),
    change("deployerConfig.kubernetes.volumes", "x", None, subpath="[a].gone", span=span(7)),
)
PLAN = Plan(
    environment="production",
    url="https://harvester.example.com",
    persisters=(
        planned("blocked", live="UNKNOWN", blocked="its run state is UNKNOWN"),
        planned("only-warned", desired=None, warnings=("it runs an older configuration",)),
        planned("put", PUT, desired=None, changes=CHANGES[:1], warnings=("it keeps its old configuration",)),
        planned("restarts", STOP, PUT, START, changes=CHANGES),
        planned("starts", START, live="STOPPED"),
        planned("stops", STOP, desired=RunState.STOPPED),
        planned("waits", WAIT, live="DEPLOYING"),
    ),
    in_sync=41,
)
RESULT = Result(
    environment="production",
    url="https://harvester.example.com",
    persisters=(
        PersisterResult(plan=planned("already", STOP), outcome=Outcome.ALREADY),
        PersisterResult(
            plan=planned("conflict", STOP, PUT, START, changes=CHANGES[:1]),
            outcome=Outcome.CONFLICT,
            problem="live changed; plan again",
            difference=planned("conflict", STOP, PUT, START, changes=CHANGES[1:2]),
        ),
        PersisterResult(plan=planned("done", STOP, PUT, START), outcome=Outcome.DONE, steps_taken=(STOP, PUT, START)),
        PersisterResult(
            plan=planned("failed", STOP, PUT, START, changes=CHANGES[:1]),
            outcome=Outcome.FAILED,
            steps_taken=(STOP, PUT),
            steps_left=(START,),
            problem="it went to FAILED",
            logs=("12:00 INFO fine", "12:01 ERROR \x1b[31m not"),
        ),
        PersisterResult(plan=planned("later", START), outcome=Outcome.NOT_ATTEMPTED),
        PersisterResult(
            plan=planned("cut-short", STOP, START),
            outcome=Outcome.CANCELLED,
            steps_taken=(STOP,),
            steps_left=(START,),
            left_stopped=True,
            problem="not waited",
        ),
        PersisterResult(
            plan=planned("no-way", live="UNKNOWN", blocked="its run state is UNKNOWN"),
            outcome=Outcome.BLOCKED,
            problem="its run state is UNKNOWN",
        ),
    ),
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan.txt", TEXT.plan(PLAN)),
        ("plan-in-colour.txt", COLORED.plan(PLAN)),
        ("result.txt", TEXT.result(RESULT)),
        ("result-in-colour.txt", COLORED.result(RESULT)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == (SNAPSHOTS / name).read_text(encoding="utf-8")


def test_the_origin_of_a_run_state_is_shown() -> None:
    [line] = [
        line
        for line in TEXT.plan(
            Plan(
                environment="e",
                url="sandbox:",
                persisters=(planned("p", START, live="STOPPED", state_attribution=Attribution.THIS_BRANCH),),
                in_sync=0,
            )
        ).splitlines()
        if "start:" in line and "STOPPED" in line
    ]
    assert line == "    start: of its reason (STOPPED → RUNNING)  this branch"


def test_nothing_of_a_plan_begins_a_line_or_steers_a_terminal() -> None:
    hostile = "a\x1b[2J\n::error::b"
    one = planned("p", PUT, reason=hostile, live=hostile).model_copy(
        update={"id": PersisterId(hostile, hostile, hostile), "span": Span(hostile, 1, 1)}
    )
    plan = Plan(environment=hostile, url=hostile, persisters=(one,), in_sync=0)
    result = Result(
        environment="e",
        url="u",
        persisters=(PersisterResult(plan=one, outcome=Outcome.FAILED, problem=hostile, logs=(hostile,)),),
    )
    for text in (
        TEXT.plan(plan),
        TEXT.plan(plan.model_copy(update={"kind": "diff", "base": hostile})),
        TEXT.result(result),
    ):
        assert "\x1b" not in text
        assert [line for line in text.splitlines() if line.startswith("::")] == []


def test_an_empty_plan() -> None:
    assert TEXT.plan(Plan(environment="e", url="sandbox:", persisters=(), in_sync=2)) == (
        "Plan for environment e (sandbox:)\n\nNo changes. 2 persisters are in sync.\n"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é → 😀", '"plain é → 😀"'),
        ('say "hi" \\', r'"say \"hi\" \\"'),
        ("\x1b[31m\r\n\t\x00", r'"\u001b[31m\r\n\t\u0000"'),
        ("\u202eabc\u2066\u200b\ufeff\x7f\x9b", r'"\u202eabc\u2066\u200b\ufeff\u007f\u009b"'),
    ],
)
def test_quoted(text: str, expected: str) -> None:
    assert quoted(text) == expected
