"""Persisters with the same problem: in a text, one line per cause; the other formats keep each persister."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from persync.model import PersisterId

Item = TypeVar("Item")

_MOST_NAMES = 5
_PATH = re.compile(r"/(projects|event-types)/[^/ ]+")


def cause(persister: PersisterId, problem: str) -> str:
    """Return a problem without the names of its persister: ``GET /projects/…/event-types/…/… answered 500``."""
    return _renamed(_PATH.sub(r"/\1/…", problem).replace(f"'{persister.event_type}'", "'…'"), persister, "…")


def hint_for(persisters: Sequence[PersisterId], hint: str) -> str:
    """Return the hint of the first of several persisters for all: ``'persync start web/a web/b' starts it``.

    The commands take several names. Where there are many, the first ones are named.
    """
    more = [" …"] if len(persisters) > _MOST_NAMES else []
    return _renamed(hint, persisters[0], "".join([" ".join(map(str, persisters[:_MOST_NAMES])), *more]))


def _renamed(text: str, persister: PersisterId, name: str) -> str:
    named = re.compile(rf"(?<![\w/.-]){re.escape(str(persister))}(?![\w/.-])")
    return named.sub(lambda _: name, text)


def grouped(items: Iterable[Item], key: Callable[[Item], Hashable]) -> list[list[Item]]:
    """Return the items with equal keys together, in the order of the first of each; ``None`` is equal to no other."""
    groups: dict[Hashable, list[Item]] = {}
    for index, item in enumerate(items):
        found = key(item)
        groups.setdefault((index,) if found is None else found, []).append(item)
    return list(groups.values())


def persisters_with(problem: str, persisters: Sequence[PersisterId]) -> str:
    """Return ``4,980 persisters: PROBLEM (first: web/clicks)``: what several persisters have in common, in a line."""
    names = [printable(str(persister)) for persister in persisters]
    shown = ", ".join(names) if len(names) <= _MOST_NAMES else f"first: {names[0]}"
    return f"{number(len(names), 'persister')}: {printable(cause(persisters[0], problem))} ({shown})"
