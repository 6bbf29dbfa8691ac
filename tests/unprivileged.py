"""Work as a user from whom files can be hidden: root, as which tests may run, reads everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

_NOBODY = 65534


@contextmanager
def folder_for_everybody() -> Iterator[Path]:
    """Provide an empty folder that every user can get into; pytest's own are for their user alone."""
    made = Path(mkdtemp())
    made.chmod(0o755)
    try:
        yield made
    finally:
        for folder, _, _ in os.walk(made):  # each is made readable before the walk goes on into it
            Path(folder).chmod(0o755)
        rmtree(made)


@contextmanager
def unprivileged() -> Iterator[None]:
    """Work as nobody, if this process is root's."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
