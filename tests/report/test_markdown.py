import re

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from persync.plan.plan import Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome
from persync.report.formats.markdown import MarkdownRenderer
from persync.report.renderer import HOST_LIMITS
from persync.report.size_limit import size
from tests.builders import shown
from tests.report.hostile import plans, results
from tests.report.models import ATTRIBUTED, DIFF, EMPTY, NOTHING, PLAN, RESULT, large, one_change, snapshot
from tests.report.test_text import CHANGES, PUT, START, STOP, planned, span

MARKDOWN, OF_A_SAVED_PLAN = MarkdownRenderer(), MarkdownRenderer(digest="4d5e")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plan.md", OF_A_SAVED_PLAN.plan(PLAN)),
        ("attributed.md", OF_A_SAVED_PLAN.plan(ATTRIBUTED)),
        ("diff.md", MARKDOWN.plan(DIFF)),
        ("result.md", OF_A_SAVED_PLAN.result(RESULT)),
    ],
)
def test_snapshot(name: str, text: str) -> None:
    assert text == snapshot(name)


def distinct(plan: Plan) -> Plan:
    """Return a plan in which no two persisters are alike, though they look so: their live states differ."""
    persisters = [each.model_copy(update={"live_state": f"S{index}"}) for index, each in enumerate(plan.persisters)]
    return plan.model_copy(update={"persisters": tuple(persisters)})


def test_persisters_that_are_alike_are_shown_once() -> None:
    alike = [planned(f"alike-{number}", PUT, changes=CHANGES[:1], hint="look") for number in range(41)]
    plan = Plan(environment="e", url="", persisters=(*alike, planned("blocked", blocked="no")), in_sync=0)
    assert MARKDOWN.plan(plan).partition("fails.**\n\n")[2] == (
        "- ✗ **blocked** `webtracking/blocked`: no · `persisters/web.yaml:1`\n"
        "- ~ **update** 41 persisters of `webtracking` (put): of its reason; 1 change · `persisters/web.yaml`\n"
        "  - `alike-0 … alike-40`\n"
        "  - help: look\n"
        "\n"
        "<details>\n"
        "<summary>~ <code>webtracking/alike-0 … webtracking/alike-40</code>: 41 persisters, 1 change</summary>\n"
        "\n"
        "```diff\n"
        '! appConfig.eventstore.batchSize: "100" (default) → "500"  (persisters/web.yaml:4)\n'
        "```\n"
        "\n"
        "</details>\n"
    )


def test_results_that_are_alike_are_shown_once() -> None:
    failed = [
        PersisterResult(
            plan=planned(name, PUT, changes=[CHANGES[0].model_copy(update={"span": span(line)})]),
            outcome=Outcome.FAILED,
            problem=f"GET /projects/web/event-types/{name} answered 500",
        )
        for line, name in enumerate("ab", 1)
    ]
    done = [
        PersisterResult(
            plan=planned(name, STOP, START),
            outcome=Outcome.DONE,
            steps_taken=(STOP, START),
            downtime=seconds,
            last_state="RUNNING",
        )
        for name, seconds in (("c", 12.0), ("d", 38.0))
    ]
    report = MARKDOWN.result(Result(environment="e", url="", persisters=(*done, *failed)))
    assert report.partition("plan again.**\n\n")[2] == (
        "- ✗ **failed** 2 persisters of `webtracking`: `GET /projects/…/event-types/… answered 500`\n"
        "  - `a`, `b`\n"
        "- ✓ **done** 2 persisters of `webtracking` (stop, start; down for 12 s to 38 s)\n"
        "  - `c`, `d`\n"
        "\n"
        "<details>\n"
        "<summary>✗ <code>webtracking/a, webtracking/b</code>: 2 persisters, failed</summary>\n"
        "\n"
        "Planned changes:\n"
        "\n"
        "```diff\n"
        '! appConfig.eventstore.batchSize: "100" (default) → "500"\n'
        "```\n"
        "\n"
        "</details>\n"
    )


def test_where_names_are_consecutive_all_of_a_group_fit() -> None:
    alike = tuple(planned(f"alike-{number}", PUT, changes=CHANGES[:1]) for number in range(2_000))
    report = MarkdownRenderer(2_000).plan(Plan(environment="e", url="", persisters=alike, in_sync=0))
    assert "2,000 persisters of `webtracking`" in report
    assert "`alike-0 … alike-1999`" in report


