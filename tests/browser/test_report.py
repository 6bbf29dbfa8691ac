"""The HTML report in a real browser. ``open_tab`` checks that no request is sent and nothing is logged."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from persync.model import PersisterId
from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.terms import Attribution, Step
from persync.report.formats.html import HtmlRenderer
from tests.browser.conftest import Opener
from tests.report.html.page import HOSTILE, HTML, change, plan_of
from tests.report.test_text import CHANGES, PLAN, RESULT, planned, span

pytestmark = pytest.mark.browser


def persister(
    project: str, name: str, *changes: PropertyChange, steps: tuple[Step, ...] = (Step.PUT,)
) -> PersisterPlan:
    made = planned(name, *steps, changes=changes)
    return made.model_copy(update={"id": PersisterId(project, name, "pg")})


PROJECTS = plan_of(
    persister(
        "billing",
        "invoices",
        change("appConfig.batchSize", "100", "500", attribution=Attribution.THIS_BRANCH, span=span(7)),
        change("deployerConfig.kubernetes.volumes[db-secret].secret.secretName", "old", "new", attribution="drift"),
    ),
    persister("billing", "payments", change("appConfig.batchTimeout", None, "5", attribution=Attribution.PENDING)),
    persister("web", "clicks", steps=(Step.STOP, Step.START)).model_copy(
        update={"state_attribution": Attribution.THIS_BRANCH}
    ),
)


def test_what_is_seen(open_tab: Opener, tmp_path: Path) -> None:
    tab = open_tab(HtmlRenderer("sha256:abc").plan(PLAN))
    expect(tab.page).to_have_title("Plan for production · persync")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Plan for production")
    assert len(tab.shown()) == len(PLAN.persisters)
    assert [tab.page.get_by_role(role).count() for role in ("banner", "main", "search", "contentinfo")] == [1] * 4
    row = tab.page.get_by_role("row", name="eventstore.batchSize").first
    expect(row.get_by_role("rowheader")).to_contain_text("eventstore.batchSize")
    expect(row.get_by_role("cell")).to_have_text(["100 default", "500"])
    tab.page.screenshot(path=tmp_path / "plan.png", full_page=True)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740)])
def test_the_first_difference_of_a_small_plan_is_in_view(open_tab: Opener, width: int, height: int) -> None:
    small = persister(
        "web", "clicks", change("appConfig.batchSize", "100", "500"), steps=(Step.STOP, Step.PUT, Step.START)
    )
    tab = open_tab(HtmlRenderer("sha256:abc").plan(plan_of(small)), viewport={"width": width, "height": height})
    expect(tab.page.locator("td.after code")).to_be_in_viewport(ratio=1)


def test_a_link_of_the_banner_leads_to_what_is_blocked(open_tab: Opener) -> None:
    restarts = [
        persister("web", f"{number}", change("appConfig.a", f"{number}"), steps=(Step.STOP, Step.START))
        for number in range(40)
    ]
    blocked = [persister("web", name, steps=()).model_copy(update={"blocked": "no"}) for name in ("x", "y")]
    tab = open_tab(HTML.plan(plan_of(*restarts, *blocked)))
    tab.page.get_by_role("link", name="The order").click()
    expect(tab.page.get_by_role("heading", name="Downtime, in order")).to_be_in_viewport()
    tab.page.get_by_role("link", name="web/y").click()
    expect(tab.page.locator("#p2")).to_be_in_viewport()
    assert tab.page.locator("#p2").inner_text().startswith("web/y")


def test_a_result_is_seen(open_tab: Opener) -> None:
    tab = open_tab(HTML.result(RESULT))
    expect(tab.page.get_by_role("region", name="Last log lines")).to_contain_text("12:01 ERROR \\u001b[31m not")
    tab.page.get_by_label("conflict").check()
    tab.settle()
    assert tab.shown() == ["webtracking/conflict"]


def test_the_filter_by_text(open_tab: Opener) -> None:
    tab = open_tab(HTML.plan(PROJECTS))
    assert tab.status() == "3 persisters"
    box = tab.page.get_by_role("searchbox", name="Filter")
    for text, names, rows in (
        ("billing/", ["billing/invoices", "billing/payments"], 3),
        ("BATCHSIZE", ["billing/invoices"], 1),
        ("invoices batchsize 500", ["billing/invoices"], 1),
        ("deployerConfig.kubernetes.volumes[db-secret].secret.secretName", ["billing/invoices"], 1),
        ("web.yaml:7", ["billing/invoices"], 1),
        ("nothing like this", [], 0),
        ("", ["web/clicks", "billing/invoices", "billing/payments"], 3),
    ):
        box.fill(text)
        tab.settle()
        assert tab.shown() == names
        assert tab.page.locator("tr[data-change]:visible").count() == rows
        assert tab.status() == (f"{len(names)} of 3 persisters" if text else "3 persisters")
        assert tab.page.get_by_text("Nothing matches this filter.").is_visible() == (not names)
    box.fill("secretName")
    tab.settle()
    expect(tab.page.locator("article:visible .count")).to_have_text("1 of 2 properties")
    expect(tab.page.locator("th[scope=rowgroup]:visible")).to_have_text("deployerConfig.kubernetes.volumes[db-secret]")


def test_the_filter_finds_a_persister_in_a_card_of_several(open_tab: Opener) -> None:
    alike = [persister("web", f"type-{number}", change("appConfig.batchSize", "100", "500")) for number in range(20)]
    tab = open_tab(HTML.plan(plan_of(*alike, PROJECTS.persisters[0])))
    heading = tab.page.get_by_role("heading", level=3).first
    for text, found, title in (
        ("type-7", ["web/type-7"], "1 of 20 persisters of web"),
        ("type-7 batchsize", ["web/type-7"], "1 of 20 persisters of web"),
        ("type-7 secretname", [], ""),
        ("batchsize", [f"web/type-{number}" for number in range(20)] + ["billing/invoices"], "20 persisters of web"),
    ):
        tab.page.get_by_role("searchbox").fill(text)
        tab.settle()
        assert tab.shown() == found
        if title:
            expect(heading).to_have_text(title)
            assert tab.page.locator("#p8").is_visible() == (title.startswith("1 of"))
    tab.page.get_by_label("Project").select_option("billing")
    tab.settle()
    assert tab.shown() == ["billing/invoices"]


def test_the_filter_by_kind_project_and_attribution(open_tab: Opener) -> None:
    tab = open_tab(HTML.plan(PROJECTS))
    clear = tab.page.get_by_role("button", name="Clear the filter")
    expect(clear).to_be_hidden()
    for label, names in (
        ("restart", ["web/clicks"]),
        ("update", ["billing/invoices", "billing/payments"]),
        ("added", ["billing/payments"]),
        ("drift", ["billing/invoices"]),
        ("this branch", ["web/clicks", "billing/invoices"]),
        ("pending", ["billing/payments"]),
    ):
        tab.page.get_by_label(label).check()
        tab.settle()
        assert tab.shown() == names
        clear.click()
        assert len(tab.shown()) == 3
        expect(tab.page.get_by_role("searchbox")).to_be_focused()
    tab.page.get_by_label("Project").select_option("billing")
    tab.page.get_by_label("this branch").check()  # groups narrow each other, …
    tab.settle()
    assert tab.shown() == ["billing/invoices"]
    tab.page.get_by_label("pending").check()  # … choices of a group add up
    tab.settle()
    assert tab.shown() == ["billing/invoices", "billing/payments"]
    assert tab.page.locator("tr[data-change]:visible").count() == 2


def test_the_keyboard(open_tab: Opener) -> None:
    tab = open_tab(HTML.plan(PROJECTS))
    keys = tab.page.keyboard
    keys.press("Tab")
    skip = tab.page.get_by_role("link", name="Skip to the persisters")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    keys.press("Enter")
    expect(tab.page.get_by_role("heading", name="Persisters")).to_be_focused()
    keys.press("/")
    box = tab.page.get_by_role("searchbox")
    expect(box).to_be_focused()
    keys.type("web/clicks")
    tab.settle()
    assert tab.shown() == ["web/clicks"]
    keys.press("Escape")
    expect(box).to_have_value("")
    assert len(tab.shown()) == 3
    outlines = set()
    for _ in range(12):  # every stop on the way is to be seen
        keys.press("Tab")
        outlines.add(tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert outlines == {"solid"}


def test_folding(open_tab: Opener) -> None:
    tab = open_tab(HTML.plan(PROJECTS))
    tab.page.locator("#p2 summary").focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#p2 table")).to_be_hidden()
    expect(tab.page.locator("#p3 table")).to_be_visible()
    tab.page.get_by_role("button", name="Collapse all").click()
    expect(tab.page.locator("article .body:visible")).to_have_count(0)
    tab.page.get_by_role("button", name="Expand all").click()
    expect(tab.page.locator("article .body:visible")).to_have_count(3)


def test_a_link_of_the_order_shows_a_persister_that_is_filtered_out(open_tab: Opener) -> None:
    alike = [persister("web", name, steps=(Step.STOP, Step.START)) for name in ("clicks", "views")]
    tab = open_tab(HTML.plan(plan_of(*PROJECTS.persisters[:2], *alike)))
    expect(tab.page.get_by_role("heading", level=3).first).to_have_text("2 persisters of web")
    expect(tab.page.locator("#p2")).to_be_hidden()  # the list of the two is folded
    tab.page.get_by_role("searchbox").fill("invoices")
    tab.settle()
    assert tab.shown() == ["billing/invoices"]
    for _ in range(2):
        tab.page.get_by_role("link", name="web/views").click()
        expect(tab.page.locator("#p2")).to_be_in_viewport()
        tab.page.get_by_role("searchbox").fill("invoices")
        tab.settle()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_value_stays_text(open_tab: Opener, hostile: str) -> None:
    mean = persister(hostile, hostile, change(f"appConfig.{hostile}", hostile, "x", span=span(1)))
    tab = open_tab(
        HTML.plan(Plan(environment=hostile, url=hostile, persisters=(mean, *PROJECTS.persisters), in_sync=0))
    )
    elements = tab.page.evaluate("[document.scripts.length, document.styleSheets.length, document.images.length]")
    assert elements == [1, 1, 0]
    expect(tab.page.locator("#p2 td.before code")).to_be_visible()
    tab.page.get_by_label("Project").select_option(index=1)
    tab.settle()
    assert len(tab.shown()) >= 1
    assert "49" not in tab.page.locator("#p2").inner_text()


def test_nothing_foreign_could_run_or_load(open_tab: Opener) -> None:
    tab = open_tab(HTML.plan(PLAN).replace("</main>", '<script>document.title = "foreign"</script></main>'))
    assert tab.page.title() == "Plan for production · persync"
    assert "Content Security Policy" in tab.messages.pop()
    tab.page.evaluate("() => { const image = new Image(); image.src = 'https://example.com/x.png' }")
    tab.page.wait_for_timeout(100)
    assert tab.blocked == ["https://example.com/x.png"]
    assert "Content Security Policy" in tab.messages.pop()


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_light_and_dark(open_tab: Opener, scheme: str, dark: bool, tmp_path: Path) -> None:
    tab = open_tab(HTML.plan(PLAN), color_scheme=scheme)
    ground, ink = tab.page.evaluate(
        "() => { const style = getComputedStyle(document.body); return [style.backgroundColor, style.color] }"
    )
    brightness = [sum(map(int, re.findall(r"\d+", color))) for color in (ground, ink)]
    assert (brightness[0] < brightness[1]) == dark
    tab.page.screenshot(path=tmp_path / f"{scheme}.png")


def test_print(open_tab: Opener, tmp_path: Path) -> None:
    tab = open_tab(HTML.plan(PLAN), color_scheme="dark")
    tab.page.get_by_role("button", name="Collapse all").click()
    tab.page.emulate_media(media="print", color_scheme="dark")
    expect(tab.page.get_by_role("search")).to_be_hidden()
    expect(tab.page.get_by_role("button", name="Expand all")).to_be_hidden()
    expect(tab.page.locator("tr[data-change]:visible")).to_have_count(len(CHANGES) + 1)
    assert tab.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    tab.page.pdf(path=tmp_path / "plan.pdf")
    assert (tmp_path / "plan.pdf").stat().st_size > 10_000


def test_without_javascript(open_tab: Opener) -> None:
    tab = open_tab(HTML.plan(PLAN), java_script_enabled=False)
    assert len(tab.shown()) == len(PLAN.persisters)
    expect(tab.page.get_by_role("search")).to_be_hidden()
    expect(tab.page.get_by_role("button")).to_have_count(0)
    expect(tab.page.locator("tr[data-change]:visible")).to_have_count(len(CHANGES) + 1)


@pytest.mark.parametrize("width", [320, 400, 800, 1400])
def test_nothing_sticks_out(open_tab: Opener, width: int, tmp_path: Path) -> None:
    long = persister("p" * 80, "e" * 80, change("appConfig." + "k" * 200, "v" * 300, "w" * 300, span=span(1)))
    for text in (HTML.plan(plan_of(long, *PLAN.persisters)), HTML.result(RESULT)):
        tab = open_tab(text, viewport={"width": width, "height": 900})
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
        tab.page.screenshot(path=tmp_path / f"{width}.png")


def test_a_thousand_changes_are_filtered_at_once(open_tab: Opener) -> None:
    many = [persister("web", f"type-{number:04}", *CHANGES) for number in range(1000)]
    tab = open_tab(HTML.plan(plan_of(*many)))
    tab.page.get_by_role("searchbox").fill("type-0042")
    tab.settle()
    assert tab.shown() == ["web/type-0042"]
    assert tab.status() == "1 of 1,000 persisters"
