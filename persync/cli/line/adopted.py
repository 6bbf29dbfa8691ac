"""Makes a command one of persync: it gets the options that every command has, and a variable for each option."""

from __future__ import annotations

import os
from functools import wraps
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from persync.cli.errors import warn
from persync.cli.line.everywhere import everywhere
from persync.cli.line.help import Context
from persync.cli.line.hinted import HintedUsageError
from persync.cli.line.variables import (
    OTHERS,
    PREFIX,
    WRITING,
    decides,
    long_name,
    narrowing,
    problems,
    variable_of,
    variables_of,
)
from persync.cli.terminal import say_to_people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def adopted(command: click.Command, all_variables: Callable[[], Iterable[str]]) -> click.Command:
    """Return a command with the options that every command has, and with a variable for each option; it is changed.

    When it is called, it warns of variables that are set and that no command reads.

    Args:
        command: as its module declares it, or adopted already.
        all_variables: returns the variables of all commands. It is called where a variable is set that this command
            does not have: it imports all of them.
    """
    options = [each for each in command.params if isinstance(each, click.Option)]
    names = {long_name(option) for option in options}
    missing = [option for option in everywhere() if long_name(option) not in names]
    if not missing:
        return command
    command.params.extend(missing)
    command.context_class = Context
    for option in (*options, *missing):
        option.envvar = variable_of(option)
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        adopted(inner, all_variables)
    if command.callback:
        command.callback = _warning(command, command.callback, all_variables)
    return command


def _warning(
    command: click.Command, callback: Callable[..., Any], all_variables: Callable[[], Iterable[str]]
) -> Callable[..., Any]:
    """Return the callback of a command, which warns of variables before it does its work."""

    @wraps(callback)
    def run(*arguments: Any, **options: Any) -> Any:
        if not click.get_current_context().invoked_subcommand:  # that one warns
            mine = {*variables_of(command), *OTHERS}
            others = [name for name in os.environ if name.startswith(PREFIX) and name not in mine]
            if command.name in WRITING:
                _report_variables(command, others)
            for problem in problems(others, {*mine, *all_variables()}) if others else ():
                warn(problem)
        return callback(*arguments, **options)

    return run


def _report_variables(command: click.Command, others: Iterable[str]) -> None:
    """Report which options of a command that writes are from variables, if they decide about that.

    Args:
        command: which.
        others: the variables that are set and not of the command.

    Raises:
        click.UsageError: one of the others seems to make it do less.
    """
    if found := narrowing(filter(os.environ.get, others)):
        variable, instead = found
        raise HintedUsageError(f"{variable} does not limit what 'persync {command.name}' does", instead)
    context = click.get_current_context()
    given = [
        f"{option.envvar}={os.environ[str(option.envvar)]}"
        for option in command.params
        if isinstance(option, click.Option)
        and option.name
        and decides(option)
        and context.get_parameter_source(option.name) is ParameterSource.ENVIRONMENT
    ]
    if given:
        say_to_people(f"options from variables: {', '.join(given)}")