def test_nothing_to_do() -> None:
    assert MARKDOWN.plan(EMPTY) == (
        "<!-- persync: environment=e -->\n"
        "\n"
        "## persync plan: `e`\n"
        "\n"
        "**No changes. 2 persisters are in sync.**\n"
        "\n"
        "API `sandbox:`\n"
    )
    assert MARKDOWN.result(NOTHING.model_copy(update={"interrupted": True, "url": ""})) == (
        "<!-- persync: environment=e -->\n"
        "\n"
        "## persync apply: `e`\n"
        "\n"
        "**Apply: nothing to do.**\n"
        "\n"
        "> ⚠️ **The run was interrupted.**\n"
    )


def test_the_largest_differences_are_omitted_first() -> None:
    persisters = (
        planned("big", PUT, changes=[CHANGES[0].model_copy(update={"after": shown("x" * 9_000)})]),
        planned("small", PUT, changes=CHANGES[:1]),
        planned("bigger", PUT, changes=[CHANGES[0].model_copy(update={"after": shown("x" * 9_001)})]),
    )
    report = MarkdownRenderer(12_000).plan(Plan(environment="e", url="u", persisters=persisters, in_sync=0))
    assert re.findall("^To fit.*|<summary>.*", report, re.MULTILINE) == [
        "To fit 12,000 characters, the differences of 1 of 3 persisters are omitted, the largest first:"
        " `webtracking/bigger`.",
        "<summary>~ <code>webtracking/big</code>: 1 change</summary>",
        "<summary>~ <code>webtracking/small</code>: 1 change</summary>",
    ]


HEAD = (
    "<!-- persync: environment=production digest=4d5e -->\n\n## persync plan: `production`\n\n"
    "**Plan: 1,996 to change (1,976 restart, 20 stop), 4 blocked.**\n\n"
    "> ✗ **4 persisters blocked: no step is possible there, and the plan fails.**\n\n"
    "> ⚠️ **1,976 restarts and 20 stops: events queue until they run again.**\n\n"
)


@pytest.mark.parametrize(
    ("host", "beginning", "lines", "folded"),
    [
        (
            "gitlab",
            "- ✗ **blocked** `project-07/event-type-0007`: its run state is UNKNOWN · `persisters/web.yaml:1`\n",
            2_000,
            1_530,
        ),
        (
            "azure",
            "To fit 150,000 characters, the lines are shortened.\n\n- blocked `project-07/event-type-0007`\n",
            2_000,
            141,
        ),
        (
            "github",
            "To fit 65,536 characters, only names are listed, by project.\n\n"
            "- `project-00` restart: `event-type-0000`, `event-type-0020`, `event-type-0040`,",
            22,
            51,
        ),
        (
            "bitbucket",
            "To fit 32,768 characters, the 2,000 persisters are counted by project;"
            " the most serious are listed below, as far as they fit.\n\n"
            "- `project-00`: 100 persisters (100 restart)\n"
            "- `project-01`: 100 persisters (100 restart)\n"
            "- `project-02`: 100 persisters (100 restart)\n"
            "- `project-03`: 100 persisters (20 stop, 80 restart)\n",
            771,
            2,
        ),
    ],
)
def test_2000_changed_persisters(host: str, beginning: str, lines: int, folded: int) -> None:
    report = MarkdownRenderer(HOST_LIMITS[host], "4d5e").plan(distinct(large()))
    assert size(report) <= HOST_LIMITS[host]
    assert report.startswith(HEAD + beginning)
    assert len(re.findall("^- [^d]", report, re.MULTILINE)) == lines  # a difference may begin with "- deployerConfig"
    assert report.count("<details>") == folded
    assert f"the differences of {1_996 - folded:,} of 1,996 persisters are omitted, the largest first: " in report
    assert report.endswith("\n\nplan `4d5e` · API `https://harvester.example.com`\n")


def test_by_project_every_persister_is_named_where_names_fit() -> None:
    lines = MarkdownRenderer(HOST_LIMITS["github"]).plan(distinct(large())).splitlines()
    names = [
        name for line in lines if line.startswith("- `project-") for name in re.findall("`(event-type-.{4})`", line)
    ]
    assert sorted(names) == [f"event-type-{index:04}" for index in range(2_000)]
    assert next(line for line in lines if line.startswith("- `project-07`")) == (
        "- `project-07` blocked: `event-type-0007`, `event-type-0507`, `event-type-1007`, `event-type-1507`"
    )


def test_where_names_do_not_fit_the_most_serious_are_named_and_the_rest_is_counted() -> None:
    report = MarkdownRenderer(HOST_LIMITS["bitbucket"]).plan(distinct(large()))
    named = report[report.index("- blocked `") :].splitlines()
    assert named[:6] == [
        "- blocked `project-07/event-type-0007`",
        "- blocked `project-07/event-type-0507`",
        "- blocked `project-07/event-type-1007`",
        "- blocked `project-07/event-type-1507`",
        "- stop `project-03/event-type-0003`",
        "- stop `project-03/event-type-0103`",
    ]
    assert [line for line in named if line.startswith("- …")] == ["- … 1,249 more persisters"]


