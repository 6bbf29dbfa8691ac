"""Which persisters a command is about: shell patterns over their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from persync.cli.terminal import say
from persync.config.variables import variables_in
from persync.errors import ConfigError
from persync.report.wording import number
from persync.selectors import selects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.model import Persister, PersisterId
    from persync.plan.plan import Selection


Choice: TypeAlias = "Callable[[PersisterId], bool] | None"
"""Whether a persister is chosen; ``None``: all are."""
_MOST = 3
"""The most variables to name in a message."""
PATTERNS = "patterns are matched with project/event-type, e.g. 'webtracking/*'; quote them for the shell"
"""What to do about a pattern that matches nothing."""


class _Named(Protocol):
    @property
    def id(self) -> PersisterId: ...


Item = TypeVar("Item", bound=_Named)


def no_match(pattern: str, reason: str = "") -> ConfigError:
    """Return the error about a pattern that matches nothing; ``reason``: why that may not be all."""
    return ConfigError(f"no persister matches '{pattern}'{f': {reason}' if reason else ''}", hint=PATTERNS)


def select(
    items: Sequence[Item], include: Sequence[str], exclude: Sequence[str] = (), *, strict: bool = True
) -> tuple[Item, ...]:
    """Return the items that some pattern of ``include`` matches (all, if there is none) and none of ``exclude`` does.

    Args:
        items: all of them.
        include: patterns.
        exclude: patterns.
        strict: that the patterns leave nothing is an error.

    Raises:
        ConfigError: a pattern of ``include`` matches nothing, so it is mistyped; or everything was excluded.
    """
    for pattern in unmatched(items, include) if strict else ():
        raise no_match(pattern)
    chooses = choice(include, exclude)
    chosen = tuple(item for item in items if chooses is None or chooses(item.id))
    if items and not chosen and strict:
        raise ConfigError("--exclude leaves no persister", hint="narrow the patterns of --exclude")
    return chosen


def choice(include: Sequence[str], exclude: Sequence[str] = ()) -> Choice:
    """Return which persisters patterns choose."""
    if not (include or exclude):
        return None
    return lambda name: (
        (not include or any(selects(pattern, name) for pattern in include))
        and not any(selects(pattern, name) for pattern in exclude)
    )


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


def say_unresolved(persisters: Sequence[Persister], chosen: Choice) -> None:
    """Report the variables that were not looked at, as only persisters need them that are not chosen.

    Args:
        persisters: all of them; the references of those that are not chosen are still in their values.
        chosen: the choice.
    """
    variables = [_unresolved(each) for each in persisters if not (chosen is None or chosen(each.id))]
    if names := sorted(set().union(*variables)):
        more = f" and {number(len(names) - _MOST, 'other')}" if len(names) > _MOST else ""
        others = number(sum(map(bool, variables)), "persister")
        say(f"not looked at: {', '.join(names[:_MOST])}{more}, variables of {others} not selected")


def _unresolved(persister: Persister) -> set[str]:
    """Return the variables that references in the values of a persister name."""
    values = [prop for properties in persister.properties.values() for prop in properties if prop.secrets]
    version = persister.app_version.secrets if persister.app_version else ()
    return {
        name for text in (*version, *(text for each in values for text in each.secrets)) for name in variables_in(text)
    }
