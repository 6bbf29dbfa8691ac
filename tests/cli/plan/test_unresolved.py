"""A selection needs the variables of what it selects: those of other persisters are not looked at."""

from pathlib import Path

import pytest

from tests.command_line import Installation

ONE = "eventType: one\nappConfig: {my.password: '${{ secret.PW_ONE }}', my.x: 1}\n"
TWO = "eventType: two\nappVersion: '${{ env.VERSION_TWO }}'\nappConfig: {my.password: '${{ secret.PW_TWO }}'}\n"
OTHERS = "not looked at: PW_TWO, VERSION_TWO, variables of 1 persister not selected\n"


@pytest.fixture
def two(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": "one"}, {"eventType": "two"}]})
    installation.write("persisters/one.yaml", ONE)
    installation.write("persisters/two.yaml", TWO)
    installation.monkeypatch.setenv("PW_ONE", "Zq4xeRD2hg8y")
    return installation


@pytest.mark.parametrize("selection", [("one",), ("--exclude", "two")])
def test_a_plan_needs_no_variable_of_the_others(two: Installation, selection: tuple[str, ...]) -> None:
    ended = two.run("plan", *selection)
    assert (ended.code, ended.err) == (0, OTHERS)


def test_a_plan_of_everything_needs_all(two: Installation) -> None:
    for arguments in ((), ("two",), ("*",)):
        ended = two.run("plan", *arguments)
        assert ended.code == 1
        assert "error: environment variable PW_TWO is not set [unset-variable]\n" in ended.err


def test_an_apply_of_a_selection_and_what_comes_of_it(two: Installation, tmp_path: Path) -> None:
    assert two.run("plan", "one", "--out", "plan.persync").code == 0
    verified = two.run("verify", "plan.persync")
    assert (verified.code, verified.err) == (0, OTHERS)
    applied = two.run("apply", "plan.persync", "--journal", "journals")
    assert (applied.code, applied.err.splitlines()[0]) == (0, OTHERS.strip())
    two.write("persisters/one.yaml", ONE.replace("my.x: 1", "my.x: 2"))
    assert two.run("apply", "one", "--auto-approve", "--journal", "journals").code == 0
    last = max((tmp_path / "journals").glob("*.jsonl"))
    assert two.run("rollback", str(last), "--auto-approve", "--journal", "journals").code == 0


@pytest.mark.parametrize(
    ("file", "text", "finding"),
    [
        ("again.yaml", TWO, "global/two is defined twice, first at persisters/again.yaml:1:1 [duplicate-persister]"),
        ("two.yaml", "eventType: two\nappConfig: {my.x: [}\n", "[yaml-syntax]"),
        ("two.yaml", "eventType: two\nstate: UP\n", "state must be one of RUNNING, STOPPED"),
        ("two.yaml", "eventType: two\nappConfig: {my.x: '${{ vars.none }}'}\n", "variable none is not set"),
        ("two.yaml", "eventType: two\nappConfig: {my.x: '${{ secret.PERSYNC_TOKEN }}'}\n", "[reserved-variable]"),
    ],
)
def test_what_is_wrong_elsewhere_is_found(two: Installation, file: str, text: str, finding: str) -> None:
    two.write(f"persisters/{file}", text)
    ended = two.run("plan", "one")
    assert ended.code == 1
    assert finding in ended.err


def test_a_run_state_that_is_not_looked_at(two: Installation) -> None:
    two.write("persisters/two.yaml", "eventType: two\nstate: '${{ env.STATE_TWO }}'\n")
    for variable in ("STATE_TWO", "OTHER"):
        two.monkeypatch.setenv(variable, "UP")
        assert two.run("plan", "one").code == 0


def test_an_overlay_of_another_persister(two: Installation) -> None:
    assert two.server is not None
    two.settings(url=two.server.url, overlays="[overlays]")
    two.write("overlays/two.yaml", "eventType: two\nappConfig: {my.token: '${{ secret.T_A }}${{ secret.T_B }}'}\n")
    assert two.run("plan", "one").err == (
        "not looked at: PW_TWO, T_A, T_B and 1 other, variables of 1 persister not selected\n"
    )


@pytest.mark.parametrize(
    "command", [("status",), ("logs", "one"), ("diff",), ("validate",), ("export", "--to-grapp", ".")]
)
def test_what_sends_no_values_needs_none(two: Installation, command: tuple[str, ...]) -> None:
    two.monkeypatch.delenv("PW_ONE")
    ended = two.run(*command)
    assert "error: environment variable" not in ended.err
