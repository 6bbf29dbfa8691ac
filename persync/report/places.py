"""Files named relative to the top of the repository, as hosts name them, in place of the current folder."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from persync.config.boundary import repository_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from persync.errors import Finding
    from persync.model import Span
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

_CHECKOUTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""The variables in which a CI names the folder of the checkout."""


def top_of(folder: Path, current: Path, environ: Mapping[str, str]) -> Path:
    """Return the top folder of the repository that a folder is in, without links.

    Args:
        folder: the folder of the configuration, absolute.
        current: the current folder, absolute.
        environ: names the checkout of a CI, for a folder that is in no git repository.

    Returns:
        The working tree of git, else the checkout of the CI if the folder is in it, else the current folder.
    """
    if repository := repository_of(folder):
        return repository
    resolved = folder.resolve()
    checkouts = (type(folder)(environ[name]).resolve() for name in _CHECKOUTS if environ.get(name))
    return next((checkout for checkout in checkouts if checkout in (resolved, *resolved.parents)), current.resolve())


class Places:
    """Names files relative to a top folder.

    Args:
        top: the folder, absolute and without links.
        folder: the current folder, which the files of plans and findings are relative to.
    """

    def __init__(self, top: Path, folder: Path) -> None:
        self._top = f"{top}{os.sep}" if top.parent != top else str(top)
        self._folder = folder
        self._renamed: dict[str, str] = {}

    def plan(self, plan: Plan) -> Plan:
        """Return a plan with its files renamed."""
        removed = tuple(each.model_copy(update={"span": self._span(each.span)}) for each in plan.removed)
        return plan.model_copy(update={"persisters": tuple(map(self._planned, plan.persisters)), "removed": removed})

    def result(self, result: Result) -> Result:
        """Return a result with its files renamed."""
        return result.model_copy(update={"persisters": tuple(map(self._item, result.persisters))})

    def findings(self, findings: Sequence[Finding]) -> list[Finding]:
        """Return findings with their files renamed."""
        return [replace(finding, span=self._span(finding.span)) for finding in findings]

    def _item(self, item: PersisterResult) -> PersisterResult:
        difference = self._planned(item.difference) if item.difference else None
        return item.model_copy(update={"plan": self._planned(item.plan), "difference": difference})

    def _planned(self, planned: PersisterPlan) -> PersisterPlan:
        changes = [
            change.model_copy(update={"span": self._span(change.span)}) if change.span else change
            for change in planned.changes
        ]
        return planned.model_copy(update={"span": self._span(planned.span), "changes": tuple(changes)})

    def _span(self, span: Span) -> Span:
        if span.file not in self._renamed:
            self._renamed[span.file] = self._from_top(span.file)
        return span._replace(file=self._renamed[span.file])

    def _from_top(self, file: str) -> str:
        # Links of the folders are followed, and a file that is a link is not: the host knows the link.
        folder, name = os.path.split(self._folder / file)
        try:
            return os.path.join(os.path.realpath(folder), name).removeprefix(self._top)  # noqa: PTH118 - from texts
        except ValueError:  # a saved plan may name a file that cannot exist
            return file
