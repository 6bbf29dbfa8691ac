"""``persync import``."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from persync.cli.completion.types import PROJECT_NAME
from persync.cli.options import A_SELECTOR, request_options, selection_options

_ARGUMENTS = partial(selection_options, help_=f"{A_SELECTOR}. Without one, all persisters that the token may see.")


@click.command("import")
@_ARGUMENTS
@click.option(
    "--project", "projects", type=PROJECT_NAME, multiple=True, help="Import this project. May be given several times."
)
@click.option(
    "--layout",
    metavar="PATH",
    default="{project}/{event-type}.yaml",
    show_default=True,
    help="Where the file of a persister is, below the first folder of 'persisters'; {eventstore} may be used, too.",
)
@click.option(
    "--from-grapp",
    "grapp",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Import from a GrApp folder, into the project that --project names; all persisters are RUNNING.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written.")
@click.option("--force", is_flag=True, help="Overwrite files that exist.")
@click.option("--update", is_flag=True, help="Refresh the files that have persisters already; touch nothing else.")
@request_options
@click.pass_context
def command(
    ctx: click.Context,
    selectors: tuple[str, ...],
    excluded: tuple[str, ...],
    projects: tuple[str, ...],
    layout: str,
    grapp: Path | None,
    dry_run: bool,
    force: bool,
    update: bool,
    parallelism: int | None,
    timeout: float,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Write files for the persisters that are live.

    Persisters that the files have already are left as they are, unless --update or --force is given. The files hold
    what differs from the server's defaults. Secrets are not written: the files refer to variables, which are named in
    .env.example. At the end, a plan of what was written shows whether it is all.

    Examples:
      persync import
      persync import 'webtracking/*' --dry-run
      persync import --update

    Exit codes: 0 the files and live do not differ; 1 they do, or an error.
    """
    from persync.cli.importing.request import Request

    request = Request(selectors, excluded, projects, layout, dry_run=dry_run, force=force, update=update, grapp=grapp)
    if grapp:
        from persync.cli.importing.from_grapp import import_grapp

        ctx.exit(import_grapp(request, grapp, folder, environment))
    from persync.cli.importing.live import import_live

    ctx.exit(import_live(request, folder, environment, parallelism, timeout))
