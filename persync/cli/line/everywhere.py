"""The options that every command has; they stand before it and after it, and the last one counts."""

from __future__ import annotations

import logging

import click
from click.core import ParameterSource

from persync.cli.log.options import log_options
from persync.cli.options import ENVIRONMENT, FOLDER
from persync.cli.terminal import Color, Verbosity, output

_FROM_LINE = "persync.verbosity"
"""Set in the context when the command line has decided; no variable does then."""


def everywhere() -> list[click.Option]:
    """Return the options of every command. A command has those itself that it is about, with the same names."""
    return [
        click.Option(FOLDER.names[:2], **FOLDER.attributes, expose_value=False),
        click.Option(ENVIRONMENT.names, **ENVIRONMENT.attributes, expose_value=False),
        click.Option(
            ["--color"],
            type=click.Choice(Color, case_sensitive=False),
            expose_value=False,
            is_eager=True,
            callback=_color,
            help="Where to write colours. [default: auto, which is on a terminal, as NO_COLOR and FORCE_COLOR say]",
        ),
        _verbosity("-q", "--quiet", Verbosity.QUIET, "Report only errors, beside the data."),
        _verbosity("-v", "--verbose", Verbosity.VERBOSE, "Report also which files were read, and which requests sent."),
        _verbosity(None, "--debug", Verbosity.DEBUG, "Show every request, and the traceback of an error."),
        *log_options(),
    ]


def _verbosity(short: str | None, name: str, level: Verbosity, help_: str) -> click.Option:
    def apply(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        from_line = ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
        if not value or (ctx.meta.get(_FROM_LINE) and not from_line):
            return
        ctx.meta[_FROM_LINE] = from_line
        output.verbosity = level
        logging.getLogger("persync").setLevel(logging.DEBUG if level >= Verbosity.VERBOSE else logging.INFO)

    names = [name] if short is None else [short, name]
    return click.Option(names, is_flag=True, expose_value=False, is_eager=True, callback=apply, help=help_)


def _color(_ctx: click.Context, _param: click.Parameter, value: Color | None) -> None:
    if value is not None:
        output.color = value
