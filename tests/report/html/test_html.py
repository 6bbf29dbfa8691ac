import base64
import hashlib
import re
from itertools import pairwise

import pytest

from persync.model import PersisterId, Span
from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Attribution, Difference, Outcome, Step
from persync.report.formats.html import HtmlRenderer
from persync.report.pages.cards import grouped_changes
from persync.report.printable import printable
from tests import builders
from tests.report.html.page import HOSTILE, HTML, Page, change, plan_of, text_of
from tests.report.test_text import PLAN, RESULT, planned, span


@pytest.mark.parametrize("text", [HtmlRenderer("sha256:abc").plan(PLAN), HTML.result(RESULT), HTML.plan(plan_of())])
def test_a_page_is_whole_and_asks_for_nothing(text: str) -> None:
    page = Page(text)
    assert not {tag for tag, _ in page.tags} & {"link", "img", "iframe", "object", "embed", "base", "video", "audio"}
    for tag, attrs in page.tags:
        assert not {"src", "srcset", "action", "style", "background"} & attrs.keys(), tag
        assert not [name for name in attrs if name.startswith("on")]
        assert attrs.get("href", "#").startswith("#")
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]
    assert not re.search(r"fetch|XMLHttp|import|innerHTML|eval|https?:", page.raw["script"])


