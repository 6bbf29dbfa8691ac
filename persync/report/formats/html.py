"""HTML: one file that loads nothing else, made of the parts in ``persync/report/pages/``."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from persync.plan.plan import Plan
from persync.plan.result import Result
from persync.plan.terms import Action
from persync.report.actions import WARNING
from persync.report.notices import GOOD, REFUSED, Notice, breach_notices, by_severity, limit_notice, plan_notices
from persync.report.pages.cards import (
    filters_of,
    grouped_changes,
    members_of,
    plan_cards,
    result_cards,
    step_outcome,
)
from persync.report.pages.page import page
from persync.report.pages.parts import highlighted
from persync.report.printable import printable
from persync.report.renderer import Renderer
from persync.report.waves.downs import downs
from persync.report.waves.happened import legend, opened, stretches
from persync.report.waves.scale import WIDTH, Scale, clock
from persync.report.waves.timeline import timeline
from persync.report.waves.wording import downtime_text, duration, parts, pause_text, rollout_head
from persync.report.wording import NOT_MANAGED, equal_text, ignored_counts, ignored_text, selection_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.report.pages.cards import Card

_MOST_NAMED = 12
"""Persisters that a notice names."""
_MOST_WARNINGS = 3
"""Warnings of a persister that are visible at first."""
_MOST_UNFILTERED = 10
"""Changes of a single persister that need no filter."""
_TONES = {REFUSED: "bad", WARNING: "warn", GOOD: "good"}
_DOWN = {Action.RESTART, Action.STOP}


@dataclass(frozen=True, slots=True)
class HtmlRenderer(Renderer):
    """Renders HTML.

    Attributes:
        digest: of the saved plan, to be shown.
        expand: each persister is shown by itself.
    """

    digest: str = ""
    expand: bool = False

    def plan(self, plan: Plan) -> str:
        """Return a plan as a page."""
        provenance = {
            "environment": plan.environment,
            "url": plan.url,
            "commit": plan.commit,
            "base": plan.base,
            "plan digest": self.digest,
            "format version": plan.format_version,
        }
        return _page(plan, _plan_title(plan), plan_cards(plan, expand=self.expand), provenance)

    def result(self, result: Result) -> str:
        """Return a result as a page."""
        provenance = {
            "environment": result.environment,
            "url": result.url,
            "run": result.run_id,
            "began": result.began,
            "plan digest": self.digest,
            "format version": result.format_version,
        }
        return _page(result, _title(result), result_cards(result, expand=self.expand), provenance)


class Title(NamedTuple):
    """The title of a page: what is before and after the name of the environment."""

    before: str
    after: str = ""


def _plan_title(plan: Plan) -> Title:
    if plan.compared:
        return Title(f"Difference from {printable(plan.compared.environment)} to", ", live" * plan.compared.live)
    return Title("Difference for" if plan.kind == "diff" else "Plan for")


def _sides(document: Plan | Result) -> tuple[str, str] | None:
    """Return what is before and after a change, above the columns; a result shows only what its plan did."""
    if not isinstance(document, Plan):
        return None
    if document.compared:
        return printable(document.compared.environment), printable(document.environment)
    return ("base" if document.kind == "diff" else "live", "files")


def _title(result: Result) -> Title:
    """Return which command it was and how it ended: ``Apply to production failed``, ``Restart in …``."""
    command = result.command
    before = "Apply to" if command == "apply" else f"{command.capitalize()} in"
    if result.breaches:
        return Title(before, " was refused")
    if result.interrupted:
        return Title(before, " was cancelled")
    return Title(before, " succeeded" if result.succeeded else " failed")


def _tone(notice: Notice) -> str:
    return _TONES.get(notice.symbol, "")


_GLOBALS: Mapping[str, object] = {
    "grouped_changes": grouped_changes,
    "step_outcome": step_outcome,
    "highlighted": highlighted,
    "members_of": members_of,
    "most_named": _MOST_NAMED,
    "most_warnings": _MOST_WARNINGS,
    "not_managed": NOT_MANAGED,
    "ignored_counts": ignored_counts,
    "ignored_text": ignored_text,
    "equal_text": equal_text,
    "selection_text": selection_text,
    "tone_of": _tone,
    "rollout_head": rollout_head,
    "timeline": timeline,
    "stretches": stretches,
    "opened": opened,
    "downs": downs,
    "legend": legend,
    "clock": clock,
    "scale_of": Scale,
    "width": WIDTH,
    "duration": duration,
    "pause_text": pause_text,
    "parts": parts,
    "downtime_text": downtime_text,
}


def _notices(document: Plan | Result) -> dict[str, list[Notice]]:
    """Return the notices by tone: the serious ones are first on the page."""
    if isinstance(document, Result):
        found = by_severity([*breach_notices(document.breaches), *limit_notice(document)])
    else:
        found = by_severity(plan_notices(document) if document.kind == "plan" else ())
    tones: dict[str, list[Notice]] = {tone: [] for tone in ("", *_TONES.values())}
    for notices in found.values():
        tones[_tone(notices[0])] += notices
    return tones


def _page(
    document: Plan | Result,
    title: Title,
    cards: tuple[Card, ...],
    provenance: Mapping[str, str | None],
) -> str:
    members = [member for card in cards for member in card.members]
    by_id = {member.plan.id: member for member in members}
    plans = [member.plan for member in members]
    plan = document if isinstance(document, Plan) else None
    in_waves = bool(plan and plan.rollout and plan.rollout.is_in_steps)
    has_timeline = isinstance(document, Result) and document.seconds is not None
    down = [by_id[planned.id] for planned in plan.persisters if planned.action in _DOWN] if plan else []
    return page(
        "plan",
        scripts=("filter.js", "cards.js"),
        provenance=provenance,
        document=document,
        title=title,
        cards=cards,
        size=len(members),
        has_filter=len(members) > 1 or sum(len(card.changes) for card in cards) > _MOST_UNFILTERED,
        sides=_sides(document),
        by_id=by_id,
        down=down,
        notices=_notices(document),
        in_waves=in_waves,
        has_order=in_waves or len(down) > 1,
        has_timeline=has_timeline,
        filters=filters_of(cards),
        updates=sum(planned.action is Action.UPDATE for planned in plans),
        change_counts=Counter(change.kind.value for planned in plans for change in planned.changes),
        **_GLOBALS,
    )
