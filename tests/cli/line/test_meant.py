"""What was meant by a command or an option that does not exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from persync.cli.line import habits
from persync.cli.line.meant import hint_of
from persync.cli.root import COMMANDS, command_of
from tests.command_line import Ended, Installation

SEE = "see 'persync plan --help'"
SAVED = "save a plan with 'persync plan --out FILE'; 'persync runs last' shows what the last apply has done"
TWO_DASHES = "long options have two dashes:"


@pytest.mark.parametrize(
    ("line", "wrong", "hint"),
    [
        ("pln", "command 'pln'", "did you mean 'persync plan'?"),
        ("Plan", "command 'Plan'", "did you mean 'persync plan'?"),
        ("format", "command 'format'", "did you mean 'persync fmt'?"),
        ("check", "command 'check'", "did you mean 'persync validate'?"),
        ("list", "command 'list'", "did you mean 'persync status'?"),
        ("state list", "command 'state'", "did you mean 'persync status'?"),
        ("drift", "command 'drift'", "did you mean 'persync plan'?"),
        ("output -json", "command 'output'", "did you mean 'persync plan -o json'?"),
        ("destroy", "command 'destroy'", habits.TEXTS["destroy"]),
        ("version", "command 'version'", "did you mean 'persync --version'?"),
        ("xyzzy", "command 'xyzzy'", "see 'persync --help'"),
        ("runs shwo", "command 'shwo'", "did you mean 'persync runs show'?"),
        ("runs xyzzy", "command 'xyzzy'", "see 'persync runs --help'"),
        ("plan --target=web/x", "option '--target'", habits.OPTION_TEXTS["--target"]),
        ("plan -target=web/x", "option '-target=web/x'", habits.OPTION_TEXTS["--target"]),
        ("plan -json", "option '-json'", "did you mean -o json?"),
        ("validate --json", "option '--json'", "did you mean -o json?"),
        ("runs --json", "option '--json'", "did you mean -o json?"),
        ("apply -auto-approve", "option '-auto-approve'", f"{TWO_DASHES} --auto-approve"),
        ("plan -out=x", "option '-out=x'", f"{TWO_DASHES} --out"),
        ("plan -out x", "option '-out'", f"{TWO_DASHES} --out"),
        ("plan -var a=b", "option '-var'", habits.OPTION_TEXTS["--var"]),
        ("-chdir=x plan", "option '-chdir=x'", f"{TWO_DASHES} --chdir"),
        ("-version", "option '-version'", f"{TWO_DASHES} --version"),
        ("plan --version", "option '--version'", "did you mean 'persync --version'?"),
        ("plan -no-color", "option '-no-color'", "did you mean --color never?"),
        ("apply -lock=false", "option '-lock=false'", "did you mean --no-lock?"),
        ("apply -replace=web/x", "option '-replace=web/x'", "'persync restart' restarts persisters"),
        ("status --json", "option '--json'", "did you mean -o json?"),
        ("plan -paralelism=5", "option '-paralelism=5'", "did you mean --parallelism?"),
        ("apply -y", "option '-y'", "did you mean --auto-approve?"),
        ("plan --paralelism 4", "option '--paralelism'", "did you mean --parallelism?"),
        (
            "plan --auto-approve",
            "option '--auto-approve'",
            f"--auto-approve is an option of apply, rollback, start, stop, restart; {SEE}",
        ),
        ("plan -lock=false", "option '-lock=false'", habits.OPTION_TEXTS["--lock"]),
        ("apply -lock-timeout=3s", "option '-lock-timeout=3s'", habits.OPTION_TEXTS["--lock-timeout"]),
        ("apply -out=x", "option '-out=x'", habits.OPTION_TEXTS["--out"]),
        ("apply -f x.yaml", "option '-f'", habits.OPTION_TEXTS["-f"]),
        ("apply --dry-run=server", "option '--dry-run'", habits.OPTION_TEXTS["--dry-run"]),
        ("apply --force", "option '--force'", habits.OPTION_TEXTS["--force"]),
        ("apply -w", "option '-w'", habits.OPTION_TEXTS["-w"]),
        ("apply --atomic", "option '--atomic'", "did you mean --rollback-on-failure?"),
        ("plan -compact-warnings", "option '-compact-warnings'", habits.OPTION_TEXTS["--compact-warnings"]),
        ("plan -v=6", "option '-='", habits.OPTION_TEXTS["-="]),
        ("fmt -write=false", "option '-write=false'", habits.OPTION_TEXTS["fmt --write"]),
        ("status -n web", "option '-n'", habits.OPTION_TEXTS["-n"]),
        ("status -l app=x", "option '-l'", habits.OPTION_TEXTS["-l"]),
        ("status -A", "option '-A'", habits.OPTION_TEXTS["-A"]),
        ("start --all", "option '--all'", "'*' is all persisters of the files"),
        ("logs --tail=3 x", "option '--tail'", "did you mean --lines?"),
        ("logs --since-time=x x", "option '--since-time'", "did you mean --since?"),
        ("logs -p x", "option '-p'", habits.OPTION_TEXTS["logs -p"]),
        ("plan -p 3", "option '-p'", "did you mean --parallelism?"),
        ("rollback --to-revision=3", "option '--to-revision'", habits.OPTION_TEXTS["--to-revision"]),
        ("runs --limit 3", "option '--limit'", habits.OPTION_TEXTS["runs --limit"]),
        ("explain --recursive kubernetes", "option '--recursive'", habits.OPTION_TEXTS["explain --recursive"]),
        ("wait web/x", "command 'wait'", "did you mean 'persync status --wait RUNNING'?"),
        ("plan --xyzzy", "option '--xyzzy'", "see 'persync plan --help'"),
        ("plan -z", "option '-z'", "see 'persync plan --help'"),
        ("--xyzzy plan", "option '--xyzzy'", "see 'persync --help'"),
    ],
)  # fmt: skip
def test_the_hint(installation: Installation, line: str, wrong: str, hint: str) -> None:
    assert installation.run(*shlex.split(line)) == Ended(1, "", f"error: No such {wrong}.\nhelp: {hint}\n")


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (
            "logs -n web snowplow",
            "Invalid value for '-n' / '--lines': 'web' is not a number",
            "selectors are arguments: 'project/event-type', 'project/*'; -n is the number of lines",
        ),
        (
            "status -o jsonpath={.x}",
            "Invalid value for '-o' / '--output': 'jsonpath={.x}' is not one of text, wide, json, yaml, html",
            "'json' gives each field to a program such as jq",
        ),
        ("show", "Missing argument 'FILE'.", SAVED),
        ("verify", "Missing argument 'FILE'.", SAVED),
        (
            "logs",
            "Missing argument 'SELECTOR...'.",
            "name persisters: project/event-type, or a pattern such as 'webtracking/*'; '*' is all of the files",
        ),
        ("plan --out", "Option '--out' requires an argument.", "see 'persync plan --help'"),
        ("apply --keep-going=true", "Option '--keep-going' does not take a value.", "see 'persync apply --help'"),
        ("validate web.yaml", "Got unexpected extra argument (web.yaml)", habits.ARGUMENTS["validate"]),
        ("completion bash zsh", "Got unexpected extra argument (zsh)", "see 'persync completion --help'"),
        ("show 20261126T104848Z", "Invalid value for 'FILE': File '20261126T104848Z' does not exist.", SAVED),
        (
            "runs -o yaml",
            "Invalid value for '-o' / '--output': 'yaml' is not one of text, json",
            "did you mean 'json'?",
        ),
    ],
)
def test_the_hint_of_a_value(installation: Installation, line: str, message: str, hint: str) -> None:
    assert installation.run(*shlex.split(line)) == Ended(1, "", f"error: {message}\nhelp: {hint}\n")


@pytest.mark.parametrize("line", ["schema persister -qv", "schema persister -etest", "schema -C. persister"])
def test_short_options_are_not_long_ones(installation: Installation, line: str) -> None:
    assert installation.run(*shlex.split(line)).code == 0


def test_what_follows_two_dashes_is_no_option(installation: Installation) -> None:
    assert installation.run("fmt", "--", "-check").err.startswith("-check:1:1: error: -check does not exist")


def test_help_with_one_dash_is_help(installation: Installation) -> None:
    ended = installation.run("plan", "-help")
    assert (ended.code, ended.out.startswith("Usage: persync plan ")) == (0, True)


def test_other_errors_have_the_hint_of_the_help() -> None:
    assert hint_of(click.UsageError("no"), COMMANDS, command_of) == ""
    assert hint_of(click.NoSuchOption("--no"), COMMANDS, command_of) == ""


def test_what_is_meant_exists() -> None:
    options = {name: {opt for param in command_of(name).params for opt in param.opts} for name in COMMANDS}
    every = {"--version", *(opt for opts in options.values() for opt in opts)}
    meant = {each.partition(" ")[0] for found in habits.OPTIONS.values() for each in found}
    assert meant - every == set()
    lines = [line.split() for found in habits.COMMANDS.values() for line in found if line != "--version"]
    texts = (*habits.TEXTS.values(), *habits.OPTION_TEXTS.values(), *habits.ARGUMENTS.values())
    lines += [line.split() for text in texts for line in re.findall(r"'persync ([a-z][^']*)'", text)]
    assert len(lines) > len(habits.COMMANDS)
    for command, *rest in lines:
        assert {word for word in rest if word.startswith("-")} <= options[command], (command, rest)


def test_the_commands_for_users_of_terraform_exist() -> None:
    table = (Path(__file__).parents[3] / "docs/moving.md").read_text(encoding="utf-8").partition("### The commands")[2]
    named = [
        (command, re.findall(r"--[a-z-]+", rest)) for command, rest in re.findall(r"`persync ([a-z]+)(.*?)`", table)
    ]
    assert len(named) > len(set(COMMANDS)) // 2
    for command, options in named:
        assert {*options} <= {opt for param in command_of(command).params for opt in param.opts}, command
