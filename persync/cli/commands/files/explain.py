"""``persync explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.completion.types import EXPLAINED_NAME, PROPERTY_NAME
from persync.cli.options import config_options, timeout_option
from persync.cli.report_options import output_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("explain")
@click.argument(
    "name",
    type=EXPLAINED_NAME,
    metavar="PROPERTY|PERSISTER",
    required=False,
    default="",
    help="A property in any spelling, with appConfig or deployerConfig before it or without; or a persister:"
    " project/event-type, or a pattern that matches one of the files.",
)
@click.argument(
    "property_name",
    type=PROPERTY_NAME,
    metavar="[PROPERTY]",
    required=False,
    default="",
    help="Of the persister: only this property.",
)
@click.option("--live", is_flag=True, help="Show what the server holds, too; needs a token.")
@output_option(("text", "json"))
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
    """Explain a property, or where a value comes from.

    Of a property: type, default, range and effect from the catalogue; of a beginning of some, such as
    kubernetes.limits, what is below it; of the end of some, such as memory, each. It needs no repository.

    Of a persister of the files: what gives its values, or the one of PROPERTY: defaults, the document or an overlay;
    and what that overrides.

    Sends no request without --live.

    Examples:
      persync explain eventstore.batchSize
      persync explain webtracking/snowplow-web eventstore.batchSize -e production
    """
    from persync.cli.origins.explain import explain

    explain(name, property_name, output, folder, environment, timeout if live else None)
