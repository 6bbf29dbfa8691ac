"""The folder that files are read from: a configuration must not lead persync to other files of the machine.

Whoever opens a pull request writes the files, links and settings, so none of these may name files outside of the
repository: their keys would be in messages, and ``persync fmt`` would rewrite them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


def repository_of(folder: Path) -> Path | None:
    """Return the top folder of the git repository that a folder is in, without links; ``None`` if it is in none.

    Git itself is not asked: it refuses the repositories of other users, as a container's checkout often is. The folder
    ``.git`` is looked for along the path as it is named, where a link in a repository does not lead to another one; and
    then along the path without links.
    """
    top: Path | None = None
    named = Path(os.path.abspath(folder))  # noqa: PTH100 - pathlib's own follows links
    for path in (*reversed(named.parents), named):
        if top and os.path.islink(path):  # noqa: PTH114 - pathlib's own raises where it may not look
            break
        if _has_git(path):
            top = path
    if top:
        return Path(os.path.realpath(top))
    resolved = Path(os.path.realpath(folder))
    return next(filter(_has_git, (resolved, *resolved.parents)), None)


def _has_git(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")


@dataclass(frozen=True, slots=True)
class Boundary:
    """A folder, without links.

    Attributes:
        top: the top folder of the git repository, or the folder of persync.yaml outside of one.
    """

    top: Path

    @classmethod
    def around(cls, folder: Path) -> Boundary:
        """Return the boundary of a folder with configuration: of its git repository, or else the folder itself.

        See ``repository_of``.
        """
        return cls(repository_of(folder) or Path(os.path.realpath(folder)))

    def contains(self, resolved: Path) -> bool:
        """Return whether a path without links is inside."""
        return resolved.is_relative_to(self.top)

    def reason(self, resolved: Path) -> str:
        """Return why a path is refused that is not inside."""
        return f"it leads to {resolved}, outside of {self.top}"
