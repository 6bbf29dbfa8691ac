"""Status pages for tests."""

from persync.model import RunState, Span
from persync.plan.plan import Plan
from persync.plan.status import Status
from persync.plan.terms import Outcome, Step
from persync.report.pages.status import LastRun, StatusPage
from tests.report.html.page import change, plan_of
from tests.report.test_text import planned

CHANGED = planned("changed", Step.STOP, Step.PUT, Step.START, changes=[change("appConfig.batchSize", "100", "500")])
DONE = LastRun("20261126T044250Z-3f9a1c", "2026-11-26T04:42:50Z", "ada", Outcome.DONE, "")
FAILED = LastRun("20261126T044250Z-3f9a1c", "2026-11-26T04:42:50Z", "ada", Outcome.FAILED, "it went to FAILED")
KILLED = LastRun("20261126T044250Z-3f9a1c", "2026-11-26T04:42:50Z", "ada", None, "the run is killed")


def status(name: str, live: str = "RUNNING", desired: RunState | None = RunState.RUNNING, problem: str = "") -> Status:
    span = Span(f"persisters/{name}.yaml", 1, 1)
    return Status(planned(name).id, live, desired, "1.10", span, problem, updated=None if problem else 1.79e9)


def page_of(
    *statuses: Status, plan: Plan | None = None, last: dict[str, LastRun] | None = None, unread: int = 0
) -> StatusPage:
    runs = {planned(name).id: run for name, run in (last or {}).items()}
    return StatusPage(plan or plan_of(), statuses, runs, ".persync/runs", unread, 1.79e9)


STATUS = page_of(
    status("changed"),
    status("failed", "FAILED"),
    status("fine"),
    status("gone", "", problem="event type 'gone' does not exist"),
    status("killed"),
    status("new-state", "HIBERNATING", None),
    status("stopped", "STOPPED"),
    plan=plan_of(CHANGED),
    last={"failed": FAILED, "fine": DONE, "killed": KILLED},
    unread=1,
)
