"""The HTML report of an apply."""

from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome, Step
from persync.report.pages.cards import step_outcome
from tests.report.html.page import HTML, Page
from tests.report.test_text import RESULT, planned


def test_a_result() -> None:
    page = Page(HTML.result(RESULT))
    text = page.text
    assert "Apply to production failed" in text
    assert "1 failed 1 conflict 1 blocked 1 cancelled 1 not attempted 2 done" in text
    assert (
        "✗ 1 failed: webtracking/failed ✗ 1 conflict: webtracking/conflict ✗ 1 blocked: webtracking/no-way"
        " ! 1 cancelled: webtracking/cut-short Plan again before the next apply."
    ) in text
    assert "Conflict: live changed; plan again" in text
    assert "Live now" in text
    assert "Failed: it went to FAILED" in text
    assert "Last log lines 12:00 INFO fine 12:01 ERROR \\u001b[31m not" in text
    assert [attrs["data-outcome"] for attrs in page.all("article")] == [
        *("failed", "conflict", "cancelled", "blocked", "not attempted", "done", "already")
    ]


def test_what_became_of_the_steps() -> None:
    wait, stop, put, start = Step.WAIT, Step.STOP, Step.PUT, Step.START
    persisters = [
        PersisterResult(plan=planned("a", wait, put, start), outcome=Outcome.DONE, steps_taken=(put, start)),
        PersisterResult(plan=planned("b", stop, put, start), outcome=Outcome.ALREADY),
        PersisterResult(
            plan=planned("c", stop, put, start),
            outcome=Outcome.FAILED,
            steps_left=(stop, put, start),
            left_stopped=True,
            problem="no",
        ),
        PersisterResult(plan=planned("d", stop, start), outcome=Outcome.NOT_ATTEMPTED),
    ]
    assert [[step_outcome(step, item) for step in item.plan.steps] for item in persisters] == [
        ["not needed", "taken", "taken"],
        ["not needed", "not needed", "not needed"],
        ["unfinished", "unfinished", "unfinished"],
        ["not taken", "not taken"],
    ]
    assert step_outcome(stop, None) == ""
    text = Page(HTML.result(Result(environment="e", url="u", persisters=tuple(persisters)))).text
    assert "wait of its reason not needed put of its reason taken start of its reason taken" in text


def test_how_a_result_ended() -> None:
    done = PersisterResult(plan=planned("p", Step.PUT), outcome=Outcome.DONE, steps_taken=(Step.PUT,))
    fields = {"environment": "e", "url": "u", "persisters": (done,)}
    assert (
        "Done. Every persister of the plan is in its desired state."
        in Page(HTML.result(Result.model_validate(fields))).text
    )
    cut = Result.model_validate(fields | {"interrupted": True})
    assert "Interrupted. A signal ended the run early." in Page(HTML.result(cut)).text
