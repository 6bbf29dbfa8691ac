"""What is wrong with a value."""

from __future__ import annotations

from typing import NamedTuple

from persync.errors import Severity


class Problem(NamedTuple):
    """What is wrong with a value. No part of it repeats the value, which may be a secret.

    Attributes:
        why: completes a sentence about the property.
        hint: what to do; may be empty.
        severity: a warning where the value is taken, but probably not as it was meant.
    """

    why: str
    hint: str = ""
    severity: Severity = Severity.ERROR
