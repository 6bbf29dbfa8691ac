"""An API that is busy, or behind a gateway with a rate limit."""

from __future__ import annotations

import pytest

from tests.command_line import Ended, Installation

NAMES = [f"e{number:02}" for number in range(30)]
LINE = (
    "the API answers 429 (too many requests): fewer requests are sent, and failed reads are repeated until the timeout"
)
IN_SYNC = "No changes. 30 persisters are in sync."


def plan(installation: Installation, *arguments: str, **fault: object) -> Ended:
    server = installation.serve({"persisters": [{"eventType": name, "state": "RUNNING"} for name in NAMES]})
    installation.write("persisters/all.yaml", "---\n".join(f"eventType: {name}\n" for name in NAMES))
    server.set_faults([fault])
    return installation.run("plan", *arguments)


@pytest.mark.parametrize("parallelism", ["1", "10", "64"])
@pytest.mark.parametrize("retry_after", [None, 1])
def test_a_rate_limit_fails_no_plan_and_is_logged_once(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, parallelism: str, retry_after: int | None
) -> None:
    monkeypatch.setattr("persync.cli.progress.reading._SILENT", 0.0)
    monkeypatch.setattr("persync.cli.progress.reading._LOOK", 0.01)
    limit = {"kind": "rate-limit", "perSecond": 25, "burst": 15, "retryAfter": retry_after}
    ended = plan(installation, "--parallelism", parallelism, "--timeout", "1m", **limit)
    assert (ended.code, ended.last_line) == (0, IN_SYNC)
    lines = [line for line in ended.err.splitlines() if not line.startswith("read ")]
    assert lines == [LINE]


def test_a_few_failures_are_repeated_without_a_word(installation: Installation) -> None:
    ended = plan(installation, kind="unavailable", every=6)
    assert (ended.code, ended.err, ended.last_line) == (0, "", IN_SYNC)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "too-many-requests", "retryAfter": None}, "too many requests; API rate limit exceeded"),
        ({"kind": "too-many-requests", "retryAfter": 600}, "too many requests; API rate limit exceeded"),
        ({"kind": "unavailable"}, "answers 503"),
    ],
)
def test_an_api_that_stays_busy_is_an_error_when_the_timeout_is_over(
    installation: Installation, fault: dict[str, object], message: str
) -> None:
    installation.monkeypatch.setenv("PERSYNC_TIMEOUT", "200ms")
    ended = plan(installation, "--parallelism", "1", **fault)
    assert (ended.code, ended.out, ended.err.count("error: "), message in ended.err) == (1, "", 1, True)


def test_requests_that_do_not_get_their_turn_are_an_error(installation: Installation) -> None:
    limit = {"kind": "rate-limit", "perSecond": 0.1, "burst": 3, "retryAfter": None}
    ended = plan(installation, "--timeout", "0.5", "--parallelism", "2", **limit)
    assert (ended.code, ended.out, ended.err.count("error: ")) == (1, "", 1)


@pytest.mark.parametrize("value", ["soon", "-1", "5 s", "1d", ""])
def test_what_is_no_timeout(installation: Installation, value: str) -> None:
    ended = installation.run("plan", "--timeout", value)
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        f"error: Invalid value for '--timeout': '{value}' is not a duration of at most a day, such as 500ms, 5s or 2m",
    )
