"""The text of plans and results: equal changes once, within the width, and nothing lost with --expand."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.model import RunState, Span
from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Attribution, Outcome
from persync.report.formats.text import TextRenderer
from persync.report.text.screen import cells
from tests.builders import change
from tests.report.test_text import PLAN, PUT, RESULT, START, STOP, planned

NAMES = [f"{stem}-{number}" for stem in ("alerts", "carts") for number in range(5)]
OVERLAY = Span("overlays/production.yaml", 7, 3)
URL = "jdbc:postgresql://db-{}.example.com:5432/tracking?ssl=true&sslmode=verify-full"
OLD, NEW = URL.format("old"), URL.format("new")
CHANGES = (
    change("appConfig.concurrency", "6", "12", before_default=True, span=OVERLAY),
    change("appConfig.spring.datasource.url", OLD, NEW, span=Span("x", 6, 3)),
    *(
        change("deployerConfig.kubernetes.volumeMounts", None, value, subpath=f"[data:/data].{key}", in_both=0)
        for key, value in (("mountPath", "/var/data"), ("name", "data"), ("readOnly", "true"))
    ),
)


def at(file: str, planned: PersisterPlan) -> PersisterPlan:
    changes = [
        each.model_copy(update={"span": each.span._replace(file=file)}) if each.span and each.span != OVERLAY else each
        for each in planned.changes
    ]
    return planned.model_copy(update={"span": Span(file, 1, 1), "changes": tuple(changes)})


EQUAL = Plan(
    environment="production",
    url="https://harvester.example.com",
    persisters=(
        *(at(f"persisters/web/{name}.yaml", planned(name, STOP, PUT, START, changes=CHANGES)) for name in NAMES),
        at("persisters/web/other.yaml", planned("other", PUT, desired=None, live="STOPPED", changes=CHANGES)),
    ),
    in_sync=259,
)
AT_80 = """\
Plan for environment production (https://harvester.example.com)
  ↻ restart: events queue until it runs again   ~ change   + add

↻ 10 persisters of webtracking  persisters/web/
    alerts-0 … alerts-4, carts-0 … carts-4
    stop, put, start: of its reason (RUNNING → RUNNING)
    ~ appConfig.concurrency: 6 (default) → 12  overlays/production.yaml:7:3
    ~ appConfig.spring.datasource.url
        - jdbc:postgresql://db-old.example.com:5432/tracking?ssl=true&sslmode=
          verify-full
        + jdbc:postgresql://db-new.example.com:5432/tracking?ssl=true&sslmode=
          verify-full
    + deployerConfig.kubernetes.volumeMounts
        + - name: data
        +   mountPath: /var/data
        +   readOnly: true

~ webtracking/other  persisters/web/other.yaml:1
    put: of its reason (STOPPED → run state not managed)
    ~ appConfig.concurrency: 6 (default) → 12  overlays/production.yaml:7:3
    ~ appConfig.spring.datasource.url  :6
        - jdbc:postgresql://db-old.example.com:5432/tracking?ssl=true&sslmode=
          verify-full
        + jdbc:postgresql://db-new.example.com:5432/tracking?ssl=true&sslmode=
          verify-full
    + deployerConfig.kubernetes.volumeMounts
        + - name: data
        +   mountPath: /var/data
        +   readOnly: true

Plan: 11 to change (10 restart, 1 update only), 259 in sync.
"""


def test_at_80_columns() -> None:
    assert TextRenderer(width=80).plan(EQUAL) == AT_80


def test_in_a_log_no_line_is_wrapped() -> None:
    assert TextRenderer().plan(EQUAL) == re.sub(r"=\n +verify", "=verify", AT_80)


def test_expanded_each_has_a_block() -> None:
    blocks = TextRenderer(expand=True).plan(EQUAL).split("\n\n")
    assert [block.splitlines()[0] for block in blocks[1:-1]] == [
        f"{'~' if name == 'other' else '↻'} webtracking/{name}  persisters/web/{name}.yaml:1"
        for name in (*NAMES, "other")
    ]


def test_the_part_that_differs_is_highlighted() -> None:
    text = TextRenderer(color=True).plan(EQUAL)
    assert "jdbc:postgresql://db-\x1b[0m\x1b[31m\x1b[7mold\x1b[0m\x1b[31m.example.com" in text
    assert "jdbc:postgresql://db-\x1b[0m\x1b[32m\x1b[7mnew\x1b[0m\x1b[32m.example.com" in text


def test_many_names_are_counted() -> None:
    persisters = tuple(planned(f"{stem}", PUT, changes=CHANGES[:1]) for stem in map("n{:02}x".format, range(30)))
    lines = TextRenderer().plan(Plan(environment="e", url="u", persisters=persisters, in_sync=0)).splitlines()
    assert lines[4] == f"    {', '.join(f'n{number:02}x' for number in range(12))} and 18 more (--expand)"


def test_of_several_labels_each_line_of_a_structure_has_its_own() -> None:
    labels = (Attribution.DRIFT, Attribution.THIS_BRANCH)
    both = [
        change("deployerConfig.kubernetes.volumes", "1", "2", subpath=f"[a].{key}", in_both=2, attribution=label)
        for key, label in zip("xy", labels, strict=True)
    ]
    text = TextRenderer().plan(Plan(environment="e", url="u", persisters=(planned("p", PUT, changes=both),), in_sync=0))
    assert text.split("\n\n")[1].splitlines()[2:] == [
        "    ~ deployerConfig.kubernetes.volumes",
        "          [a]",
        "        -   x: 1",
        "        +   x: 2  drift",
        "        -   y: 1",
        "        +   y: 2  this branch",
    ]


def test_a_structure_that_falls_back_to_its_default() -> None:
    gone = [
        change("deployerConfig.kubernetes.volumes", text, None, subpath=f"[a].{key}", in_both=0, after_default=True)
        for key, text in (("emptyDir", "{}"), ("name", "a"))
    ]
    text = TextRenderer().plan(Plan(environment="e", url="u", persisters=(planned("p", PUT, changes=gone),), in_sync=0))
    assert text.split("\n\n")[1].splitlines()[2:] == [
        "    - deployerConfig.kubernetes.volumes: (default)",
        "        - - name: a",
        "        -   emptyDir: {}",
    ]


def test_a_long_value_that_falls_back_to_its_default() -> None:
    gone = [change("appConfig.spring.datasource.url", OLD, None, after_default=True)]
    plan = Plan(environment="e", url="u", persisters=(planned("p", PUT, changes=gone),), in_sync=0)
    assert TextRenderer(width=80).plan(plan).split("\n\n")[1].splitlines()[2:] == [
        "    - appConfig.spring.datasource.url",
        "        - jdbc:postgresql://db-old.example.com:5432/tracking?ssl=true&sslmode=",
        "          verify-full",
        "        → (default)",
    ]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (80, ["    ~ deployerConfig.kubernetes.volumes[a].secret.secretName: old → new"]),
        (
            60,
            [
                "    ~ deployerConfig.kubernetes.volumes",
                "          [a]",
                "            secret:",
                "        -     secretName: old",
                "        +     secretName: new",
            ],
        ),
    ],
)
def test_one_scalar_of_a_structure_is_a_line_where_it_fits(width: int, expected: list[str]) -> None:
    one = [change("deployerConfig.kubernetes.volumes", "old", "new", subpath="[a].secret.secretName", in_both=3)]
    plan = Plan(environment="e", url="u", persisters=(planned("p", PUT, changes=one),), in_sync=0)
    assert TextRenderer(width=width).plan(plan).split("\n\n")[1].splitlines()[2:] == expected


def test_results_that_are_alike() -> None:
    difference = {name: at("f.yaml", planned(name, PUT, changes=CHANGES[:1])) for name in "abc"}
    results = [
        PersisterResult(
            plan=planned(name, STOP, PUT, START, changes=CHANGES[:1]),
            outcome=Outcome.CONFLICT,
            problem=f"event type '{name}' changed",
            difference=difference[name],
            hint="plan again",
        )
        for name in "abc"
    ]
    result = Result(environment="e", url="u", persisters=tuple(results))
    assert TextRenderer().result(result) == (
        "✗ 3 persisters of webtracking  conflict\n"
        "    a, b, c\n"
        "    event type '…' changed\n"
        "    help: plan again\n"
        "    live now:\n"
        "    ~ 3 persisters of webtracking  f.yaml\n"
        "        a, b, c\n"
        "        put: of its reason (RUNNING → RUNNING)\n"
        "        ~ appConfig.concurrency: 6 (default) → 12  overlays/production.yaml:7:3\n"
        "\n"
        "Apply: 3 conflicts.\n"
    )
    assert TextRenderer(expand=True).result(result).count("live now:") == 3


_CHANGES = st.builds(
    lambda key, before, after: change(f"appConfig.{key}", before, after, span=Span("f.yaml", 3, 1)),
    st.text("ab.-", min_size=1, max_size=120),
    st.text("ab ,:/漢", max_size=150),
    st.text("ab ,:/漢", max_size=150),
)
_PERSISTERS = st.builds(
    lambda number, changes: planned(f"p-{number}", PUT, desired=RunState.RUNNING, changes=changes),
    st.integers(0, 20),
    st.lists(_CHANGES, max_size=2),
)


@given(st.lists(_PERSISTERS, unique_by=lambda each: each.id, max_size=5), st.integers(40, 130), st.booleans())
def test_every_line_fits(persisters: list[PersisterPlan], width: int, expand: bool) -> None:
    plan = Plan(environment="e", url="u", persisters=tuple(persisters), in_sync=0)
    lines = TextRenderer(width=width, expand=expand).plan(plan).splitlines()
    assert [line for line in lines if cells(line) > width] == []


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_snapshots_fit(width: int) -> None:
    renderer = TextRenderer(width=width)
    lines = (renderer.plan(PLAN) + renderer.result(RESULT)).splitlines()
    assert [line for line in lines if cells(line) > width and "|" not in line] == []


def test_changes_of_old_plans_are_shown_by_path() -> None:
    old: list[PropertyChange] = [change("deployerConfig.kubernetes.volumes", "x", "y", subpath="[a].secret.name")]
    text = TextRenderer().plan(Plan(environment="e", url="u", persisters=(planned("p", PUT, changes=old),), in_sync=0))
    assert "    ~ deployerConfig.kubernetes.volumes[a].secret.name: x → y\n" in text
