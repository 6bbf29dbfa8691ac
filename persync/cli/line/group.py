"""A group whose options go on to the command that is called."""

from __future__ import annotations

from itertools import takewhile

import click

from persync.cli.line.meant import check_dashes


class PassingGroup(click.Group):
    """A group of commands: what is given before the name of the command is given to that command, in front of the rest.

    So there is one place where an option is read: ``persync -e dev plan`` is ``persync plan -e dev``, and of
    ``persync -e dev plan -e prod`` the last one counts, as in ``persync plan -e dev -e prod``.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the group's own options, and remember all that was given."""
        if not ctx.resilient_parsing:
            check_dashes(ctx, self, takewhile(lambda arg: arg.startswith("-"), args))
        ctx.meta[_key(ctx)] = list(args)
        return super().parse_args(ctx, args)

    def implied(self, argument: str) -> str:  # noqa: ARG002 - of groups that have such a command
        """Return the command that an argument in place of a command is for; empty where it has to be a command."""
        return ""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, and what is given to it."""
        given: list[str] = ctx.meta[_key(ctx)]
        before = given[: len(given) - len(args)]
        implied = self.implied(args[0])
        name, command, rest = super().resolve_command(ctx, [implied, *args] if implied else args)
        if command is not None and not ctx.resilient_parsing:
            check_dashes(click.Context(command, ctx, name), command, rest)
        return name, command, [*(before[:-1] if before[-1:] == ["--"] else before), *rest]


def _key(ctx: click.Context) -> str:
    return f"persync.given.{ctx.command_path}"
