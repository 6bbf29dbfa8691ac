"""``persync fmt``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.options import folder_option

if TYPE_CHECKING:
    from pathlib import Path


@click.command("fmt")
@click.argument(
    "paths",
    metavar="[PATH]...",
    nargs=-1,
    help="A file or a folder. Without one, every file with persisters or overlays that persync.yaml names.",
)
@click.option(
    "--check", is_flag=True, help="Change nothing; exit with 1 if a file would change, or as --detailed-exitcode says."
)
@click.option("--diff", is_flag=True, help="Change nothing; show what would change, without secrets.")
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="With --check or --diff, exit with 2 if a file would change; 1 is left for failures.",
)
@folder_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    check: bool,
    diff: bool,
    detailed_exitcode: bool,
    folder: Path | None,
) -> None:
    """Format files, and list those that changed.

    The fields of the head get the documented order, known properties their documented spelling, structures in texts
    become YAML, every level is indented by two spaces, and spaces are as in 'key: value', '[a, b]' and '{a: 1}'.
    Comments, blank lines, quotes, line breaks and the order of the config maps stay. A file is not written if its
    meaning would change, and neither is persync.yaml.

    Examples:
      persync fmt
      persync fmt --check persisters/webtracking

    Exit codes: 0 success; 1 a file cannot be read, formatted or written, or --check found one that would change; 2 with
    --detailed-exitcode and --check or --diff: a file would change, and nothing failed.
    """
    from persync.cli.formatting import run_fmt

    ctx.exit(run_fmt(paths, folder, check=check, diff=diff, detailed_exitcode=detailed_exitcode))
