"""``safety`` in persync.yaml: plan shows what exceeds a limit, and apply refuses it before anything is written."""

import json
from typing import Any

import pytest

from tests.command_line import Installation
from tests.schemas import validate

NAMES = ("a", "b", "c", "d", "e")
LIVE: list[dict[str, Any]] = [
    {"project": "web", "eventType": name, "appConfig": {"my.own": "1"}, "state": "RUNNING"} for name in NAMES
]
SUMMARY = "Plan: 4 to change (3 restart, 1 stop), 1 in sync."
CHANGES = "4 persisters change, and maxChanges allows 2 (50% of 5)"
RESTARTS = "3 persisters restart, and maxRestarts allows 2"
SETTINGS = "environments.test.safety.maxChanges and environments.test.safety.maxRestarts in persync.yaml"


@pytest.fixture
def limited(installation: Installation) -> Installation:
    """Five persisters: three are to be restarted and one to be stopped, which is more than the settings allow."""
    installation.serve({"persisters": LIVE}, safety="{maxChanges: 50%, maxRestarts: 2}")
    state = {"d": "STOPPED"}
    installation.write(
        "persisters/all.yaml",
        "---\n".join(
            f"project: web\neventType: {name}\nstate: {state.get(name, 'RUNNING')}\n"
            f"appConfig: {{my.own: {1 if name == 'e' else 2}}}\n"
            for name in NAMES
        ),
    )
    return installation


def protect(installation: Installation, *patterns: str) -> None:
    text = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    installation.write("persync.yaml", text.replace("maxRestarts: 2}", f"protect: {json.dumps(patterns)}}}"))


def test_plan_shows_it_and_changes_no_exit_code(limited: Installation) -> None:
    ended = limited.run("plan", "--detailed-exitcode")
    assert (ended.code, ended.err) == (2, "")
    assert ended.out.endswith(
        f"\n✗ apply refuses this plan: {CHANGES}\n"
        "  help: apply a part of it, allow it once with --max-changes 4, or change"
        " environments.test.safety.maxChanges in persync.yaml\n"
        f"✗ apply refuses this plan: {RESTARTS}\n"
        "  help: apply a part of it, allow it once with --max-restarts 3, or change"
        " environments.test.safety.maxRestarts in persync.yaml\n"
        f"\n{SUMMARY}\n"
    )


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("markdown", f"\n> ✗ **`apply refuses this plan: {CHANGES}`**\n> - help: `apply a part of it, "),
        ("html", f"<strong>apply refuses this plan: {CHANGES}</strong><br>Help: apply a part of it, "),
        ("github", f"1 in sync. apply refuses this plan: {CHANGES}. apply refuses this plan: {RESTARTS}.\n"),
        ("junit", f'name="notices" value="apply refuses this plan: {CHANGES}; apply refuses'),
        ("sarif", f'"notices": "apply refuses this plan: {CHANGES}; apply refuses'),
    ],
)
def test_every_report_shows_it(limited: Installation, report: str, text: str) -> None:
    # GitHub's annotations escape the percent sign
    assert text.replace("%", "%25" if report == "github" else "%") in limited.run("plan", "--report", report).out


def test_apply_refuses_before_it_writes(limited: Installation) -> None:
    files = [argument for name in ("json", "markdown", "html") for argument in ("--report", f"{name}=r.{name}")]
    ended = limited.run("apply", "--auto-approve", "--keep-going", *files)
    assert (ended.code, ended.out.endswith(f"\n{SUMMARY}\n")) == (1, True)
    assert ended.err == (
        f"error: {CHANGES}; {RESTARTS}; nothing was changed\n"
        f"help: apply a part of it, allow it once with --max-changes 4 --max-restarts 3, or change {SETTINGS}\n"
    )
    assert limited.writes() == []
    result = json.loads((limited.folder / "r.json").read_text(encoding="utf-8"))
    validate(result, "result")
    assert result["breaches"][0] == {
        "limit": "maxChanges",
        "count": 4,
        "allowed": 2,
        "configured": "50%",
        "persisters": 5,
        "setting": "environments.test.safety.maxChanges",
        "option": "--max-changes",
    }
    assert {each["outcome"] for each in result["persisters"]} == {"not attempted"}
    reports = [(limited.folder / name).read_text(encoding="utf-8") for name in ("r.markdown", "r.html")]
    for report, text in zip(reports, ("\n> ✗ **`{}`**\n", "<strong>{}</strong>"), strict=True):
        assert text.format(f"apply refuses this plan: {CHANGES}") in report


