"""Canaries, batches and failures: how far a bad value gets."""

import json
from typing import Any

import pytest

from persync.sandbox.server import SandboxServer
from tests.cli.rollout.record import most_down, stopped
from tests.command_line import Installation
from tests.schemas import validate

NAMES = tuple(f"p{number:02}" for number in range(50))


def install(installation: Installation, rollout: str, *, names: tuple[str, ...] = NAMES, **live: Any) -> SandboxServer:
    """Serve persisters that run, and configure a value that differs; ``live`` is of all of them."""
    persisters = [{"project": "web", "eventType": name, "state": "RUNNING", **live} for name in names]
    server = installation.serve({"persisters": persisters}, rollout=rollout)
    file = "project: web\neventType: {}\nstate: RUNNING\n"
    installation.write("persisters/all.yaml", "---\n".join(map(file.format, names)))
    with (installation.folder / "persync.yaml").open("a", encoding="utf-8") as settings:
        settings.write("defaults:\n  appConfig: {eventstore.batchSize: 500}\n")
    return server


@pytest.mark.parametrize("rollout", ["{settle: 0, canary: 1}", "{settle: 0, canary: 1, maxFailures: 5, batch: 10}"])
def test_a_bad_value_reaches_the_canary_and_nobody_else(installation: Installation, rollout: str) -> None:
    server = install(installation, rollout, fails=True)
    ended = installation.run("apply", "--auto-approve", "--log-file", "log", "--log-format", "json")
    assert (ended.code, ended.last_line) == (1, "Apply: 1 failed, 49 not attempted.")
    assert {path.split("/")[4] for path in installation.writes()} == {"p00"}
    assert [server.persister("web", name)["state"] for name in NAMES] == ["FAILED"] + ["RUNNING"] * 49
    reason = "a canary failed" if "maxFailures" in rollout else "1 failed, and maxFailures is 1"
    lines = [json.loads(line) for line in (installation.folder / "log").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        validate(line, "log")
    found = [line for line in lines if line.get("event") in {"wave-started", "rollout-ended"}]
    assert [(line.get("wave"), line.get("waveKind"), line.get("waveSize")) for line in found[:-1]] == [(1, "canary", 1)]
    assert (found[-1]["level"], found[-1]["reason"]) == ("error", reason)


def test_the_canary_is_restored_and_the_others_are_untouched(installation: Installation) -> None:
    server = install(installation, "{settle: 0, canary: 1}")
    server.set_faults([{"kind": "ends-failed", "times": 1}])
    ended = installation.run("apply", "--auto-approve", "--rollback-on-failure", "--report", "json")
    result = json.loads(ended.out)
    first = result["persisters"][0]
    assert (ended.code, result["summary"]["notAttempted"], first["rollback"]["outcome"]) == (1, 49, "done")
    assert (first["lastState"], first["downtime"] > 0, stopped(server)) == ("RUNNING", True, ["p00", "p00"])
    validate(result, "result")
    assert [each["part"] for each in first["parts"]] == ["check", "stop", "update", "start", "rollback"]
    assert result["persisters"][1]["parts"] == []
    assert [(wave["kind"], len(wave["persisters"])) for wave in result["waves"]] == [("canary", 1), ("batch", 49)]
    began = [wave["beganAfter"] for wave in result["waves"]]
    assert (began[0] <= first["parts"][0]["beganAfter"] < result["seconds"], began[1]) == (True, None)
    assert {path.split("/")[4] for path in installation.writes()} == {"p00"}
    assert [server.persister("web", name)["state"] for name in NAMES] == ["RUNNING"] * 50
    assert installation.run("plan").last_line.startswith("Plan: 50 to change (50 restart)")


def test_chosen_canaries_are_the_first(installation: Installation) -> None:
    names = NAMES[:6]
    server = install(installation, "{settle: 0, canary: [web/p03, p05]}", names=names)
    server.change_externally("web", "p05", fails=True)
    assert installation.run("apply", "--auto-approve").code == 1
    assert sorted(stopped(server)) == ["p03", "p05"]
    # and an option chooses others
    ended = installation.run("apply", "--auto-approve", "--canary", "p00", "--canary", "p01", "--exclude", "p05")
    assert (ended.code, sorted(stopped(server)[2:4]), len(stopped(server))) == (0, ["p00", "p01"], 6)


def test_batches_follow_one_another(installation: Installation) -> None:
    names = NAMES[:7]
    server = install(installation, "{settle: 0, canary: 1, batch: 40%}", names=names)
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, most_down(server)) == (0, 2)
    order = stopped(server)
    assert [sorted(order[at:to]) for at, to in ((0, 1), (1, 3), (3, 5), (5, 7))] == [
        ["p00"],
        ["p01", "p02"],
        ["p03", "p04"],
        ["p05", "p06"],
    ]
    shown = [line.partition("rollout: ")[2] for line in ended.err.splitlines() if "rollout:" in line]
    assert shown == [
        "wave 1 of 4: canary, 1",
        "wave 2 of 4: batch, 2",
        "wave 3 of 4: batch, 2",
        "wave 4 of 4: batch, 2",
    ]


