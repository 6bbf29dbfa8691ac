"""The options of ``plan`` and ``apply`` that override ``safety`` of the environment.

Their module imports little, because every ``--help`` needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from persync.cli.options import Function, with_options
from persync.safety import Amount, Limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.safety import Safety

_WHAT = {
    Limit.CHANGES: "be changed in any way",
    Limit.RESTARTS: "be restarted",
    Limit.STOPS: "be stopped and stay so",
    Limit.RESETS: "fall back to the defaults in every property",
}


class AmountType(click.ParamType[Amount]):
    """A number of persisters, or a percentage: not less than ``least``."""

    name = "N|N%"

    def __init__(self, least: int = 0) -> None:
        self._least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Amount:
        """Read the value of the option."""
        try:
            amount = Amount.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if amount.number < self._least:
            self.fail(f"'{value}' is too small: it must be at least {self._least}", param, ctx)
        return amount


def safety_options(command: Function) -> Function:
    """Add ``--max-changes`` and its like, and ``--protect``; ``overridden`` reads what was given."""
    options = [
        click.option(
            limit.option,
            limit.name.lower(),
            type=AmountType(),
            help=f"How many persisters may {_WHAT[limit]}.",
        )
        for limit in Limit
    ]
    options.append(
        click.option(
            "--protect",
            metavar="PATTERN",
            multiple=True,
            help="Do not change these persisters, nor those of safety.protect. May be given several times.",
        )
    )
    return with_options(options, command)


def overridden(safety: Safety, options: Mapping[str, Any]) -> Safety:
    """Return the settings with the options over them.

    Args:
        safety: of the environment.
        options: the values of ``safety_options`` by parameter.
    """
    given = {limit: options[limit.name.lower()] for limit in Limit if options.get(limit.name.lower()) is not None}
    return safety.overridden(given, options.get("protect", ()))