def test_a_saved_plan_is_judged_by_the_limits_of_the_apply(limited: Installation) -> None:
    assert "apply refuses" not in limited.run("plan", "--max-changes", "4", "--max-restarts", "60%", "--out", "p").out
    assert limited.run("apply", "p").code == 1
    assert limited.writes() == []
    document = json.loads((limited.folder / "p").read_text(encoding="utf-8"))
    validate(document["plan"], "plan")
    applied = limited.run("apply", "p", "--max-changes", "100%", "--max-restarts", "3", "--report", "markdown")
    assert (applied.code, f"plan `{document['digest']}`" in applied.out) == (0, True)
    assert limited.run("plan").last_line == "No changes. 5 persisters are in sync."


def test_a_variable_overrides_the_settings_and_an_option_the_variable(limited: Installation) -> None:
    limited.monkeypatch.setenv("PERSYNC_MAX_CHANGES", "100%")
    limited.monkeypatch.setenv("PERSYNC_MAX_RESTARTS", "1")
    assert "3 persisters restart, and maxRestarts allows 1\n" in limited.run("plan").out
    assert "apply refuses" not in limited.run("plan", "--max-restarts", "3").out


def test_a_part_of_the_persisters_is_measured_by_all(limited: Installation) -> None:
    assert "apply refuses" not in limited.run("plan", "web/a", "web/b").out  # 2 of 5 restart
    assert "3 persisters change, and maxChanges allows 2 (50% of 5)" in limited.run("plan", "--exclude", "web/d").out


def test_protected_persisters_are_blocked(limited: Installation) -> None:
    protect(limited, "web/a", "web/[de]")
    ended = limited.run("plan")
    assert (ended.code, ended.last_line) == (
        1,
        "Plan: 2 to change (2 restart), 2 blocked, 1 in sync.",
    )
    assert (
        "    blocked: it is protected by 'web/[de]': an apply may not stop it\n"
        "    help: change environments.test.safety.protect, or leave it out with --exclude\n"
        "    ~ appConfig.my.own: 1 → 2"
    ) in ended.out
    assert limited.run("apply", "--auto-approve").code == 1
    assert limited.writes() == []
    ended = limited.run("apply", "--auto-approve", "--keep-going", "--protect", "web/b")
    assert (ended.code, ended.last_line) == (1, "Apply: 1 done, 3 blocked.")
    assert {path.split("/")[4] for path in limited.writes()} == {"c"}


def test_a_saved_plan_does_not_change_what_is_protected_now(limited: Installation) -> None:
    limited.run("plan", "web/a", "--out", "p")
    protect(limited, "web/a")
    ended = limited.run("apply", "p", "--keep-going")
    assert (ended.code, "blocked: it is protected by 'web/a': an apply may not restart it\n" in ended.out) == (1, True)
    assert limited.writes() == []


@pytest.mark.parametrize("command", ["plan", "validate", "apply"])
def test_a_selector_that_protects_nothing_is_an_error(limited: Installation, command: str) -> None:
    protect(limited, "web/a", "wbe/*")
    ended = limited.run(command, *(["--auto-approve"] if command == "apply" else []))
    assert ended.code == 1
    assert "persync.yaml:6:50: error: no persister matches 'wbe/*'" in ended.out + ended.err
    assert limited.server is not None
    assert limited.server.requests() == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--protect", "wbe/*"), "--protect 'wbe/*' matches no persister"),
        (("--max-stops", "-1"), "'-1' is neither a number nor a percentage such as 20%"),
        (("--max-resets", "200%"), "'200%' is neither a number nor a percentage such as 20%"),
    ],
)
def test_an_option_that_cannot_be_right(limited: Installation, arguments: tuple[str, ...], error: str) -> None:
    ended = limited.run("plan", *arguments)
    assert (ended.code, ended.out, error in ended.err) == (1, "", True)


@pytest.mark.parametrize(
    ("safety", "message"),
    [
        ("{maxChanges: 120%}", "maxChanges must be a number of persisters, or a percentage such as 20%"),
        ("{maxChanges: -1}", "maxChanges must be at least 0"),
        ("{maxChange: 1}", "maxChange"),
        ("{protect: web/*}", "protect"),
    ],
)
def test_a_setting_that_cannot_be_right(installation: Installation, safety: str, message: str) -> None:
    installation.settings(url="https://h.example", safety=safety)
    ended = installation.run("validate")
    assert (ended.code, message in ended.out + ended.err) == (1, True)
