"""A gateway with a rate limit, and one that is slow, or fails now and then."""

from typing import Any

import pytest

from persync.sandbox.domain.faults import FAULTS, RateLimit, ServerError
from persync.sandbox.fault_injection import FaultInjector
from tests.sandbox.support import Client, Clock, path_of, running

PATH = path_of("snowplow-web")
SEEDS = [{"eventType": "snowplow-web"}]


@pytest.mark.parametrize(
    ("limit", "passing"),
    [
        ({"perSecond": 2}, [2, 2, 1, 0, 2]),
        ({"perSecond": 2, "burst": 4}, [4, 2, 1, 0, 4]),
        ({"perSecond": 0.5}, [1, 0, 0, 0, 1]),
        ({"perSecond": 2, "burst": 1}, [1, 1, 1, 0, 1]),
        ({"perSecond": 2, "after": 3}, [5, 2, 1, 0, 2]),
    ],
)
def test_a_rate_limit_lets_so_many_requests_pass(limit: dict[str, Any], passing: list[int]) -> None:
    clock = Clock()
    faults = FaultInjector(FAULTS.validate_python([{"kind": "rate-limit", **limit}]), clock)
    passed = []
    for pause in (0, 1, 0.5, 0.25, 10):
        clock.now += pause
        passed.append(sum(not faults.trigger("GET", PATH, (RateLimit,)) for _ in range(6)))
    assert passed == passing


@pytest.mark.parametrize(
    ("limit", "status", "retry_after"),
    [({}, 429, "1"), ({"retryAfter": None}, 429, None), ({"status": 503, "retryAfter": "30"}, 503, "30")],
)
def test_a_gateway_with_a_rate_limit(limit: dict[str, object], status: int, retry_after: str | None) -> None:
    fault = {"kind": "rate-limit", "perSecond": 0.001, "burst": 2, **limit}
    with running(persisters=SEEDS, faults=[fault]) as server:
        client = Client(server, checked=False)
        responses = [client.get(PATH) for _ in range(4)]
    assert [response.status_code for response in responses] == [200, 200, status, status]
    assert responses[2].headers.get("retry-after") == retry_after
    assert responses[2].text == '{"message": "API rate limit exceeded"}'


def test_every_so_many_th_request_triggers_a_fault() -> None:
    faults = FaultInjector(FAULTS.validate_python([{"kind": "server-error", "after": 1, "times": 5, "every": 2}]))
    assert [len(faults.trigger("GET", PATH, (ServerError,))) for _ in range(8)] == [0, 0, 1, 0, 1, 0, 0, 0]


@pytest.mark.parametrize("range_", [{}, {"upTo": 0.04}])
def test_latency_delays_a_response(range_: dict[str, float]) -> None:
    with running(persisters=SEEDS, faults=[{"kind": "latency", "seconds": 0.02, **range_}]) as server:
        assert Client(server).get(PATH).status_code == 200
