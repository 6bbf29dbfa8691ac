"""The options that stand before and after the command."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
from pathlib import Path

import pytest

from persync import __version__
from persync.cli.commands import GROUPS
from persync.cli.root import COMMANDS, command_of
from persync.cli.terminal import Color, color_of, output
from tests.command_line import Ended, Installation
from tests.processes import start

EVERYWHERE = {
    "--chdir",
    "--environment",
    "--color",
    "--quiet",
    "--verbose",
    "--debug",
    "--log-format",
    "--log-file",
}
SETTINGS = "version: 1\nenvironments:\n  one: {url: 'sandbox:', overlays: [one]}\n  two: {url: 'sandbox:'}\n"


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("conf/persync.yaml", SETTINGS)
    installation.write("conf/persisters/clicks.yaml", "eventType: clicks\nappConfig: {my.x: a}\n")
    installation.write("conf/one/clicks.yaml", "eventType: clicks\nappConfig: {my.y: '${{ env.MISSING }}'}\n")
    return installation


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_them(name: str) -> None:
    assert {opt for param in command_of(name).params for opt in param.opts} >= EVERYWHERE


@pytest.mark.parametrize(
    "arguments",
    [
        ["-C", "conf", "-e", "two", "validate"],
        ["-C", "conf", "validate", "-e", "two"],
        ["validate", "-C", "conf", "-e", "two"],
        ["-e", "one", "validate", "-C", "conf", "-e", "two"],
        ["-C", "nowhere/..", "-e", "one", "validate", "-C", "conf", "--environment=two"],
        ["-Cconf", "-etwo", "--", "validate"],
    ],
)
def test_before_or_after_the_command(repository: Installation, arguments: list[str]) -> None:
    (repository.folder / "nowhere").mkdir()
    ended = repository.run(*arguments)
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "Validate: 1 persister, no findings.")


def test_before_a_command_in_a_command(repository: Installation) -> None:
    expected = Ended(1, "", "error: there is no run x in conf/.persync/runs\n")
    for arguments in (["-C", "conf", "runs", "show", "x"], ["runs", "-C", "conf", "show", "x"]):
        ended = repository.run(*arguments)
        assert (ended.code, ended.out, ended.err.partition("help:")[0]) == (expected.code, "", expected.err)


def test_a_new_repository_below_a_folder(installation: Installation) -> None:
    (installation.folder / "conf").mkdir()
    assert installation.run("-C", "conf", "init", "new", "--url", "sandbox:").code == 0
    assert (installation.folder / "conf/new/persync.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "own"),
    [
        ([], ["--version"]),
        (["verify"], ["--parallelism", "--timeout"]),
        (["runs"], ["--output", "--journal"]),
        (["runs", "show"], ["--output", "--journal"]),
        (["schema"], []),
    ],
)
def test_the_help_has_them_apart(installation: Installation, arguments: list[str], own: list[str]) -> None:
    ended = installation.run(*arguments, "--help")
    parts = re.findall(r"^(Options[^\n]*):\n(.*?)(?=\n\n|\Z)", ended.out, re.DOTALL | re.MULTILINE)
    found = {title: re.findall(r"^  (?:-\w, )?(--[a-z-]+)", part, re.MULTILINE) for title, part in parts}
    common = found["Options of every command" if own else "Options"]
    assert (found["Options"] if own else [], {*common}) == (own, {*EVERYWHERE, "--help"})


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version(installation: Installation, option: str) -> None:
    assert installation.run(option) == Ended(0, f"persync {__version__}\n", "")
    assert installation.run("-q", option) == Ended(0, f"persync {__version__}\n", "")


def test_quiet_leaves_errors_and_data(repository: Installation) -> None:
    warned = repository.run("diff", "-C", "conf", "-e", "one")
    assert "MISSING" in repository.run("validate", "-C", "conf", "-e", "one").out
    assert repository.run("-q", "-C", "conf", "schema", "persister").out != ""
    failed = repository.run("-q", "diff", "-C", "conf", "-e", "one")
    assert (failed.code, failed.err) == (warned.code, warned.err)


@pytest.mark.parametrize(
    ("arguments", "variable", "expected"),
    [
        ([], None, "normal"),
        (["-v"], None, "verbose"),
        (["--debug"], None, "debug"),
        (["-q"], None, "quiet"),
        (["-v", "-q"], None, "quiet"),
        (["-q", "-v"], None, "verbose"),
        ([], "PERSYNC_VERBOSE", "verbose"),
        ([], "PERSYNC_QUIET", "quiet"),
        (["-v"], "PERSYNC_QUIET", "verbose"),
        (["-q"], "PERSYNC_DEBUG", "quiet"),
    ],
)
def test_how_much_is_reported(
    installation: Installation, arguments: list[str], variable: str | None, expected: str
) -> None:
    served = installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    installation.write("persisters/one.yaml", "eventType: one\nstate: STOPPED\n")
    installation.write("persisters/empty.yaml", "# nothing\n")
    if variable:
        installation.monkeypatch.setenv(variable, "1")
    root = str(installation.folder)
    details = [
        f"read {root}/persync.yaml",
        f"environment test of persync.yaml, at {served.url}",
        f"read {root}/persisters/empty.yaml",
        f"read {root}/persisters/one.yaml",
        "persisters/empty.yaml:1:1: warning: the file has no document [no-document]",
        "    help: write one, or remove the file",
        "sent 1 request: 1 GET",
    ]
    shown = {
        "quiet": [],
        "normal": details[4:6],
        "verbose": details,
        "debug": [*details[:6], "GET /api", details[6]],
    }
    for line in ([*arguments, "status"], ["status", *arguments]):
        ended = installation.run(*line)
        assert ended.code == 0
        lines = [re.sub(r"^GET /\S+: .*", "GET /api", each) for each in ended.err.splitlines()]
        assert lines == shown[expected]


def test_a_log_file_has_what_quiet_leaves_out(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\n")
    installation.write("persisters/empty.yaml", "# nothing\n")
    ended = installation.run("--log-format", "json", "-q", "--log-file", "a.jsonl", "status")
    assert (ended.code, ended.err) == (0, "")
    lines = [json.loads(line) for line in (installation.folder / "a.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["level"] for line in lines] == ["info", "warning", "info"]
    assert installation.run("--log-format", "json", "-q", "status").err == ""


def test_the_last_log_file_counts(repository: Installation) -> None:
    repository.run("--log-file", "first", "-C", "conf", "validate", "--log-file", "second")
    assert [(repository.folder / name).read_text(encoding="utf-8") == "" for name in ("first", "second")] == [
        True,
        False,
    ]


def test_a_question_is_asked_though_all_is_quiet(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "one", "state": "STOPPED"}]})
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\n")
    terminal, inside = pty.openpty()
    process = start(installation, "-q", "apply", "--report", "json", stdin=inside)
    os.write(terminal, b"yes\n")
    _, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    assert process.returncode == 0
    assert re.search(r"Plan: .*\n\nApply .*\nEnter a value: $", err, re.DOTALL)


COLORS = [
    # option, variables, on a terminal: colours
    (Color.AUTO, {}, True, True),
    (Color.AUTO, {}, False, False),
    (Color.AUTO, {"TERM": "dumb"}, True, False),
    (Color.AUTO, {"CLICOLOR": "0"}, True, False),
    (Color.AUTO, {"CLICOLOR": "1"}, False, False),
    (Color.AUTO, {"NO_COLOR": "1"}, True, False),
    (Color.AUTO, {"NO_COLOR": ""}, True, True),
    (Color.AUTO, {"FORCE_COLOR": "1"}, False, True),
    (Color.AUTO, {"FORCE_COLOR": "0"}, False, False),
    (Color.AUTO, {"CLICOLOR_FORCE": "1"}, False, True),
    (Color.AUTO, {"CLICOLOR_FORCE": "1", "TERM": "dumb"}, False, True),
    (Color.AUTO, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    (Color.ALWAYS, {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
    (Color.NEVER, {"FORCE_COLOR": "1"}, True, False),
]


@pytest.mark.parametrize(("option", "variables", "on_terminal", "expected"), COLORS)
def test_where_colours_are_written(
    monkeypatch: pytest.MonkeyPatch, option: Color, variables: dict[str, str], on_terminal: bool, expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm", **variables}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(output, "color", option)
    terminal, inside = pty.openpty()
    with open(inside, "w") if on_terminal else Path(os.devnull).open("w") as stream:  # noqa: PTH123 - a descriptor
        assert color_of(stream) is expected
    os.close(terminal)
    if not on_terminal:
        os.close(inside)


@pytest.mark.parametrize(
    ("arguments", "variables", "expected"),
    [
        ([], {}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"PERSYNC_COLOR": "always"}, True),
        (["--color", "never"], {"PERSYNC_COLOR": "always"}, False),
    ],
)
def test_the_option_about_colours(
    repository: Installation, arguments: list[str], variables: dict[str, str], expected: bool
) -> None:
    for name, value in variables.items():
        repository.monkeypatch.setenv(name, value)
    shutil.rmtree(repository.folder / "conf/one")
    for line in ([*arguments, "validate"], ["validate", *arguments]):
        ended = repository.run("-C", "conf", "-e", "one", *line)
        assert (ended.code, "\x1b[31merror\x1b[0m" in ended.out) == (1, expected)


def test_the_options_of_a_plan_are_in_groups(installation: Installation) -> None:
    installation.monkeypatch.setenv("COLUMNS", "80")
    text = installation.run("apply", "--help").out
    assert [line for line in text.splitlines() if line.endswith(":") and line[0] != " "] == [
        "Positional arguments:",
        "Options:",
        "Limits, in place of safety in persync.yaml:",
        "Order, in place of rollout in persync.yaml:",
        "Output:",
        "Options of every command:",
    ]
    assert "  -o, --report FORMAT[=FILE]  Write it in this format" in text
    assert (
        "\n  Examples:\n    persync apply 'webtracking/*'\n    persync apply --auto-approve -o json=result.json\n"
        in text
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_a_help_fits_80_columns(installation: Installation, name: str) -> None:
    installation.monkeypatch.setenv("COLUMNS", "80")
    assert [line for line in installation.run(name, "--help").out.splitlines() if len(line) > 80] == []


def test_the_commands_are_listed_in_groups_before_the_options(installation: Installation) -> None:
    text = installation.run("--help").out
    assert re.findall(r"^([A-Z][\w ]+):$", text, re.MULTILINE) == [
        *(group.title for group in GROUPS),
        "Options",
        "Options of every command",
    ]
    assert re.findall(r"^  ([a-z]+)  ", text, re.MULTILINE) == list(COMMANDS)
