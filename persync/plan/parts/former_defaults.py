"""Properties that most persisters have live, and no file: probably defaults of the installation until it changed."""

from __future__ import annotations

from persync.plan.document import Frozen


class FormerDefault(Frozen):
    """A property, with one value in most persisters.

    Attributes:
        path: section, key and subpath.
        value: the live value as it may be shown.
        persisters: how many have it.
    """

    path: str
    value: str
    persisters: int


class FormerDefaults(Frozen):
    """What an apply resets in most persisters, though probably nobody has set it.

    Attributes:
        properties: by path.
        compared: how many persisters the plan is about.
        update_command: the command that takes the values over into the files, and keeps them live.
    """

    properties: tuple[FormerDefault, ...]
    compared: int
    update_command: str = ""
