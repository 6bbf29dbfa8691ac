"""Which properties of a persister are ignored: of the files, of live, and neither."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from persync.model import LivePersister, Persister
from persync.properties.keys import lower_form
from persync.properties.paths import VERSION, covers, covers_key, covers_version, glob_covers_version

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import PropertyGlob

Side = TypeVar("Side", Persister, LivePersister)


def ignored_paths(desired: Persister, other: Persister | LivePersister) -> tuple[str, ...]:
    """Return the paths that are not compared: of what the files configure, or the other side has; sorted."""
    if not desired.ignored:
        return ()
    spellings: dict[tuple[str, str], str] = {}
    for side in (desired, other):
        for section, properties in side.properties.items():
            for prop in properties:
                if covers(desired.ignored, prop.key):
                    spellings.setdefault((section, lower_form(prop.key.form)), prop.key.spelling)
    version = [VERSION] if covers_version(desired.ignored) and (desired.app_version or other.app_version) else []
    return tuple(sorted([*version, *(f"{section}.{key}" for (section, _), key in spellings.items())]))


def used_globs(globs: Sequence[PropertyGlob], *sides: Persister | LivePersister) -> frozenset[PropertyGlob]:
    """Return the globs that cover something that one of the sides has."""
    if not globs:
        return frozenset()
    keys = [prop.key for side in sides for properties in side.properties.values() for prop in properties]
    has_version = any(side.app_version for side in sides)
    return frozenset(
        glob
        for glob in globs
        if any(covers_key(glob.text, key) for key in keys) or (has_version and glob_covers_version(glob.text))
    )


def without_ignored(side: Side, globs: Sequence[PropertyGlob]) -> Side:
    """Return a persister of the files or of live without what is ignored."""
    if not globs:
        return side
    return replace(
        side,
        app_version=None if covers_version(globs) else side.app_version,
        properties={
            section: tuple(prop for prop in properties if not covers(globs, prop.key))
            for section, properties in side.properties.items()
        },
    )
