"""GitLab's Terraform report: a merge request shows its counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.report.printable import json_text
from persync.report.renderer import Renderer

if TYPE_CHECKING:
    from persync.plan.plan import Plan
    from persync.plan.result import Result


class TerraformRenderer(Renderer):
    """Renders the counts; persync creates and deletes no persister."""

    def plan(self, plan: Plan) -> str:
        """Return how many persisters an apply would update, or a diff finds."""
        return _counts(len(plan.to_do))

    def result(self, result: Result) -> str:
        """Return how many persisters a step was taken for."""
        return _counts(sum(bool(item.steps_taken) for item in result.persisters))


def _counts(update: int) -> str:
    return json_text({"create": 0, "update": update, "delete": 0})
