"""The status page in a real browser."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from persync.model import PersisterId
from tests.browser.conftest import Opener, Tab
from tests.report.html.page import change, plan_of
from tests.report.html.status_page import STATUS, page_of, status
from tests.report.test_text import planned

pytestmark = pytest.mark.browser


def names(tab: Tab) -> list[str]:
    """Return the event types of the visible rows."""
    texts = tab.page.locator("#list > tbody > tr:visible > th").all_text_contents()
    return [text.split()[0].partition("/")[2].partition("persisters")[0] for text in texts]


ALL = ["failed", "gone", "new-state", "stopped", "changed", "killed", "fine"]


def test_it_is_filtered_by_keyboard(open_tab: Opener) -> None:
    tab = open_tab(STATUS.html())
    keys = tab.page.keyboard
    assert names(tab) == ALL
    keys.press("/")
    keys.type("stopped running")
    tab.settle()
    assert names(tab) == ["stopped"]
    assert tab.status() == "1 of 7 persisters"
    keys.press("Escape")
    assert names(tab) == ALL
    for name, expected in (("FAILED 1", ["failed"]), ("configuration differs", ["changed"]), ("none needed", ["fine"])):
        tab.page.get_by_role("checkbox", name=name).focus()
        keys.press("Space")
        tab.settle()
        assert names(tab) == expected
        keys.press("Space")
    tab.settle()
    keys.press("/")
    keys.type("nothing like this")
    tab.settle()
    expect(tab.page.get_by_text("Nothing matches this filter.")).to_be_visible()
    tab.page.get_by_role("button", name="Clear the filter").click()
    assert names(tab) == ALL


def test_it_is_sorted_by_keyboard(open_tab: Opener) -> None:
    tab = open_tab(STATUS.html())
    tab.page.get_by_role("combobox", name="Sort by").focus()
    orders = {}
    for _ in range(4):
        tab.page.keyboard.press("ArrowDown")
        orders[tab.page.locator("#sort").input_value()] = names(tab)
    assert orders == {
        "name": ["changed", "failed", "fine", "gone", "killed", "new-state", "stopped"],
        "state": ["gone", "failed", "new-state", "changed", "fine", "killed", "stopped"],
        "configuration": ["changed", "failed", "fine", "gone", "killed", "new-state", "stopped"],
        "run": ["failed", "fine", "killed", "changed", "gone", "new-state", "stopped"],
    }
    tab.page.get_by_role("searchbox").fill("04:42")
    tab.settle()
    assert names(tab) == ["failed", "fine", "killed"]  # a filter keeps the order
    tab.page.locator("#sort").select_option("")
    tab.page.get_by_role("searchbox").fill("")
    tab.settle()
    assert names(tab) == ALL


def test_one_persister_needs_no_filter(open_tab: Opener) -> None:
    tab = open_tab(page_of(status("fine")).html())
    assert names(tab) == ["fine"]
    expect(tab.page.get_by_role("search")).to_have_count(0)


def test_what_differs_is_unfolded(open_tab: Opener) -> None:
    tab = open_tab(STATUS.html())
    value = tab.page.locator("#list .after code")
    expect(value).to_be_hidden()
    tab.page.get_by_text("1 property differs").click()
    expect(value).to_have_text("500")


def test_a_link_leads_to_a_row(open_tab: Opener) -> None:
    many = [status(f"fine-{number:03}") for number in range(100)]
    tab = open_tab(page_of(*many, status("last", "FAILED")).html(), viewport={"width": 800, "height": 400})
    tab.page.get_by_role("link", name="webtracking/last").click()
    expect(tab.page.get_by_role("rowheader", name="webtracking/last")).to_be_in_viewport()


def test_without_javascript_and_printed(open_tab: Opener, tmp_path: Path) -> None:
    tab = open_tab(STATUS.html(), java_script_enabled=False)
    assert names(tab) == ALL
    expect(tab.page.get_by_role("search")).to_be_hidden()
    tab.page.emulate_media(media="print")
    expect(tab.page.locator("#list .after code")).to_be_visible()
    tab.page.pdf(path=tmp_path / "status.pdf")
    assert (tmp_path / "status.pdf").stat().st_size > 10_000


@pytest.mark.parametrize("width", [320, 360, 800, 1400])
def test_nothing_sticks_out(open_tab: Opener, width: int) -> None:
    long = PersisterId("p" * 80, "e" * 80, "pg")
    differs = planned("x", changes=[change("appConfig." + "k" * 200, "v" * 300, "w" * 300)])
    page = page_of(
        replace(status("x"), id=long), *STATUS.statuses, plan=plan_of(differs.model_copy(update={"id": long}))
    )
    tab = open_tab(page.html(), viewport={"width": width, "height": 900})
    tab.page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true }")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
