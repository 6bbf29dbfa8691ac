"""When each persister is begun, and how long all takes at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.model import Timeouts
from persync.plan.parts.rollout import Longest, PlannedRollout
from persync.plan.waves.down import is_down
from persync.plan.waves.order import in_waves
from persync.plan.waves.planned import planned_rollout
from persync.plan.waves.times import longest_of
from persync.rollout import PROMPT, Canary, Pause, Rollout
from persync.safety import Amount
from tests.plan.waves.plans import KINDS, plan_of
from tests.plan.waves.test_order import CANARIES, LETTERS, LIMITS, NONE

TIMEOUTS = Timeouts(stop=10, update=20, start=40)
DELAY, SETTLE = 100, 5
RESTART = 175  # of all parts


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("r", Longest(stop=10, update=20, readiness_delay=100, start=40, settle=5)),
        ("o", Longest(stop=10, readiness_delay=100, start=40, settle=5)),
        ("u", Longest(update=20)),
        ("q", Longest(stop=10)),
        ("s", Longest(readiness_delay=100, start=40, settle=5)),
        ("n", Longest(update=20, readiness_delay=100, start=40, settle=5)),
        ("f", Longest(stop=10, readiness_delay=100, start=40, settle=5)),
        ("d", Longest(readiness_delay=100, start=40, settle=5)),
        ("g", Longest(stop=10, readiness_delay=100, start=40, settle=5)),
    ],
)
def test_the_longest_of_a_persister(letter: str, expected: Longest) -> None:
    assert longest_of(KINDS[letter], TIMEOUTS, DELAY, SETTLE) == expected


def rollout_of(letters: str, rollout: Rollout, *, parallelism: int = 10, total: int = 20) -> PlannedRollout:
    plan = plan_of(letters)
    delays = {planned.id: DELAY for planned in plan.persisters}
    return planned_rollout(plan, rollout, total=total, parallelism=parallelism, timeouts=TIMEOUTS, delays=delays)


def settings(
    *, canary: Canary = NONE, batch: int | None = None, limit: Amount | None = None, pause: Pause = 0.0
) -> Rollout:
    return Rollout(
        canary=canary,
        batch=None if batch is None else Amount(batch),
        max_unavailable=limit,
        settle=SETTLE,
        pause=pause,
    )


@pytest.mark.parametrize(
    ("letters", "rollout", "parallelism", "begins", "seconds"),
    [
        ("", settings(), 10, [], 0),
        ("rrr", settings(), 10, [0, 0, 0], RESTART),
        ("rrr", settings(), 2, [0, 0, RESTART], 2 * RESTART),
        ("rrr", settings(limit=Amount(1)), 10, [0, RESTART, 2 * RESTART], 3 * RESTART),
        ("rrr", settings(limit=Amount(10, is_percent=True)), 10, [0, 0, RESTART], 2 * RESTART),
        ("rr", settings(batch=1, pause=60.0), 10, [0, RESTART + 60], 2 * RESTART + 60),
        ("rr", settings(batch=1, pause=PROMPT), 10, [0, RESTART], 2 * RESTART),
        ("uq", settings(limit=Amount(1)), 10, [0, 0], 20),
        # a start that takes 145 s comes first, and only then a restart may begin
        ("rs", settings(limit=Amount(1)), 10, [0, 145], 145 + RESTART),
        ("rss", settings(limit=Amount(2)), 10, [0, 0, 145], 145 + RESTART),
        # what cannot be started uses the limit up
        ("rb", settings(limit=Amount(1)), 10, [None], 0),
        ("rbu", settings(limit=Amount(1)), 10, [0, None], 20),
        ("rre", settings(limit=Amount(2)), 10, [0, 0], RESTART),
    ],
)
def test_when_each_is_begun(
    letters: str, rollout: Rollout, parallelism: int, begins: list[float | None], seconds: float
) -> None:
    found = rollout_of(letters, rollout, parallelism=parallelism)
    assert [member.begins_after for wave in found.waves for member in wave.persisters] == begins
    assert found.seconds == seconds


def test_the_limits_in_numbers() -> None:
    rollout = Rollout(max_unavailable=Amount(10, is_percent=True), max_failures=Amount(50, is_percent=True))
    found = rollout_of("rrsb", rollout, total=30)
    assert (found.max_unavailable, found.configured_unavailable, found.max_failures) == (3, "10%", 1)
    assert [str(pid) for pid in found.down] == ["web/s2", "web/b3"]
    assert rollout_of("r", Rollout(max_failures=None)).max_failures is None


@pytest.mark.parametrize(("letters", "lacks"), [("rr", True), ("ru", False), ("", False)])
def test_canaries_that_the_plan_does_not_have(letters: str, lacks: bool) -> None:
    assert rollout_of(letters, settings(canary=("u*",))).no_canary is lacks


@given(LETTERS, CANARIES, LIMITS, LIMITS, st.integers(1, 4))
def test_laws(letters: str, canary: Canary, batch: int | None, limit: int | None, parallelism: int) -> None:
    plan = plan_of(letters)
    allowed = None if limit is None else Amount(limit)
    found = rollout_of(letters, settings(canary=canary, batch=batch, limit=allowed), parallelism=parallelism)
    members = [member for wave in found.waves for member in wave.persisters]
    ordered = in_waves(plan.persisters, canary, batch, limit)
    assert [member.id for member in members] == [planned.id for wave in ordered for planned in wave.persisters]
    ends = {
        member.id: (member.begins_after, member.begins_after + member.seconds)
        for member in members
        if member.begins_after is not None
    }
    # whoever can have a turn has one: only persisters that stay down use the limit up for good
    stay_down = [planned.id for planned in plan.persisters if is_down(planned) and not planned.steps]
    is_exhausted = limit is not None and len(stay_down) >= limit
    assert [member.id for member in found.not_begun] == [m.id for m in members if m.goes_down and is_exhausted]
    # the limits hold at every moment
    before = {planned.id for planned in plan.persisters if is_down(planned)}
    for begin, _ in ends.values():
        under_way = {pid for pid, (since, until) in ends.items() if since <= begin < until}
        assert len(under_way) <= parallelism
        going = {member.id for member in members if member.goes_down} & under_way
        still = {pid for pid in before if pid not in ends or ends[pid][1] > begin}
        assert limit is None or not going or len(going | still) <= limit
    # waves follow one another
    for earlier, later in zip(found.waves, found.waves[1:], strict=False):
        last = max((ends[m.id][1] for m in earlier.persisters if m.id in ends), default=0)
        assert all(ends[m.id][0] >= last for m in later.persisters if m.id in ends)
