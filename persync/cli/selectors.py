"""Which persisters a command is about: shell patterns over their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from persync.cli.errors import warn
from persync.cli.line.choice import choice
from persync.cli.line.patterns import NO_FILES, hint_of
from persync.errors import ConfigError
from persync.projects import SAME
from persync.selectors import meant_by, selects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from persync.model import PersisterId
    from persync.plan.plan import Selection
    from persync.projects import Projects


class NoMatch(ConfigError):
    """A pattern that matches no persister."""


class _Named(Protocol):
    @property
    def id(self) -> PersisterId: ...


Item = TypeVar("Item", bound=_Named)


def no_match(
    pattern: str,
    ids: Iterable[PersisterId],
    reason: str = "",
    *,
    files: Mapping[PersisterId, str] = NO_FILES,
    projects: Projects = SAME,
) -> NoMatch:
    """Return the error about a pattern that matches nothing.

    Args:
        pattern: which.
        ids: the persisters that it could have matched.
        reason: why these may not be all.
        files: the file of each, as shown, where there is one.
        projects: their names in the installation.
    """
    message = f"no persister matches '{pattern}'{f': {reason}' if reason else ''}"
    return NoMatch(message, hint=hint_of(pattern, ids, files, projects))


def warn_of_excluded(items: Sequence[Item], excluded: Sequence[str], projects: Projects = SAME) -> None:
    """Warn of patterns of ``--exclude`` that match nothing; ``projects`` has the names in the installation."""
    for pattern in unmatched(items, excluded):
        meant = meant_by(pattern, [item.id for item in items], projects)
        warn(f"--exclude '{pattern}' matches no persister{'; ' if meant else ''}{meant}")


def select(
    items: Sequence[Item],
    include: Sequence[str],
    exclude: Sequence[str] = (),
    *,
    strict: bool = True,
    projects: Projects = SAME,
) -> tuple[Item, ...]:
    """Return the items that some pattern of ``include`` matches (all, if there is none) and none of ``exclude`` does.

    Args:
        items: all of them.
        include: patterns.
        exclude: patterns.
        strict: that the patterns leave nothing is an error.
        projects: the names of the items in the installation, for hints.

    Raises:
        ConfigError: a pattern of ``include`` matches nothing, so it is mistyped; or everything was excluded.
    """
    for pattern in unmatched(items, include) if strict else ():
        raise no_match(pattern, (item.id for item in items), files=_files(items), projects=projects)
    chooses = choice(include, exclude)
    chosen = tuple(item for item in items if chooses is None or chooses(item.id))
    if items and not chosen and strict:
        raise ConfigError("--exclude leaves no persister", hint="narrow the patterns of --exclude")
    return chosen


def selection(
    items: Sequence[Item], chosen: Sequence[Item], include: Sequence[str], exclude: Sequence[str]
) -> Selection | None:
    """Return what a plan reports about the choice; ``None`` if no pattern was given.

    Args:
        items: all of them.
        chosen: what ``select`` made of them.
        include: the patterns of the arguments.
        exclude: the patterns of ``--exclude``.
    """
    if not (include or exclude):
        return None
    from persync.plan.plan import Selection  # noqa: PLC0415 - validate makes no plan

    return Selection(
        selectors=tuple(include), excluded=tuple(exclude), selected=len(chosen), others=len(items) - len(chosen)
    )


def unmatched(items: Sequence[Item], patterns: Sequence[str]) -> list[str]:
    """Return the patterns that match none of the items."""
    return [pattern for pattern in patterns if not any(selects(pattern, item.id) for item in items)]


def _files(items: Sequence[Item]) -> dict[PersisterId, str]:
    """Return the files of what is of a file."""
    spans = ((item.id, getattr(item, "span", None)) for item in items)
    return {name: span.file for name, span in spans if span}
