"""``persync init``."""

from __future__ import annotations

from pathlib import Path

import click

from persync.cli.options import FOLDER, environment_option


@click.command("init")
@click.argument(
    "folder",
    default=".",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write them. [default: the working directory]",
)
@click.option("--url", metavar="URL", help="The URL of the Harvester API, or 'sandbox:' for a local one to play with.")
@environment_option("The environment's name. [default: production, or sandbox for 'sandbox:']")
@click.option("--ci", type=click.Choice(["github", "gitlab"]), help="Write the workflow or the pipeline, too.")
@click.option(*FOLDER.names[:2], type=FOLDER.attributes["type"], help="The folder that FOLDER is relative to.")
def command(folder: Path, url: str | None, environment: str | None, ci: str | None, chdir: Path | None) -> None:
    """Write the files of a new repository, and show what to do next.

    These are persync.yaml with every setting, the folder persisters, the JSON Schemas, the settings of an editor that
    use them, and .gitignore. Files that exist are kept as they are; a .gitignore gets the lines that it lacks. On a
    terminal, a URL that is missing is asked for.

    Examples:
      persync init --url https://harvester.example.com --ci github
      persync init try --url sandbox:
    """
    from persync.cli.init.run import run_init

    run_init(chdir / folder if chdir else folder, url, environment, ci)
