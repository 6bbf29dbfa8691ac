"""Strategies for plans, results and findings whose texts look like markup or commands."""

from itertools import cycle

from hypothesis import strategies as st

from persync.errors import Finding, Severity
from persync.model import PersisterId, RunState, Span
from persync.plan.change import PropertyChange
from persync.plan.parts.breach import Breach
from persync.plan.parts.removed import Removed
from persync.plan.parts.rollout import WaveKind
from persync.plan.parts.timing import RunWave, TimedPart, WorkPart
from persync.plan.parts.unmanaged import NotListed, Unmanaged
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Attribution, Outcome, Step
from persync.safety import Limit

_FRAGMENTS = (
    *"`~<>!-@#[](){}*_\\&|:%,;'\"=+ .a1/",
    *("\n", "\r\n", "\r", "\t", "\x00", "\x1b[31m", "\x9b", "\u2028", "\u202e", "\u200b", "\xa0", "\ud800", "\uffff"),
    *("```", "~~~", "<!--", "-->", "</details>", "</summary>", "<script>", "&lt;", "]]>", "<?x?>"),
    *("@team", "#12", "GH-1", "!7", "https://example.com", "www.example.com", "![x](y)", "[x]: y", ":smile:"),
    *(
        "$math$",
        "$`x`$",
        "$$",
        "[^1]",
        "[^1]: x",
        "~~gone~~",
        "[x] ",
        "[[_TOC_]]",
        "{+ x +}",
        "| a |\n|---|",
        "\u0627\u05d0",
    ),
    *("::error::x", "::set-output name=a::b", "##[add-mask]x", "##vso[task.x]y", "%0A::debug::", "/close", "{0}"),
    *("- ", "# ", "> ", "1. ", "    ", "--", "---", "===", "\N{GRINNING FACE}", "é", "\U000e0041"),
)
texts = st.lists(st.sampled_from(_FRAGMENTS), max_size=5).map("".join)
# A model has many fields for texts, and drawing a text for each would take long: a few are used in turn.
_some_texts = st.lists(texts, min_size=1, max_size=7)
_SIDES = (None, *Attribution)


class _Texts:
    def __init__(self, some: list[str]) -> None:
        self._round = cycle(some)

    def __call__(self) -> str:
        return next(self._round)

    def name(self) -> str:
        return self() or "x"

    def span(self) -> Span:
        return Span(self.name(), len(self()), len(self()))

    def change(self, before: str | None, after: str | None, side: Attribution | None) -> PropertyChange:
        span = self.span() if after is not None else None
        return PropertyChange(key=self.name(), subpath=self(), before=before, after=after, attribution=side, span=span)

    def planned(self, *steps: Step, **more: object) -> PersisterPlan:
        return PersisterPlan.model_validate(
            {
                "id": PersisterId(self.name(), self.name(), "pg"),
                "span": self.span(),
                "live_state": self(),
                "desired_state": RunState.RUNNING,
                "steps": [{"step": step, "reason": self()} for step in steps],
                "reason": self(),
                "warnings": (self(), self()),
                "hint": self(),
                **more,
            }
        )

    def persisters(self) -> tuple[PersisterPlan, ...]:
        pairs = ((None, self()), (self(), self()), (self(), None), (self(), self()))
        changes = [self.change(*pair, side) for pair, side in zip(pairs, _SIDES, strict=True)]
        return (
            self.planned(Step.STOP, Step.PUT, Step.START, changes=changes),
            self.planned(blocked=self(), changes=changes[:1]),
            self.planned(Step.STOP),
            self.planned(Step.PUT, reason="", resets=True),
        )

    def plan(self) -> Plan:
        return Plan(
            environment=self(),
            url=self(),
            base=self(),
            commit=self(),
            persisters=self.persisters(),
            in_sync=1,
            import_command=self(),
            breaches=(self.breach(),),
            removed=(self.removed("RUNNING", ""), self.removed(None, self())),
            unmanaged=self.unmanaged(),
        )

    def breach(self) -> Breach:
        return Breach(
            limit=Limit.RESETS, count=2, allowed=1, configured=self(), persisters=9, setting=self(), option=self()
        )

    def removed(self, live_state: str | None, problem: str) -> Removed:
        return Removed(
            id=PersisterId(self.name(), self.name(), "pg"),
            span=self.span(),
            live_state=live_state,
            problem=problem,
            stop_command=self(),
            reset_command=self(),
        )

    def unmanaged(self) -> Unmanaged:
        return Unmanaged(
            persisters=(PersisterId(self.name(), self.name(), self.name()),),
            selectors=(self(),),
            unmatched=(self(),),
            projects=(self(),),
            not_listed=tuple(NotListed(project=self(), reason=self(), hint=self()) for _ in range(2)),
            import_command=self(),
        )

    def result(self) -> Result:
        stop = TimedPart(part=WorkPart.STOP, began_after=0, seconds=9)
        persisters = tuple(
            PersisterResult(
                plan=persister,
                outcome=outcome,
                steps_taken=persister.steps[:1],
                steps_left=persister.steps[1:],
                problem=self(),
                hint=self(),
                logs=(self(), self()),
                difference=difference,
                parts=() if outcome is Outcome.NOT_ATTEMPTED else (stop,),
                downtime=9,
            )
            for outcome in Outcome
            for persister, difference in zip(self.persisters()[:2], (None, self.persisters()[0]), strict=True)
        )
        ids = [each.plan.id for each in persisters]
        waves = [RunWave(kind=WaveKind.BATCH, pause=0, persisters=part, began_after=0) for part in (ids[:5], ids[5:])]
        return Result(
            environment=self(),
            url=self(),
            breaches=(self.breach(),),
            persisters=persisters,
            began="2026-11-26T10:22:56Z",
            seconds=9,
            waves=waves,
        )

    def findings(self) -> list[Finding]:
        return [
            Finding(rule, severity, self(), self.span(), self(), self())
            for rule in ("duplicate-key", self.name())
            for severity in Severity
        ]


plans = _some_texts.map(lambda some: _Texts(some).plan())
results = _some_texts.map(lambda some: _Texts(some).result())
findings = _some_texts.map(lambda some: _Texts(some).findings())
