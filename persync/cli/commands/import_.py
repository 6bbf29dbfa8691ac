"""``persync import``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import config_options, parallelism_option, selection_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("import")
@selection_options
@click.option("--project", "projects", metavar="PROJECT", multiple=True, help="Import this project. May be repeated.")
@click.option(
    "--layout",
    default="{project}/{event-type}.yaml",
    show_default=True,
    help="Where the file of a persister is, below the first folder of 'persisters'; {eventstore} may be used, too.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@parallelism_option
@config_options
@click.pass_context
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    projects: tuple[str, ...],
    layout: str,
    dry_run: bool,
    force: bool,
    parallelism: int | None,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Write files for living persisters, and list the files.

    SELECTOR is a shell pattern over project/event-type, such as 'webtracking/*'; without one, all persisters that the
    token may see. Persisters that the files have already are passed over.

    The files hold what differs from the server's defaults. Secrets are not written: the files refer to variables, which
    are named in .env.example. At the end, a plan of what was written shows whether it is all.

    Exit codes: 0 the files and live do not differ; 1 they do, or an error.
    """
    from persync.cli.importing.live import import_live
    from persync.cli.importing.request import Request

    request = Request(selectors, excluded, projects, layout, dry_run=dry_run, force=force)
    ctx.exit(import_live(request, folder, environment, parallelism))
