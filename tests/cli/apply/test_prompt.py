"""The question before an apply, on a real terminal."""

import os
import pty

import pytest

from tests.command_line import Installation
from tests.processes import start


def answered(installation: Installation, answer: str) -> tuple[int, str]:
    terminal, inside = pty.openpty()
    process = start(installation, "apply", stdin=inside)
    os.write(terminal, answer.encode())
    _, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    return process.returncode, err


@pytest.fixture
def stopped(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": "one", "state": "STOPPED"}]})
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\n")
    return installation


def test_yes_applies(stopped: Installation) -> None:
    code, err = answered(stopped, "yes\n")
    assert (code, len(stopped.writes())) == (0, 1)
    url = stopped.server.url if stopped.server else ""
    question = f"Apply 1 change (1 start) to test, {url}?\nOnly 'yes' will be accepted to approve.\nEnter a value: "
    assert question in err


@pytest.mark.parametrize("answer", ["no\n", "y\n", "\n"])
def test_anything_else_does_not(stopped: Installation, answer: str) -> None:
    code, err = answered(stopped, answer)
    assert (code, stopped.writes()) == (1, [])
    assert err.endswith("error: not approved; nothing was changed\n")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("apply", "oen"), "no persister matches 'oen'"),
        (("stop", "oen"), "no persister matches 'oen'"),
        (("apply", "plan.json"), "there is no file plan.json"),
        (("rollback", "RUN", "oen"), "no persister matches 'oen'"),
        (("apply", "--max-changes", "many"), "Invalid value for '--max-changes'"),
        (("apply",), "stdin is not a terminal: give --auto-approve or a saved plan"),
        (("restart", "one"), "stdin is not a terminal: give --auto-approve"),
        (("rollback", "RUN"), "stdin is not a terminal: give --auto-approve, or --out to save the plan"),
    ],
)
def test_what_is_wrong_in_the_request_comes_before_a_missing_terminal(
    stopped: Installation, arguments: tuple[str, ...], error: str
) -> None:
    if "RUN" in arguments:
        assert stopped.run("apply", "--auto-approve").code == 0
    run = [path.stem for path in (stopped.folder / ".persync/runs").glob("*.jsonl")]
    assert stopped.server is not None
    sent = len(stopped.server.requests())
    ended = stopped.run(*(run[0] if argument == "RUN" else argument for argument in arguments))
    assert (ended.code, ended.err.splitlines()[0][: len(f"error: {error}")]) == (1, f"error: {error}")
    assert len(stopped.server.requests()) == sent
