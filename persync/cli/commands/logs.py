"""``persync logs``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.completion.types import PERSISTER_NAME
from persync.cli.options import config_options, timeout_option

if TYPE_CHECKING:
    from pathlib import Path

_MOST_LINES = 500


@click.command("logs")
@click.argument("persister", type=PERSISTER_NAME)
@click.option(
    "--lines", type=click.IntRange(1, _MOST_LINES), default=100, show_default=True, help="How many, from the end."
)
@timeout_option
@config_options
def command(persister: str, lines: int, timeout: float, folder: Path | None, environment: str | None) -> None:
    """Show the last lines of a running persister's log.

    PERSISTER is project/event-type, or a pattern that matches one persister of the files.
    """
    from persync.cli.selectors import select
    from persync.cli.session import Session
    from persync.cli.terminal import show
    from persync.errors import ConfigError, HarvesterError
    from persync.model import LIVE_SEGMENT
    from persync.properties.secrets import redact

    session = Session.open(folder, environment)
    found = select(session.configuration.persisters, [persister])
    if len(found) > 1:
        names = ", ".join(str(item.id) for item in found)
        raise ConfigError(
            f"'{persister}' matches {len(found)} persisters: {names}", hint="give the full name of one of them"
        )
    if found[0].id.eventstore == LIVE_SEGMENT:
        raise ConfigError(f"{found[0].id} has no log: the API keeps none for live-segment persisters")
    with session.client(timeout=timeout) as client:
        secrets = session.environment.secrets.secrets_of(found[0])
        try:
            lines_of_log = client.logs(found[0].id, lines)
        except HarvesterError as error:
            raise type(error)(redact(error.message, secrets), hint=error.hint) from None
        for line in lines_of_log:
            show(redact(line, secrets) + "\n")
