"""``persync doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.options import config_options, parallelism_option
from persync.cli.report_options import output_option


@click.command("doctor")
@output_option(("text", "json"))
@click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the answers of the API in this file, with values and names replaced, for a bug report.",
)
@click.option("--with-names", "names", is_flag=True, help="Keep the names of projects and event types in the record.")
@parallelism_option
@config_options
@click.pass_context
def command(
    ctx: click.Context,
    output: str,
    record: Path | None,
    names: bool,
    parallelism: int | None,
    folder: Path | None,
    environment: str | None,
) -> None:
    """Check files, connection, token, roles and the API.

    It shows what to do about what is wrong, and only reads. A check that needs one that failed is skipped.

    Examples:
      persync doctor
      persync doctor --record answers.json

    Exit codes: 0 nothing failed; 1 a check failed, or another error.
    """
    from persync.cli.doctor.run import Request, run_doctor

    if names and not record:
        raise click.UsageError("--with-names is for --record")
    ctx.exit(run_doctor(Request(folder, environment, parallelism, output, record, names)))
