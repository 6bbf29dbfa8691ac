"""Texts from files, the API and logs cannot act as Markdown."""

from collections.abc import Sequence

import pytest

from persync.model import PersisterId, Span
from persync.plan.plan import PersisterPlan
from persync.report.grouping.groups import PlanGroup
from persync.report.markdown_parts import code, details, fence, marker, marker_line, names_line, prose, title


@pytest.mark.parametrize(
    ("environment", "digest", "expected"),
    [
        ("prod-eu", "4d5e", "<!-- persync: environment=prod-eu digest=4d5e -->"),
        ("prod", "", "<!-- persync: environment=prod -->"),
        ("a-->b", "-->", "<!-- persync: environment=a%2D%2D%3Eb digest=%2D%2D%3E -->"),
        ("a digest=b", "", "<!-- persync: environment=a%20digest%3Db -->"),
        (
            "x" * 201,
            "",
            "<!-- persync: environment=84a0678c90937f5dcf9994d5866668da6b995109c8ad845410559b48a4ecafed -->",
        ),
    ],
)
def test_marker(environment: str, digest: str, expected: str) -> None:
    line = marker_line(environment, digest)
    assert line == expected
    assert line.startswith(marker(environment))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("web", "`web`"),
        ("a`b", "``a`b``"),
        ("`a`", "`` `a` ``"),
        ("```\nx", "```` ```\\u000ax ````"),
        (" a ", "`  a  `"),
        ("", "(empty)"),
        (" ", "(empty)"),
        ("@team <b> #1 [x](y) <!-- -->", "`@team <b> #1 [x](y) <!-- -->`"),
        ("x" * 121, f"`{'x' * 119}…`"),
    ],
)
def test_code(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it is RUNNING, and keeps its old configuration (no state in the file).",) * 2,
        ("see www.example.com", "`see www.example.com`"),
        ("it is stopped; run state: drift",) * 2,
        ("a :smile: b", "`a :smile: b`"),
        ("by @team", "`by @team`"),
        ("fixes GH-1", "`fixes GH-1`"),
        ("*loud*", "`*loud*`"),
        ("two\nlines", r"`two\u000alines`"),
        ("  words  ", "words"),
        ("   ", "(empty)"),
        ("a" * 301, "a" * 299 + "…"),
    ],
)
def test_prose(text: str, expected: str) -> None:
    assert prose(text) == expected


def test_fence() -> None:
    assert fence("diff", ["+ a", "- ```` b"]) == "`````diff\n+ a\n- ```` b\n`````"


def ids(*names: str) -> list[PersisterId]:
    return [PersisterId("web", name, "pg") for name in names]


def test_details() -> None:
    assert details("~", ids("<b>&\"'`@x"), "1 change", ["body"]) == (
        "<details>\n<summary>~ <code>web/&lt;b&gt;&amp;&quot;&#x27;`@x</code>: 1 change</summary>\n\nbody\n\n</details>"
    )
    assert details("~", ids("a-1", "a-2", "a-3", "b"), "1 change", []) == (
        "<details>\n<summary>~ <code>web/a-1 … web/a-3, web/b</code>: 4 persisters, 1 change</summary>\n\n</details>"
    )


def test_title_and_names() -> None:
    some = ids("a-1", "a-2", "a-3", "b")
    assert named(some) == "4 persisters of `web`\n  - `a-1 … a-3`, `b`"
    mixed = [*some, PersisterId("@iot", "`", "pg")]
    assert named(mixed) == "5 persisters\n  - `` @iot/` ``, `web/a-1 … web/a-3`, `web/b`"
    assert named(some[:1]) == "`web/a-1`"


def test_live_names() -> None:
    web, other = PersisterId("web-dev", "a-1", "pg"), PersisterId("web-dev", "c-x7", "pg")
    assert named(ids("a-1"), [web]) == "`web/a-1 (live: web-dev/a-1)`"
    assert named(ids("a-1", "c"), [web, other]) == (
        "2 persisters of `web (live: web-dev)`\n  - `a-1`, `c (live: web-dev/c-x7)`"
    )


def named(some: list[PersisterId], live: Sequence[PersisterId | None] | None = None) -> str:
    plans = [
        PersisterPlan(id=name, live_id=other, span=Span("a.yaml", 1, 1), live_state="RUNNING", desired_state=None)
        for name, other in zip(some, live or [None] * len(some), strict=True)
    ]
    group = PlanGroup(tuple(plans))
    return title(group) + names_line(group)
