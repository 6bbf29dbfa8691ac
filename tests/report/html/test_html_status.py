"""The page of ``persync status --report html``."""

import pytest

from persync.model import PersisterId, Span
from persync.plan.status import Status
from persync.report.pages.status import LastRun, StatusPage
from persync.report.printable import printable
from tests.report.html.page import HOSTILE, Page, plan_of
from tests.report.html.status_page import CHANGED, DONE, FAILED, KILLED, STATUS, page_of, status


def test_what_needs_attention_comes_first() -> None:
    assert [(row.status.id.event_type, row.attention, row.comparison) for row in STATUS.rows()] == [
        ("failed", ("failed", "state", "run"), "in sync"),
        ("gone", ("failed",), "not compared"),
        ("new-state", ("failed",), "in sync"),
        ("stopped", ("state",), "in sync"),
        ("changed", ("configuration",), "1 property differs"),
        ("killed", ("run",), "in sync"),
        ("fine", ("none",), "in sync"),
    ]


def test_what_the_page_says() -> None:
    page = Page(STATUS.html())
    assert "Status of production https://h.example.com as of 2026-09-21 14:13:20 UTC" in page.text
    assert (
        "3 RUNNING 1 STOPPED 1 FAILED 1 HIBERNATING 1 unreadable 2 run states differ 1 configuration differs"
        in page.text
    )
    assert (
        "3 persisters are failed or unreadable: webtracking/failed, webtracking/gone, webtracking/new-state"
        in page.text
    )
    assert "1 journal cannot be read, so a last run may be missing." in page.text
    assert "read at 2026-09-21T14:13:20Z last runs from .persync/runs" in page.text
    boxes = [(attrs["name"], attrs["value"]) for attrs in page.all("input") if attrs["type"] == "checkbox"]
    assert boxes == [
        *(("state", state) for state in ("RUNNING", "STOPPED", "FAILED", "HIBERNATING")),
        *(("attention", reason) for reason in ("failed", "state", "configuration", "run", "none")),
    ]


@pytest.mark.parametrize(
    ("last", "text"),
    [
        (DONE, "1.10 done 2026-11-26 04:42 ada"),
        (FAILED, "1.10 failed 2026-11-26 04:42 ada its problem it went to FAILED"),
        (KILLED, "1.10 not finished 2026-11-26 04:42 ada its problem the run is killed"),
    ],
)
def test_the_last_run(last: LastRun, text: str) -> None:
    assert text in Page(page_of(status("a"), last={"a": last}).html()).text


def test_nothing_to_see() -> None:
    assert "All is as the files have it." in Page(page_of(status("a"), last={"a": DONE}).html()).text
    page = Page(page_of().html())
    assert "There are no persisters." in page.text
    assert page.all("form") == page.all("table") == []


def test_many_that_failed_are_counted() -> None:
    text = Page(page_of(*(status(f"a-{number:02}", "FAILED") for number in range(15))).html()).text
    assert "webtracking/a-10, webtracking/a-11 and 3 more" in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_stays_text(hostile: str) -> None:
    mean = PersisterId(hostile, hostile, hostile)
    run = LastRun(hostile, hostile, hostile, None, hostile)
    rows = [
        Status(mean, live, None, hostile, Span(hostile, 1, 1), problem)
        for live, problem in ((hostile, ""), ("", hostile))
    ]
    plan = plan_of(CHANGED.model_copy(update={"id": mean}), environment=hostile, url=hostile, commit=hostile)
    page = Page(StatusPage(plan, rows, {mean: run}, hostile, 1, 0).html())
    innocent = {tag for tag, _ in Page(STATUS.html()).tags}
    assert {tag for tag, _ in page.tags} <= innocent
    assert page.raw["script"] == Page(STATUS.html()).raw["script"]
    assert not {"onerror", "onfocus", "autofocus"} & {name for _, attrs in page.tags for name in attrs}
    assert not set("\u202e\u2066\ufeff\x00") & set("".join(page.texts))
    assert page.text.count(" ".join(printable(hostile).split())) > 10
