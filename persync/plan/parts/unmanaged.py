"""The live persisters that no file describes."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from persync.plan.document import Frozen, Id
from persync.projects import with_live


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
        live_ids: their identities in the installation, where these differ.
        unnamed: live persisters that the files cannot name, by their live identities, sorted: ``projects`` of the
            environment gives their name to others. They are looked for where nothing is selected.
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
    live_ids: Mapping[str, Id] = Field(default_factory=dict)
    unnamed: tuple[Id, ...] = ()
    selectors: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    all_projects: bool = False
    not_listed: tuple[NotListed, ...] = ()
    import_command: str = ""

    @property
    def is_clean(self) -> bool:
        """Whether it is certain that there are none."""
        return not (self.persisters or self.not_listed or self.unnamed)

    @property
    def names(self) -> tuple[str, ...]:
        """The persisters as they are shown, with the live identities where these differ."""
        return tuple(with_live(pid, self.live_ids.get(str(pid))) for pid in self.persisters)
