"""The environment variables of the options."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from persync.cli.line.variables import NO_VARIABLE, OFFERED, OTHERS, PREFIX, long_name, problems
from persync.cli.root import COMMANDS, all_variables, command_of, root
from persync.config.variables import TOKEN
from tests.cli.trust.test_commands import ARGUMENTS
from tests.command_line import Installation

ONE = "eventType: one\nstate: RUNNING\nappConfig: {my.x: a}\n"


def options_of(command: click.Command) -> Iterator[click.Option]:
    yield from (option for option in command.params if isinstance(option, click.Option))
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        yield from options_of(inner)


@pytest.fixture
def served(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": name, "state": "RUNNING"} for name in ("one", "two", "three")]})
    for name in ("one", "two", "three"):
        installation.write(f"persisters/{name}.yaml", ONE.replace("one", name))
    return installation


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_the_variable_of_its_name(name: str) -> None:
    options = [option for option in options_of(command_of(name)) if long_name(option) not in NO_VARIABLE]
    assert {long_name(option): option.envvar for option in options} == {
        long_name(option): PREFIX + long_name(option)[2:].replace("-", "_").upper() for option in options
    }


@pytest.mark.parametrize(
    ("command", "without"),
    [
        ([], ""),
        (["plan"], ""),
        (["apply"], ", but not --auto-approve"),
        (["import"], ", but not --dry-run, --force, --update"),
    ],
)
def test_the_help_has_the_rule_of_the_names(installation: Installation, command: list[str], without: str) -> None:
    assert " ".join(installation.run(*command, "--help").out.rpartition("\n\n")[2].split()) == (
        f"Each option has an environment variable: --log-file has PERSYNC_LOG_FILE{without}."
    )


def test_what_has_no_variable_is_an_option() -> None:
    options = [*options_of(root), *(option for name in COMMANDS for option in options_of(command_of(name)))]
    without = [option for option in options if long_name(option) in NO_VARIABLE]
    assert {long_name(option) for option in without} == set(NO_VARIABLE)
    assert {option.envvar for option in without} == {None}


def test_no_option_has_a_variable_with_another_meaning() -> None:
    assert (all_variables() & OTHERS, TOKEN in OTHERS) == (set(), True)
    assert [name for name in all_variables() if name.startswith(OFFERED)] == []


@pytest.mark.parametrize(
    ("variables", "arguments", "expected"),
    [
        ({}, (), ["one", "three", "two"]),
        ({"EXCLUDE": "one t[hx]ree"}, (), ["two"]),
        ({"EXCLUDE": "one"}, ("--exclude", "two"), ["one", "three"]),
        ({"EXCLUDE": ""}, (), ["one", "three", "two"]),
    ],
)
def test_an_option_of_many_values(
    served: Installation, variables: dict[str, str], arguments: tuple[str, ...], expected: list[str]
) -> None:
    for name, value in variables.items():
        served.monkeypatch.setenv(PREFIX + name, value)
    ended = served.run("status", *arguments)
    assert [line.split()[0] for line in ended.out.splitlines()[1:-2]] == [f"global/{name}" for name in expected]


def test_flags_numbers_and_files(served: Installation) -> None:
    for value, code in (("1", 2), ("true", 2), ("no", 0), ("0", 0), ("", 0)):
        served.monkeypatch.setenv("PERSYNC_DETAILED_EXITCODE", value)
        assert (value, served.run("plan").code) == (value, code)
    served.monkeypatch.setenv("PERSYNC_REPORT", "json=plan.json markdown=plan.md")
    served.monkeypatch.setenv("PERSYNC_PARALLELISM", "3")
    ended = served.run("plan")
    assert (ended.code, ended.err) == (0, "")
    assert [(served.folder / name).exists() for name in ("plan.json", "plan.md")] == [True, True]


def test_a_wrong_value_names_its_variable(served: Installation) -> None:
    served.monkeypatch.setenv("PERSYNC_PARALLELISM", "many")
    ended = served.run("plan")
    assert (ended.code, ended.err) == (
        1,
        "error: Invalid value for '--parallelism' (env var: 'PERSYNC_PARALLELISM'): 'many' is not a valid integer"
        " range.\nhelp: see 'persync plan --help'\n",
    )
    served.monkeypatch.setenv("PERSYNC_PARALLELISM", "1")
    ended = served.run("plan", "--parallelism", "0")
    assert (ended.code, ended.err) == (
        1,
        "error: Invalid value for '--parallelism': 0 is not in the range 1<=x<=64.\nhelp: see 'persync plan --help'\n",
    )


@pytest.mark.parametrize("option", ["--auto-approve", "--dry-run", "--force", "--update", "--with-secrets"])
def test_a_safeguard_is_not_taken_away_by_a_variable(served: Installation, option: str) -> None:
    variable = PREFIX + option[2:].replace("-", "_").upper()
    served.monkeypatch.setenv(variable, "1")
    ended = served.run("validate")
    assert (ended.code, ended.err) == (0, f"warning: {variable} has no effect: {NO_VARIABLE[option]}, by {option}\n")


@pytest.mark.parametrize("command", ["apply", "start", "stop", "restart"])
@pytest.mark.parametrize("variable", ["PERSYNC_DRY_RUN", "PERSYNC_TARGET", "PERSYNC_PROJECT"])
def test_nothing_is_written_where_a_variable_seems_to_limit_it(
    served: Installation, command: str, variable: str
) -> None:
    served.monkeypatch.setenv(variable, "1")
    ended = served.run(command, *([] if command == "apply" else ["*"]), "--auto-approve")
    help_ = (
        "'persync plan' shows what would be done"
        if variable == "PERSYNC_DRY_RUN"
        else "name the persisters as arguments: 'project/event-type', 'project/*'"
    )
    expected = f"error: {variable} does not limit what 'persync {command}' does\nhelp: {help_}\n"
    assert (ended.code, ended.err, served.writes()) == (1, expected, [])
    served.monkeypatch.setenv(variable, "")
    assert served.run(command, *([] if command == "apply" else ["one"]), "--auto-approve").code == 0


def test_options_from_variables_are_reported_where_something_is_written(served: Installation) -> None:
    for name, value in {"MAX_STOPS": "100%", "NO_LOCK": "1", "COLOR": "never", "STRICT": ""}.items():
        served.monkeypatch.setenv(PREFIX + name, value)
    served.run("plan", "--max-restarts", "9")
    assert served.run("plan").err == ""
    ended = served.run("stop", "one", "--auto-approve")
    assert (ended.code, ended.err.splitlines()[0]) == (
        0,
        "options from variables: PERSYNC_NO_LOCK=1, PERSYNC_MAX_STOPS=100%",
    )
    ended = served.run("start", "one", "--auto-approve", "--max-stops", "1", "--no-lock")
    assert "variables" not in ended.err


def test_the_environment_of_the_variable(served: Installation) -> None:
    """A command that is about an environment takes the one of the variable; others do not care about it."""
    assert served.run("plan", "--out", "plan.persync").code == 0
    assert served.run("apply", "--auto-approve", "--journal", "journals").code == 0
    [journal] = (served.folder / "journals").glob("*.jsonl")
    arguments = {**ARGUMENTS, "rollback": [str(journal), "--auto-approve"]}
    served.monkeypatch.setenv("PERSYNC_ENVIRONMENT", "tset")
    ended = {name: served.run(name, *arguments.get(name, [])) for name in COMMANDS if name not in {"init", "sandbox"}}
    refused = "there is no environment tset"
    assert {name for name, each in ended.items() if each.code == 1 and refused in each.out + each.err} == {
        name
        for name in ended
        if any(param.name == "environment" and param.expose_value for param in command_of(name).params)
    }


def test_a_new_repository_has_the_environment_of_the_variable(installation: Installation) -> None:
    installation.monkeypatch.setenv("PERSYNC_ENVIRONMENT", "staging")
    assert installation.run("init", "--url", "https://harvester.example.com").code == 0
    assert "  staging:\n" in (installation.folder / "persync.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("PERSYNC_ENVIROMENT", "did you mean PERSYNC_ENVIRONMENT?"),
        ("PERSYNC_ENV", "did you mean PERSYNC_ENVIRONMENT?"),
        ("PERSYNC_MAX_RESTART", "did you mean PERSYNC_MAX_RESTARTS?"),
        ("PERSYNC_LOGFILE", "did you mean PERSYNC_LOG_FILE?"),
        ("PERSYNC_TOKENS", "did you mean PERSYNC_TOKEN?"),
        ("PERSYNC_VARS_REGION", "did you mean PERSYNC_VAR_REGION?"),
        ("PERSYNC_ENV_REGION", "did you mean PERSYNC_VAR_REGION?"),
        ("PERSYNC_VAR_ENVIROMENT", ""),  # of the files
        ("PERSYNC_CLIENT_SECRET", ""),  # named by a file
        ("PERSYNC_MAX_RESTARTS", ""),  # of other commands
        ("PERSYNC_TOKEN_ORIGIN", ""),
        ("PERSYNC_FOLDER", ""),  # of ci/gitlab.yml
        ("_PERSYNC_COMPLETE", ""),
        ("persync_environment", ""),
    ],
)
def test_a_variable_that_nothing_reads(variable: str, expected: str) -> None:
    text = f"{variable} has no effect: there is no such variable; {expected}"
    assert list(problems([variable], all_variables())) == ([text] if expected else [])


def test_the_warning_of_a_command(served: Installation) -> None:
    served.monkeypatch.setenv("PERSYNC_ENVIROMENT", "prod")
    warning = "PERSYNC_ENVIROMENT has no effect: there is no such variable; did you mean PERSYNC_ENVIRONMENT?"
    assert served.run("status", "one").err == f"warning: {warning}\n"
    assert served.run("runs").err == f"warning: {warning}\n"
    assert served.run("-q", "status", "one").err == ""
