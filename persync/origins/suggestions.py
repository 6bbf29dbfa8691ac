"""What a name may be meant to be that neither the catalogue nor a persister has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.model import Section
from persync.origins.lookup import divided, ends_with, overview, paths_in
from persync.properties.keys import relaxed_form
from persync.similar import most_similar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_KUBERNETES = "kubernetes."
_MOST = 5
"""The most suggestions."""


def suggestions(name: str, own: Iterable[str] = (), sections: Sequence[Section] = tuple(Section)) -> tuple[str, ...]:
    """Return the paths that a name may be meant to be: they end or begin with it, or are the most similar.

    Args:
        name: with its section or without.
        own: the paths of a persister, beside those of the catalogue.
        sections: those that the persister has.

    Similar are whole paths and keys; of a name that is a single word, and of one to which no path is similar, the
    last words count.
    """
    of, key = divided(name.strip().removesuffix("."))
    known = paths_in(section for section in of if section in sections)
    paths = [*dict.fromkeys((*own, *(field.name for field in overview()), *known))]
    for tail in (key, key.removeprefix(_KUBERNETES)):  # most properties of the deployer begin with it, and some do not
        if ending := _ending(paths, tail):
            return ending
    begin = [path for path in paths if _begins(path.partition(".")[2], key)]
    if key and begin:
        ends = [path for path in paths if _begins(path.rpartition(".")[2], key)]
        return tuple([*dict.fromkeys((*begin, *ends))][:_MOST])
    if "." in key:
        names = [*paths, *(path.partition(".")[2] for path in paths)]
        if similar := most_similar(key, names):
            return _ending(paths, similar)
    last = key.rpartition(".")[2]
    similar = most_similar(last, [path.rpartition(".")[2] for path in paths]) if last else ""
    return _ending(paths, similar) if similar else ()


def _begins(text: str, key: str) -> bool:
    return relaxed_form(text).startswith(relaxed_form(key))


def _ending(paths: Iterable[str], tail: str) -> tuple[str, ...]:
    return tuple([path for path in paths if ends_with(path, tail)][:_MOST])
