"""The arguments of ``persync diff``: two environments and selectors, or selectors alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import click

from persync.cli.selectors import NoMatch
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.core import ParameterSource


class Comparison(NamedTuple):
    """What to compare.

    Attributes:
        before, after: the names of two environments.
        selectors: the other arguments.
    """

    before: str
    after: str
    selectors: tuple[str, ...]


def comparison_of(arguments: Sequence[str], environments: Sequence[str]) -> Comparison | None:
    """Return what to compare, if the first two arguments are names of environments; else ``None``.

    A name has no slash, and a selector without one is about an event type. One that is called like an environment is
    selected with a slash: ``'*/production'``.

    Args:
        arguments: of the command line.
        environments: the names in persync.yaml.

    Raises:
        click.UsageError: both are the same, or one is mistyped.
    """
    named = [name for name in arguments[:2] if name in environments]
    if len(named) == 1:
        for other in (each for each in arguments[:2] if each not in named and "/" not in each):
            if hint := did_you_mean(other, environments):
                raise click.UsageError(f"there is no environment '{other}'; {hint}")
    if len(named) < 2:  # noqa: PLR2004 - two environments
        return None
    before, after, *selectors = arguments
    if before == after:
        raise click.UsageError(f"'{before}' is compared with itself: name two environments")
    return Comparison(before, after, tuple(selectors))


def check_options(ctx: click.Context, comparison: Comparison | None, *, live: bool) -> None:
    """Check that the options are those of the kind of comparison.

    Args:
        ctx: tells which options were given on the command line.
        comparison: of two environments; ``None`` for one with a revision.
        live: ``--live`` was given.

    Raises:
        click.UsageError: one is not.
    """
    if comparison is None and live:
        raise click.UsageError("--live compares two environments: write persync diff ENV_A ENV_B --live")
    if comparison and _is_given(ctx, "base"):
        raise click.UsageError("--base compares with a revision, and two environments are named: give one of them")
    if comparison and _is_given(ctx, "environment"):
        raise click.UsageError("two environments are named: leave out --environment")
    for name in ("parallelism", "timeout"):
        if not live and _is_given(ctx, name):
            raise click.UsageError(f"--{name} is about requests, which only --live sends")


def with_advice(error: NoMatch, arguments: Sequence[str], environments: Sequence[str]) -> NoMatch:
    """Return the error about a selector that matches nothing, with what was meant if one environment is named."""
    named = [each for each in arguments[:2] if each in environments]
    if not named:
        return error
    return NoMatch(error.message, hint=f"to compare environments, name two: persync diff {named[0]} ENVIRONMENT")


def _is_given(ctx: click.Context, name: str) -> bool:
    source: ParameterSource | None = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
