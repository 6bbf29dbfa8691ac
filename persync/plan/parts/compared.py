"""The environment that a diff compares with."""

from __future__ import annotations

from persync.plan.document import Frozen


class Compared(Frozen):
    """The environment that a diff compares with.

    Attributes:
        environment: its name.
        url: the address of its API as the settings have it.
        live: what the servers hold is compared; else what the files configure.
    """

    environment: str
    url: str
    live: bool = False
