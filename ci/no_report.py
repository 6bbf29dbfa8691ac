"""Writes a Markdown report of a failure before persync wrote one, so that an earlier report does not look current.

Its input are the variables that action.yml and GitHub set. It needs the standard library only, because the installation
of persync may have failed; if persync is installed, it reads the default environment.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

_MISSING = {"plan": "plan", "diff": "diff", "apply": "result"}


def no_report(environment: str, command: str, log: str) -> str:
    """Return a report that replaces the one of the same environment.

    Args:
        environment: its name; empty if it is unknown.
        command: of the action.
        log: the address of the run's log.
    """
    word = quote(environment, safe="").replace("--", "%2D%2D")  # as in persync/report/markdown_parts.py
    subject = f" for `{word}`" if word else ""
    return (
        f"<!-- persync: environment={word} -->\n"
        f"## persync: no {_MISSING.get(command, 'report')}{subject}\n\n"
        f"**It failed before there was one. Read [the log of the run]({log}).**\n"
    )


def default_environment(folder: Path) -> str:
    """Return the default environment of persync.yaml, or nothing if it cannot be read."""
    try:
        from persync.config.settings import find_settings, load_settings  # noqa: PLC0415 - as the next line
        from persync.errors import PersyncError  # noqa: PLC0415 - it may not be installed
    except ImportError:
        return ""
    try:
        return load_settings(find_settings(folder)).default_environment or ""
    except PersyncError:
        return ""


def main() -> None:
    """Write the report and its path to the outputs, unless the comment that it replaces is unknown."""
    given = os.environ
    command = given["INPUT_COMMAND"]
    environment = given["INPUT_ENVIRONMENT"] or default_environment(Path(given["INPUT_FOLDER"]))
    log = f"{given['GITHUB_SERVER_URL']}/{given['GITHUB_REPOSITORY']}/actions/runs/{given['GITHUB_RUN_ID']}"
    report = no_report(environment, command, log)
    _append(Path(given["GITHUB_STEP_SUMMARY"]), report)
    print(f"::error title=persync::no {_MISSING.get(command, 'report')}: read the log")
    if not environment:
        print("::warning title=persync::the environment is unknown, so an earlier comment is not replaced")
    else:
        file = Path(mkdtemp(prefix="persync-", dir=given["RUNNER_TEMP"]), "report.md")
        file.write_text(report, encoding="utf-8")
        _append(Path(given["GITHUB_OUTPUT"]), f"report={file}\n")


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(text)


if __name__ == "__main__":
    main()
