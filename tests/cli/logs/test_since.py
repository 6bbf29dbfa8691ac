"""``persync logs --since DURATION``: by the times that the lines begin with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from persync.cli.logs.lines import MOST_LINES, Since, since, time_of
from tests.command_line import Ended, Installation
from tests.harvester.loopback import Reply, serving

REST = "  INFO [g-p-pg-event-type-sink,,,] 1 --- [-write-health-1] o.a.k.c.c.internals.AbstractCoordinator  : text"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
OLD, NEW, LATER = (f"2026-11-26 {time}.156{REST}" for time in ("11:59:59", "12:00:00", "12:30:00"))
PERSISTER = Reply(body={"appConfig": {}, "state": {"status": "RUNNING"}})


@pytest.mark.parametrize(
    ("line", "time"),
    [
        (f"2026-11-26 12:00:00{REST}", NOON),
        ("2026-11-26T12:00:00Z INFO", NOON),
        ("2026-11-26T13:00:00.000+01:00 INFO", NOON),
        ("2026-11-26T13:00:00,000+0100 INFO", NOON),
        ('{"@timestamp":"2026-11-26T12:00:00.000000Z","message":"m"}', NOON),
        ('{"time": "2026-11-26T12:00:00Z"}', NOON),
        (NEW, NOON + timedelta(milliseconds=156)),
        ("2026-13-26 12:00:00 INFO", None),
        ("\tat org.example.Main(Main.java:2026-11-26 12:00:00)", None),
        ("", None),
    ],
)
def test_the_time_of_a_line(line: str, time: datetime | None) -> None:
    assert time_of(line) == time


@pytest.mark.parametrize(
    ("lines", "first", "is_whole"),
    [
        ([], 0, True),
        ([OLD, NEW, LATER], 1, True),
        ([OLD, "\tat a.b.C", NEW, "\tat a.b.C"], 2, True),
        (["\tat a.b.C", NEW], 1, True),
        ([OLD, OLD], 2, True),
        ([NEW] * MOST_LINES, 0, False),
        (["\tat a.b.C", *[NEW] * (MOST_LINES - 1)], 1, False),
        ([OLD, *[NEW] * (MOST_LINES - 1)], 1, True),
        (["a"] * MOST_LINES, 0, False),
    ],
)
def test_the_lines_since_a_time(lines: list[str], first: int, is_whole: bool) -> None:
    times = [time for line in lines if (time := time_of(line))]
    assert since(lines, NOON) == Since(lines[first:], is_whole, times[-1] if times else None)


def of(seconds: float) -> str:
    return f"{datetime.now(UTC) - timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S.000}{REST}"


def logs(installation: Installation, lines: list[str], *options: str) -> Ended:
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "token")
    with serving() as api:
        api.answers(PERSISTER, Reply(body={"logs": lines}))
        installation.settings(url=api.url)
        installation.write("persisters/one.yaml", "eventType: one\n")
        return installation.run("logs", "one", *options)


def test_the_lines_of_the_last_minutes(installation: Installation) -> None:
    lines = [of(3600), "\tat a.b.C", of(200), "\tat a.b.C", of(0)]
    assert logs(installation, lines, "--since", "5m") == Ended(0, "".join(f"{line}\n" for line in lines[2:]), "")
    assert logs(installation, lines, "--since", "5m", "-n", "1") == Ended(0, f"{lines[-1]}\n", "")
    assert logs(installation, lines, "--since", "2h").out.count("\n") == 5


@pytest.mark.parametrize(
    ("lines", "shown", "err"),
    [
        (["a", "b"], 2, "warning: the lines of global/one do not begin with a time: all 2 are shown\n"),
        ([], 0, ""),
        (
            [OLD.replace("2026", "1999")],
            0,
            "global/one has logged nothing since then; its last line is of 1999-11-26 11:59:59 UTC\n",
        ),
        (
            [OLD.replace("2026", "2926")],
            1,
            "warning: the log of global/one is ahead of this clock: a clock is wrong, or the times are not in UTC\n",
        ),
    ],
)
def test_what_is_not_known(installation: Installation, lines: list[str], shown: int, err: str) -> None:
    assert logs(installation, lines, "--since", "5m") == Ended(0, "".join(f"{line}\n" for line in lines[:shown]), err)


def test_more_than_the_api_has(installation: Installation) -> None:
    ended = logs(installation, [of(0)] * MOST_LINES, "--since", "5m")
    assert (ended.code, ended.out.count("\n"), ended.err) == (
        0,
        MOST_LINES,
        f"warning: global/one has logged more since then than the {MOST_LINES} lines that there are\n",
    )


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            ("--since", "5x"),
            "Invalid value for '--since': '5x' is not a duration of at most 8760 h, such as 500ms, 5s or 2m",
        ),
        (("--since", "5m", "--since-start"), "--since and --since-start are two beginnings: leave out one of them"),
    ],
)
def test_what_is_wrong(installation: Installation, options: tuple[str, ...], error: str) -> None:
    ended = installation.run("logs", "one", *options)
    assert (ended.code, ended.err.startswith(f"error: {error}")) == (1, True)
