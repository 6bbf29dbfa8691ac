"""The identity of a run: one call of persync. It is on each line of a log, in results, journals and requests."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANDOM = 3  # bytes: runs that begin in the same second differ
PATTERN = r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{6}"


@dataclass(frozen=True, slots=True, order=True)
class RunId:
    """When a run began, in UTC and in seconds, and a random part. Text order is the order of time.

    It is valid in a header, in a file name and in a shell without quotes.

    Attributes:
        text: such as ``20261126T044250Z-3f9a1c``.
    """

    text: str

    @classmethod
    def new(cls) -> Self:
        """Return the identity of a run that begins now."""
        return cls(f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(_RANDOM)}")

    def __str__(self) -> str:
        return self.text

    def request_ids(self) -> Iterator[str]:
        """Return the identities of the requests of this run, by number: ``20261126T044250Z-3f9a1c-1``.

        ``next`` of it is safe in threads.
        """
        return map(f"{self.text}-{{}}".format, itertools.count(1))
