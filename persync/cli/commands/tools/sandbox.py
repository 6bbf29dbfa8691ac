"""``persync sandbox``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.embedded import DESCRIPTION, serve, serve_record

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("sandbox")
@click.option(
    "--description",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"Its event types, defaults, versions, users and delays. [default: {DESCRIPTION}, if there is one]",
)
@click.option("--state", type=_FILE, help="The SQLite file that keeps its state. [default: in memory]")
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Answer from this record of 'persync doctor --record' instead; reads only.",
)
@click.option(
    "--port", metavar="PORT", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any free one."
)
def command(description: Path | None, state: Path | None, replay: Path | None, port: int) -> None:
    """Serve a local Harvester API for trial, tests and CI.

    It runs until interrupted, and listens on this machine only. Its OpenAPI document is at /openapi.json.

    Example:
      persync sandbox --port 8080 --state sandbox.db
    """
    if replay and (description or state):
        raise click.UsageError("--replay answers from a record: it has no --description and no --state")
    if replay:
        serve_record(replay, port)
    else:
        serve(description, state, port)
