"""A limit that a plan exceeds."""

from __future__ import annotations

from persync.plan.document import Frozen
from persync.safety import Limit


class Breach(Frozen):
    """A limit that a plan exceeds: an apply refuses the plan.

    Attributes:
        limit: what is limited.
        count: how many persisters the plan has of that.
        allowed: how many are allowed.
        configured: the limit as it is configured, ``5`` or ``20%``.
        persisters: how many persisters the environment has: a percentage is of these.
        setting: the path of the setting in persync.yaml.
        option: the option that overrides it.
    """

    limit: Limit
    count: int
    allowed: int
    configured: str
    persisters: int
    setting: str
    option: str
