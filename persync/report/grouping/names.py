"""Short names of several persisters, ``alerts-0 … alerts-4, clicks``, and the folder of their files."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from persync.model import PG
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from persync.model import PersisterId, Span

_LEAST_IN_RANGE = 3
_NUMBERED = re.compile(r"(.*?)([0-9]{0,18})", re.DOTALL)


class Name(NamedTuple):
    """A persister, or several with consecutive numbers, under one printable name.

    Attributes:
        text: ``web/clicks``, or ``web/alerts-0 … web/alerts-4``.
        persisters: how many it stands for.
    """

    text: str
    persisters: int = 1


def common_project(persisters: Sequence[PersisterId]) -> str:
    """Return the project that all of them are in; empty where they are in several."""
    return persisters[0].project if len({persister.project for persister in persisters}) == 1 else ""


def short_names(persisters: Iterable[PersisterId], *, project: bool = True) -> tuple[Name, ...]:
    """Return the names of persisters in natural order, those with consecutive numbers as one range.

    Args:
        persisters: no two are equal.
        project: with their projects; a report may name a common one once, beside them.
    """
    return tuple(_names(sorted(map(_split, persisters)), project=project))


def folder_of(spans: Iterable[Span]) -> str:
    """Return the file that all positions are in, or else the folder of all files, which ends with a slash.

    Empty where that is the current folder, or there is none, as of files on two drives.
    """
    files = {span.file for span in spans}
    if len(files) == 1:
        return printable(files.pop())
    try:
        folder = os.path.commonpath([os.path.dirname(file) for file in files])  # noqa: PTH120 - from texts
    except ValueError:
        return ""
    return printable(f"{folder.rstrip(os.sep)}/") if folder else ""


class _Split(NamedTuple):
    """The parts of a name, in the order in which people sort: ``a-9`` comes before ``a-10``."""

    project: str
    stem: str
    eventstore: str
    number: int
    digits: str

    @property
    def successor(self) -> _Split:
        following = self.number + 1
        return self._replace(number=following, digits=str(following).zfill(len(self.digits)))

    def text(self, *, project: bool) -> str:
        head = f"{self.project}/" if project else ""
        tail = "" if self.eventstore == PG else f"/{self.eventstore}"
        return printable(f"{head}{self.stem}{self.digits}{tail}")


def _split(persister: PersisterId) -> _Split:
    found = _NUMBERED.fullmatch(persister.event_type)
    stem, digits = found.groups() if found else (persister.event_type, "")
    return _Split(persister.project, stem, persister.eventstore, int(digits or -1), digits)


def _names(ordered: Iterable[_Split], *, project: bool) -> Iterator[Name]:
    run: list[_Split] = []
    for each in ordered:
        if run and not (each.digits and each == run[-1].successor):
            yield from _named(run, project=project)
            run = []
        run.append(each)
    yield from _named(run, project=project)


def _named(run: Sequence[_Split], *, project: bool) -> Iterator[Name]:
    texts = [each.text(project=project) for each in run]
    if len(run) < _LEAST_IN_RANGE:
        yield from map(Name, texts)
    else:
        yield Name(f"{texts[0]} … {texts[-1]}", len(run))
