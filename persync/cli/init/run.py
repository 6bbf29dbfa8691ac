"""The run of ``persync init``."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from persync.cli.errors import warn
from persync.cli.files import add_lines, check_inside
from persync.cli.init.examples import github_workflow, gitlab_pipeline, quickstart
from persync.cli.init.files import (
    IGNORE_FILE,
    IGNORE_HEAD,
    SCHEMAS,
    editor_files,
    ignored,
    make_folder,
    pattern_of,
    write_new,
)
from persync.cli.init.settings_file import settings_text
from persync.cli.terminal import ask, say, show
from persync.config.environment import SANDBOX
from persync.config.files import shown_from
from persync.config.process import Unfailing
from persync.config.settings import FILE_NAME, load_settings
from persync.config.variables import OPENING
from persync.errors import HarvesterError
from persync.report.places import top_of
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.cli.files import Written

_STATE = "sandbox.db"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")  # as in the schema of persync.yaml
_QUICK: dict[str, Any] = {"timeouts": {"poll": 0.2}, "rollout": {"settle": "500ms"}}
"""Settings of the sandbox's environment: what a real installation takes minutes for, it does in a second."""
_CI_FILES = {"github": ".github/workflows/persync.yml", "gitlab": ".gitlab-ci.yml"}
_CI_STEPS = {
    "github": "replace OWNER/persync@v1 in {file}, and add the secrets PERSYNC_READ_TOKEN and PERSYNC_TOKEN",
    "gitlab": "replace GROUP/persync in {file}, and add the CI variables PERSYNC_TOKEN and PERSYNC_TOKEN_ORIGIN",
}


class _Environment(NamedTuple):
    name: str
    url: str

    @property
    def is_sandbox(self) -> bool:
        return self.url.startswith(SANDBOX)

    @property
    def state(self) -> str:
        """The file of the sandbox's state; empty without one."""
        return self.url.removeprefix(SANDBOX) if self.is_sandbox else ""


def run_init(folder: Path, url: str | None, name: str | None, ci: str | None) -> None:
    """Write the files of a configuration repository that do not exist yet, and show what to do next.

    Args:
        folder: where; it is made if it does not exist.
        url: of the Harvester API, or ``sandbox:``; asked for if it is needed and ``None``.
        name: of the environment; ``None``: ``production``, or ``sandbox``.
        ci: ``github``, ``gitlab`` or ``None``.

    Raises:
        click.UsageError: the URL is missing and cannot be asked for, or an argument is invalid.
        PersyncError: the persync.yaml that exists is invalid; a file would be outside of the repository, and nothing
            was written; or a file cannot be written.
    """
    settings = folder / FILE_NAME
    is_new = not os.path.lexists(settings)
    environment = _new_environment(url, name) if is_new else _existing_environment(settings, url, name)
    if ci and environment.is_sandbox:
        raise click.UsageError("--ci is for an installation: the environment is the sandbox")
    files = {FILE_NAME: settings_text(_used(environment)) if is_new else ""}
    files |= quickstart() if is_new and environment.is_sandbox else {}
    schemas, persisters = editor_files(), folder / "persisters"
    ci_files = _ci_file(folder, environment, ci) if ci else {}
    new = [path for path in (*(folder / name for name in (*files, *schemas)), *ci_files) if not os.path.lexists(path)]
    check_inside(folder, (*new, folder / IGNORE_FILE, persisters), shown_from(Path.cwd()))
    make_folder(folder)
    done = write_new({folder / name: text for name, text in files.items()})
    make_folder(persisters)
    done += write_new({folder / name: text for name, text in schemas.items()})
    done.append(add_lines(folder / IGNORE_FILE, ignored(environment.state), head=IGNORE_HEAD, name_of=pattern_of))
    done += write_new(ci_files)
    _report(done, folder, environment, ci)


def _new_environment(url: str | None, name: str | None) -> _Environment:
    if name is not None and not _NAME.fullmatch(name):
        raise click.UsageError("an environment's name has at most 64 letters, digits, '_', '.' and '-'")
    if url is None:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "--url is missing, and stdin is not a terminal; 'sandbox:' is a local installation to play with"
            )
        ask("The URL of the Harvester API, such as https://harvester.example.com, or sandbox: for a local one to try.")
        checked: str = click.prompt("URL", err=True, value_proc=_checked)
    else:
        try:
            checked = _checked(url)
        except click.BadParameter as error:
            raise click.UsageError(error.message) from None
    is_sandbox = checked.startswith(SANDBOX)
    return _Environment(name or ("sandbox" if is_sandbox else "production"), checked)


