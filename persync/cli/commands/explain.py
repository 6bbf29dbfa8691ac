"""``persync explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options, timeout_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("explain")
@click.argument("name", required=False, default="")
@click.argument("property_name", metavar="[PROPERTY]", required=False, default="")
@click.option("--live", is_flag=True, help="Show what the server holds, too; needs a token.")
@click.option(
    "-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="The format."
)
@timeout_option
@config_options
def command(
    name: str,
    property_name: str,
    live: bool,
    output: str,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Explain a property, or where the values of a persister come from.

    'persync explain PROPERTY' shows type, default, range and effect from the catalogue; the beginning of some, such as
    kubernetes.limits, lists what is below it, and the end of some, such as memory, shows each. Any spelling will do,
    with appConfig or deployerConfig before it or without. It needs no repository.

    'persync explain PERSISTER [PROPERTY]' shows what gives a value: defaults, the document or an overlay, and what that
    overrides. PERSISTER is project/event-type, or a pattern that matches one persister of the files.

    Sends no request without --live.
    """
    from persync.cli.origins.explain import explain

    explain(name, property_name, output, folder, environment, timeout if live else None)
