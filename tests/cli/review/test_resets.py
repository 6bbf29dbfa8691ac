"""A document without any property, while live has some: the plan asks whether to import it first."""

import json
from typing import Any

import pytest

from persync.cli.review.commands import CommandLine, import_command
from persync.model import PersisterId
from persync.plan.plan import Plan, Selection
from tests.command_line import Installation
from tests.report.test_text import PUT, planned
from tests.schemas import validate

LIVE: list[dict[str, Any]] = [
    {"project": "web", "eventType": "a", "appConfig": {"eventstore.tableName": "web.a"}},
    {"project": "web", "eventType": "b", "deployerConfig": {"kubernetes.limits.cpu": "700m"}, "appVersion": "1.0"},
    {"project": "web", "eventType": "none"},
    {"project": "web", "eventType": "segment", "eventstore": "live-segment", "config": {"tasksMax": "2"}},
    {"project": "iot", "eventType": "some", "appConfig": {"eventstore.tableName": "iot.c", "my.own": "1"}},
    {"project": "iot", "eventType": "overlaid", "appConfig": {"eventstore.tableName": "iot.d", "my.own": "1"}},
]
FILES = """\
{project: web, eventType: a}
---
{project: web, eventType: b, appVersion: "1.0"}
---
{project: web, eventType: none}
---
{project: web, eventType: segment, eventstore: live-segment}
---
{project: iot, eventType: some, appConfig: {my.own: 1}}
---
{project: iot, eventType: overlaid}
"""
TEXT = "2 persisters would fall back to the defaults in every property; import them first?"
REFUSED = "apply refuses this plan: 2 persisters fall back to the defaults in every property, and maxResets allows 0"
SETTING = "environments.test.safety.maxResets in persync.yaml"
HELP = f"apply a part of it, allow it once with --max-resets 2, or change {SETTING}"


@pytest.fixture
def empty(installation: Installation) -> Installation:
    """Documents without a property: of two persisters that have some, of one without, and of one with an overlay."""
    installation.serve({"persisters": LIVE, "appVersions": ["1.0"]}, overlays="[overlays]")
    installation.write("overlays/all.yaml", "{project: iot, eventType: overlaid, appConfig: {my.own: 1}}\n")
    installation.write("persisters/all.yaml", FILES)
    return installation


@pytest.mark.parametrize(
    ("report", "text"),
    [
        (
            "text",
            f"\n! {TEXT}\n  help: persync import --update 'web/*'\n✗ {REFUSED}\n  help: {HELP}\n\nPlan: 4 to change ",
        ),
        ("markdown", f"\n> ⚠️ **`{TEXT}`**\n> - help: `persync import --update 'web/*'`\n"),
        ("html", f"<strong>{TEXT}</strong><br>Help: <code>persync import --update &#39;web/*&#39;</code>"),
        ("github", "web/a: every property falls back to its default, because the files configure none"),
    ],
)
def test_every_report_asks(empty: Installation, report: str, text: str) -> None:
    ended = empty.run("plan", "--report", report)
    assert (ended.code, text in ended.out) == (0, True)
    messages = f"warning: {TEXT}\nhelp: persync import --update 'web/*'\nwarning: {REFUSED}\nhelp: {HELP}\n"
    assert ended.err == ("" if report == "text" else messages)


def test_the_model_has_it(empty: Installation) -> None:
    document = json.loads(empty.run("plan", "--report", "json").out)
    validate(document, "plan")
    assert [each["id"]["eventType"] for each in document["persisters"] if each["resets"]] == ["a", "b"]
    assert (document["summary"]["resets"], document["importCommand"]) == (2, "persync import --update 'web/*'")


def test_a_saved_plan_has_it(empty: Installation) -> None:
    empty.run("plan", "--out", "plan.persync")
    assert f"! {TEXT}\n  help: persync import --update 'web/*'\n" in empty.run("show", "plan.persync").out


def test_the_command_does_what_the_plan_asks(empty: Installation) -> None:
    before = (empty.folder / "persisters/all.yaml").read_text(encoding="utf-8")
    assert empty.run("import", "--update", "web/*").code == 0
    assert TEXT not in empty.run("plan").out
    assert empty.run("plan", "web/*").last_line.startswith("No changes. 4 persisters are in sync.")
    after = (empty.folder / "persisters/all.yaml").read_text(encoding="utf-8")
    assert before[before.index("{project: iot") :] in after


def test_the_command_is_for_the_current_folder_and_the_environment(empty: Installation) -> None:
    settings = (empty.folder / "persync.yaml").read_text(encoding="utf-8")
    empty.write("persync.yaml", settings + "  other: {url: 'https://other.example'}\n")
    above = Installation(empty.folder.parent, empty.capture, empty.monkeypatch)
    ended = above.run("plan", "-C", empty.folder.name, "web/a")
    assert f"  help: persync import -C {empty.folder.name} -e test --update web/a\n" in ended.out


def plan_of(resets: str, others: str = "", *, others_unselected: int = 0) -> Plan:
    split = {name: name.split("/") for name in (*resets.split(), *others.split())}
    ids = {name: PersisterId(project, event_type, "pg") for name, (project, event_type) in split.items()}
    persisters = tuple(
        planned("x", PUT).model_copy(update={"id": pid, "resets": name in resets.split()})
        for name, pid in sorted(ids.items())
    )
    selection = Selection(selectors=("x",), excluded=(), selected=len(ids), others=others_unselected)
    return Plan(environment="e", url="u", persisters=persisters, in_sync=0, selection=selection)


@pytest.mark.parametrize(
    ("plan", "command"),
    [
        (plan_of("", "web/a"), ""),
        (plan_of("web/a web/b iot/c"), "persync import --update"),
        (plan_of("web/a web/b iot/c", "iot/d"), "persync import --update iot/c 'web/*'"),
        (plan_of("web/a web/b iot/c", "iot/d web/d"), "persync import --update iot/c web/a web/b"),
        # others of the project may differ, and are not known
        (plan_of("web/a web/b", others_unselected=1), "persync import --update web/a web/b"),
    ],
)
def test_the_command_names_no_other_persister_that_differs(plan: Plan, command: str) -> None:
    assert import_command(plan, CommandLine()) == command
