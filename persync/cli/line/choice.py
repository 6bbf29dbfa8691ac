"""Which persisters the patterns of a command line choose, and which variables the others would need."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from persync.cli.terminal import say
from persync.config.variables import variables_in
from persync.selectors import selects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.model import Persister, PersisterId

Choice: TypeAlias = "Callable[[PersisterId], bool] | None"
"""Whether a persister is chosen; ``None``: all are."""
_MOST = 3
"""The most variables to name in a message."""


def choice(include: Sequence[str], exclude: Sequence[str] = ()) -> Choice:
    """Return which persisters some pattern of ``include`` matches (all, if there is none) and none of ``exclude``."""
    if not (include or exclude):
        return None
    return lambda name: (
        (not include or any(selects(pattern, name) for pattern in include))
        and not any(selects(pattern, name) for pattern in exclude)
    )


def say_unresolved(persisters: Sequence[Persister], chosen: Choice) -> None:
    """Report the variables that were not looked at, as only persisters need them that are not chosen.

    Args:
        persisters: all of them; the references of those that are not chosen are still in their values.
        chosen: the choice.
    """
    variables = [_unresolved(each) for each in persisters if not (chosen is None or chosen(each.id))]
    if names := sorted(set().union(*variables)):
        from persync.report.wording import number  # noqa: PLC0415 - few runs need it

        more = f" and {number(len(names) - _MOST, 'other')}" if len(names) > _MOST else ""
        others = number(sum(map(bool, variables)), "persister")
        say(f"not looked at: {', '.join(names[:_MOST])}{more}, variables of {others} not selected")


def _unresolved(persister: Persister) -> set[str]:
    """Return the variables that references in the values of a persister name."""
    values = [prop for properties in persister.properties.values() for prop in properties if prop.secrets]
    version = persister.app_version.secrets if persister.app_version else ()
    texts = (*version, *(text for each in values for text in each.secrets))
    return {name for text in texts for name in variables_in(text)}
