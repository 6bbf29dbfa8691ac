"""The limits of an apply, as settings and options give them (``safety`` in persync.yaml)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_AMOUNT = re.compile(r"([0-9]{1,6})(%?)", re.ASCII)
_ALL = 100  # %


class Limit(StrEnum):
    """What is limited. The values are the names of the settings."""

    CHANGES = "maxChanges"
    """Persisters that are changed in any way."""
    RESTARTS = "maxRestarts"
    STOPS = "maxStops"
    """Persisters that are stopped and stay so."""
    RESETS = "maxResets"
    """Persisters in which every property falls back to its default."""

    @property
    def option(self) -> str:
        """The option of the command line: ``--max-changes``."""
        return f"--max-{self.value.removeprefix('max').lower()}"


class Amount(NamedTuple):
    """How many persisters: a number, or a percentage of those in the environment."""

    number: int
    is_percent: bool = False

    @classmethod
    def parse(cls, text: str | float) -> Amount:
        """Read ``5`` or ``20%``.

        Raises:
            ValueError: it is neither a number nor a percentage from 0% to 100%.
        """
        found = _AMOUNT.fullmatch(str(text))
        if found is None or (found[2] and int(found[1]) > _ALL):
            raise ValueError(f"'{text}' is neither a number nor a percentage such as 20%")
        return cls(int(found[1]), bool(found[2]))

    def of(self, total: int) -> int:
        """Return how many persisters of ``total`` that are: rounded down, but at least 1 unless it is 0%."""
        if not self.is_percent:
            return self.number
        return max(total * self.number // _ALL, min(self.number, 1))

    def __str__(self) -> str:
        return f"{self.number}{'%' if self.is_percent else ''}"


_DEFAULTS: Mapping[Limit, Amount] = MappingProxyType({Limit.RESETS: Amount(0)})
"""To reset a persister is hardly ever the intention of a document that was left empty."""


@dataclass(frozen=True, slots=True)
class Safety:
    """What an apply may not do.

    Attributes:
        limits: how many persisters at most; what is missing is not limited.
        protect: selectors of the persisters that no apply may change.
    """

    limits: Mapping[Limit, Amount] = field(default_factory=lambda: _DEFAULTS)
    protect: tuple[str, ...] = ()

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Safety:
        """Return the settings.

        Args:
            fields: of ``safety`` in persync.yaml, valid by the schema.
        """
        given = {limit: Amount.parse(fields[limit]) for limit in Limit if limit in fields}
        return cls().overridden(given, fields.get("protect", ()))

    def overridden(self, limits: Mapping[Limit, Amount], protect: Iterable[str] = ()) -> Safety:
        """Return the same with other limits in place of these, and with further protected persisters."""
        return Safety({**self.limits, **limits}, tuple(dict.fromkeys((*self.protect, *protect))))
