"""The timeline of a run in a real browser: on a phone, without scripts, and from a link to a persister."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.report.html.page import HTML
from tests.report.waves.test_happened import FAILED, MANY

pytestmark = pytest.mark.browser
ROW = "web/r2 ✗ failed at 1:12: check 1 s, stop 10 s, update 0.5 s, start 4 min (not finished), start again 20 s"


def test_it_is_read_without_javascript_on_a_phone_and_printed(open_tab: Opener, tmp_path: Path) -> None:
    tab = open_tab(HTML.result(FAILED), java_script_enabled=False, viewport={"width": 360, "height": 740})
    tab.page.get_by_role("link", name="timeline").click()
    expect(tab.page.get_by_role("heading", name="Timeline")).to_be_in_viewport()
    row = tab.page.locator(".run li", has_text="web/r2")
    assert " ".join(row.inner_text().split()) == f"{ROW} down for 4 min 31 s so far"
    lane = row.locator(".lane").bounding_box()
    assert lane is not None
    assert lane["width"] > 250
    assert tab.page.evaluate("document.documentElement.scrollWidth") == 360
    tab.page.emulate_media(media="print")
    expect(tab.page.get_by_text("Not begun: web/r5, web/r6")).to_be_visible()  # of a folded wave, too
    tab.page.pdf(path=tmp_path / "timeline.pdf")
    assert (tmp_path / "timeline.pdf").stat().st_size > 10_000


def test_a_name_leads_to_its_persister(open_tab: Opener) -> None:
    tab = open_tab(HTML.result(MANY))
    folded = tab.page.locator("#p12")
    expect(folded).to_be_hidden()  # in the list of a card of many
    tab.page.locator(".run summary").first.click()
    tab.page.locator(".run").first.locator("a").nth(4).click()
    target = tab.page.url.partition("#")[2]
    expect(tab.page.locator(f"#{target}")).to_be_in_viewport()
