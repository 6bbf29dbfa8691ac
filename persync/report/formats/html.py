"""HTML: one file that loads nothing else.

Its templates, style and script are in ``html_page/``. Texts of a plan are inserted escaped, into the templates only.
Style and script are the same in every report, and the Content-Security-Policy of the page allows them by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from persync.plan.terms import Action, Attribution, ChangeKind, Outcome, Step
from persync.report.actions import CHANGE_SYMBOLS, OUTCOME_SYMBOLS, SYMBOLS, WARNING
from persync.report.html_parts import highlighted, path_markup, value_markup
from persync.report.notices import breach_notices, limit_notice, plan_notices
from persync.report.printable import COLON_REFERENCE, printable, without_commands
from persync.report.renderer import Renderer
from persync.report.waves.timeline import WIDTH, timeline
from persync.report.waves.wording import downtime_text, duration, parts, pause_text, rollout_head
from persync.report.wording import NOT_MANAGED, ignored_counts, ignored_text, selection_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

_FOLDER = Path(__file__).parent / "html_page"
_WARNING = "warning"
"""The choice of the action filter that finds the persisters with warnings."""
_SYMBOLS = {
    # a hyphen is hard to see
    name.value: symbol.replace("-", "\N{MINUS SIGN}")
    for symbols in (SYMBOLS, OUTCOME_SYMBOLS, CHANGE_SYMBOLS)
    for name, symbol in symbols.items()
}


@dataclass(frozen=True, slots=True)
class HtmlRenderer(Renderer):
    """Renders HTML; ``digest`` is that of the saved plan, to be shown."""

    digest: str = ""

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
        paths = plan.ignored_paths()
        cards = [Card(planned, ignored=paths.get(planned.id, ())) for planned in plan.persisters]
        return _page(plan, cards, provenance)

    def result(self, result: Result) -> str:
        """Return a result as a page."""
        provenance = {
            "environment": result.environment,
            "url": result.url,
            "plan digest": self.digest,
            "format version": result.format_version,
        }
        return _page(result, [Card(item.plan, item) for item in result.persisters], provenance)


class Card(NamedTuple):
    """A persister on the page; ``result`` is ``None`` on the page of a plan. ``ignored`` has what is not compared."""

    plan: PersisterPlan
    result: PersisterResult | None = None
    ignored: tuple[str, ...] = ()

    @property
    def actions(self) -> list[str]:
        """The badges, by which the action filter finds it: its action, and whether it has warnings."""
        action = [] if self.plan.action is Action.NONE else [self.plan.action.value]
        return [*action, *([_WARNING] if self.plan.warnings else [])]

    @property
    def has_downtime(self) -> bool:
        """Whether it is listed under downtime."""
        if self.result is None:
            return self.plan.action in {Action.RESTART, Action.STOP}
        return Step.STOP in self.result.steps_taken or self.result.left_stopped

    @property
    def changes(self) -> tuple[PropertyChange, ...]:
        """All changes that it shows: those of the plan, and what differs after the apply."""
        after = self.result.difference if self.result else None
        return (*self.plan.changes, *(after.changes if after else ()))


class Choice(NamedTuple):
    """A choice of a filter, and how many persisters or changes it finds."""

    value: str
    number: int


class ChangeGroup(NamedTuple):
    """Changes under a heading: a section, a structure or an item of it. Each comes with the rest of its path."""

    heading: str
    changes: list[tuple[str, PropertyChange]]


def step_outcome(step: Step, result: PersisterResult | None) -> str:
    """Return what became of a planned step; empty on the page of a plan."""
    if result is None:
        return ""
    if step in result.steps_taken:
        return "taken"
    if step in result.steps_left:
        return "unfinished"
    return "not needed" if result.outcome in {Outcome.DONE, Outcome.ALREADY} else "not taken"


def grouped_changes(changes: Iterable[PropertyChange]) -> Iterator[ChangeGroup]:
    """Yield adjacent changes of the same structure, or else of the same section, together."""
    split = ((*_heading_and_rest(change), change) for change in changes)
    for heading, members in groupby(split, key=lambda member: member[0]):
        yield ChangeGroup(heading, [(rest, change) for _, rest, change in members])


def _heading_and_rest(change: PropertyChange) -> tuple[str, str]:
    """Return the heading that a change is under, and the rest of its path."""
    if change.section is None:
        return "", change.path
    if not change.subpath:
        return str(change.section), change.key
    item, bracket, rest = change.subpath.partition("]")
    if item.startswith("[") and bracket and rest:
        return f"{change.section}.{change.key}{item}]", rest.removeprefix(".")
    return f"{change.section}.{change.key}", change.subpath.removeprefix(".")


def _page(document: Plan | Result, cards: list[Card], provenance: Mapping[str, str | None]) -> str:
    style, script = (Markup((_FOLDER / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))  # noqa: S704 - our own files
    page = (
        _environment()
        .get_template("page.html.jinja")
        .render(
            document=document,
            cards=cards,
            numbers={card.plan.id: number for number, card in enumerate(cards, 1)},
            downtime=[(number, card) for number, card in enumerate(cards, 1) if card.has_downtime],
            filters=_filters(cards),
            change_counts=Counter(change.kind.value for card in cards for change in card.plan.changes),
            provenance={name: value for name, value in provenance.items() if value},
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none';"
            " form-action 'none'",
        )
    )
    return without_commands(page, COLON_REFERENCE)


def _filters(cards: list[Card]) -> dict[str, list[Choice]]:
    """Return the choices of each filter; those that would find nothing are omitted."""
    changes = [change for card in cards for change in card.changes]
    projects = [card.plan.id.project for card in cards]
    states = [card.plan.state_attribution for card in cards]
    return {
        "project": _choices(sorted(set(projects)), projects),
        "outcome": _choices(Outcome, (card.result.outcome for card in cards if card.result)),
        "action": _choices((*Action, _WARNING), (action for card in cards for action in card.actions)),
        "change": _choices(ChangeKind, (change.kind for change in changes)),
        "origin": _choices(Attribution, [*(change.attribution for change in changes), *states]),
    }


def _choices(values: Iterable[str], found: Iterable[str | None]) -> list[Choice]:
    counts = Counter(found)
    return [Choice(str(value), counts[value]) for value in values if counts[value]]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"text": printable, "path": path_markup, "value": value_markup, "number": "{:,}".format}
    environment.globals |= {
        "grouped_changes": grouped_changes,
        "step_outcome": step_outcome,
        "highlighted": highlighted,
        "symbols": _SYMBOLS | {_WARNING: WARNING},
        "not_managed": NOT_MANAGED,
        "ignored_counts": ignored_counts,
        "ignored_text": ignored_text,
        "selection_text": selection_text,
        "plan_notices": plan_notices,
        "breach_notices": breach_notices,
        "limit_notice": limit_notice,
        "rollout_head": rollout_head,
        "timeline": timeline,
        "width": WIDTH,
        "duration": duration,
        "pause_text": pause_text,
        "parts": parts,
        "downtime_text": downtime_text,
    }
    return environment
