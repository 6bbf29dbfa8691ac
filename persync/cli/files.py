"""Where commands may write files, and the lines that ``init`` and ``import`` add to them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from persync.atomic import check_writable, is_stream, led_to, replace, write_in_one_piece
from persync.config.boundary import Boundary
from persync.config.files import FILE_NAME, SUFFIXES
from persync.errors import ConfigError, PersyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path


class Written(NamedTuple):
    """What was done about a file.

    Attributes:
        path: the file.
        action: ``created``, ``extended``, or ``kept`` where it was there already.
    """

    path: Path
    action: str


def check_output(path: Path) -> None:
    """Check that a report, a log or another output may be written to a file: it is not one of the configuration.

    Every YAML file in or below a folder with a persync.yaml counts as one, because persync.yaml itself may be invalid.

    Args:
        path: of the file; it need not exist.

    Raises:
        PersyncError: it may be a file of the configuration, or it cannot be written.
    """
    target = led_to(path)
    if not is_stream(path) and target.suffix.lower() in SUFFIXES:
        for folder in target.parents:
            if (folder / FILE_NAME).is_file():
                raise PersyncError(
                    f"{path} is not written: it is a YAML file in the folder of {folder / FILE_NAME},"
                    " so it may be a file of the configuration",
                    hint="name a file with another ending, or in another folder",
                )
    check_writable(path)


def check_inside(root: Path, files: Iterable[Path], shown: Callable[[Path], str]) -> None:
    """Check that every file is in the repository, wherever links lead.

    Args:
        root: the folder of persync.yaml.
        files: the files; they need not exist.
        shown: how paths are shown.

    Raises:
        ConfigError: one is not.
    """
    boundary = Boundary.around(root)
    for path in files:
        if not boundary.contains(resolved := led_to(path)):
            message = f"{shown(path)} is outside of the repository: {boundary.reason(resolved)}"
            raise ConfigError(message, hint="keep the files of the configuration inside of its repository")


def add_lines(
    path: Path,
    lines: Sequence[str],
    shown: Callable[[Path], str] = str,
    *,
    head: str = "",
    name_of: Callable[[str], str] = str,
) -> Written:
    """Add the lines that a file lacks to its end.

    Args:
        path: of the file.
        lines: which.
        shown: how paths are shown.
        head: what a new file begins with.
        name_of: what of a line is compared with those of the file; all of it by default.

    Raises:
        PersyncError: it cannot be read or written.
    """
    if not os.path.lexists(path):
        write_in_one_piece(path, head + _text(lines))
        return Written(path, "created")
    try:
        before = path.read_bytes()
        present = {name_of(line) for line in before.decode("utf-8", "replace").splitlines()}
        missing = [line for line in lines if name_of(line) not in present]
        if not missing:
            return Written(path, "kept")
        start = before if before.endswith(b"\n") else before + b"\n"
        replace(path, (start if before else head.encode()) + _text(missing).encode())
    except OSError as error:
        message = f"{shown(path)} cannot be extended: {error.strerror}"
        raise PersyncError(message, hint=f"add to it: {' '.join(map(name_of, lines))}") from error
    return Written(path, "extended")


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
