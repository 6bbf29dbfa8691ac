"""The folder that files are read from: a configuration must not lead persync to other files of the machine.

Whoever opens a pull request writes the files, links and settings, so none of these may name files outside of the
repository: their keys would be in messages, and ``persync fmt`` would rewrite them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


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

        The folder ``.git`` is looked for along the path as it is named, so that a link in the repository does not lead
        to another one; and then along the path without links.
        """
        named = Path(os.path.abspath(folder))  # noqa: PTH100 - pathlib's own follows links
        resolved = Path(os.path.realpath(folder))
        folders = (above for start in (named, resolved) for above in (start, *start.parents))
        tops = (folder for folder in folders if os.path.lexists(folder / ".git"))
        return cls(Path(os.path.realpath(next(tops, resolved))))

    def contains(self, resolved: Path) -> bool:
        """Return whether a path without links is inside."""
        return resolved.is_relative_to(self.top)

    def reason(self, resolved: Path) -> str:
        """Return why a path is refused that is not inside."""
        return f"it leads to {resolved}, outside of {self.top}"
