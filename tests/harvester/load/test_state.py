"""The state of a server as its client sees it. All times are virtual."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.harvester.load.state import Load, Throttling
from tests.harvester.load.virtual import LATENCY, Bucket, Outage, Run


def state(parallelism: int = 4) -> Load:
    return Load(parallelism, lambda: 1.0)


def test_so_many_requests_are_in_flight_at_most() -> None:
    load = state(2)
    first, _ = load.begin(0), load.begin(0)
    assert load.wait(0) == math.inf
    load.answered(first, 1)
    assert (load.wait(1), load.throttling(1)) == (0, None)


def test_all_wait_as_long_as_the_server_requests() -> None:
    load = state()
    tickets = [load.begin(0) for _ in range(3)]
    load.refused(tickets[0], 1, 503, retry_after=5)
    load.refused(tickets[1], 2, 503, retry_after=9)
    load.refused(tickets[2], 3, 503, retry_after=1)
    assert [load.wait(now) for now in (3, 10, 11)] == [8, 1, 0]
    assert load.throttling(10) == Throttling(503, 1, 25)


def test_a_single_failure_stops_nobody() -> None:
    load = state()
    for now in range(5):
        load.answered(load.begin(now), now + 0.1)
    load.refused(load.begin(5), 5.1, 503)
    assert (load.wait(5.1), load.limit, load.throttling(5.1)) == (0, 3, None)


def test_failures_in_a_row_make_all_wait_longer_and_longer() -> None:
    load, now, pauses = state(), 0.0, []
    for _ in range(14):
        ticket = load.begin(now)
        load.refused(ticket, now + 0.1)
        pauses.append(round(load.wait(now + 0.1), 2))
        now += 0.1 + pauses[-1]
    assert pauses == [0, 0.26, 0.41, 0.66, 1.05, 1.68, 2.68, 4.29, 6.87, 10, 10, 10, 10, 10]
    assert load.limit == 1


def test_what_was_in_flight_together_is_one_failure() -> None:
    load = state(64)
    tickets = [load.begin(0) for _ in range(64)]
    for ticket in tickets:
        load.refused(ticket, 0.1, 429)
    assert (load.limit, load.wait(0.1)) == (51, 0)


def test_a_request_that_says_nothing_about_the_server_is_not_in_flight_any_more() -> None:
    load = state(1)
    load.begin(0)
    load.dropped()
    assert load.wait(0) == 0


def test_fewer_are_in_flight_when_the_latency_rises_and_more_when_it_falls() -> None:
    load, now = state(16), 0.0
    limits = []
    for latency, count in ((0.1, 50), (0.5, 100), (0.1, 200)):
        for _ in range(count):
            load.answered(load.begin(now), now + latency)
            now += latency
        limits.append(load.limit)
    assert limits == [16, 8, 16]


def test_a_slow_server_is_not_a_busy_one() -> None:
    load, now = state(16), 0.0
    for latency in (0.03, 0.2, 0.11, 0.05, 0.19) * 100:
        load.answered(load.begin(now), now + latency)
        now += latency
    assert (load.limit, load.throttling(now)) == (16, None)


@pytest.mark.parametrize("parallelism", [10, 64])
@pytest.mark.parametrize("retry_after", [None, 1.0])
@pytest.mark.parametrize(("burst", "most"), [(50, 1.1), (10, 1.6), (1, 1.6)])
def test_a_rate_limit_is_found(parallelism: int, retry_after: float | None, burst: int, most: float) -> None:
    rate, count = 50, 500
    run = Run(count, state(parallelism), Bucket(rate, burst).passes, retry_after)()
    ideal = (count - burst) / rate + LATENCY
    assert ideal <= run.seconds <= most * ideal
    assert run.refused < count


@pytest.mark.parametrize("parallelism", [1, 10, 64])
@pytest.mark.parametrize("begin", [0, 1])
def test_an_outage_is_waited_out_with_few_requests(parallelism: int, begin: float) -> None:
    run = Run(500, state(parallelism), Outage(begin, begin + 30).passes)()
    assert run.refused <= 3 * parallelism + 20
    assert run.seconds < begin + 30 + 10 + 500 * LATENCY  # the longest pause, then one by one at the slowest


steps = st.lists(
    st.tuples(
        st.sampled_from(["answered", "refused", "busy", "dropped"]),
        st.floats(0, 20),
        st.integers(0, 63),
    ),
    max_size=150,
)


@given(parallelism=st.integers(1, 64), steps=steps)
def test_whatever_happens(parallelism: int, steps: list[tuple[str, float, int]]) -> None:
    load, now, flying = state(parallelism), 0.0, []
    for kind, seconds, which in steps:
        while load.wait(now) == 0:
            flying.append(load.begin(now))
        assert len(flying) <= parallelism
        assert 1 <= load.limit <= parallelism
        # something goes on, if only after a while
        assert flying or load.wait(now) <= 20
        now += seconds
        if flying:
            ticket = flying.pop(which % len(flying))
            match kind:
                case "answered":
                    load.answered(ticket, now)
                case "refused":
                    load.refused(ticket, now, 429, retry_after=seconds)
                case "busy":
                    load.refused(ticket, now)
                case _:
                    load.dropped()
    for ticket in flying:
        load.dropped()
        del ticket
    # it recovers
    now += 100
    for _ in range(2_000):
        load.answered(load.begin(now), now + 0.001)
        now += 0.1
    assert (load.limit, load.wait(now), load.throttling(now)) == (parallelism, 0, None)
