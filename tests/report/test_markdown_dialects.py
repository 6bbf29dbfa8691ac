"""What GitHub's own parser makes of the reports, and which marks of GitHub and GitLab are left in its texts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given

from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.report.formats.markdown import MarkdownRenderer
from persync.report.printable import printable
from tests.report.hostile import plans, results
from tests.report.models import ATTRIBUTED, DIFF, PLAN, RESULT, large, one_change
from tests.report.test_waves import STEPPED

MARKDOWN = MarkdownRenderer()
# HTML passes, as on GitHub, where it is sanitised afterwards; footnotes are on there, too.
OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
OURS = {"h2", "p", "strong", "code", "pre", "ul", "li", "blockquote", "details", "summary"}
# Outside of code, hosts look for mentions, references, labels, emoji, math, links, footnotes and changes.
MARKS = re.compile(r"[@#&%^$\\`<>\[\]{}_*|]|[!~][\w~]|:[\w+-]+:|\w://|www\.|\b[0-9a-f]{7,}\b|\bGH-|\b[A-Z]+-\d|--|\.\w")


class Rendered(HTMLParser):
    """A rendered report: its tags, and its texts inside and outside of code."""

    def __init__(self, report: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.codes: list[str] = []
        self.prose: list[str] = []
        self.comments: list[str] = []
        self._open: list[str] = []
        self.feed(cmarkgfm.github_flavored_markdown_to_html(report, options=OPTIONS))
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert [name for name, _ in attrs] in ([], ["lang"])
        self.tags.add(tag)
        self._open.append(tag)
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "code" in self._open:
            self.codes[-1] += data
        else:
            self.prose.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def check(report: str) -> Rendered:
    found = Rendered(report)
    assert found.tags <= OURS
    assert len(found.comments) == 1
    assert [text for text in found.prose if MARKS.search(text)] == []
    return found


@pytest.mark.parametrize("plan", [PLAN, ATTRIBUTED, DIFF, STEPPED, large()])
def test_our_own_words_have_no_other_meaning(plan: Plan) -> None:
    check(MARKDOWN.plan(plan))


def test_our_own_words_of_a_result_and_of_a_cut_report_have_no_other_meaning() -> None:
    check(MARKDOWN.result(RESULT))
    check(MarkdownRenderer(3_000).plan(large()))


@pytest.mark.parametrize(
    "text",
    [
        *("a|b", "| a | b |\n|---|---|", "`a`", "``", "<b>bold</b>", "<!-- x -->", "&lt;", "@user", "@org/team"),
        *("#1", "!1", "%1", "~bug", "&1", "GH-1", "PROJ-1", "owner/repo#1", "0123456789abcdef"),
        *("$math$", "$`x`$", "$$x$$", "one\ntwo", "\r\n- item", "\u0627\u0644\u0639 \u05d0", "\u202eabc"),
        *(":x:", ":+1:", "text[^1]", "[^1]: note", "https://example.com", "www.example.com", "a@example.com"),
        *("~~gone~~", "~gone~", "*a* _b_ **c**", "[x](y)", "![x](y)", "[x]", "- [ ] task", "[[_TOC_]]", "{+ added +}"),
        *("> [!NOTE]", "# head", "---", "    #indented", "</details>", "</code>", "\\*", "\N{GRINNING FACE}", "/close"),
    ],
)
def test_a_text_is_shown_as_it_is(text: str) -> None:
    found = check(MARKDOWN.plan(one_change(text)))
    shown = printable(text)
    assert shown in found.codes  # the reason, and others
    assert sum(shown in code for code in found.codes) == 6


@given(plans)
def test_no_text_of_a_plan_means_anything(plan: Plan) -> None:
    check(MARKDOWN.plan(plan))
    check(MarkdownRenderer(3_000).plan(plan))


@given(results)
def test_no_text_of_a_result_means_anything(result: Result) -> None:
    check(MARKDOWN.result(result))