def test_only_our_own_style_and_script_may_run() -> None:
    page = Page(HTML.plan(PLAN))
    (policy,) = [attrs["content"] for attrs in page.all("meta") if attrs.get("http-equiv") == "Content-Security-Policy"]
    directives = dict(directive.split(maxsplit=1) for directive in policy.split("; "))
    hashes = {
        tag: f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for tag, text in page.raw.items()
    }
    assert directives == {
        "default-src": "'none'",
        "style-src": hashes["style"],
        "script-src": hashes["script"],
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert len(page.all("style")) == len(page.all("script")) == 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_stays_text_in_every_field(hostile: str) -> None:
    place = Span(hostile, 1, 1)
    mean = PersisterPlan.model_validate(
        {
            "id": PersisterId(hostile, hostile, hostile),
            "span": place,
            "live_state": hostile,
            "desired_state": None,
            "changes": [change(hostile, hostile, f"{hostile}!", span=place), change(f"appConfig.{hostile}", None)],
            "planned_steps": [{"step": Step.PUT, "reason": hostile}],
            "reason": hostile,
            "warnings": (hostile,),
            "blocked": hostile,
        }
    )
    fields = {"environment": hostile, "url": hostile}
    pages = [
        HtmlRenderer(hostile).plan(plan_of(mean, planned("other"), **fields, base=hostile, commit=hostile)),
        HtmlRenderer(hostile).result(
            Result(
                **fields,
                persisters=(
                    PersisterResult(
                        plan=mean, outcome=Outcome.FAILED, problem=hostile, logs=(hostile,), difference=mean
                    ),
                ),
            )
        ),
    ]
    innocent = {tag for tag, _ in Page(HTML.plan(PLAN)).tags + Page(HTML.result(RESULT)).tags} | {"select", "option"}
    for text in pages:
        page = Page(text)
        assert {tag for tag, _ in page.tags} <= innocent | {"mark"}
        assert page.raw["script"] == Page(HTML.plan(PLAN)).raw["script"]
        assert page.text.count(" ".join(printable(hostile).split())) > 10
        assert not set("\u202e\u2066\ufeff") & set("".join(page.texts))
        assert "\x00" not in "".join(page.texts)
        assert not {"onerror", "onfocus", "autofocus"} & {name for _, attrs in page.tags for name in attrs}


def test_the_same_plan_is_the_same_page() -> None:
    assert HTML.plan(PLAN) == HTML.plan(PLAN.model_copy())
    assert HTML.result(RESULT) == HTML.result(RESULT.model_copy())


def test_the_summary_and_its_notices() -> None:
    text = Page(HtmlRenderer("sha256:0123456789abcdef").plan(PLAN)).text
    assert "Plan for production" in text
    assert "1 blocked 5 to change 1 stop 1 restart 1 start 1 update only 41 in sync" in text
    assert "1 persister is blocked, so an apply fails: webtracking/blocked" in text
    assert "1 persister restarts and 1 persister stops: events queue until they run again. The order" in text
    assert "plan digest sha256:0123456789abcdef format version 1.4" in text


def test_more_than_one_of_each() -> None:
    blocked = [planned(f"b{number}", blocked="no") for number in "12"]
    stops = [planned(f"s{number}", Step.STOP) for number in "12"]
    restarts = [planned(f"r{number}", Step.STOP, Step.START) for number in range(25)]
    text = HTML.plan(plan_of(*blocked, *stops, *restarts))
    page = Page(text)
    assert "2 persisters are blocked, so an apply fails: webtracking/b1, webtracking/b2" in page.text
    assert "25 persisters restart and 2 persisters stop: events queue until they run again." in page.text
    (timeline,) = [attrs for attrs in page.all("details") if attrs.get("class") == "timeline"]
    assert "open" not in timeline  # a long list is folded at first


def test_nothing_to_do() -> None:
    page = Page(HTML.plan(plan_of()))
    assert "Nothing to do. Every persister is in sync." in page.text
    assert page.all("form") == page.all("article") == []


def test_what_is_blocked_comes_first_and_the_downtime_is_in_the_order_of_the_plan() -> None:
    page = Page(HTML.plan(PLAN))
    links = [attrs["href"] for attrs in page.all("a")]
    assert links == ["#persisters", "#p1", "#order", "#p3", "#p2"]
    assert [attrs["id"] for attrs in page.all("article")] == [f"p{number}" for number in range(1, 8)]
    assert "Downtime, in order Restarts and stops begin in this order, several at a time." in page.text
    assert "webtracking/restarts stop put start webtracking/stops stop stays stopped" in page.text


def test_what_the_filters_find() -> None:
    page = Page(HTML.plan(PLAN))
    assert [attrs["data-action"] for attrs in page.all("article")] == [
        "blocked",
        "stop",
        "restart",
        "start",
        "update|warning",
        "wait",
        "warning",
    ]
    boxes = [(attrs["name"], attrs["value"]) for attrs in page.all("input") if attrs["type"] == "checkbox"]
    assert boxes == [
        *(("action", action) for action in ("blocked", "stop", "restart", "start", "update", "wait", "warning")),
        *(("change", kind) for kind in ("add", "change", "remove")),
    ]
    assert page.all("select") == []  # of one project there is nothing to choose


def test_attribution_is_shown_where_there_is_one() -> None:
    changes = [change(f"appConfig.{origin}", attribution=origin) for origin in Attribution]
    page = Page(HTML.plan(plan_of(planned("p", Step.PUT, changes=changes), planned("q"), base="origin/main")))
    assert [attrs.get("data-origin") for attrs in page.all("tr") if "data-change" in attrs] == [
        "yours",
        "drift",
        "pending",
    ]
    assert [attrs["value"] for attrs in page.all("input") if attrs.get("name") == "origin"] == list(Attribution)
    assert "base origin/main" in page.text
    drifted = planned("p", Step.START, live="STOPPED", state_attribution="drift")
    page = Page(HTML.plan(plan_of(drifted, planned("q"))))
    assert [attrs["value"] for attrs in page.all("input") if attrs.get("name") == "origin"] == ["drift"]
    assert "STOPPED → becomes RUNNING drift" in page.text


def test_values_side_by_side() -> None:
    assert "changed: a.b persisters/web.yaml:4 1 default 2" in text_of(
        change("a.b", "1", "2", before_default=True, span=span(4))
    )
    assert "added: a.b not set 2" in text_of(change("a.b", None, "2"))
    assert "removed: a.b 1 removed" in text_of(change("a.b", "1", None))
    assert "removed: a.b 1 back to the default" in text_of(change("a.b", "1", None, after_default=True))
    assert "changed: a.b 1 2 default" in text_of(change("a.b", "1", "2", after_default=True))
    assert "changed: a.b empty 2" in text_of(change("a.b", "", "2"))
    assert "other.yaml:4" in text_of(change("a.b", span=Span("other.yaml", 4, 1)))


def test_hidden_values() -> None:
    assert "sensitive, hidden sensitive, hidden; changed" in text_of(
        change("a.password", "(sensitive)", "(sensitive, changed)")
    )
    assert "u:(sensitive)@h partly redacted 2" in text_of(change("a.url", "u:(sensitive)@h", "2"))
    assert "(sensitive) 2" in text_of(
        PropertyChange(key="a.b", before="(sensitive)", after="2")
    )  # a text like any other


def test_what_differs_in_long_values_is_marked() -> None:
    def marks(before: str, after: str) -> list[str]:
        text = HTML.plan(plan_of(planned("p", Step.PUT, changes=[change("a.b", before, after)])))
        return re.findall(r"<mark>(.*?)</mark>", text)

    assert marks("jdbc://old.example.com", "jdbc://new.example.com") == ["old", "new"]
    assert marks("a-b-c-d-e-f", "a-b-c-x-d-e-f") == ["x-"]
    assert marks("aaaaaaaa", "aaaaaaaaa") == ["a"]
    assert marks("100", "500") == []
    assert marks("<b>old</b>\n", "<b>new\x1b</b>\n") == ["old", "new<i>\\u001b</i>"]


def test_what_does_not_print_is_spelled_out_and_lines_break() -> None:
    text = HTML.plan(plan_of(planned("p", Step.PUT, changes=[change("a.b", None, "one\ntwo\x1b\u202e<")])))
    assert "<code>one<i>↵\n</i>two<i>\\u001b\\u202e</i>&lt;</code>" in text


def test_changes_of_a_structure_have_a_heading() -> None:
    changes = [
        builders.change(path, "x", "y", subpath=subpath)
        for path, subpath in (
            ("appConfig.eventstore.batchSize", ""),
            ("appConfig.my.own[key].thing", ""),
            ("appVersion", ""),
            ("deployerConfig.kubernetes.affinity.nodeAffinity", ".x[0].y"),
            ("deployerConfig.kubernetes.limits.cpu", ""),
            ("deployerConfig.kubernetes.tolerations", "[0]"),
            ("deployerConfig.kubernetes.volumes", ""),
            ("deployerConfig.kubernetes.volumes", "[a.b].secret.defaultMode"),
            ("deployerConfig.kubernetes.volumes", "[a.b].secret.secretName"),
            ("deployerConfig.kubernetes.volumes", "[c].emptyDir"),
            ("somethingNew.of.later", ""),
        )
    ]
    grouped = [(group.heading, [rest for rest, _ in group.changes]) for group in grouped_changes(changes)]
    assert grouped == [
        ("appConfig", ["eventstore.batchSize", "my.own[key].thing"]),
        ("", ["appVersion"]),
        ("deployerConfig.kubernetes.affinity.nodeAffinity", ["x[0].y"]),
        ("deployerConfig", ["kubernetes.limits.cpu"]),
        ("deployerConfig.kubernetes.tolerations", ["[0]"]),
        ("deployerConfig", ["kubernetes.volumes"]),
        ("deployerConfig.kubernetes.volumes[a.b]", ["secret.defaultMode", "secret.secretName"]),
        ("deployerConfig.kubernetes.volumes[c]", ["emptyDir"]),
        ("", ["somethingNew.of.later"]),
    ]


def test_a_difference_of_the_files_alone() -> None:
    changed = planned("p", live="", desired=None, changes=[change("appConfig.a"), change("appConfig.b", None)])
    changed = changed.model_copy(update={"difference": Difference.CHANGED, "live_state": None})
    diff = plan_of(changed, base="main", kind="diff", url="")
    text = Page(HTML.plan(diff)).text
    assert "Difference for production base main" in text
    assert "1 persister 1 property added 1 property changed 3 unchanged" in text
    assert "Before base After files" in text
    assert [attrs["data-action"] for attrs in Page(HTML.plan(diff)).all("article")] == ["changed"]
    assert "webtracking/p ~ changed 2 properties" in text
    assert "No difference." in Page(HTML.plan(diff.model_copy(update={"persisters": ()}))).text


def test_headings_are_in_order_and_tables_have_their_headers() -> None:
    for text in (HTML.plan(PLAN), HTML.result(RESULT)):
        page = Page(text)
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
        assert all(attrs.get("scope") in {"col", "row", "rowgroup"} for attrs in page.all("th"))
        assert len(page.all("table")) == len(page.all("caption"))
        assert page.all("html") == [{"lang": "en"}]
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        named = [attrs[name] for _, attrs in page.tags for name in ("for", "aria-labelledby") if name in attrs]
        assert set(named) <= set(ids)
