"""The working tree of a git repository, with what its index has and the checkout lacks.

``git sparse-checkout`` leaves files out, and a clone does not check submodules out by itself. Their folders are missing
or empty, which looks as if nothing were configured there.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from persync.config.boundary import Boundary, repository_of
from persync.config.files import SUFFIXES, Listing, Omission, WorkingTree
from persync.config.findings import Advice
from persync.config.git.cli import Git, NoRepositoryError
from persync.config.git.objects import SUBMODULE
from persync.config.globs import covers, split
from persync.config.settings import FILE_NAME, find_settings, load_settings
from persync.errors import ConfigError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.config.settings import Settings


_SUFFIXES = tuple(suffix.encode() for suffix in SUFFIXES)
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


def _undetermined(reason: str, hint: str) -> Advice:
    message = "it cannot be determined which files and submodules are not checked out"
    return Advice(Severity.WARNING, "unknown-checkout", message, reason, hint)


class _LeftOut(NamedTuple):
    """What the index has and the checkout lacks.

    Attributes:
        top: the top folder of the working tree; the paths are relative to it.
        files: the files that ``git sparse-checkout`` leaves out.
        submodules: the submodules that are not checked out.
        others: the other files with a name like those of persisters, whether they are there or not.
    """

    top: str
    files: Sequence[str]
    submodules: Sequence[str]
    others: Sequence[str] = ()

    @classmethod
    def read(cls, folder: Path) -> _LeftOut:
        """Ask git.

        Raises:
            ConfigError: git refuses.
        """
        git = Git(folder)
        top = git.top
        files: list[str] = []
        submodules: list[str] = []
        others: list[str] = []
        for line in git.index():  # tag, mode, object id and stage, separated by spaces, then a tab and the path
            entry, _, path = line.partition(b"\t")
            if entry.startswith(b"S "):
                files.append(os.fsdecode(path))
            elif entry[2:].startswith(_SUBMODULE):
                submodules.append(os.fsdecode(path))
            elif path.endswith(_SUFFIXES):
                others.append(os.fsdecode(path))
        return cls(
            top,
            [path for path in files if not os.path.lexists(Path(top, path))],
            [path for path in submodules if not _has_content(Path(top, path))],
            others,
        )


def _has_content(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError:  # the walk over the files reports it
        return True


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:  # as above
        return True
    return True


class Checkout(WorkingTree):
    """The files in their folders."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of persync.yaml. Outside of a repository only files count."""
        super().__init__(Boundary.around(folder))
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100 - pathlib's own would follow links

    def yaml_files(self, root: Path, pattern: str) -> Listing | None:
        """Return the files of an entry of ``persisters`` or ``overlays``; see ``Source``."""
        listing = super().yaml_files(root, pattern)
        if isinstance(self._left_out, Advice):
            return listing and listing._replace(notes=[Omission(self._folder / FILE_NAME, self._left_out)])
        submodules = [Omission(path, _NOT_CHECKED_OUT) for path in _submodules(self._left_out, root, pattern)]
        absent = sorted(_absent(self._left_out, root, pattern))
        if listing:
            listing = listing._replace(removed=sorted(_removed(self._left_out, root, pattern)))
        if not submodules and not absent:
            return listing
        found = listing or Listing([])
        return found._replace(omissions=[*found.omissions, *submodules], absent=absent)

    @cached_property
    def _left_out(self) -> _LeftOut | Advice:
        """What is left out, or a warning that git does not tell."""
        if repository_of(self._folder) is None:
            return _LeftOut("", [], [])
        try:
            return _LeftOut.read(self._folder)
        except NoRepositoryError as error:
            return _undetermined(error.message, "repair the repository, or remove .git where there is none")
        except ConfigError as error:
            return _undetermined(error.message, error.hint)


def _submodules(left_out: _LeftOut, root: Path, pattern: str) -> Iterator[Path]:
    if left_out.submodules:
        parts = _parts(left_out, root, pattern)
        for path in left_out.submodules:
            if covers(parts, path.split("/"), above=True):
                yield _path(left_out, root, path)


def _absent(left_out: _LeftOut, root: Path, pattern: str) -> Iterator[Path]:
    if left_out.files:
        parts = _parts(left_out, root, pattern)
        for path in left_out.files:
            if path.endswith(SUFFIXES) and covers(parts, path.split("/")):
                yield _path(left_out, root, path)


def _removed(left_out: _LeftOut, root: Path, pattern: str) -> Iterator[Path]:
    if left_out.others:
        parts = _parts(left_out, root, pattern)
        for path in left_out.others:
            if covers(parts, path.split("/")) and not _is_there(Path(left_out.top, path)):
                yield _path(left_out, root, path)


def _parts(left_out: _LeftOut, root: Path, pattern: str) -> Sequence[str]:
    """Return the parts of a pattern, relative to the top folder of the repository."""
    folder, rest = split(pattern)
    start = os.path.relpath(os.path.realpath(root / folder), left_out.top)
    return [part for part in (*start.split("/"), *rest.split("/")) if part not in {"", "."}]


def _path(left_out: _LeftOut, root: Path, path: str) -> Path:
    return root / os.path.relpath(os.path.join(left_out.top, path), os.path.realpath(root))  # noqa: PTH118 - both are texts
