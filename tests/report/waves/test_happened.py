"""What the timeline of a run shows."""

from collections import Counter

import pytest

from persync.plan.parts.rollout import WaveKind
from persync.plan.result import Result
from persync.report.formats.html import HtmlRenderer
from persync.report.formats.markdown import MarkdownRenderer
from persync.report.waves.downs import downs
from persync.report.waves.happened import Stretch, happened_lines, legend, opened, stretches
from persync.report.waves.scale import Scale, clock
from tests.report.html.page import Page
from tests.report.waves.runs import Wave, run

CANARY = Wave(0, "d", WaveKind.CANARY)
FAILED = run(CANARY, Wave(72, "dfcn", pause=30.0), Wave(None, "nn", pause=30.0))
MANY = run(*(Wave(50 * number, "d" * 5) for number in range(40)), Wave(2_000, "dfddd"), Wave(None, "n" * 5))


def facts(result: Result) -> list[str]:
    return [f"{each.title} {each.facts}" for each in stretches(result)]


def test_the_waves() -> None:
    assert facts(FAILED) == [
        "1. canary 1 persister: 1 done; 42 s from 0:00; down for 38 s",
        "2. batch 4 persisters, after a pause of 30 s: 1 failed, 1 cancelled, 1 not attempted, 1 done;"
        " 4 min 32 s from 1:12; down for 38 s to 4 min 31 s",
        "3. batch 2 persisters, after a pause of 30 s: 2 not attempted",
    ]
    assert facts(run(Wave(0, "aa"))) == ["1. batch 2 persisters: 2 in sync already; 1 s from 0:00"]
    assert facts(run()) == []


def test_adjacent_waves_of_a_large_run_are_one_unless_something_failed() -> None:
    assert facts(MANY) == [
        "1 to 40. batch 200 persisters: 200 done; 33 min 12 s from 0:00; down for 38 s",
        "41. batch 5 persisters: 1 failed, 4 done; 4 min 32 s from 33:20; down for 38 s to 4 min 31 s",
        "42. batch 5 persisters: 5 not attempted",
    ]
    assert [(len(rows), is_open) for _, rows, is_open in opened(stretches(MANY))] == [(5, False), (5, True), (0, False)]
    canaries = (Wave(0, "d" * 60, WaveKind.CANARY), *(Wave(50, "d" * 2) for _ in range(30)))
    assert [each.title for each in stretches(run(*canaries))] == ["1. canary", "2 to 31. batch"]


def test_rows() -> None:
    [row] = stretches(run(CANARY))[0].rows
    assert (row.began, row.parts, row.not_tried, row.downtime) == (
        "0:00",
        "check 1 s, stop 10 s, update 0.5 s, start 30 s",
        (),
        "down for 38 s",
    )
    assert [(bar.part, bar.x, bar.width) for bar in row.bars] == [
        ("check", 0, 23.8),
        ("stop", 23.8, 238.1),
        ("update", 261.9, 11.9),
        ("start", 273.8, 714.3),
        ("verify", 988.1, 11.9),
        ("down", 23.8, 904.8),
    ]
    _, failed, cancelled = stretches(FAILED)[1].rows
    assert (failed.parts, failed.not_tried, failed.downtime) == (
        "check 1 s, stop 10 s, update 0.5 s, start 4 min (not finished), start again 20 s",
        (),
        "down for 4 min 31 s so far",
    )
    assert [bar.part for bar in failed.bars] == ["check", "stop", "update", "failed", "start-again", "down"]
    assert (cancelled.parts, cancelled.not_tried) == ("check 1 s, stop 2 min (not finished)", ("update", "start"))
    [conflict] = stretches(run(Wave(0, "a")))[0].rows
    assert conflict.parts == "check 1 s"


