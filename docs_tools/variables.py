"""The reference of the environment variables of options, from the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from docs_tools import markdown
from persync.cli.line.variables import NO_VARIABLE, long_name
from persync.cli.root import COMMANDS, command_of, root

if TYPE_CHECKING:
    from collections.abc import Iterator


def variables_reference() -> str:
    """Return the variable of each option, with the commands that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in COMMANDS:
        for option in _options(command_of(name)):
            if isinstance(option.envvar, str):
                commands = found.setdefault((option.envvar, _names(option)), [])
                commands += [] if name in commands else [name]
    everywhere = {option.envvar for option in _options(root)}
    rows = [
        (markdown.code(variable), names, "every command" if variable in everywhere else _commands(commands))
        for (variable, names), commands in sorted(found.items())
    ]
    return markdown.table(("variable", "option", "of"), rows)


def without_variable() -> str:
    """Return the options without a variable, and why they have none."""
    rows = [(markdown.code(option), reason) for option, reason in NO_VARIABLE.items()]
    return markdown.table(("option", "why it has no variable"), rows)


def _options(command: click.Command) -> Iterator[click.Option]:
    yield from (param for param in command.params if isinstance(param, click.Option))
    for inner in command.commands.values() if isinstance(command, click.Group) and command is not root else ():
        yield from _options(inner)


def _names(option: click.Option) -> str:
    return markdown.code(long_name(option)) + "".join(
        f", {markdown.code(name)}" for name in option.opts if name[1] != "-"
    )


def _commands(names: list[str]) -> str:
    return ", ".join(map(markdown.code, names))
