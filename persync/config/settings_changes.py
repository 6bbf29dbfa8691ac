"""What differs between two versions of persync.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CREDENTIALS = ("url", "auth", "tls", "proxy")


def changed_settings(before: object, after: object, environment: str) -> list[str]:
    """Return the paths of the settings that differ, such as ``environments.production.url``.

    Without ``defaults`` and ``variables``: they are a part of the persisters, so a plan shows what they change.

    Args:
        before: the values of one version, as ``typed`` returns them.
        after: those of the other one.
        environment: its name; what decides where its credentials are sent comes first.

    Returns:
        Each path once, sorted.
    """

    def order(path: tuple[str, ...]) -> tuple[bool, tuple[str, ...]]:
        return path[:2] != ("environments", environment) or path[2:3] not in {(name,) for name in _CREDENTIALS}, path

    changed = [path for path in _differences(before, after) if path[0] != "defaults" and path[2:3] != ("variables",)]
    return [".".join(path) for path in sorted(changed, key=order)]


def _differences(before: object, after: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in {**before, **after}:
            if key not in before or key not in after:
                yield (*path, key)
            else:
                yield from _differences(before[key], after[key], (*path, key))
    elif before != after or type(before) is not type(after):
        yield path
