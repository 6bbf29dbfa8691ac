"""What was meant by a command or an option that does not exist: a hint for the error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from persync.cli.line import habits
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

_LONG_WITH_ONE_DASH = re.compile(r"-(?P<name>[a-z][a-z-]+[a-z])(?P<value>=.*)?", re.DOTALL)
_EXTRA = "Got unexpected extra argument"  # click has no class of its own for it
_FEW = 5
_SHORT = len("-o")


def check_dashes(ctx: click.Context, command: click.Command, args: Iterable[str]) -> None:
    """Refuse a long option with one dash, as Terraform has them: click would read it as several short ones.

    Args:
        ctx: for the error.
        command: whose options these are.
        args: what is given to it.

    Raises:
        click.NoSuchOption: one is that.
    """
    own = set(_names(command))
    known = {*own, *habits.OPTIONS, *habits.OPTION_TEXTS, "--version"}
    for arg in args:
        if arg == "--":
            return
        found = _LONG_WITH_ONE_DASH.fullmatch(arg)
        if not found or found["name"] == "help":  # click understands that
            continue
        if f"--{found['name']}" in known or arg[:_SHORT] not in own:
            raise click.NoSuchOption(f"-{found['name']}", f"No such option '{arg}'.", ctx=ctx)


def hint_of(error: click.ClickException, commands: Iterable[str], command_of: Callable[[str], click.Command]) -> str:
    """Return what to do about an error of the command line; empty where nothing is known.

    Args:
        error: any.
        commands: the names of all commands.
        command_of: returns a command by its name. It is called for an option that another command may have.
    """
    context = getattr(error, "ctx", None)
    of_type = getattr(getattr(getattr(error, "param", None), "type", None), "hint", "")
    hint = getattr(error, "hint", "") or of_type
    if hint or context is None:
        return str(hint)
    if isinstance(error, click.NoSuchCommand):
        if context.parent is None:
            return _of_command(error.command_name, tuple(commands))
        similar = most_similar(error.command_name, context.command.list_commands(context))
        return f"did you mean '{context.command_path} {similar}'?" if similar else ""
    if isinstance(error, click.NoSuchOption):
        others = {name: command_of(name) for name in commands}
        return next(filter(None, _of_option(error.option_name, context, others)), "")
    if error.message.startswith(_EXTRA):
        return habits.ARGUMENTS.get(context.command.name or "", "")
    return ""


def _of_command(name: str, commands: tuple[str, ...]) -> str:
    word = name.lower()
    meant = _first(habits.COMMANDS.get(word, ()), (*commands, "--version")) or most_similar(word, commands)
    if meant:
        return f"did you mean 'persync {meant}'?"
    return habits.TEXTS.get(word, "")


def _of_option(given: str, context: click.Context, commands: Mapping[str, click.Command]) -> Iterator[str]:
    """Yield what may have been meant, the best guess first; some are empty."""
    name = f"-{given}" if _LONG_WITH_ONE_DASH.fullmatch(given) else given
    known = tuple(_names(context.command))
    yield f"long options have two dashes: {name}" if name in known else ""
    yield "did you mean 'persync --version'?" if name in {"--version", "-V"} else ""
    yield habits.OPTION_TEXTS.get(f"{context.command.name} {name}", "")
    yield _did_you_mean(_first(habits.OPTIONS.get(name, ()), known))
    yield habits.OPTION_TEXTS.get(name, "")
    yield _did_you_mean(most_similar(name, [each for each in known if each.startswith("--")]))
    others = [other for other, each in commands.items() if name in _names(each)]
    if 0 < len(others) <= _FEW and len(name) > _SHORT:
        yield f"{name} is an option of {', '.join(others)}; see '{context.command_path} --help'"


def _did_you_mean(meant: str) -> str:
    return f"did you mean {meant}?" if meant else ""


def _first(meant: Iterable[str], existing: Iterable[str]) -> str:
    """Return the first that exists; what follows a blank is an argument of it."""
    return next((each for each in meant if each.partition(" ")[0] in existing), "")


def _names(command: click.Command) -> Iterator[str]:
    for param in command.params:
        yield from (*param.opts, *param.secondary_opts) if isinstance(param, click.Option) else ()
