"""The variables of a process where no value of them is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.process import OFFERED, Keeping, Unfailing

if TYPE_CHECKING:
    from collections.abc import Mapping


class Unread(Keeping):
    """Only what a process offers; a reference to anything else stays as it is, also where a value cannot be hidden."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__({name: value for name, value in environ.items() if name.startswith(OFFERED)})

    def __getitem__(self, name: str) -> str:
        return Unfailing.__getitem__(self, name)
