"""``persync render``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options, selection_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("render")
@selection_options
@click.option(
    "-o",
    "--output",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="The format.",
)
@config_options
def command(
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    output: str,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Show the final documents of an environment, with the file and line of each value. Sends no request.

    Defaults, overlays and variables are applied, and the form is that of 'persync fmt'. Needs no token and no secret: a
    reference to a variable of the process stays, such as ${{ secret.X }}; only what is set as PERSYNC_VAR_X is shown in
    place of ${{ env.X }}. A secret in a file is hidden.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; without one, all persisters.
    """
    from persync.cli.origins.render import render

    render(selectors, excluded, output, folder, environment)
