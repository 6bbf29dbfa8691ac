"""``persync schema``."""

from __future__ import annotations

import click

from persync.properties.editor_schema import NAMES, schema_text


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES))
def command(name: str) -> None:
    """Print a JSON Schema as one document.

    An editor uses it through a first line such as "# yaml-language-server: $schema=persister.schema.json".
    """
    from persync.cli.terminal import show

    show(schema_text(name))
