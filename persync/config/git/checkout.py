"""The working tree of a git repository, with what its index has and the checkout lacks.

``git sparse-checkout`` leaves files out, and a clone does not check submodules out by itself. Their folders are missing
or empty, which looks as if nothing were configured there.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.config.boundary import Boundary
from persync.config.files import SUFFIXES, Listing, Omission, WorkingTree
from persync.config.findings import Advice
from persync.config.git.cli import Git
from persync.config.git.command import GitCommand
from persync.config.git.objects import SUBMODULE
from persync.config.globs import covers, split
from persync.config.settings import find_settings, load_settings
from persync.errors import ConfigError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.config.settings import Settings


_SUBMODULE = SUBMODULE.encode() + b" "
_NOT_CHECKED_OUT = Advice(
    Severity.ERROR,
    "submodule",
    "the git submodule is not checked out, so nothing in it is read",
    hint="git submodule update --init; in CI, let the checkout do that",
)


def checkout_settings(folder: Path | None) -> Settings:
    """Find and read the settings; the files that they name are read from the same checkout.

    Args:
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.

    Raises:
        ConfigError: there is no persync.yaml, or it cannot be read.
        InvalidConfig: it is not valid.
    """
    path = find_settings(folder or Path.cwd())
    return load_settings(path, source=Checkout(path.parent))


class _LeftOut(NamedTuple):
    """What the index has and the checkout lacks.

    Attributes:
        top: the top folder of the working tree; the paths are relative to it.
        files: the files that ``git sparse-checkout`` leaves out.
        submodules: the submodules that are not checked out.
    """

    top: str
    files: Sequence[str]
    submodules: Sequence[str]

    @classmethod
    def read(cls, top: str) -> _LeftOut:
        listed = GitCommand(Path(top)).run("ls-files", "--stage", "-t", "-z").stdout
        files: list[str] = []
        submodules: list[str] = []
        for line in listed.split(b"\0"):  # tag, mode, object id and stage, separated by spaces, then a tab and the path
            entry, _, path = line.partition(b"\t")
            if entry.startswith(b"S "):
                files.append(os.fsdecode(path))
            elif entry[2:].startswith(_SUBMODULE):
                submodules.append(os.fsdecode(path))
        return cls(
            top,
            [path for path in files if not os.path.lexists(Path(top, path))],
            [path for path in submodules if not _has_content(Path(top, path))],
        )


def _has_content(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError:  # the walk over the files reports it
        return True


class Checkout(WorkingTree):
    """The files in their folders."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of persync.yaml. Where it is in no repository that git can read, only files count."""
        super().__init__(Boundary.around(folder))
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100 - pathlib's own would follow links

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        """Return the files of an entry of ``persisters`` or ``overlays``; see ``Source``."""
        listing = super().yaml_files(root, pattern)
        submodules = [Omission(path, _NOT_CHECKED_OUT) for path in self._submodules(root, pattern)]
        absent = sorted(self._absent(root, pattern))
        if not submodules and not absent:
            return listing
        found = listing or Listing([])
        return found._replace(omissions=[*found.omissions, *submodules], absent=absent)

    @cached_property
    def _left_out(self) -> _LeftOut | None:
        # pathlib's own raises where it may not look
        if not any(os.path.lexists(folder / ".git") for folder in (self._folder, *self._folder.parents)):
            return None
        try:
            top = Git(self._folder).top
            return _LeftOut.read(top)
        except ConfigError:  # what needs git reports it
            return None

    def _submodules(self, root: Path, pattern: str) -> Iterator[Path]:
        if self._left_out and self._left_out.submodules:
            parts = self._parts(root, pattern)
            for path in self._left_out.submodules:
                if covers(parts, path.split("/"), above=True):
                    yield self._path(root, path)

    def _absent(self, root: Path, pattern: str) -> Iterator[Path]:
        if self._left_out and self._left_out.files:
            parts = self._parts(root, pattern)
            for path in self._left_out.files:
                if path.endswith(SUFFIXES) and covers(parts, path.split("/")):
                    yield self._path(root, path)

    def _parts(self, root: Path, pattern: str) -> Sequence[str]:
        """Return the parts of a pattern, relative to the top folder of the repository."""
        assert self._left_out is not None  # noqa: S101 - see the callers
        folder, rest = split(pattern)
        start = os.path.relpath(os.path.realpath(root / folder), self._left_out.top)
        return [part for part in (*start.split("/"), *rest.split("/")) if part not in {"", "."}]

    def _path(self, root: Path, path: str) -> Path:
        assert self._left_out is not None  # noqa: S101 - as above
        return root / os.path.relpath(os.path.join(self._left_out.top, path), os.path.realpath(root))  # noqa: PTH118 - both are texts
