"""A plan that is kept, and applied later just as it was reviewed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.command_line import Installation

NAMES = ("a", "b", "c")
FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500, my.password: '${{{{ secret.PW }}}}'}}\n"


@pytest.fixture
def planned(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("PW", "hunter2-hunter2")
    installation.serve({"persisters": [{"eventType": name, "state": "RUNNING"} for name in NAMES]})
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) for name in NAMES))
    assert installation.run("plan", "--out", "plan.persync").code == 0
    return installation


def test_it_is_applied_without_a_question(planned: Installation) -> None:
    ended = planned.run("apply", "plan.persync")
    assert (ended.code, ended.last_line) == (0, "Apply: 3 done.")
    assert planned.run("plan", "--detailed-exitcode").code == 0
    # as planned already: that is a success too, and nothing is written
    written = len(planned.writes())
    ended = planned.run("apply", "plan.persync")
    assert (ended.code, ended.last_line, len(planned.writes())) == (
        0,
        "Apply: 3 in sync already.",
        written,
    )


def test_what_changed_live_is_refused_and_the_others_are_applied(planned: Installation) -> None:
    assert planned.server is not None
    planned.server.change_externally("global", "a", set={"appConfig": {"eventstore.batchSize": "7"}})
    assert planned.run("verify", "plan.persync").out == (
        "global/a: stale plan: live changed since it was made\nVerify: 2 valid, 1 not valid, 0 blocked.\n"
    )
    ended = planned.run("apply", "plan.persync", "--parallelism", "1")
    assert (ended.code, ended.last_line) == (1, "Apply: 2 done, 1 conflict.")
    assert "~ appConfig.eventstore.batchSize: 7 → 500" in ended.out
    assert {write.split("/")[4] for write in planned.writes()} == {"b", "c"}


def test_what_changed_in_the_files_is_refused(planned: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "---\n".join(FILE.format(name) for name in NAMES[:2])
    planned.write("persisters/all.yaml", text.replace("500", "600", 1))
    reason = "stale plan: the files changed since it was saved"
    assert planned.run("verify", "plan.persync").out == (
        f"global/a: {reason}\nglobal/c: {reason}\nVerify: 1 valid, 2 not valid, 0 blocked.\n"
    )
    ended = planned.run("apply", "plan.persync")
    assert (ended.code, ended.last_line) == (1, "Apply: 1 done, 2 conflicts.")
    monkeypatch.setenv("PW", "another")
    assert planned.run("verify", "plan.persync").code == 1


def test_a_valid_plan_is_verified(planned: Installation) -> None:
    ended = planned.run("verify", "plan.persync")
    assert (ended.code, ended.out) == (0, "Verify: 3 valid, 0 not valid, 0 blocked.\n")


def test_there_is_no_secret_in_it(planned: Installation) -> None:
    assert "hunter2" not in (planned.folder / "plan.persync").read_text(encoding="utf-8")


def test_show_needs_nothing_else(planned: Installation) -> None:
    plan = planned.run("plan").out
    (planned.folder / "persync.yaml").unlink()
    ended = planned.run("show", "plan.persync")
    assert (ended.code, ended.out) == (0, plan)


def test_another_environment_is_refused(planned: Installation) -> None:
    assert planned.server is not None
    url = planned.server.url
    settings = (planned.folder / "persync.yaml").read_text(encoding="utf-8")
    planned.write("persync.yaml", settings + "  other:\n    url: https://other.example.com\n")
    for arguments in (("apply", "plan.persync"), ("verify", "plan.persync")):
        ended = planned.run(*arguments, "-e", "other")
        assert (ended.code, ended.err) == (
            1,
            f"error: the plan is for environment test at {url}, and this is other at https://other.example.com\n"
            "help: name its environment with -e, or make a plan for this one\n",
        )


def test_a_tampered_plan_is_refused_before_anything_is_sent(planned: Installation) -> None:
    path = planned.folder / "plan.persync"
    saved = json.loads(path.read_text(encoding="utf-8"))
    saved["plan"]["persisters"] = saved["plan"]["persisters"][:1]
    path.write_text(json.dumps(saved), encoding="utf-8")
    ended = planned.run("apply", "plan.persync")
    assert (ended.code, ended.err, planned.writes()) == (
        1,
        "error: plan.persync was changed since it was saved: its digest does not match\n"
        "help: make a new one with 'persync plan --out FILE'\n",
        [],
    )


def test_a_saved_plan_is_applied_whole(planned: Installation) -> None:
    ended = planned.run("apply", "plan.persync", "--exclude", "a")
    assert (ended.code, "a saved plan is applied as a whole" in ended.err, planned.writes()) == (1, True, [])


def _edited(installation: Installation, edit: Callable[[dict[str, Any]], None]) -> None:
    """Edit the saved plan, and compute its digest anew."""
    path = installation.folder / "plan.persync"
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    signed = {"formatVersion": document["formatVersion"], "plan": document["plan"]}
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"))
    path.write_text(json.dumps({**document, "digest": hashlib.sha256(text.encode()).hexdigest()}), encoding="utf-8")


def _set(field: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda document: document["plan"]["persisters"][0].update({field: value})


@pytest.mark.parametrize(
    "edit",
    [
        _set("changes", []),
        lambda document: document["plan"]["persisters"][0]["changes"].pop(0),
        lambda document: document["plan"]["persisters"][0]["changes"][0].update({"after": "501"}),
        lambda document: document["plan"]["persisters"][0]["changes"][0].update({"key": "other"}),
        _set("desiredState", "STOPPED"),
        _set("warnings", ["all is well"]),
    ],
)
def test_a_plan_that_hides_a_change_is_refused(planned: Installation, edit: Callable[[dict[str, Any]], None]) -> None:
    _edited(planned, edit)
    reason = "stale plan: it does not show what would be changed now"
    assert planned.run("verify", "plan.persync").out == (
        f"global/a: {reason}\nVerify: 2 valid, 1 not valid, 0 blocked.\n"
    )
    ended = planned.run("apply", "plan.persync")
    assert (ended.code, ended.last_line) == (1, "Apply: 2 done, 1 conflict.")
    assert f"nothing was written: {reason}" in ended.out
    assert {write.split("/")[4] for write in planned.writes()} == {"b", "c"}


def test_attributions_may_differ(planned: Installation) -> None:
    _edited(planned, lambda document: document["plan"]["persisters"][0]["changes"][0].update({"attribution": "drift"}))
    assert planned.run("verify", "plan.persync").code == 0


def test_the_digest_covers_the_format_version(planned: Installation) -> None:
    path = planned.folder / "plan.persync"
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "formatVersion": "1.9"}), encoding="utf-8")
    ended = planned.run("verify", "plan.persync")
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        "error: plan.persync was changed since it was saved: its digest does not match",
    )


def test_a_plan_is_valid_in_any_folder(planned: Installation) -> None:
    planned.folder /= "persisters"  # commands run there
    assert planned.run("verify", "../plan.persync").code == 0
    assert planned.run("apply", "../plan.persync").code == 0


def test_a_plan_made_while_it_is_deploying_holds_once_it_runs(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": "a"}], "delays": {"deploying": 300}})
    server.change_externally("global", "a", state="DEPLOYING")
    installation.write("persisters/a.yaml", "eventType: a\nappConfig: {eventstore.batchSize: 500}\n")
    planned = installation.run("plan", "--out", "plan.persync")
    assert "! it keeps its old configuration until it is restarted (no state in the file)\n" in planned.out
    server.change_externally("global", "a", state="RUNNING")
    assert installation.run("verify", "plan.persync").out == "Verify: 1 valid, 0 not valid, 0 blocked.\n"
