"""The environment variables of the options, by one rule, and what is wrong with those that are set.

The variable of ``--max-changes`` is ``PERSYNC_MAX_CHANGES``, in every command that has the option. What is given on the
command line counts more. An empty variable counts as none. A value of a flag is 1, true, yes or on, or the opposite;
values of an option that may be given several times are separated by blanks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

PREFIX = "PERSYNC_"
OFFERED = f"{PREFIX}VAR_"
"""What begins like this is for ``${{ env.X }}`` in the files; see ``persync.config.variables``."""

NO_VARIABLE = {
    "--auto-approve": "an apply that nobody approves is decided for each call",
    "--dry-run": "whether anything is written is decided for each call",
    "--force": "overwriting files is decided for each call",
    "--update": "overwriting files is decided for each call",
    "--with-names": "giving names away is decided for each call",
    "--with-secrets": "writing secrets into files is decided for each call",
    "--version": "a variable would keep every command from its work",
}
"""The options without a variable: set for good, they take away a safeguard that nothing shows any more."""

OTHERS = frozenset(
    PREFIX + name
    for name in (
        "TOKEN",
        "TOKEN_ORIGIN",
        "AUTH_COMMAND",
        "AUTH_COMMAND_ENV",
        # of ci/gitlab.yml and of the workflows in examples/
        "FOLDER",
        "INSTALL",
        "AUTO_APPLY",
        "READ_TOKEN",
    )
)
"""The variables that belong to no option."""

WRITING = frozenset({"apply", "rollback", "start", "stop", "restart"})
"""The commands that change the live system."""

_DECIDES = re.compile(r"--(?:max|no)-.*|--(?:batch|canary|exclude|keep-going|pause|protect|rollback-on-failure|settle)")
_NARROWS = {
    "DRY_RUN": "'persync plan' shows what would be done",
    **dict.fromkeys(
        ("ONLY", "PROJECT", "PROJECTS", "SELECTOR", "SELECTORS", "TARGET", "TARGETS"),
        "name the persisters as arguments: 'project/event-type', 'project/*'",
    ),
}
"""What seems to make a command do less, and does not; with what does. A command that writes does not begin with it."""

_LEAST_BEGINNING = 3  # characters: shorter names begin like too many others


def variable_of(option: click.Option) -> str | None:
    """Return the name of an option's variable, made of its long name; ``None`` for those of ``NO_VARIABLE``."""
    name = long_name(option)
    return None if name in NO_VARIABLE else PREFIX + name.removeprefix("--").replace("-", "_").upper()


def long_name(option: click.Option) -> str:
    """Return the name of an option that begins with two dashes."""
    return next(name for name in option.opts if name.startswith("--"))


def variables_of(command: click.Command) -> Iterator[str]:
    """Yield the variables of a command's options, and of those of the commands in it."""
    for option in command.params:
        if isinstance(option, click.Option) and isinstance(option.envvar, str):
            yield option.envvar
    for inner in command.commands.values() if isinstance(command, click.Group) else ():
        yield from variables_of(inner)


def problems(variables: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """Yield what is wrong with the variables that are set, a line for each.

    Args:
        variables: the names of those that are set.
        known: the names of all variables of options.
    """
    without = {PREFIX + name.removeprefix("--").replace("-", "_").upper(): name for name in NO_VARIABLE}
    for variable in sorted(set(variables) - set(known) - OTHERS):
        if not variable.startswith(PREFIX) or variable.startswith(OFFERED):
            continue
        if option := without.get(variable):
            yield f"{variable} has no effect: {NO_VARIABLE[option]}, by {option}"
        elif meant := _meant(variable, {*known, *OTHERS}):
            yield f"{variable} has no effect: there is no such variable; did you mean {meant}?"


def narrowing(variables: Iterable[str]) -> tuple[str, str] | None:
    """Return a variable that seems to make a command do less, and what does so; ``None`` if none is set.

    Args:
        variables: the names of those that are set and not of the command.
    """
    names = sorted(name for name in variables if name.removeprefix(PREFIX) in _NARROWS)
    return (names[0], _NARROWS[names[0].removeprefix(PREFIX)]) if names else None


def decides(option: click.Option) -> bool:
    """Return whether an option of a command that writes decides what is written, in which order or how safely."""
    return _DECIDES.fullmatch(long_name(option)) is not None


def _meant(variable: str, known: Collection[str]) -> str:
    """Return the variable that was meant; empty if none is similar."""
    name, names = variable.removeprefix(PREFIX), {each.removeprefix(PREFIX) for each in known}
    if name.startswith(("VARS_", "VARIABLE_", "ENV_")):
        return OFFERED + name.partition("_")[2]
    if similar := most_similar(name, names, least=0.8):
        return PREFIX + similar
    beginning = [each for each in names if each.startswith(name)] if len(name) >= _LEAST_BEGINNING else []
    return PREFIX + beginning[0] if len(beginning) == 1 else ""
