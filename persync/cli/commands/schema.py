"""``persync schema``."""

from __future__ import annotations

import json

import click

from persync.cli.options import debug_option
from persync.properties.editor_schema import NAMES, editor_schema


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES))
@debug_option
def command(name: str) -> None:
    """Print a JSON Schema as one document.

    An editor uses it through a first line such as "# yaml-language-server: $schema=persister.schema.json".
    """
    from persync.cli.terminal import show

    show(json.dumps(editor_schema(name), indent=2, ensure_ascii=False) + "\n")
