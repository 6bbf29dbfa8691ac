"""Persisters with the same problem are in one line of a text; the other formats keep each."""

from __future__ import annotations

import json

import pytest

from persync.model import PersisterId
from persync.report.causes import cause, grouped, hint_for, persisters_with
from tests.command_line import Installation

NAMES = [f"e{number:02}" for number in range(20)]
ANSWERED = (
    "GET /projects/…/event-types/…/eventstores/pg/persister answered 500: An unexpected error occurred. (after 3 tries)"
)


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (
            "GET /projects/web/event-types/clicks/eventstores/pg/persister answered 500",
            "GET /projects/…/event-types/…/eventstores/pg/persister answered 500",
        ),
        (
            "POST /event-types/a%20b/eventstores/pg/persister/state: refused",
            "POST /event-types/…/eventstores/pg/persister/state: refused",
        ),
        ("event type 'clicks' does not exist in project 'web'", "event type '…' does not exist in project 'web'"),
        ("web/clicks is not RUNNING after 1 s; web/clicks-2 is", "… is not RUNNING after 1 s; web/clicks-2 is"),
        ("its run state is DELETING", "its run state is DELETING"),
    ],
)
def test_a_cause_has_no_name_of_the_persister(problem: str, expected: str) -> None:
    assert cause(PersisterId("web", "clicks", "pg"), problem) == expected


@pytest.mark.parametrize(
    ("count", "hint", "expected"),
    [
        (1, "'persync start web/e0' starts it", "'persync start web/e0' starts it"),
        (3, "'persync start web/e0' starts it", "'persync start web/e0 web/e1 web/e2' starts it"),
        (6, "repeat 'persync stop web/e0'", "repeat 'persync stop web/e0 web/e1 web/e2 web/e3 web/e4 …'"),
        (2, "plan again", "plan again"),
    ],
)
def test_a_hint_is_for_all(count: int, hint: str, expected: str) -> None:
    assert hint_for([PersisterId("web", f"e{number}", "pg") for number in range(count)], hint) == expected


def test_equal_items_are_together_and_none_is_equal_to_no_other() -> None:
    keys = {"a": 1, "b": None, "c": 2, "d": 1, "e": None}
    assert grouped("abcde", keys.get) == [["a", "d"], ["b"], ["c"], ["e"]]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, "1 persister: late (web/e00)"),
        (3, "3 persisters: late (web/e00, web/e01, web/e02)"),
        (20, "20 persisters: late (first: web/e00)"),
    ],
)
def test_the_line(count: int, expected: str) -> None:
    assert persisters_with("late", [PersisterId("web", name, "pg") for name in NAMES[:count]]) == expected


def test_half_of_the_persisters_fail(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": name, "state": "STOPPED"} for name in NAMES]})
    installation.write("persisters/all.yaml", "---\n".join(f"eventType: {name}\nstate: RUNNING\n" for name in NAMES))
    server.set_faults([{"kind": "server-error", "retryAfter": 0, "path": "*/e0*"}])
    planned = installation.run("plan", "--report", "text", "--report", "json=plan.json", "--exclude", "*/e1*")
    assert planned.out.splitlines()[4:] == [
        "✗ 10 persisters of global  persisters/all.yaml",
        "    e00 … e09",
        f"    blocked: {ANSWERED}",
        "    help: the cause is on the server; see its log, and search it for the trace if there is one",
        "",
        "Plan: 10 blocked, 10 not compared.",
    ]
    report = json.loads((installation.folder / "plan.json").read_text(encoding="utf-8"))
    assert len(report["persisters"]) == 10
    applied = installation.run("apply", "--auto-approve", "--keep-going")
    assert applied.out.count(f"    e00 … e09\n    blocked: {ANSWERED}\n") == 1
    assert applied.out.count(f"✗ 10 persisters of global  blocked\n    e00 … e09\n    {ANSWERED}\n") == 1
    assert applied.out.count("answered 500") == 2
    shown = installation.run("status")
    assert [line for line in shown.out.splitlines() if "500" in line] == [
        f"10 persisters: {ANSWERED} (first: global/e00)"
    ]