def test_more_projects_than_fit_are_counted_together() -> None:
    report = MarkdownRenderer(HOST_LIMITS["bitbucket"]).plan(distinct(large(projects=2_000)))
    assert size(report) <= HOST_LIMITS["bitbucket"]
    assert re.findall("^- ….*", report, re.MULTILINE) == [
        "- … 1,279 more projects: 1,279 persisters (1 blocked, 11 stop, 1,267 restart)",
        "- … 1,983 more persisters",
    ]


def test_a_result_of_2000_persisters() -> None:
    result = Result(
        environment="production",
        url="",
        persisters=tuple(
            PersisterResult(plan=persister, outcome=Outcome.FAILED, problem="no")
            for persister in distinct(large()).persisters
        ),
    )
    for limit in HOST_LIMITS.values():
        report = MarkdownRenderer(limit).result(result)
        assert size(report) <= limit
        assert "**Apply: 2,000 failed.**\n\n> ✗ **Not every persister is in its desired state" in report


def test_hosts_that_count_utf_16_units_count_no_more_than_we_do() -> None:
    assert size("aé→😀") == 5


@pytest.mark.parametrize("limit", [1, 2, 10, 100, 500, 1_000, 2_000, 5_000, 20_000])
def test_any_limit_is_kept(limit: int) -> None:
    for report in (
        MarkdownRenderer(limit).plan(distinct(large())),
        MarkdownRenderer(limit).plan(one_change("😀@`" * 300)),
    ):
        assert size(report) <= limit
        assert report.endswith("\n")


_HTML = re.compile(
    r"<!-- persync: environment=[\w.%~-]*( digest=[\w.%~-]+)? -->\n?"
    r"|<details>\n<summary>\S <code>[^<>\n]*</code>: [\w ,:]+</summary>\n?"
    r"|</details>\n?"
)
_MEANS_SOMETHING = re.compile(r"[@#`\\<\[\]_~]|\w://|www\.")


def _flat(tokens: list[Token]) -> list[Token]:
    return [inner for token in tokens for inner in [token, *_flat(token.children or [])]]


_WAVE = re.compile(r"[0-9]+\. batch [0-9]+ persisters: [\w ,.;]+; [\w .]+ from [0-9:]+; down for [\w .]+$")


def _check(report: str, limit: int, opened: int) -> None:
    assert size(report) <= limit
    tokens = _flat(MarkdownIt("commonmark").parse(report))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_inline", "link_open", "image", "code_block", "hr", "softbreak", "hardbreak", "table_open"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h2"]
    for token in tokens:
        match token.type:
            case "html_block":
                assert _HTML.fullmatch(token.content)
            case "fence":
                assert token.info in {"diff", "text"}
                lines = [line for line in token.content.splitlines() if not _WAVE.match(line)]
                assert {line[:2] for line in lines} <= {"+ ", "- ", "! ", "| "}
                assert token.content.isprintable() or set(token.content) - {"\n"} <= {
                    character for character in token.content if character.isprintable()
                }
            case "text":
                assert not _MEANS_SOMETHING.search(token.content.removeprefix("~ "))
    assert sum(token.content.startswith("<details>") for token in tokens if token.type == "html_block") == opened
    assert sum(token.content.startswith("</details>") for token in tokens if token.type == "html_block") == opened
    # no bot, and no log that the report is printed to, finds a command at the beginning of a line
    for line in report.splitlines():
        assert not line.lstrip().startswith(("::", "/", "@", "##["))
    assert not re.search(r"##[a-z]*\[", report)


@given(plans)
def test_no_text_of_a_plan_breaks_out(plan: Plan) -> None:
    opened = sum(bool(persister.changes) for persister in plan.persisters)
    for limit in HOST_LIMITS.values():
        _check(MarkdownRenderer(limit, "4d5e").plan(plan), limit, opened)


@given(results)
def test_no_text_of_a_result_breaks_out(result: Result) -> None:
    report = MARKDOWN.result(result)
    _check(report, HOST_LIMITS["github"], report.count("<details>\n<summary>"))


@settings(max_examples=30)
@given(plans)
def test_no_text_breaks_out_where_much_is_omitted(plan: Plan) -> None:
    for limit in (6_000, 3_000):
        repeated = plan.model_copy(update={"persisters": plan.persisters * 40})
        report = MarkdownRenderer(limit).plan(repeated)
        _check(report, limit, report.count("<details>\n<summary>"))
