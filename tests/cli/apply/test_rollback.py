"""Back to before a run: what is restored, what is not, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Ended, Installation

FILE = "eventType: {name}\nstate: {state}\nappConfig: {{eventstore.batchSize: {size}}}\n"
IN_SYNC = "No changes. {} persisters are in sync."
CONFIG = {"appConfig": {"eventstore.batchSize": "200", "eventstore.tableName": "public.old"}}


def write(installation: Installation, name: str, size: int = 500, state: str = "RUNNING") -> None:
    installation.write(f"persisters/{name}.yaml", FILE.format(name=name, size=size, state=state))


def journal(installation: Installation, index: int = -1) -> Path:
    paths = (installation.folder / ".persync/runs").glob("*.jsonl")
    return sorted(paths, key=lambda path: path.stat().st_mtime_ns)[index]


def stored(installation: Installation, *names: str) -> dict[str, Any]:
    """Return what the server has: the run state and the configuration of each."""
    assert installation.server is not None
    found = {name: installation.server.persister("global", name) for name in names}
    return {name: (one["state"], one["stored"]) for name, one in found.items()}


def change(installation: Installation, name: str, **texts: str) -> None:
    """Change properties outside of persync."""
    assert installation.server is not None
    properties = {f"eventstore.{key}": text for key, text in texts.items()}
    installation.server.change_externally("global", name, set={"appConfig": properties})


@pytest.fixture
def applied(installation: Installation) -> Installation:
    """Three persisters that an apply has changed: one restarted, one started, one stopped."""
    states = {"a": "RUNNING", "b": "STOPPED", "c": "RUNNING"}
    persisters = [{"eventType": name, "state": state, **CONFIG} for name, state in states.items()]
    installation.serve({"persisters": persisters})
    before = stored(installation, *states)
    for name, state in {"a": "RUNNING", "b": "RUNNING", "c": "STOPPED"}.items():
        write(installation, name, state=state)
    assert installation.run("apply", "--auto-approve").code == 0
    assert stored(installation, *states) != before
    return installation


def errors(ended: Ended) -> list[str]:
    return [line for line in ended.err.splitlines() if line.startswith(("error", "help"))]


def test_a_run_is_rolled_back(applied: Installation) -> None:
    run = journal(applied).stem
    rolled = applied.run("rollback", run, "--auto-approve")
    assert (rolled.code, rolled.last_line) == (0, "Rollback: 3 done."), rolled.err
    assert rolled.out.splitlines()[1] == f"Rollback of run {run}: the desired side is what was live before it."
    states = {name: state for name, (state, _) in stored(applied, "a", "b", "c").items()}
    assert states == {"a": "RUNNING", "b": "STOPPED", "c": "RUNNING"}
    for name, state in states.items():
        text = FILE.format(name=name, size=200, state=state).replace("200", "200, eventstore.tableName: public.old")
        applied.write(f"persisters/{name}.yaml", text)
    assert applied.run("plan").last_line == IN_SYNC.format(3)
    # what is restored already is in sync; and a rollback is a run, which can be rolled back
    assert applied.run("rollback", run, "--auto-approve").last_line == IN_SYNC.format(3)
    head = json.loads(journal(applied).read_text(encoding="utf-8").splitlines()[0])
    assert head["rollbackOf"] == run
    again = applied.run("rollback", journal(applied).stem, "--auto-approve")
    assert (again.code, again.last_line) == (0, "Rollback: 3 done.")
    for name, state in {"a": "RUNNING", "b": "RUNNING", "c": "STOPPED"}.items():
        write(applied, name, state=state)
    assert applied.run("plan").last_line == IN_SYNC.format(3)


def test_a_rollback_is_saved_reviewed_and_applied_like_any_plan(applied: Installation) -> None:
    saved = applied.run("rollback", str(journal(applied)), "--out", "plan.persync", "global/a", "global/b")
    assert (saved.code, saved.last_line[:17]) == (0, "Plan: 2 to change")
    assert applied.run("show", "plan.persync").out == saved.out
    verified = applied.run("verify", "plan.persync")
    assert (verified.code, verified.out) == (0, "Verify: 2 valid, 0 not valid, 0 blocked.\n"), verified.err
    assert applied.run("apply", "plan.persync").code == 0
    assert [state for state, _ in stored(applied, "a", "b", "c").values()] == ["RUNNING", "STOPPED", "STOPPED"]
    assert applied.run("verify", "plan.persync").out == "Verify: 2 valid, 0 not valid, 0 blocked.\n"


def test_a_saved_rollback_says_that_nothing_was_applied(applied: Installation) -> None:
    run, before = journal(applied).stem, applied.writes()
    saved = applied.run("rollback", run, "--out", "a plan")
    assert (saved.code, saved.err.splitlines()[-1]) == (
        0,
        "saved to a plan, and nothing was applied: 'persync apply 'a plan'' applies it",
    )
    applied.monkeypatch.setenv("PERSYNC_OUT", "other")
    refused = applied.run("rollback", run, "--auto-approve")
    assert (refused.code, errors(refused)[0]) == (
        1,
        "error: --out saves the plan and applies nothing: leave out --auto-approve, or --out (PERSYNC_OUT)",
    )
    assert (applied.writes(), (applied.folder / "other").exists()) == (before, False)


def test_a_saved_rollback_is_stale_once_live_has_changed(applied: Installation) -> None:
    assert applied.run("rollback", journal(applied).stem, "--out", "plan.persync").code == 0
    change(applied, "a", batchSize="999")
    stale = applied.run("apply", "plan.persync", "--keep-going")
    assert (stale.code, stale.last_line) == (1, "Rollback: 2 done, 1 conflict.")


def test_what_was_changed_since_is_left_as_it_is_and_named(applied: Installation) -> None:
    assert applied.server is not None
    change(applied, "a", batchSize="999")
    applied.server.change_externally("global", "b", state="STOPPED")
    rolled = applied.run("rollback", journal(applied).stem, "--auto-approve")
    assert "Plan: 1 to change (1 start), 2 not restored." in rolled.out
    assert [line for line in rolled.out.splitlines() if line.startswith("!")] == [
        "! global/a is left as it is: it was changed after the run: appConfig.eventstore.batchSize",
        "! global/b is left as it is: its run state was changed after the run: it was RUNNING, and is STOPPED",
    ]
    assert (rolled.code, rolled.last_line) == (0, "Rollback: 1 done.")


SECRET = "state: RUNNING\neventType: a\nappConfig: {{spring.datasource.password: '{}', eventstore.batchSize: {}}}\n"


@pytest.mark.parametrize(
    ("run", "since", "is_restored"),
    [
        (SECRET.format("${{ secret.OLD }}", 500), None, True),  # live has it
        (SECRET.format("${{ secret.NEW }}", 500), SECRET.format("${{ secret.OLD }}", 200), True),  # the files do
        (SECRET.format("${{ secret.NEW }}", 500), None, False),
    ],
    ids=["live", "files", "nowhere"],
)
def test_a_secret_is_restored_if_it_is_found(
    installation: Installation, run: str, since: str | None, is_restored: bool
) -> None:
    old = {"appConfig": {"spring.datasource.password": "Zq-old", "eventstore.batchSize": "200"}}
    installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING", **old}]})
    installation.monkeypatch.setenv("OLD", "Zq-old")
    installation.monkeypatch.setenv("NEW", "Zq-new")
    installation.write("persisters/a.yaml", run)
    before = stored(installation, "a")
    assert installation.run("apply", "--auto-approve").code == 0
    if since:
        installation.write("persisters/a.yaml", since)
    rolled = installation.run("rollback", journal(installation).stem, "--auto-approve")
    assert "Zq-" not in rolled.out + rolled.err
    if is_restored:
        assert (rolled.code, stored(installation, "a")) == (0, before)
        return
    assert [line.strip() for line in rolled.out.splitlines() if "blocked:" in line or "help:" in line] == [
        "blocked: the journal has no value, only a hash, of appConfig.spring.datasource.password",
        "help: set it in the file as it was: then its value is taken from there; or leave this persister out with"
        " --exclude",
    ]
    assert rolled.code == 1


def test_the_limits_hold(applied: Installation) -> None:
    refused = applied.run("rollback", journal(applied).stem, "--auto-approve", "--max-changes", "2")
    assert (refused.code, errors(refused)[0]) == (
        1,
        "error: 3 persisters change, and maxChanges allows 2; nothing was changed",
    )
    protected = applied.run("rollback", journal(applied).stem, "--auto-approve", "--protect", "global/a")
    assert protected.code == 1


def test_what_is_no_run_is_refused(applied: Installation) -> None:
    runs = applied.folder / ".persync/runs"
    assert errors(applied.run("rollback", "20200101", "--auto-approve")) == [
        f"error: there is no run 20200101 in {runs}",
        "help: 'persync runs' lists those that there are; a journal from elsewhere is named by its file",
    ]
    assert applied.server is not None
    text = journal(applied).read_text(encoding="utf-8")
    other = applied.write("other.jsonl", text.replace(applied.server.url, "https://elsewhere.example.com"))
    refused = errors(applied.run("rollback", str(other), "--auto-approve"))
    assert refused[0] == (
        f"error: run {journal(applied).stem} was of environment test at https://elsewhere.example.com,"
        f" and this is test at {applied.server.url}"
    )
    assert applied.run("rollback", journal(applied).stem).code == 1  # stdin is no terminal
    assert errors(applied.run("rollback", journal(applied).stem, "nothing/*", "--auto-approve"))[0] == (
        "error: no persister matches 'nothing/*'"
    )
