"""Plans of a part of the persisters, and what an argument of apply is: a file or a pattern."""

import json
from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.schemas import validate

NAMES = ("web/a", "web/b", "iot/c", "iot/d", "iot/tmp-e")
ONLY = "Only iot/* without */tmp-*: 2 of 5 persisters; the other 3 were not compared."
SELECT = ("iot/*", "--exclude", "*/tmp-*")


@pytest.fixture
def five(installation: Installation) -> Installation:
    """Five persisters, all of them in sync."""
    pairs = [name.split("/") for name in NAMES]
    installation.serve({"persisters": [{"project": project, "eventType": name} for project, name in pairs]})
    installation.write("persisters/all.yaml", "---\n".join(f"project: {p}\neventType: {e}\n" for p, e in pairs))
    return installation


def test_a_plan_names_what_it_did_not_compare(five: Installation) -> None:
    ended = five.run("plan", *SELECT)
    assert (ended.code, ended.out.splitlines()[1:]) == (
        0,
        [ONLY, "", "No changes. 2 persisters are in sync. 3 others were not compared."],
    )
    document = json.loads(five.run("plan", *SELECT, "--report", "json").out)
    validate(document, "plan")
    assert document["selection"] == {"selectors": ["iot/*"], "excluded": ["*/tmp-*"], "selected": 2, "others": 3}


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("markdown", f"\n`{ONLY}`\n"),
        ("html", "Every selected persister is in sync."),
        ("html", ONLY),
        ("github", f"2 persisters are in sync. 3 others were not compared. {ONLY}\n"),
        ("junit", f'<property name="selection" value="{ONLY}" />'),
        ("sarif", f'"selection": "{ONLY}"'),
    ],
)
def test_every_report_names_it(five: Installation, report: str, text: str) -> None:
    assert text in five.run("plan", *SELECT, "--report", report).out
    assert ONLY not in five.run("plan", "--report", report).out


def test_a_saved_plan_names_it(five: Installation) -> None:
    five.run("plan", *SELECT, "--out", "plan.persync")
    assert ONLY in five.run("show", "plan.persync").out
    assert ONLY in five.run("apply", "plan.persync").out


@pytest.mark.parametrize("command", [("apply", "--auto-approve"), ("diff",)])
def test_other_commands_name_it(five: Installation, command: tuple[str, ...]) -> None:
    if command == ("diff",):
        from tests.git import GitRepository  # noqa: PLC0415 - for this command alone

        GitRepository(five.folder).commit()
    ended = five.run(*command, "web/a")
    assert (ended.code, "Only web/a: 1 of 5 persisters; the other 4 were not compared.\n" in ended.out) == (0, True)


def test_a_selection_of_all_is_none(five: Installation) -> None:
    assert five.run("plan", "*/*").out == five.run("plan").out


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (
            ("nosuch.persync",),
            "there is no file nosuch.persync",
            "a plan is saved with 'persync plan --out FILE'; a selector is a pattern over project/event-type",
        ),
        (
            ("web/a", "plans/nosuch.persync"),
            "there is no file plans/nosuch.persync",
            "a plan is saved with 'persync plan --out FILE'; a selector is a pattern over project/event-type",
        ),
        (
            ("plan.persync", "iot/*"),
            "plan.persync is a file, and a saved plan is applied as a whole:"
            " selectors and --exclude belong to 'persync plan --out'",
            "see 'persync apply --help'",
        ),
        (
            ("iot/*", "plan.persync"),
            "plan.persync is a file, and a saved plan is applied as a whole:"
            " selectors and --exclude belong to 'persync plan --out'",
            "see 'persync apply --help'",
        ),
        (
            ("plan.persync", "--exclude", "iot/*"),
            "plan.persync is a file, and a saved plan is applied as a whole:"
            " selectors and --exclude belong to 'persync plan --out'",
            "see 'persync apply --help'",
        ),
    ],
)
def test_a_file_is_no_selector(five: Installation, arguments: tuple[str, ...], error: str, hint: str) -> None:
    five.run("plan", "--out", "plan.persync")
    assert five.server is not None
    sent = len(five.server.requests())
    ended = five.run("apply", *arguments)
    assert (ended.code, ended.out, ended.err) == (1, "", f"error: {error}\nhelp: {hint}\n")
    assert len(five.server.requests()) == sent


def test_a_plan_is_not_saved_to_stdout(five: Installation) -> None:
    ended = five.run("plan", "--out", "-")
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        "error: a plan cannot be saved to stdout: name a file, or print it with -o json\n"
        "help: see 'persync plan --help'\n",
    )
    assert not Path(five.folder, "-").exists()


def test_a_report_to_a_dash_is_one_to_stdout(five: Installation) -> None:
    assert five.run("plan", "--report", "json=-").out == five.run("plan", "--report", "json").out
    assert not Path(five.folder, "-").exists()


def test_the_environment_of_a_variable(five: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (five.folder / "persync.yaml").read_text(encoding="utf-8")
    five.write("persync.yaml", text + "  other: {url: 'https://other.example'}\n")
    monkeypatch.setenv("PERSYNC_ENVIRONMENT", "none")
    assert five.run("plan").err.startswith("error: persync.yaml:3:1: there is no environment none\n")
    assert five.run("plan", "-e", "test").code == 0  # the option wins
    monkeypatch.setenv("PERSYNC_ENVIRONMENT", "test")
    five.run("plan", "--out", "plan.persync")
    monkeypatch.setenv("PERSYNC_ENVIRONMENT", "other")
    ended = five.run("apply", "plan.persync")
    assert (ended.code, "the plan is for environment test" in ended.err) == (1, True)
    monkeypatch.setenv("PERSYNC_ENVIRONMENT", "")
    assert five.run("apply", "plan.persync").code == 0
