"""The variables of the process, as a reader of files sees them where not every one is set, or may be read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

OFFERED = "PERSYNC_VAR_"
"""The names of variables that may be shown begin with it."""


class Unfailing(Mapping[str, str]):
    """The variables of a process; the value of a variable that is not set, or empty, is the text of a reference to it.

    With it, a revision of git can be read that uses variables that are not set now; two references are equal if they
    name the same variable.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self.process = environ or {}

    def __getitem__(self, name: str) -> str:
        return self.process.get(name) or f"${{{{ env.{name} }}}}"

    def __iter__(self) -> Iterator[str]:
        return iter(self.process)

    def __len__(self) -> int:
        return len(self.process)


class Keeping(Unfailing):
    """The variables of a process; a reference to some of them stays as it is, where a value can be hidden."""

    def __init__(self, environ: Mapping[str, str], kept: Collection[str] | None = None) -> None:
        """Take the names of those variables; ``None`` for all but those that the process offers."""
        super().__init__(environ)
        self._kept = kept

    def __getitem__(self, name: str) -> str:
        return self.process[name]

    def keeps(self, source: str, name: str) -> bool:
        """Return whether a reference stays as it is."""
        if self._kept is not None:
            return name in self._kept
        return source == "secret" or OFFERED + name not in self.process