def test_of_a_large_run_the_urgent_and_the_slowest_have_rows() -> None:
    [stretch] = stretches(run(Wave(0, "d" * 98 + "fc" + "f" * 30)))
    outcomes = [row.result.outcome.value for row in stretch.rows]
    assert (len(stretch.begun), Counter(outcomes)) == (130, {"failed": 19, "cancelled": 1, "done": 5})
    assert stretch.typical == "stop 10 s to 2 min, update 0.5 s, start 30 s to 4 min, start again 20 s"
    assert len(stretches(run(Wave(0, "d" * 100)))[0].rows) == 100


def test_the_colours_that_are_used() -> None:
    assert [key for key, _ in legend(stretches(run(CANARY)))] == ["stop", "update", "start", "other", "down"]
    assert [label for _, label in legend(stretches(FAILED))][-2:] == ["not finished, and what followed", "down"]
    assert legend(stretches(run())) == []


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (38.9, "0:38"), (725, "12:05"), (3_750, "1:02:30"), (90_000, "25:00:00")]
)
def test_a_clock(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("start", "end", "ticks"),
    [
        (0, 42, [("0:00", 0), ("0:10", 23.8), ("0:20", 47.6), ("0:30", 71.4)]),
        (76, 177, [("1:30", 13.9), ("2:00", 43.6), ("2:30", 73.3)]),
        (0, 0.4, [("0:00", 0)]),
        (0, 200_000, [("0:00", 0), ("32:00:00", 57.6)]),
    ],
)
def test_the_axis(start: float, end: float, ticks: list[tuple[str, float]]) -> None:
    assert [tuple(tick) for tick in Scale(start, end).ticks] == ticks


def test_a_bar_is_wide_enough_to_be_seen_and_within_the_scale() -> None:
    assert [Scale(0, 10_000).bar("stop", at, at + 1)[1:] for at in (0, 5_000, 9_999)] == [
        (0, 3),
        (500, 3),
        (997, 3),
    ]


def test_how_many_are_down() -> None:
    found = downs(run(Wave(0, "dd"), Wave(100, "ddf")))
    assert found
    assert (found.most, found.at) == (3, 101)
    # two until 39 s, none, three until 139 s, and the one that failed up to the end
    assert found.points == "0,100 0,33 108,33 108,100 268,100 268,0 376,0 376,67 1000,67 1000,100"
    assert downs(run(Wave(0, "d"), Wave(100, "d"))) is None
    assert downs(run(Wave(0, "aac"))) is None


def test_the_page() -> None:
    text = Page(HtmlRenderer().result(FAILED)).text
    assert "Began 2026-11-26 10:22:56 UTC , took 5 min 44 s: timeline" in text
    assert "Timeline Times are minutes and seconds after 2026-11-26 10:22:56 UTC . stop update start" in text
    assert (
        "web/r3 ! cancelled at 1:12: check 1 s, stop 2 min (not finished), update (not tried), start (not tried)"
    ) in text
    assert "Not begun: web/r4 " in text
    assert "Not begun: web/r5, web/r6 " in text
    large = Page(HtmlRenderer().result(MANY)).text
    assert (
        "195 more persisters, not shown one by one: stop 10 s, update 0.5 s, start 30 s. The JSON report has all."
        in large
    )
    assert "Persisters down at once: at most 5, at 0:01" in large


def test_the_waves_in_markdown() -> None:
    text = MarkdownRenderer().result(FAILED)
    assert f"\n\n```text\n{chr(10).join(facts(FAILED))}\n```\n" in text
    assert text.endswith("\n\nbegan `2026-11-26T10:22:56Z` · took `5 min 44 s` · API `https://harvester.example.com`\n")
    assert [*happened_lines(run(CANARY))] == []
    many = run(*(Wave(50 * number, "df" if number % 2 else "dd") for number in range(40)))
    lines = [*happened_lines(many)]
    assert [line.partition(":")[0] for line in lines] == [
        *(f"{number}. batch 2 persisters" for number in range(2, 26, 2)),
        "and 28 more waves",
    ]


def test_a_stretch_of_nothing_has_a_scale() -> None:
    assert Stretch(1, run(Wave(None, "n")).waves, (), show_all=True).scale == Scale(0, 0.1)
