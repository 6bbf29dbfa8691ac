"""The types of arguments and options that a shell can complete. They import what they need when a shell asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from click.shell_completion import CompletionItem


class Asked(NamedTuple):
    """What a shell wants to complete.

    Attributes:
        folder: of the configuration.
        journals: of ``--journal``.
        incomplete: what is there of the word.
    """

    folder: Path
    journals: Path | None
    incomplete: str


class Known(click.ParamType[str]):
    """A text that may be any; a shell completes the names that are known.

    Args:
        name: what it is, for the help.
        names: returns the names, also those that begin differently.
        file_of: the command whose argument may also be a file.
        hint: what to do where it is missing.
    """

    def __init__(
        self, name: str, names: Callable[[Asked], Iterable[str]], *, file_of: str = "", hint: str = ""
    ) -> None:
        self.name = name
        self.hint = hint
        self._names = names
        self._file_of = file_of

    def convert(self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None) -> str:
        """Return the text as it is: whether there is such a thing is found out by the command."""
        return str(value)

    def shell_complete(self, ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
        """Return the names that begin like this."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - few calls complete anything

        folder, journals = (ctx.params.get(name) for name in ("folder", "journal"))
        names = self._names(Asked(folder if isinstance(folder, Path) else Path.cwd(), journals, incomplete))
        files = [CompletionItem(incomplete, type="file")] if self._file_of == ctx.command.name else []
        return [*files, *(CompletionItem(name) for name in names if name.startswith(incomplete))]


def _environments(asked: Asked) -> Iterable[str]:
    from persync.cli.completion.known import environments  # noqa: PLC0415 - as above

    return environments(asked.folder)


def _projects(asked: Asked) -> Iterable[str]:
    from persync.cli.completion.known import persisters  # noqa: PLC0415 - as above

    return dict.fromkeys(project for project, _ in persisters(asked.folder))


def _persisters(asked: Asked) -> Iterable[str]:
    """Return project and event type; the event types alone only where someone has begun to write one."""
    from persync.cli.completion.known import persisters  # noqa: PLC0415 - as above

    found = persisters(asked.folder)
    alone = sorted({name for _, name in found}) if asked.incomplete else ()
    return [*(f"{project}/{name}" for project, name in found), *alone]


def _selectors(asked: Asked) -> Iterable[str]:
    return [*(f"{project}/*" for project in _projects(asked)), *_persisters(asked)]


def _runs(asked: Asked) -> Iterable[str]:
    from persync.cli.completion.known import runs  # noqa: PLC0415 - as above

    return [*(found := runs(asked.folder, asked.journals)), *(["last"] if found else [])]


def _properties(asked: Asked) -> Iterable[str]:
    from persync.cli.completion.known import properties  # noqa: PLC0415 - as above

    return properties(asked.incomplete)


def _explained(asked: Asked) -> Iterable[str]:
    """Return properties, and persisters; without a repository, properties only."""
    from persync.errors import PersyncError  # noqa: PLC0415 - as above

    try:
        persisters = _persisters(asked)
    except (PersyncError, ValueError):
        persisters = ()
    return [*_properties(asked), *persisters]


ENVIRONMENT_NAME = Known("name", _environments)
PROJECT_NAME = Known("project", _projects)
PERSISTER_NAME = Known("persister", _persisters)
SELECTOR = Known(
    "selector",
    _selectors,
    file_of="apply",
    hint="name persisters: project/event-type, or a pattern such as 'webtracking/*'; '*' is all of the files",
)
PROPERTY_NAME = Known("property", _properties)
EXPLAINED_NAME = Known("property|persister", _explained)
RUN_NAME = Known("run", _runs)
