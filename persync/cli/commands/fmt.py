"""``persync fmt``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.options import debug_option


@click.command("fmt")
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if a file would change.")
@click.option("--diff", is_flag=True, help="Change nothing; show what would change, without secrets.")
@click.option(
    "-C",
    "--chdir",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder with persync.yaml, or one below it. [default: the working directory]",
)
@debug_option
@click.pass_context
def command(ctx: click.Context, paths: tuple[str, ...], check: bool, diff: bool, folder: Path | None) -> None:
    """Format files canonically, and list those that changed.

    PATH is a file or a folder; the default is every file with persisters or overlays that persync.yaml names.

    The fields of the head are put in the documented order, known properties in their documented spelling, structures in
    texts become YAML, and every level is indented by two spaces. Comments, blank lines, quotes and the order of the
    config maps stay. A file is not written if its meaning would change, and neither is persync.yaml.
    """
    from persync.cli.formatting import run_fmt

    ctx.exit(run_fmt(paths, folder, check=check, diff=diff))
