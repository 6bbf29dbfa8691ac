"""A plan on a real terminal, and the same plan in a pipe."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios

import pytest

from tests.command_line import Installation
from tests.processes import start

VALUE = "a-value-that-is-long-enough-for-the-line-to-be-wrapped-at-eighty-columns"
PLAN = """\
~ 3 persisters of global  persisters/all.yaml
    e0 … e2
    put: the configuration differs (STOPPED → run state not managed)
    + appConfig.my.own
        + {}
"""


@pytest.fixture
def three(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": f"e{number}"} for number in range(3)]})
    documents = (f"eventType: e{number}\nappConfig: {{my.own: {VALUE} {VALUE}}}\n" for number in range(3))
    installation.write("persisters/all.yaml", "---\n".join(documents))
    return installation


def on_terminal(installation: Installation, columns: int, *options: str) -> str:
    """Return what a terminal of so many columns gets, without colours."""
    terminal, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = start(installation, "plan", *options, stdout=inside, stderr=inside)
    os.close(inside)
    output = b""
    while True:
        try:
            output += os.read(terminal, 65536)
        except OSError:  # Linux: the other side is closed
            break
    os.close(terminal)
    assert process.wait(timeout=60) == 0
    return re.sub(r"\x1b\[[0-9;]*[mK]", "", output.decode()).replace("\r", "")


def test_the_text_is_as_wide_as_the_terminal(three: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    text = on_terminal(three, 84)
    assert PLAN.format(f"{VALUE}\n          {VALUE}") in text
    assert re.search(r"\nPlan: 3 to change \(3 update only\)\.\nplanned in [0-9.]+ s\n$", text)
    monkeypatch.setenv("COLUMNS", "200")
    assert PLAN.format(f"{VALUE} {VALUE}").replace("own\n        + ", "own: ") in on_terminal(three, 84)


def test_a_pipe_gets_the_same_bytes_whatever_the_terminal_is(
    three: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = three.run("plan")
    assert PLAN.format(f"{VALUE} {VALUE}") in wide.out
    monkeypatch.setenv("COLUMNS", "50")
    assert three.run("plan") == wide


def test_expanded(three: Installation) -> None:
    heads = re.findall(r"^~ global/.*", three.run("plan", "--expand").out, re.MULTILINE)
    assert heads == [f"~ global/e{number}  persisters/all.yaml:{1 + 3 * number}" for number in range(3)]
    assert three.run("plan", "--out", "saved.persync").code == 0
    assert three.run("show", "saved.persync").out == three.run("plan").out
    assert three.run("show", "saved.persync", "--expand").out == three.run("plan", "--expand").out
    applied = three.run("apply", "--auto-approve", "--expand").out
    assert re.findall(r"^[✓~] global/e\d", applied, re.MULTILINE) == [
        f"{mark} global/e{number}" for mark in "~✓" for number in range(3)
    ]
