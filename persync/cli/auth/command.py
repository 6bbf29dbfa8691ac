"""Which program may be run for a token, and with which environment.

The files of a branch name the program (``auth.command``), and whoever opens a pull request writes these files. So it is
run only where the process names it, too; it is no file of the repository; and it gets the variables that the process
names, not those that the files do.
"""

from __future__ import annotations

import os
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from persync.errors import AuthenticationFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.boundary import Boundary
    from persync.credentials import TokenCommand

ALLOWED = "PERSYNC_AUTH_COMMAND"
"""The variable with the commands that may be run, one in a line, as in a shell. No file can change it."""
VARIABLES = "PERSYNC_AUTH_COMMAND_ENV"
"""The variable with the names of further variables that the program gets."""
# Where programs, the user's files and the network are. Nothing else is inherited: any other variable may hold a secret.
_INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"),
    *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"),
    *("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "all_proxy", "no_proxy"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
)


def trusted_command(command: TokenCommand, environ: Mapping[str, str], boundary: Boundary) -> TokenCommand:
    """Return a command of persync.yaml with the path of its program and its environment, if it may be run.

    Args:
        command: as in persync.yaml.
        environ: the process environment.
        boundary: the repository; its files are those of a branch.

    Raises:
        AuthenticationFailed: it is not among the commands that the process allows, or there is no such program, or the
            program is a file of the repository.
    """
    written = shlex.join(command.argv)
    if command.argv not in _allowed(environ.get(ALLOWED, "")):
        raise AuthenticationFailed(
            f"auth.command may not be run: {written} is not in {ALLOWED}, and the files of a branch must not choose"
            " which programs run",
            hint=f"if you trust it, set {ALLOWED} to it where persync runs; the files cannot change it",
            permanent=True,
        )
    program = _program(command.argv[0], environ)
    if any(boundary.contains(path) for path in (program, Path(os.path.realpath(program)))):
        raise AuthenticationFailed(
            f"auth.command may not be run: {program} is a file of the repository, so a branch can change it",
            hint="install it outside of the repository",
            permanent=True,
        )
    requested = environ.get(VARIABLES, "").replace(",", " ").split()
    hidden = tuple(environ[name] for name in requested if environ.get(name))
    given = {name: environ[name] for name in (*_INHERITED, *requested) if name in environ}
    return replace(command, argv=(str(program), *command.argv[1:]), environ=given, hidden=hidden)


def _allowed(text: str) -> list[tuple[str, ...]]:
    """Return the commands of a text, one in a line.

    Raises:
        AuthenticationFailed: one of them has a quotation mark that is not closed.
    """
    try:
        return [tuple(shlex.split(line)) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise AuthenticationFailed(
            f"{ALLOWED} is not a command as in a shell: {str(error).lower()}",
            hint="write the program and its arguments, each command on a line of its own",
            permanent=True,
        ) from error


def _program(name: str, environ: Mapping[str, str]) -> Path:
    if os.sep in name and not Path(name).is_absolute():
        message = f"auth.command: {name} is a relative path"
        hint = "write its absolute path, or a name that is found on PATH"
        raise AuthenticationFailed(message, hint=hint, permanent=True)
    found = shutil.which(name, path=environ.get("PATH", os.defpath))
    if found is None:
        message = f"auth.command: there is no program {name}"
        raise AuthenticationFailed(message, hint="install it, or write its absolute path", permanent=True)
    return Path(os.path.abspath(found))  # noqa: PTH100 - pathlib's own follows links, which are checked as well
