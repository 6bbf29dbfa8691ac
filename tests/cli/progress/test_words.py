"""The progress of an apply as text, from its events."""

import pytest

from persync.cli.progress.board import Board
from persync.cli.progress.words import block, cropped, finished, line
from persync.model import PG, PersisterId, RunState, Span
from persync.plan.events import (
    DeadlineStarted,
    Event,
    PauseStarted,
    PersisterFinished,
    PersisterStarted,
    Recovering,
    Retrying,
    RollingBack,
    RolloutEnded,
    StartingAgain,
    StateSeen,
    StepStarted,
    Verifying,
    WaitStarted,
    WaveStarted,
)
from persync.plan.parts.rollout import Wave, WaveKind
from persync.plan.plan import PersisterPlan
from persync.plan.result import PersisterResult
from persync.plan.terms import Outcome, Step

A, B = PersisterId("web", "a", PG), PersisterId("web", "carts-1", PG)
MANY = [PersisterId("web", f"e{number:02}", PG) for number in range(12)]
WAVE = Wave(kind=WaveKind.BATCH, pause=60.0, persisters=(), seconds=1)


def result(
    persister: PersisterId, outcome: Outcome, problem: str = "", downtime: float | None = None
) -> PersisterResult:
    plan = PersisterPlan(id=persister, span=Span("a.yaml", 1, 1), live_state="RUNNING", desired_state=RunState.RUNNING)
    return PersisterResult(plan=plan, outcome=outcome, problem=problem, downtime=downtime, last_state="RUNNING")


def ended(persister: PersisterId, outcome: Outcome) -> PersisterFinished:
    return PersisterFinished(result(persister, outcome))


def board(*events: tuple[float, Event], total: int = 3) -> Board:
    made = Board(total, 100.0)
    for at, event in events:
        made.note(event, 100.0 + at)
    return made


RUNNING, STOPPED = WaitStarted(B, RunState.RUNNING, 240), WaitStarted(B, RunState.STOPPED, 30)
LIMIT = DeadlineStarted(B, 240)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        ([], "reading 7 s"),
        ([StepStarted(B, Step.STOP)], "stopping 6 s"),
        ([StepStarted(B, Step.STOP), DeadlineStarted(B, 20)], "stopping 5 s of 20 s"),
        ([StepStarted(B, Step.PUT), DeadlineStarted(B, 4)], "updating 5 s of 4 s"),
        ([StepStarted(B, Step.PUT), DeadlineStarted(B, 3)], "updating 5 s of 3 s, last try"),
        ([StepStarted(B, Step.START), StateSeen(B, RunState.STOPPED)], "starting 6 s"),
        ([STOPPED, DeadlineStarted(B, 30)], "waiting for STOPPED 5 s of 30 s"),
        ([STOPPED, DeadlineStarted(B, 30), StateSeen(B, RunState.STOPPING)], "STOPPING 5 s of 30 s"),
        ([RUNNING, LIMIT, StateSeen(B, RunState.DEPLOYING)], "DEPLOYING 5 s of 4 min"),
        ([RUNNING, LIMIT, Retrying(B, "no")], "waiting for RUNNING 5 s of 4 min; for 4 s: no"),
        ([RUNNING, LIMIT, Retrying(B, "no"), Retrying(B, "out")], "waiting for RUNNING 5 s of 4 min; for 4 s: out"),
        (
            [RUNNING, LIMIT, StateSeen(B, RunState.DEPLOYING), Retrying(B, "GET /a/b/state: no route")],
            "waiting for RUNNING 5 s of 4 min; for 3 s: no route",
        ),
        ([RUNNING, Retrying(B, "GET /a answered 503: x")], "waiting for RUNNING 6 s; for 5 s: answered 503: x"),
        ([RUNNING, Retrying(B, "no"), StateSeen(B, RunState.RUNNING)], "RUNNING 6 s"),
        ([RUNNING, StateSeen(B, RunState.RUNNING), Verifying(B), LIMIT], "verifying 3 s of 4 min"),
        ([Retrying(B, "a\nb")], "reading 7 s; for 6 s: a\\u000ab"),
        ([RUNNING, LIMIT, Recovering(B, "it is late"), DeadlineStarted(B, 60)], "starting again 3 s of 1 min"),
        ([RUNNING, LIMIT, Retrying(B, "no"), Recovering(B, "late")], "starting again 3 s; for 4 s: no"),
        ([RUNNING, LIMIT, DeadlineStarted(B, 10, "last look")], "last look 4 s of 10 s"),
        ([StartingAgain(B)], "starting again 6 s"),
        ([RollingBack(B)], "rolling back 6 s"),
    ],
)
def test_what_a_persister_does(event: list[Event], text: str) -> None:
    made = board(*enumerate([PersisterStarted(B), *event]))
    assert line(made, 107) == f"0/3 done, 1 waiting: web/carts-1 {text}"


