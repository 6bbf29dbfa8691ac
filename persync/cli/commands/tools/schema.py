"""``persync schema``."""

from __future__ import annotations

import click

from persync.editor.schemas import NAMES, schema_text


@click.command("schema")
@click.argument("name", metavar="NAME", type=click.Choice(NAMES), help=f"{', '.join(NAMES)}.")
def command(name: str) -> None:
    """Print a JSON Schema, for editors and readers of reports.

    An editor uses it through a first line such as "# yaml-language-server: $schema=persister.schema.json".

    Example:
      persync schema persister > persister.schema.json
    """
    from persync.cli.terminal import show

    show(schema_text(name))
