"""What the page of a plan tells about the plan as a whole, and the warnings of a persister."""

import re

from persync.plan.parts.breach import Breach
from persync.plan.parts.former_defaults import FormerDefault, FormerDefaults
from persync.plan.parts.removed import Removed
from persync.plan.parts.unmanaged import Unmanaged
from persync.plan.terms import Step
from persync.report.formats.markdown import MarkdownRenderer
from persync.safety import Limit
from tests.report.html.page import HTML, Page, change, plan_of
from tests.report.test_text import planned, span

NOTICES = plan_of(
    planned("warned", Step.PUT, changes=(change("appConfig.a"),), warnings=tuple("abcdef")),
    removed=[Removed(id=planned("gone").id, span=span(1), live_state="RUNNING", stop_command="curl")],
    unmanaged=Unmanaged(
        persisters=tuple(planned(f"live-{number}").id for number in range(30)), import_command="persync import"
    ),
    former_defaults=FormerDefaults(
        properties=(FormerDefault(path="appConfig.b", value="1", persisters=30),), compared=31, update_command="persync"
    ),
    breaches=[Breach(limit=Limit.RESTARTS, count=2, allowed=1, configured="1", persisters=9, setting="s", option="-o")],
    warnings=("the base cannot be read",),
)
SOURCE = HTML.plan(NOTICES)


def test_the_serious_ones_are_first_and_what_is_neither_good_nor_bad_is_folded() -> None:
    found = re.findall(r'<(div|p|details) class="notice ?(\w*)">', SOURCE)
    assert found == [("div", "bad"), ("div", "warn"), ("p", "warn"), ("details", ""), ("details", "")]
    text = Page(SOURCE).text
    assert "! most persisters have this property live" in text
    assert "1 property appConfig.b: 1 (30 of 31 persisters)" in text
    assert (
        "webtracking/gone is no longer managed, and left as it is (RUNNING, was in persisters/web.yaml:1) Help:" in text
    )
    assert "Help: persync import 30 persisters webtracking/live-0" in text


def test_they_have_the_same_order_in_markdown() -> None:
    assert re.findall(r"^> (\S+) ", MarkdownRenderer().plan(NOTICES), re.MULTILINE) == [
        *("✗", "-", "⚠️", "⚠️", "-", "-", "-", "⊖", "-", "-", "?", "-", "-")
    ]


def test_three_warnings_of_a_persister_are_visible_at_first() -> None:
    page = Page(SOURCE)
    assert [attrs for attrs in page.all("details") if attrs.get("class") == "more"] == [{"class": "more"}]
    assert "Warning: c 3 more warnings Warning: d Warning: e" in page.text


def test_a_run_state_that_stays_is_shown_once() -> None:
    states = [
        Page(HTML.plan(plan_of(planned("p", Step.PUT, live=live)))).text.partition("of its reason")[0][-40:]
        for live in ("RUNNING", "STOPPED")
    ]
    assert [state.rpartition("web.yaml:1 ")[2].strip() for state in states] == ["RUNNING", "STOPPED → becomes RUNNING"]
