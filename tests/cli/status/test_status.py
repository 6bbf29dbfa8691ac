"""``persync status``: forms, exit codes, waits, and the screen of ``--watch``."""

from __future__ import annotations

import json
import os
import pty
import signal
import termios
from typing import Any

import pytest
import yaml

from tests.command_line import Ended, Installation
from tests.processes import start, wait_until
from tests.schemas import validate

NAMES = ("a", "b", "c")


@pytest.fixture
def three(installation: Installation) -> Installation:
    """A runs as its file says, b is stopped although it is to run, and no file says anything of the state of c."""
    states = {"a": "RUNNING", "b": "STOPPED", "c": "FAILED"}
    persisters = [{"eventType": name, "state": state} for name, state in states.items()]
    installation.serve({"persisters": persisters, "appVersions": ["latest"]})
    for name in NAMES:
        state = "" if name == "c" else "state: RUNNING\n"
        installation.write(f"persisters/{name}.yaml", f"eventType: {name}\n{state}")
    return installation


def document(ended: Ended) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ended.out)
    validate(found, "status")
    return found


def test_a_document_for_programs(three: Installation) -> None:
    three.write("persisters/d.yaml", "eventType: d\nstate: RUNNING\n")
    ended = three.run("status", "-o", "json", "--only-different")
    found = document(ended)
    assert (ended.code, [each["id"]["eventType"] for each in found["persisters"]], found["summary"]) == (
        1,
        ["b", "d"],
        {"persisters": 4, "states": {"RUNNING": 1, "STOPPED": 1, "FAILED": 1}, "differ": 1, "unreadable": 1},
    )
    assert {**found["persisters"][0], "updated": "now"} == {
        "id": {"project": "global", "eventType": "b", "eventstore": "pg"},
        "liveId": None,
        "span": {"file": "persisters/b.yaml", "line": 1, "column": 1},
        "liveState": "STOPPED",
        "desiredState": "RUNNING",
        "differs": True,
        "appVersion": "latest",
        "updated": "now",
        "problem": "",
    }
    assert yaml.safe_load(three.run("status", "-o", "yaml", "--only-different").out) == found


@pytest.mark.parametrize(
    ("selectors", "options", "code"),
    [
        (("a",), ("--detailed-exitcode",), 0),
        (("b",), ("--detailed-exitcode",), 2),
        (("c",), ("--detailed-exitcode",), 0),
        (("b",), (), 0),
        ((), ("--detailed-exitcode", "--only-different"), 2),
        ((), ("--detailed-exitcode", "-o", "json"), 2),
    ],
)
def test_the_exit_code(three: Installation, selectors: tuple[str, ...], options: tuple[str, ...], code: int) -> None:
    assert three.run("status", *selectors, *options).code == code


def test_what_cannot_be_read_counts_more_than_a_difference(three: Installation) -> None:
    three.write("persisters/d.yaml", "eventType: d\nstate: RUNNING\n")
    assert three.run("status", "--detailed-exitcode").code == 1


def test_a_wait_for_what_is_the_case_ends_at_once(three: Installation) -> None:
    ended = three.run("status", "a", "--wait", "running")
    assert (ended.code, ended.err, ended.last_line) == (
        0,
        "",
        "1 persister: 1 RUNNING; none differs from the files",
    )


def test_a_wait_ends_when_all_hold_the_state(three: Installation) -> None:
    assert three.server is not None
    three.server.set_faults([{"kind": "shows-state", "path": "*/b/*", "state": "DEPLOYING", "times": 3}])
    three.write("persisters/b.yaml", "eventType: b\nstate: STOPPED\n")
    ended = three.run("status", "b", "--wait", "STOPPED", "--interval", "0.1")
    assert (ended.code, ended.last_line) == (0, "1 persister: 1 STOPPED; none differs from the files")
    assert "0 of 1 STOPPED after 0 s, waiting for global/b (DEPLOYING)\n" in ended.err


def test_a_wait_ends_only_when_all_have_the_state_at_the_same_time(three: Installation) -> None:
    assert three.server is not None
    later = {"kind": "shows-state", "after": 1}
    three.server.set_faults(
        [{**later, "path": "*/a/*", "state": "STOPPED"}, {**later, "path": "*/b/*", "state": "RUNNING"}]
    )
    ended = three.run("status", "a", "b", "--wait", "RUNNING", "--interval", "0.1", "--timeout", "500ms")
    assert (ended.code, ended.err.splitlines()[-2]) == (
        1,
        "error: after 0.5 s, 1 of 2 persisters is not RUNNING: global/a (STOPPED)",
    )


def test_a_wait_that_takes_too_long_names_what_is_late(three: Installation) -> None:
    ended = three.run("status", "--wait", "RUNNING", "--interval", "0.1", "--timeout", "300ms")
    assert (ended.code, ended.out.splitlines()[1:]) == (
        1,
        [
            "global/a   RUNNING  RUNNING  latest",
            "global/b   STOPPED  RUNNING  latest",
            "global/c   FAILED   –        latest",
            "",
            "3 persisters: 1 RUNNING, 1 STOPPED, 1 FAILED; 1 differs from the files",
        ],
    )
    assert ended.err.splitlines()[-2:] == [
        "error: after 0.3 s, 2 of 3 persisters are not RUNNING: global/b (STOPPED), global/c (FAILED)",
        "help: 'persync logs' shows why a persister fails; --timeout waits longer",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--watch", "--wait", "RUNNING"), "--watch has no end and --wait has: leave out one of them"),
        (("--watch", "--metrics-file", "m.prom"), "--metrics-file is about one look: leave out --watch"),
        (("--wait", "RUNNING", "--metrics-file", "m.prom"), "--metrics-file is about one look: leave out --wait"),
        (("--watch", "-o", "json"), "--watch shows a table: leave out --output json"),
        (("--watch", "--detailed-exitcode"), "--detailed-exitcode is about one look: leave out --watch"),
    ],
)
def test_options_that_contradict_each_other(three: Installation, options: tuple[str, ...], message: str) -> None:
    ended = three.run("status", *options)
    assert (ended.code, ended.err.splitlines()[0]) == (1, f"error: {message}")


@pytest.mark.parametrize(("key", "interval", "code"), [(b"", "0.1", 130), (b"xQ", "0.1", 0), (b"q", "600", 0)])
def test_a_watched_terminal_is_as_before_when_it_ends(
    three: Installation, key: bytes, interval: str, code: int
) -> None:
    """A signal ends it, and so does q, at once."""
    terminal, inside = pty.openpty()
    before = termios.tcgetattr(inside)
    stdin = inside if key else None
    process = start(three, "status", "--watch", "--interval", interval, stdin=stdin, stdout=inside)
    shown = b""

    def seen() -> bool:
        nonlocal shown
        shown += os.read(terminal, 65536)
        return shown.count(f"every {interval} s".encode()) > (interval == "0.1")

    wait_until(seen)
    if key:
        os.write(terminal, key)
    else:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert termios.tcgetattr(inside) == before
    os.close(inside)
    while b"\x1b[?1049l" not in shown:
        shown += os.read(terminal, 65536)
    os.close(terminal)
    assert process.returncode == code
    assert (shown.startswith(b"\x1b[?1049h\x1b[?25l"), shown.endswith(b"\x1b[?25h\x1b[?1049l")) == (True, True)
    assert b"3 persisters: 1 RUNNING, 1 STOPPED, 1 FAILED; 1 differs from the files" in shown