def _checked(url: str) -> str:
    """Return a URL for persync.yaml.

    Raises:
        click.BadParameter: a token could not be sent there.
    """
    url = url.strip()
    if url.startswith(SANDBOX):
        # kept in a file, so that a plan shows what the apply before it did
        return url if url != SANDBOX else f"{SANDBOX}{_STATE}"
    if OPENING in url:
        return url
    from persync.harvester.address import Address  # noqa: PLC0415 - a file is written quickly without an HTTP library

    try:
        Address.of(url, "the URL")
    except HarvesterError as error:
        raise click.BadParameter(f"{error.message}: {error.hint}") from None
    return url


def _existing_environment(settings: Path, url: str | None, name: str | None) -> _Environment:
    """Return the environment of a persync.yaml that exists.

    Raises:
        ConfigError: it is invalid, or has no such environment.
    """
    loaded = load_settings(settings, shown_from(Path.cwd()))
    if url is not None:
        warn(f"{loaded.shown(settings)} exists and is kept as it is: --url is not used")
    if not loaded.environments and name is None:
        return _Environment("production", "")
    found = loaded.environment(name, Unfailing(os.environ))
    return _Environment(found.name, found.url)


def _used(environment: _Environment) -> dict[str, Any]:
    """Return the settings of a new persync.yaml."""
    fields = {"url": environment.url, **(_QUICK if environment.is_sandbox else {})}
    return {
        "version": 1,
        "persisters": ["persisters"],
        "defaultEnvironment": environment.name,
        "environments": {environment.name: fields},
    }


def _ci_file(folder: Path, environment: _Environment, ci: str) -> dict[Path, str]:
    """Return the CI's file, at the top of the repository, where the CI looks for it."""
    inside = folder.resolve()
    top = top_of(inside, inside, {})
    within = "" if inside == top else inside.relative_to(top).as_posix()
    if ci == "github":
        text = github_workflow(environment.name, _origin(environment.url), within)
    else:
        text = gitlab_pipeline(environment.name, within)
    return {(top if within else folder) / _CI_FILES[ci]: text}


def _origin(url: str) -> str:
    """Return the origin of a URL; empty where it comes from the process environment."""
    from persync.harvester.address import Address  # noqa: PLC0415 - as above

    try:
        return Address.of(url, "the URL").origin
    except HarvesterError:
        return ""


def _report(done: list[Written], folder: Path, environment: _Environment, ci: str | None) -> None:
    """Show what was written, what is left to do by hand, and the next two commands."""
    shown = shown_from(Path.cwd())
    show("".join(f"{action:8}  {printable(shown(path))}\n" for path, action in done))
    for text in _left_to_do(done, folder, ci):
        say(f"help: {printable(text)}")
    show(f"\n{_next(shown(folder.absolute()), environment)}")


def _left_to_do(done: list[Written], folder: Path, ci: str | None) -> Iterator[str]:
    """Yield what is left to do by hand: about files that were kept, and about what the CI needs."""
    shown = shown_from(Path.cwd())
    kept = {path for path, action in done if action == "kept"}
    for name, text in editor_files().items():
        if (path := folder / name) not in kept or (before := _text(path)) == text:
            continue
        if name in SCHEMAS:
            kind = name.removesuffix(".schema.json")
            yield f"{shown(path)} is of another release of persync; update it: persync schema {kind} > {shown(path)}"
        elif not all(f'"{schema}"' in before for schema in SCHEMAS):
            yield f'{shown(path)} should have: "yaml.schemas": {json.dumps(SCHEMAS)}'
    if ci:
        path = done[-1].path
        if path not in kept:
            yield _CI_STEPS[ci].format(file=shown(path))
        elif "persync" not in _text(path):
            yield f"{shown(path)} was there already; docs/ci.md of persync has what to add to it"


def _text(path: Path) -> str:
    """Return the text of a file; empty if it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""


def _next(folder: str, environment: _Environment) -> str:
    option = "" if folder == str(Path.cwd()) else f" -C {printable(shlex.quote(folder))}"
    if environment.is_sandbox:
        return (
            "Next, with a local installation that differs from the files:\n\n"
            f"  persync plan{option}\n  persync apply{option}\n"
        )
    return (
        "Next, with a token in PERSYNC_TOKEN, or auth in persync.yaml:\n\n"
        f"  persync import{option}   # writes the live persisters into persisters/\n"
        f"  persync plan{option}     # shows that nothing differs\n\n"
        f"Where something does not work, 'persync doctor{option}' tells why.\n"
    )
