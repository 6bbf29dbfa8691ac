"""``persync logs``: of one, of several, of those that have none, and followed."""

from __future__ import annotations

import signal
import threading

import pytest

from tests.command_line import Installation
from tests.processes import start, wait_until

NAMES = ("a", "bee", "c")
FILE = "eventType: {}\nappConfig: {{my.own: '${{{{ secret.MINE }}}}'}}\n"


@pytest.fixture
def three(installation: Installation) -> Installation:
    """Two that run, of which the first has a secret live, and one that is stopped; and a live-segment persister."""
    persisters = [
        {"eventType": "a", "state": "RUNNING", "appConfig": {"my.password": "HikariPool", "my.own": "Creating binder"}},
        {"eventType": "bee", "state": "RUNNING"},
        {"eventType": "c", "state": "STOPPED"},
        {"eventType": "visitors", "eventstore": "live-segment"},
    ]
    installation.serve({"persisters": persisters, "appVersions": ["latest"]})
    for name in NAMES:
        installation.write(f"persisters/{name}.yaml", FILE.format(name))
    installation.write("persisters/visitors.yaml", "eventType: visitors\neventstore: live-segment\n")
    installation.monkeypatch.setenv("MINE", "Started")
    return installation


def test_the_last_lines_of_one(three: Installation) -> None:
    ended = three.run("logs", "bee", "--lines", "2")
    lines = [line.partition(" : ")[2] for line in ended.out.splitlines()]
    assert (ended.code, ended.err, lines) == (
        0,
        "",
        ["HikariPool-1 - Start completed.", "(sensitive) EventstoreSinkApplication in 21.482 seconds"],
    )


@pytest.mark.parametrize("mine", ["Started", None])
def test_secrets_of_the_files_and_of_live_are_hidden(three: Installation, mine: str | None) -> None:
    if mine is None:  # what live has under a key with a secret reference is a secret, too
        three.monkeypatch.delenv("MINE")
    ended = three.run("logs", "a")
    lines = [line.partition(" : ")[2] for line in ended.out.splitlines()]
    assert lines[1:4] == ["(sensitive): kafka", "(sensitive)-1 - Starting...", "(sensitive)-1 - Start completed."]


def test_several_have_their_names_before_the_lines(three: Installation) -> None:
    ended = three.run("logs", "*", "-n", "1")
    assert (ended.code, [line[:14] for line in ended.out.splitlines()], ended.err) == (
        0,
        ["global/a   | 2", "global/bee | 2"],
        "warning: global/visitors/live-segment has no log: the API keeps none for live-segment persisters\n"
        "global/c has no log: it is STOPPED\n",
    )


@pytest.mark.parametrize(
    ("arguments", "err"),
    [
        (("c",), "error: global/c has no log: it is STOPPED\nhelp: 'persync start global/c' starts it\n"),
        (
            ("visitors",),
            "error: global/visitors/live-segment has no log: the API keeps none for live-segment persisters\n",
        ),
        (
            ("nobody",),
            "error: event type 'nobody' does not exist in project 'global'\n"
            "help: names are case-sensitive; the event type has to be created first\n",
        ),
        (
            ("unknown",),
            "error: no persister matches 'unknown'\nhelp: patterns are matched with project/event-type, e.g."
            " 'webtracking/*'; quote them for the shell\n",
        ),
        (
            ("*", "--max-persisters", "2"),
            "error: these are the logs of 4 persisters (global/a, global/bee, global/c, global/nobody, …), and 2 at"
            " most are shown\nhelp: name fewer, or allow more with --max-persisters 4\n",
        ),
    ],
)
def test_those_that_have_none(three: Installation, arguments: tuple[str, ...], err: str) -> None:
    three.write("persisters/nobody.yaml", "eventType: nobody\n")
    ended = three.run("logs", *arguments)
    warning = "warning: global/visitors/live-segment has no log: the API keeps none for live-segment persisters\n"
    assert (ended.code, ended.out, ended.err.removeprefix(warning)) == (1, "", err)


def test_without_any_log_the_exit_code_is_1(three: Installation) -> None:
    three.write("persisters/d.yaml", "eventType: nobody\n")
    ended = three.run("logs", "c", "nobody")
    assert (ended.code, ended.out) == (1, "")
    assert "global/c has no log: it is STOPPED\n" in ended.err
    assert "error: global/nobody: event type 'nobody' does not exist in project 'global'\n" in ended.err


def test_the_lines_since_the_start(three: Installation) -> None:
    assert len(three.run("logs", "bee", "--since-start").out.splitlines()) == 5
    assert len(three.run("logs", "bee", "--since-start", "-n", "2").out.splitlines()) == 2


def test_a_log_is_followed_until_the_user_interrupts(three: Installation) -> None:
    assert three.server is not None
    process = start(three, "logs", "c", "--follow", "--interval", "0.1")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stderr.readline() == "global/c has no log: it is STOPPED; looking again\n"
    three.server.change_externally("global", "c", state="RUNNING")
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
    reader.start()
    wait_until(lambda: len(lines) == 5)
    before = len(three.server.requests())
    wait_until(lambda: len(three.server.requests() if three.server else ()) > before + 2)  # they are not shown again
    process.send_signal(signal.SIGINT)
    reader.join()
    process.wait(timeout=60)
    err = process.stderr.read()
    process.stderr.close()
    process.stdout.close()
    assert (process.returncode, len(lines), err) == (130, 5, "\ninterrupted\n")
