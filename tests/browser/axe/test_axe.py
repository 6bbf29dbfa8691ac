"""What axe-core, the checks of most accessibility tools, finds in the pages: nothing, in any of its rules."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome, Step
from persync.report.formats.html import HtmlRenderer
from persync.rollout import Rollout
from persync.safety import Amount
from tests.browser.conftest import Opener
from tests.report.html.page import change, plan_of
from tests.report.html.status_page import STATUS, page_of
from tests.report.html.test_html_notices import NOTICES
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, NOTHING
from tests.report.test_text import PLAN, RESULT, planned
from tests.report.test_waves import STEPPED, plan
from tests.report.waves.test_happened import FAILED, MANY

RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return Object.fromEntries(found.violations.map(({id, nodes}) => [id, nodes.map((node) => node.html)]));
}"""
HTML = HtmlRenderer("sha256:abc")
ALIKE = tuple(
    planned(f"alike-{number}", Step.STOP, Step.PUT, Step.START, changes=(change("appConfig.a"),))
    for number in range(30)
)
PAGES = {
    "plan": HTML.plan(PLAN),
    "attributed": HTML.plan(ATTRIBUTED),
    "one": HTML.plan(plan_of(ALIKE[0])),
    "grouped": HTML.plan(plan_of(*ALIKE, *PLAN.persisters)),
    "waves": HTML.plan(STEPPED),
    "many waves": HTML.plan(plan("r" * 120, Rollout(batch=Amount(4)))),
    "notices": HTML.plan(NOTICES),
    "diff": HTML.plan(DIFF),
    "empty": HTML.plan(EMPTY),
    "result": HTML.result(RESULT),
    "done": HTML.result(
        Result(
            environment="e",
            url="u",
            persisters=tuple(
                PersisterResult(
                    plan=each, outcome=Outcome.DONE, steps_taken=each.steps, downtime=12.0, last_state="RUNNING"
                )
                for each in ALIKE
            ),
        )
    ),
    "timeline": HTML.result(FAILED),
    "timeline of many": HTML.result(MANY),
    "nothing": HTML.result(NOTHING),
    "status": STATUS.html(),
    "no status": page_of().html(),
}


def violations(page: Page, axe_core: str) -> dict[str, list[str]]:
    page.evaluate(axe_core)
    found: dict[str, list[str]] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_a_page_has_no_violation(open_tab: Opener, axe_core: str, name: str, width: int, scheme: str) -> None:
    page = open_tab(PAGES[name], viewport={"width": width, "height": 900}, color_scheme=scheme).page
    assert violations(page, axe_core) == {}
    page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true }")
    assert violations(page, axe_core) == {}


def test_it_would_find_one(open_tab: Opener, axe_core: str) -> None:
    page = open_tab(PAGES["plan"].replace('<html lang="en">', "<html>")).page
    assert [*violations(page, axe_core)] == ["html-has-lang"]
