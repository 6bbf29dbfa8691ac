"""The options of ``plan`` and ``apply`` that override ``rollout`` of the environment.

Their module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from persync.cli.options import DurationType, Function, with_options
from persync.cli.review.options import AmountType
from persync.rollout import pause_of
from persync.safety import Amount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.rollout import Pause, Rollout


class _CanaryType(click.ParamType["Amount | str"]):
    name = "N|N%|PATTERN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Amount | str:
        try:
            return Amount.parse(value)
        except ValueError as error:
            text = str(value)
            if text.removesuffix("%").removeprefix("-").isdecimal():
                self.fail(str(error), param, ctx)
            return text


class _PauseType(click.ParamType["Pause"]):
    name = "DURATION|prompt"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Pause:
        try:
            return pause_of(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def rollout_options(command: Function) -> Function:
    """Add ``--canary`` and its like; ``overridden`` reads what was given."""
    options = [
        _option(
            "--canary",
            _CanaryType(),
            "Change so many persisters first, or those that the pattern selects; others follow only if they run. A"
            " pattern may be given several times.",
            multiple=True,
        ),
        _option("--batch", AmountType(least=1), "Then change so many persisters before the next ones are begun."),
        _option("--max-unavailable", AmountType(least=1), "Never have more persisters down at once."),
        _option(
            "--max-failures",
            AmountType(least=1),
            "Begin no further persister after so many failures. [default: 1, and no limit with --keep-going]",
        ),
        _option("--settle", DurationType(), "How long RUNNING, FAILED or a difference must hold to count."),
        _option("--pause", _PauseType(), "Wait so long before each batch, or ask on the terminal."),
    ]
    return with_options(options, command)


def _option(
    name: str, type_: click.ParamType[Any], help_: str, *, multiple: bool = False
) -> Callable[[Function], Function]:
    return click.option(
        name,
        type=type_,
        multiple=multiple,
        help=help_,
    )


def overridden(rollout: Rollout, options: Mapping[str, Any], *, keep_going: bool) -> Rollout:
    """Return the settings with the options over them.

    Args:
        rollout: of the environment.
        options: the values of ``rollout_options`` by parameter.
        keep_going: failures are not limited, unless the option limits them.

    Raises:
        click.BadParameter: ``--canary`` has a number and something else.
    """
    names = ("batch", "max_unavailable", "max_failures", "settle", "pause")
    given = {name: options[name] for name in names if options.get(name) is not None}
    if canaries := options.get("canary", ()):
        given["canary"] = _canary(canaries)
    if keep_going:
        given.setdefault("max_failures", None)
    return replace(rollout, **given)


def _canary(given: tuple[Amount | str, ...]) -> Amount | tuple[str, ...]:
    patterns = tuple(each for each in given if isinstance(each, str))
    if len(patterns) == len(given):
        return patterns
    if len(given) > 1 or not isinstance(given[0], Amount):
        raise click.BadParameter("give one number, or patterns", param_hint="--canary")
    return given[0]
