"""The plans, results and findings that the reports are shown for."""

from pathlib import Path

from persync.errors import Finding, Severity
from persync.model import PersisterId, Span
from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan, Plan
from persync.plan.result import Result
from persync.plan.terms import Attribution, Difference
from tests.report.test_text import CHANGES, PLAN, PUT, RESULT, START, STOP, planned

__all__ = ["ATTRIBUTED", "DIFF", "EMPTY", "FINDINGS", "NOTHING", "PLAN", "RESULT", "large", "one_change", "snapshot"]

SIDES = (Attribution.THIS_BRANCH, Attribution.DRIFT, Attribution.PENDING, Attribution.DRIFT, None)
MIXED = tuple(change.model_copy(update={"attribution": side}) for change, side in zip(CHANGES, SIDES, strict=True))
ATTRIBUTED = Plan(
    environment="production",
    url="https://harvester.example.com",
    base="origin/main",
    commit="0123abc-dirty",
    persisters=(
        planned("restarts", STOP, PUT, START, changes=MIXED, state_attribution=Attribution.DRIFT),
        planned("blocked", live="UNKNOWN", changes=MIXED[:1], blocked="its run state is UNKNOWN"),
    ),
    in_sync=1,
)
# what `persync diff` makes: no live side, so no steps and no run state
DIFF = Plan(
    kind="diff",
    environment="production",
    url="",
    base="origin/main",
    commit="0123abc",
    persisters=(
        planned("added", live="", difference=Difference.ADDED, changes=CHANGES[1:2]),
        planned("changed", live="", difference=Difference.CHANGED, changes=CHANGES[:2]),
        planned("removed", live="", difference=Difference.REMOVED, warnings=("it stays in the live system as it is",)),
    ),
    in_sync=2,
)
EMPTY = Plan(environment="e", url="sandbox:", persisters=(), in_sync=2)
NOTHING = Result(environment="e", url="sandbox:", persisters=())
FINDINGS = (
    Finding(
        "duplicate-key", Severity.ERROR, "'a' is there twice", Span("persisters/a b.yaml", 3, 5), "It hides.", "Remove."
    ),
    Finding("duplicate-key", Severity.ERROR, "'a' is there twice", Span("persisters/a b.yaml", 9, 5)),
    Finding("unknown-key", Severity.WARNING, "'batchsize' is unknown", Span("persisters/b.yaml", 1, 1)),
    Finding("encoding", Severity.ERROR, "not UTF-8", Span("/elsewhere/é.yaml", 1, 1)),
)
_SNAPSHOTS = Path(__file__).parent / "snapshots"


def snapshot(name: str) -> str:
    return (_SNAPSHOTS / name).read_text(encoding="utf-8")


def one_change(text: str, name: str = "web") -> Plan:
    """Return a plan with a text in every field that may have one."""
    change = PropertyChange(key=text, subpath=text, before=text, after=f"{text}{text}")
    persister = planned(name, PUT, changes=(change,), reason=text, warnings=(text,))
    return Plan(environment="e", url=text, base=text, commit=text, persisters=(persister,), in_sync=0)


def large(persisters: int = 2_000, projects: int = 20) -> Plan:
    """Return a plan in which many persisters differ: most restart, some stop, some are blocked."""
    return Plan(
        environment="production",
        url="https://harvester.example.com",
        persisters=tuple(_one_of_many(index, projects) for index in range(persisters)),
        in_sync=0,
    )


def _one_of_many(index: int, projects: int) -> PersisterPlan:
    name = PersisterId(f"project-{index % projects:02}", f"event-type-{index:04}", "pg")
    if index % 500 == 7:
        return planned("x", live="UNKNOWN", blocked="its run state is UNKNOWN").model_copy(update={"id": name})
    steps = (STOP, PUT) if index % 100 == 3 else (STOP, PUT, START)
    return planned("x", *steps, changes=CHANGES).model_copy(update={"id": name})
