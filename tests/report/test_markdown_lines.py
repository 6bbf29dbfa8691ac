"""What is long in Markdown: changes, warnings and names."""

from persync.model import PersisterId
from persync.report.formats.markdown import MarkdownRenderer
from tests.builders import change
from tests.report.html.page import plan_of
from tests.report.test_text import PUT, planned, span

MARKDOWN = MarkdownRenderer()


def test_a_long_change_has_a_line_for_each_value() -> None:
    old, new = "a" * 100, "b" * 100
    changes = (
        change("appConfig.my.text", old, new, before_default=True, span=span(4)),
        change("appConfig.my.added", None, new),
        change("appConfig.my.short", "1", "2"),
    )
    report = MARKDOWN.plan(plan_of(planned("p", PUT, changes=changes)))
    assert (
        "```diff\n"
        "! appConfig.my.text:  (persisters/web.yaml:4)\n"
        f'- "{old}" (default)\n'
        f'+ "{new}"\n'
        f'+ appConfig.my.added: "{new}"\n'
        '! appConfig.my.short: "1" → "2"\n'
        "```\n"
    ) in report


def test_of_many_warnings_there_are_three_and_a_count() -> None:
    report = MARKDOWN.plan(plan_of(planned("p", PUT, warnings=("a", "b", "c", "d", "e"))))
    assert "`persisters/web.yaml:1`\n  - ⚠️ a\n  - ⚠️ b\n  - ⚠️ c\n  - ⚠️ and 2 more warnings\n" in report


def test_the_longest_names_are_whole() -> None:
    names = [PersisterId("p" * 63, letter * 63, "live-segment") for letter in "ab"]
    longest = planned("x", PUT).model_copy(update={"id": names[0], "live_id": names[1]})
    assert f"- ~ **update** `{names[0]} (live: {names[1]})` (put)" in MARKDOWN.plan(plan_of(longest))
