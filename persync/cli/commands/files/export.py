"""``persync export``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.completion.types import PROJECT_NAME
from persync.cli.options import config_options, selection_options


@click.command("export")
@selection_options
@click.option(
    "--to-grapp",
    "target",
    metavar="DIR",
    type=click.Path(path_type=Path),
    required=True,
    help="The GrApp folder, or the one that it is in.",
)
@click.option("--project", type=PROJECT_NAME, help="Export this project. Needed where the persisters are of several.")
@click.option("--with-secrets", is_flag=True, help="Write the values of secrets, not the references to them.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written.")
@click.option("--force", is_flag=True, help="Overwrite files that exist and differ.")
@config_options
def command(
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    target: Path,
    project: str | None,
    with_secrets: bool,
    dry_run: bool,
    force: bool,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Write the persisters of an environment as a GrApp folder.

    Lists the files, and sends no request. A GrApp folder is one project, and has no run state: its importer starts
    every persister. Defaults, overlays and variables are applied. A reference to a secret stays a reference unless
    --with-secrets is given. Only files of persisters are written; one that exists and means the same is left as it is.

    Example:
      persync export --to-grapp ../grapp --project webtracking

    Exit codes: 0 success, whatever the warnings; 1 an error.
    """
    from persync.cli.exporting.run import Request, export_grapp

    request = Request(target, selectors, excluded, project, with_secrets=with_secrets, dry_run=dry_run, force=force)
    export_grapp(request, folder, environment)
