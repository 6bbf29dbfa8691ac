"""``persync render``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options, selection_options
from persync.cli.report_options import output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("render")
@selection_options
@output_option(("yaml", "json"))
@config_options
def command(
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    output: str,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Show the final documents, with the origin of each value.

    These are the documents of an environment, after defaults, overlays and variables, in the form of 'persync fmt'. The
    file and line of each value are in comments. Sends no request, and needs no token and no secret: a reference to a
    variable of the process stays, such as ${{ secret.X }}; only what is set as PERSYNC_VAR_X is shown in place of ${{
    env.X }}. A secret in a file is hidden.

    Examples:
      persync render webtracking/snowplow-web -e production
      persync render -o json
    """
    from persync.cli.origins.render import render

    render(selectors, excluded, output, folder, environment)
