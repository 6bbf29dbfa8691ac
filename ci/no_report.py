"""Says in a Markdown report that persync failed before it had one, so that nobody takes an earlier one for current.

It knows what action.yml and GitHub give every step. It needs the standard library alone, because the installation of
persync may be what failed; persync, if it is there, knows the default environment.
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
        environment: its name; empty if it is not known.
        command: of the action.
        log: the address of the run's log.
    """
    word = quote(environment, safe="").replace("--", "%2D%2D")  # as in persync/report/markdown_parts.py
    whose = f" for `{word}`" if word else ""
    return (
        f"<!-- persync: environment={word} -->\n"
        f"## persync: no {_MISSING.get(command, 'report')}{whose}\n\n"
        f"**It failed before there was one: [the log of the run]({log}) says why.**\n"
    )


def default_environment(folder: Path) -> str:
    """Return the environment that persync.yaml makes the default one; nothing if that cannot be known."""
    try:
        from persync.config.settings import find_settings, load_settings  # noqa: PLC0415
        from persync.errors import PersyncError  # noqa: PLC0415 - it may not be installed
    except ImportError:
        return ""
    try:
        return load_settings(find_settings(folder)).default_environment or ""
    except PersyncError:
        return ""


def main() -> None:
    """Write the report, and where it is into the step's outputs, unless nobody knows which comment it replaces."""
    given = os.environ
    command = given["INPUT_COMMAND"]
    environment = given["INPUT_ENVIRONMENT"] or default_environment(Path(given["INPUT_FOLDER"]))
    log = f"{given['GITHUB_SERVER_URL']}/{given['GITHUB_REPOSITORY']}/actions/runs/{given['GITHUB_RUN_ID']}"
    report = no_report(environment, command, log)
    _append(Path(given["GITHUB_STEP_SUMMARY"]), report)
    print(f"::error title=persync::no {_MISSING.get(command, 'report')}: the log says why")
    if not environment:
        print("::warning title=persync::the environment is not known, so an earlier comment stays as it was")
    else:
        file = Path(mkdtemp(prefix="persync-", dir=given["RUNNER_TEMP"]), "report.md")
        file.write_text(report, encoding="utf-8")
        _append(Path(given["GITHUB_OUTPUT"]), f"report={file}\n")


def _append(file: Path, text: str) -> None:
    with file.open("a", encoding="utf-8") as opened:
        opened.write(text)


if __name__ == "__main__":
    main()
