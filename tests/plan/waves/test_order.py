"""Who is in which wave, cell by cell, and what is true of all waves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.plan.parts.rollout import WaveKind
from persync.plan.waves.down import goes_down, is_down
from persync.plan.waves.order import in_waves
from persync.rollout import Canary
from persync.safety import Amount
from tests.plan.waves.plans import KINDS, persisters

NONE, ONE, TWO, HALF = Amount(0), Amount(1), Amount(2), Amount(50, is_percent=True)


def waves(letters: str, canary: Canary, batch: int | None, limit: int | None) -> list[str]:
    return [
        f"{wave.kind}: {' '.join(planned.id.event_type for planned in wave.persisters)}"
        for wave in in_waves(persisters(letters), canary, batch, limit)
    ]


@pytest.mark.parametrize(
    ("letters", "canary", "batch", "limit", "expected"),
    [
        ("", NONE, None, None, []),
        ("wbe", ONE, 1, 1, []),
        ("rru", NONE, None, None, ["batch: r0 r1 u2"]),
        ("rrrrr", NONE, 2, None, ["batch: r0 r1", "batch: r2 r3", "batch: r4"]),
        ("rrrr", ONE, None, None, ["canary: r0", "batch: r1 r2 r3"]),
        ("rrrr", HALF, 1, None, ["canary: r0 r1", "batch: r2", "batch: r3"]),
        ("rr", Amount(5), None, None, ["canary: r0 r1"]),
        # a canary shows most if a new configuration is started
        ("uqsr", ONE, None, None, ["canary: r3", "batch: u0 q1 s2"]),
        ("uqsf", ONE, None, None, ["canary: s2", "batch: u0 q1 f3"]),
        ("uq", ONE, None, None, ["canary: u0", "batch: q1"]),
        ("rrr", ("web/r1",), None, None, ["canary: r1", "batch: r0 r2"]),
        ("rrr", ("r[12]", "r0"), 1, None, ["canary: r0 r1 r2"]),
        ("rr", ("other/*",), None, None, ["batch: r0 r1"]),
        # without a limit, the order is that of the plan
        ("rsrs", NONE, None, None, ["batch: r0 s1 r2 s3"]),
        # with one, what takes no persister down is first
        ("rsrq", NONE, None, 1, ["batch: s1 q3 r0 r2"]),
        ("rrsss", NONE, 2, 2, ["batch: s2 s3", "batch: s4 r0", "batch: r1"]),
        ("rsn", ONE, None, 2, ["canary: n2", "batch: s1 r0"]),
        # the limit is used up: what has to run before a canary can be restarted is first
        ("rrss", ONE, None, 2, ["recovery: s2 s3", "canary: r0", "batch: r1"]),
        ("rrss", ("r1",), None, 2, ["recovery: s2 s3", "canary: r1", "batch: r0"]),
        ("rrss", ("r1",), None, 3, ["canary: r1", "batch: s2 s3 r0"]),
        ("rrns", ("r1",), None, 2, ["recovery: s3", "canary: r1", "batch: n2 r0"]),
        ("rrnns", ("r1",), None, 1, ["recovery: n2 n3 s4", "canary: r1", "batch: r0"]),
        ("rrns", ("s3",), None, 1, ["canary: s3", "batch: n2 r0 r1"]),
        ("rrns", ("s3", "r1"), None, 1, ["recovery: n2", "canary: s3 r1", "batch: r0"]),
        # nothing can help
        ("rrb", ("r1",), None, 1, ["canary: r1", "batch: r0"]),
    ],
)
def test_waves(letters: str, canary: Canary, batch: int | None, limit: int | None, expected: list[str]) -> None:
    assert waves(letters, canary, batch, limit) == expected


def test_who_is_down_and_who_goes_down() -> None:
    assert "".join(letter for letter, planned in KINDS.items() if is_down(planned)) == "snfdgb"
    assert "".join(letter for letter, planned in KINDS.items() if goes_down(planned)) == "ro"


LETTERS = st.text(st.sampled_from("".join(KINDS)), max_size=12)
CANARIES = st.one_of(
    st.builds(Amount, st.integers(0, 5)),
    st.builds(Amount, st.integers(0, 100), st.just(value=True)),
    st.sampled_from([("r*",), ("s*", "n*"), ("*0", "*3"), ("nobody",)]),
)
LIMITS = st.one_of(st.none(), st.integers(1, 4))


@given(LETTERS, CANARIES, LIMITS, LIMITS)
def test_laws(letters: str, canary: Canary, batch: int | None, limit: int | None) -> None:
    plans = persisters(letters)
    found = in_waves(plans, canary, batch, limit)
    flat = [planned for wave in found for planned in wave.persisters]
    to_do = [planned for planned in plans if planned.steps]
    # everyone once, and nobody without steps
    assert sorted(planned.id for planned in flat) == [*sorted(planned.id for planned in to_do)]
    # first what is needed for the canaries, then those, then the batches; no wave is empty
    kinds = [wave.kind for wave in found]
    assert kinds == sorted(kinds, key=list(WaveKind).index)
    assert kinds.count(WaveKind.CANARY) <= 1
    assert all(wave.persisters for wave in found)
    # no batch is larger, and only the last one is smaller
    sizes = [len(wave.persisters) for wave in found if wave.kind is WaveKind.BATCH]
    assert batch is None or (all(size == batch for size in sizes[:-1]) and all(size <= batch for size in sizes))
    # the order within a wave is that of the plan, but for what takes nothing down
    for wave in found:
        order = [(limit is not None and goes_down(planned), plans.index(planned)) for planned in wave.persisters]
        assert order == sorted(order)
    # the same again
    assert in_waves(plans, canary, batch, limit) == found
