"""How an apply goes from persister to persister, as settings and options give it (``rollout`` in persync.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from persync.durations import seconds
from persync.safety import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTLE = 5.0  # s
_NONE, _FIRST = Amount(0), Amount(1)

Prompt: TypeAlias = Literal["prompt"]
PROMPT: Prompt = "prompt"
Pause: TypeAlias = float | Prompt
"""Between two waves: a time in seconds, or a question on the terminal."""
Canary: TypeAlias = Amount | tuple[str, ...]
"""How many persisters are the first, or the selectors of those."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """The order in which persisters are changed, and how many may be down.

    Attributes:
        parallelism: how many persisters are under way at a time; ``None``: the environment's number of requests.
        canary: those that are changed first; a percentage is of the persisters with steps, as for ``batch`` and
            ``max_failures``.
        batch: how many persisters are in a wave after the canaries; ``None``: all.
        max_unavailable: how many persisters may be down at once, with those that are down before; a percentage is of
            the persisters of the environment. ``None``: not limited.
        max_failures: with so many failures, no further persister is begun; ``None``: not limited.
        settle: seconds that a state or a difference must hold to count.
        pause: what is waited for before each wave but the first.
    """

    parallelism: int | None = None
    canary: Canary = _NONE
    batch: Amount | None = None
    max_unavailable: Amount | None = None
    max_failures: Amount | None = _FIRST
    settle: float = _SETTLE
    pause: Pause = 0.0

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Rollout:
        """Return the settings.

        Args:
            fields: of ``rollout`` in persync.yaml, valid by the schema.
        """
        canary, default = fields.get("canary", 0), cls()
        return cls(
            parallelism=int(fields["parallelism"]) if "parallelism" in fields else None,
            canary=tuple(canary) if isinstance(canary, list | tuple) else Amount.parse(canary),
            batch=_amount(fields, "batch"),
            max_unavailable=_amount(fields, "maxUnavailable"),
            max_failures=_amount(fields, "maxFailures") or default.max_failures,
            settle=seconds(fields["settle"]) if "settle" in fields else default.settle,
            pause=pause_of(fields["pause"]) if "pause" in fields else default.pause,
        )


def pause_of(text: str | float) -> Pause:
    """Return a pause: ``prompt`` or a duration.

    Raises:
        ValueError: it is neither.
    """
    if text == PROMPT:
        return PROMPT
    try:
        return seconds(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is neither '{PROMPT}' nor a duration such as 60s") from error


def _amount(fields: Mapping[str, Any], name: str) -> Amount | None:
    return Amount.parse(fields[name]) if name in fields else None
