"""Between two waves: a question on a real terminal, or a time."""

import os
import pty
import signal

import pytest

from persync.sandbox.server import SandboxServer
from tests.cli.rollout.record import stopped
from tests.command_line import Installation
from tests.processes import read_until, start, wait_until

NAMES = ("a", "b", "c")
FILE = "project: web\neventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"


def install(installation: Installation, rollout: str) -> SandboxServer:
    persisters = [{"project": "web", "eventType": name, "state": "RUNNING"} for name in NAMES]
    server = installation.serve({"persisters": persisters}, rollout=rollout)
    installation.write("persisters/all.yaml", "---\n".join(map(FILE.format, NAMES)))
    return server


def answered(installation: Installation, *answers: str) -> tuple[int, str, str]:
    terminal, inside = pty.openpty()
    process = start(installation, "apply", "--auto-approve", stdin=inside)
    for answer in answers:
        os.write(terminal, f"{answer}\n".encode())
    out, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    return process.returncode, out.rstrip().rpartition("\n")[2], err


@pytest.mark.parametrize(
    ("answers", "code", "summary", "done"),
    [
        (("yes", "yes"), 0, "Apply: 3 done.", ["a", "b", "c"]),
        (("yes", "y"), 1, "Apply: 2 done, 1 not attempted.", ["a", "b"]),
        (("",), 1, "Apply: 1 done, 2 not attempted.", ["a"]),
    ],
)
def test_a_question(
    installation: Installation, answers: tuple[str, ...], code: int, summary: str, done: list[str]
) -> None:
    server = install(installation, "{settle: 0, batch: 1, pause: prompt}")
    found, last, err = answered(installation, *answers)
    assert (found, last, stopped(server)) == (code, summary, done)
    assert "\nGo on with the next 1 persister (web/b)? Only 'yes' will be accepted.\nEnter a value: " in err
    refused = "rollout: no further persister was begun: the question was not answered with 'yes'\n"
    assert (refused in err) is (code == 1)


@pytest.mark.parametrize("pause", ["prompt", "1h"])
def test_a_signal_ends_a_pause(installation: Installation, pause: str) -> None:
    server = install(installation, f"{{settle: 0, batch: 1, pause: {pause}}}")
    terminal, inside = pty.openpty()
    process = start(installation, "apply", "--auto-approve", stdin=inside)
    read_until("Go on with" if pause == "prompt" else "waiting for 1 h before the next 1 persister (web/b)", process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    assert (process.returncode, out.rstrip().rpartition("\n")[2], stopped(server)) == (
        130,
        "Apply: 1 done, 2 not attempted.",
        ["a"],
    )


def test_a_terminal_that_is_closed_is_no_answer(installation: Installation) -> None:
    server = install(installation, "{settle: 0, batch: 1, pause: prompt}")
    terminal, inside = pty.openpty()
    process = start(installation, "apply", "--auto-approve", stdin=inside)
    os.close(inside)
    wait_until(lambda: stopped(server) == ["a"])
    os.close(terminal)
    process.communicate(timeout=60)
    assert (process.returncode == 0, stopped(server)) == (False, ["a"])


def test_a_time(installation: Installation) -> None:
    server = install(installation, "{settle: 0, batch: 2, pause: 100ms}")
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, "waiting for 0.1 s before the next 1 persister (web/c)\n" in ended.err) == (0, True)
    assert stopped(server)[2:] == ["c"]


def test_without_a_terminal_a_question_is_refused_before_anything_is_sent(installation: Installation) -> None:
    server = install(installation, "{settle: 0, canary: 1, pause: prompt}")
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, ended.out, server.requests()) == (1, "", [])
    assert ended.err == (
        "error: pause is prompt, so the apply is to ask before each batch, and stdin is not a terminal\n"
        "help: give a time, such as --pause 60s, or --pause 0 to go on without a pause\n"
    )
    installation.monkeypatch.setenv("PERSYNC_PAUSE", "0")
    assert installation.run("apply", "--auto-approve").code == 0
