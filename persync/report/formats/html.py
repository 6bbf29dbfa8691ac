"""A plan or a result as one HTML file that asks for nothing outside itself.

The page stands in ``html_page/``: templates, style and script. What a plan holds goes into it as escaped text only,
never into the style or the script, which are the same in every report and allowed by their hashes alone.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from persync.plan.change import Attribution, ChangeKind
from persync.plan.plan import Action, Step
from persync.plan.result import Outcome
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from persync.plan.change import PropertyChange
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

_FOLDER = Path(__file__).parent / "html_page"
_WARNING = "warning"
"""The choice of the filter that finds the persisters with warnings."""
_LEAST_IN_COMMON = 6  # characters, before the rest of two values is marked


def plan_html(plan: Plan, digest: str = "") -> str:
    """Return a plan as a page.

    Args:
        plan: what would be done; also one of kind ``diff``, which has changes and no steps.
        digest: of the saved plan, to be shown.
    """
    return _render(plan, [Card(planned) for planned in plan.persisters], digest)


def result_html(result: Result, digest: str = "") -> str:
    """Return a result as a page.

    Args:
        result: what became of a plan.
        digest: of the saved plan, to be shown.
    """
    return _render(result, [Card(item.plan, item) for item in result.persisters], digest)


class Card(NamedTuple):
    """A persister on the page; ``result`` is ``None`` on the page of a plan."""

    plan: PersisterPlan
    result: PersisterResult | None = None

    @property
    def effects(self) -> list[str]:
        """What the filter finds it by: its action, and whether it has warnings."""
        action = [] if self.plan.action is Action.NONE else [self.plan.action.value]
        return [*action, *([_WARNING] if self.plan.warnings else [])]

    @property
    def goes_down(self) -> bool:
        """Whether it belongs on the timeline."""
        if self.result is None:
            return Step.STOP in self.plan.steps
        return Step.STOP in self.result.steps_taken or self.result.left_stopped


def fate(step: Step, result: PersisterResult | None) -> str:
    """Return what became of a planned step, in a word or two; empty on the page of a plan."""
    if result is None:
        return ""
    if step in result.steps_taken:
        return "taken"
    if step in result.steps_left:
        return "unfinished"
    return "not needed" if result.outcome in {Outcome.DONE, Outcome.ALREADY} else "not taken"


class Choice(NamedTuple):
    """One thing to filter by, and how many there are of it."""

    value: str
    number: int


class Group(NamedTuple):
    """Changes under one heading: a section, a structure or one item of it; each with the rest of its path."""

    heading: str
    changes: list[tuple[str, PropertyChange]]


def groups(changes: Iterable[PropertyChange]) -> Iterator[Group]:
    """Yield neighbours that lie in the same structure, or else in the same section, together."""
    divided = ((*_divide(change), change) for change in changes)
    for heading, members in groupby(divided, key=lambda member: member[0]):
        yield Group(heading, [(rest, change) for _, rest, change in members])


def _divide(change: PropertyChange) -> tuple[str, str]:
    """Return the heading that a change is under, and the rest of its path."""
    if change.section is None:
        return "", change.path
    if not change.subpath:
        return str(change.section), change.key
    item, bracket, rest = change.subpath.partition("]")
    if item.startswith("[") and bracket and rest:
        return f"{change.section}.{change.key}{item}]", rest.removeprefix(".")
    return f"{change.section}.{change.key}", change.subpath.removeprefix(".")


def _render(document: Plan | Result, cards: list[Card], digest: str) -> str:
    style, script = (Markup((_FOLDER / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))  # noqa: S704 - our own files
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            document=document,
            cards=cards,
            down=[(number, card) for number, card in enumerate(cards, 1) if card.goes_down],
            filters=_filters(cards),
            properties=Counter(change.kind.value for card in cards for change in card.plan.changes),
            provenance=_provenance(document, digest),
            style=style,
            script=script,
            policy=f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none';"
            " form-action 'none'",
        )
    )


def _filters(cards: list[Card]) -> dict[str, list[Choice]]:
    """Return what there is to filter by; a choice that would find nothing is none."""
    changes = [change for card in cards for change in _changes(card)]
    return {
        "project": [
            Choice(name, count) for name, count in sorted(Counter(card.plan.id.project for card in cards).items())
        ],
        "outcome": _choices(Outcome, (card.result.outcome for card in cards if card.result)),
        "effect": _choices((*Action, _WARNING), (effect for card in cards for effect in card.effects)),
        "change": _choices(ChangeKind, (change.kind for change in changes)),
        "origin": _choices(
            Attribution,
            [*(change.attribution for change in changes), *(card.plan.state_attribution for card in cards)],
        ),
    }


def _changes(card: Card) -> Iterator[PropertyChange]:
    """Yield the changes that the card shows."""
    yield from card.plan.changes
    if card.result and card.result.difference:
        yield from card.result.difference.changes


def _choices(values: Iterable[str], found: Iterable[str | None]) -> list[Choice]:
    counts = Counter(found)
    return [Choice(str(value), counts[value]) for value in values if counts[value]]


def _provenance(document: Plan | Result, digest: str) -> list[tuple[str, str]]:
    named = {
        "environment": document.environment,
        "url": document.url,
        "commit": getattr(document, "commit", None),
        "base": getattr(document, "base", None),
        "plan digest": digest,
        "format version": document.format_version,
    }
    return [(name, value) for name, value in named.items() if value]


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
    environment.filters |= {"text": printable, "path": _path, "value": _value, "number": "{:,}".format}
    environment.globals |= {"groups": groups, "fate": fate, "marked": _marked}
    return environment


def _path(path: str) -> Markup:
    """Return a path that may break behind its dots."""
    return escape(printable(path)).replace(".", Markup(".<wbr>"))


def _value(text: str) -> Markup:
    """Return a value in which everything that does not print stands out, spelled out; a line break breaks too."""
    if printable(text) == text:
        return escape(text)
    out = Markup()
    for special, run in groupby(text, key=lambda character: printable(character) != character):
        shown = "".join(_spelled(character) for character in run)
        out += Markup("<i>{}</i>").format(shown) if special else escape(shown)
    return out


def _spelled(character: str) -> str:
    return "↵\n" if character == "\n" else printable(character)


def _marked(change: PropertyChange) -> tuple[Markup, Markup]:
    """Return the values of a change; where they have most in common, what they have not is marked."""
    before, after = (side.display or "" for side in (change.before, change.after))
    head = _in_common(before, after)
    tail = min(_in_common(reversed(before), reversed(after)), len(before) - head, len(after) - head)
    if head + tail < max(_LEAST_IN_COMMON, max(len(before), len(after)) // 2):
        return _value(before), _value(after)
    return _mark(before, head, tail), _mark(after, head, tail)


def _in_common(one: Iterable[str], other: Iterable[str]) -> int:
    """Return how many characters both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _mark(text: str, head: int, tail: int) -> Markup:
    end = len(text) - tail
    if head == end:
        return _value(text)
    return _value(text[:head]) + Markup("<mark>{}</mark>").format(_value(text[head:end])) + _value(text[end:])