@pytest.mark.parametrize(
    ("arguments", "summary"),
    [
        ((), "Apply: 1 failed, 7 not attempted."),
        (("--max-failures", "3"), "Apply: 3 failed, 5 not attempted."),
        (("--max-failures", "50%"), "Apply: 4 failed, 4 not attempted."),
        (("--keep-going",), "Apply: 8 failed."),
        (("--keep-going", "--max-failures", "2"), "Apply: 2 failed, 6 not attempted."),
    ],
)
def test_failures_end_the_rollout(installation: Installation, arguments: tuple[str, ...], summary: str) -> None:
    install(installation, "{settle: 0}", names=NAMES[:8], fails=True)
    ended = installation.run("apply", "--auto-approve", "--parallelism", "1", *arguments)
    assert (ended.code, ended.last_line) == (1, summary)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--canary", "wbe/*"), "--canary 'wbe/*' matches no persister"),
        (("--canary", "1", "--canary", "p01"), "give one number, or patterns"),
        (("--canary", "200%"), "'200%' is neither a number nor a percentage such as 20%"),
        (("--batch", "0"), "'0' is too small: it must be at least 1"),
        (("--max-unavailable", "x"), "'x' is neither a number nor a percentage such as 20%"),
        (("--max-failures", "0%"), "'0%' is too small: it must be at least 1"),
        (("--settle", "soon"), "'soon' is not a duration of at most a day, such as 500ms, 5s or 2m"),
        (("--pause", "48h"), "'48h' is neither 'prompt' nor a duration such as 60s"),
    ],
)
def test_an_option_that_cannot_be_right(installation: Installation, arguments: tuple[str, ...], error: str) -> None:
    install(installation, "{settle: 0}", names=NAMES[:2])
    ended = installation.run("plan", *arguments)
    assert (ended.code, ended.out, error in ended.err) == (1, "", True)


@pytest.mark.parametrize(
    ("rollout", "message"),
    [
        ("{canary: [wbe/*]}", "no persister matches 'wbe/*'"),
        ("{canary: -1}", "canary must be at least 0"),
        ("{batch: 0}", "batch must be at least 1"),
        ("{maxUnavailable: 0%}", "maxUnavailable must be a number of persisters, or a percentage such as 20%"),
        ("{pause: later}", "pause must be prompt, a number of seconds, or a number with a unit"),
    ],
)
def test_a_setting_that_cannot_be_right(installation: Installation, rollout: str, message: str) -> None:
    install(installation, rollout, names=NAMES[:2])
    ended = installation.run("validate")
    assert (ended.code, message in ended.out + ended.err) == (1, True)
