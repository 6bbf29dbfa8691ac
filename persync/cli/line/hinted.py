"""Errors of the command line that know what to do about them."""

from __future__ import annotations

from typing import Any

import click


class HintedUsageError(click.UsageError):
    """Something is wrong with the command line, and ``hint`` is what to do, in place of a look into the help."""

    def __init__(self, message: str, hint: str, ctx: click.Context | None = None) -> None:
        super().__init__(message, ctx)
        self.hint = hint


class HintedBadParameter(click.BadParameter):
    """A value is wrong, and ``hint`` is what to do, in place of a look into the help; without one, that."""

    def __init__(self, message: str, hint: str, ctx: click.Context | None, param: Any) -> None:
        super().__init__(message, ctx, param)
        self.hint = hint