def test_a_block_has_a_line_for_each_persister_that_is_under_way() -> None:
    made = board(
        (0, PersisterStarted(A)),
        (0, PersisterStarted(MANY[0])),
        (0, PersisterStarted(MANY[1])),
        (1, PersisterStarted(B)),
        (2, RUNNING),
        (2, LIMIT),
        (3, StateSeen(B, RunState.DEPLOYING)),
        (4, ended(MANY[0], Outcome.ALREADY)),
        (5, ended(MANY[1], Outcome.CONFLICT)),
        total=41,
    )
    assert block(made, 175.4, (79, 22), "the API does not answer: next request in 4 s") == [
        "",
        "1/41 done, 1 conflict, 2 waiting  1 min 15 s",
        "  the API does not answer: next request in 4 s",
        "  web/a        reading 1 min 15 s",
        "  web/carts-1  DEPLOYING 1 min 13 s of 4 min",
    ]


@pytest.mark.parametrize(
    ("size", "lines"),
    [
        (
            (40, 22),
            ["", "0/12 done, 12 waiting  1 s", *(f"  web/e{n:02}  reading 1 s" for n in range(10)), "  and 2 more"],
        ),
        ((20, 6), ["", "0/12 done, 12 waiti…", *(f"  web/e{n:02}  reading …" for n in range(3)), "  and 9 more"]),
        ((40, 2), ["0/12 done, 12 waiting  1 s"]),
        ((40, 1), ["0/12 done, 12 waiting  1 s"]),
    ],
)
def test_a_block_fits_the_terminal(size: tuple[int, int], lines: list[str]) -> None:
    made = board(*((0, PersisterStarted(each)) for each in MANY), total=12)
    shown = block(made, 101, size)
    assert shown == lines
    assert (len(shown) <= size[1], max(map(len, shown)) <= size[0]) == (True, True)


def test_a_line_names_a_few() -> None:
    made = board(*((0, PersisterStarted(each)) for each in MANY), total=12)
    named = "web/e00 reading 1 s, web/e01 reading 1 s, web/e02 reading 1 s, 9 more"
    assert line(made, 101, "busy") == f"0/12 done, 12 waiting: {named}; busy"


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([WaveStarted(WAVE, 2, 3)], "0/3 done, wave 2 of 3"),
        ([WaveStarted(WAVE, 2, 3), PauseStarted(60.0)], "0/3 done, next wave in 51 s"),
        ([PauseStarted(1.0)], "0/3 done, next wave in 0 s"),
        ([WaveStarted(WAVE, 1, 2), PauseStarted(60.0), WaveStarted(WAVE, 2, 2)], "0/3 done, wave 2 of 2"),
        ([ended(A, Outcome.DONE), ended(A, Outcome.FAILED)], "0/3 done, 1 failed"),
        ([StateSeen(A, RunState.RUNNING), Retrying(A, "no"), DeadlineStarted(A, 9), RolloutEnded("x")], "0/3 done"),
    ],
)
def test_the_head(events: list[Event], text: str) -> None:
    assert line(board(*enumerate(events)), 110) == text


@pytest.mark.parametrize(
    ("ended", "text"),
    [
        (result(A, Outcome.DONE, downtime=8.3), "web/a: done, down for 8.3 s"),
        (result(A, Outcome.ALREADY), "web/a: already"),
        (result(A, Outcome.FAILED, "web/a went to FAILED"), "web/a: failed: went to FAILED"),
        (result(A, Outcome.CONFLICT, "nothing\nwas written"), "web/a: conflict: nothing\\u000awas written"),
    ],
)
def test_a_persister_that_is_finished(ended: PersisterResult, text: str) -> None:
    assert finished(ended) == text


@pytest.mark.parametrize(("columns", "text"), [(5, "abcde"), (6, "abcde"), (4, "abc…"), (1, "…")])
def test_a_line_that_is_too_long_is_cropped(columns: int, text: str) -> None:
    assert cropped("abcde", columns) == text
