"""The live persisters that no file describes."""

from __future__ import annotations

from persync.plan.document import Frozen, Id


class NotListed(Frozen):
    """A list of persisters that could not be read to its end.

    Attributes:
        project: of which; empty for the list of all projects.
        reason: why.
        hint: what to do about it; empty where there is no advice.
    """

    project: str
    reason: str
    hint: str = ""


class Unmanaged(Frozen):
    """The live persisters that no file describes, as far as they are known.

    Attributes:
        persisters: their identities, sorted.
        selectors: only persisters that one of these matches were looked for; none for all. The selection of the plan
            applies as well.
        unmatched: those of the selectors that match no persister, neither of the files nor live: mistyped, perhaps.
        projects: those with lists that were read to their end, sorted.
        all_projects: these are all projects that the token may see, but for those that are not listed; else only
            projects that the files or the selectors name were looked at.
        not_listed: what could not be read: there may be more persisters.
        import_command: the command that writes files for them; empty where there are none.
    """

    persisters: tuple[Id, ...]
    selectors: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    all_projects: bool = False
    not_listed: tuple[NotListed, ...] = ()
    import_command: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether it is certain that there are none."""
        return not (self.persisters or self.not_listed)
