"""Persisters that are alike are shown once."""

from persync.model import PersisterId
from persync.plan.plan import PersisterPlan, RollbackOf
from persync.plan.result import PersisterResult, Restored, Result
from persync.plan.terms import Outcome, StateRequest, Step
from persync.report.formats.html import HtmlRenderer
from persync.report.formats.markdown import MarkdownRenderer
from persync.report.pages.cards import Choice, filters_of, plan_cards, result_cards
from tests.report.html.page import HTML, Page, change, plan_of
from tests.report.test_text import planned, span

STOP, PUT, START = Step.STOP, Step.PUT, Step.START


def alike(name: str, value: str = "2", project: str = "web") -> PersisterPlan:
    made = planned(name, STOP, PUT, START, changes=(change("appConfig.a", "1", value, span=span(len(name))),))
    return made.model_copy(update={"id": PersisterId(project, name, "pg")})


def done(plan: PersisterPlan, downtime: float | None = None) -> PersisterResult:
    return PersisterResult(
        plan=plan, outcome=Outcome.DONE, steps_taken=plan.steps, downtime=downtime, last_state="RUNNING"
    )


def result_of(*persisters: PersisterResult) -> Result:
    return Result(environment="e", url="u", persisters=persisters)


PLAN = plan_of(*(alike(f"clicks-{number}") for number in range(3)), alike("other", "9"), alike("views"))


def test_a_card_has_all_persisters_with_the_same_change() -> None:
    assert [[str(member.plan.id) for member in card.members] for card in plan_cards(PLAN)] == [
        ["web/clicks-0", "web/clicks-1", "web/clicks-2", "web/views"],
        ["web/other"],
    ]
    page = Page(HTML.plan(PLAN))
    assert (
        "4 persisters of web ↻ restart 1 property persisters/web.yaml clicks-0 … clicks-2, views RUNNING of"
        in page.text
    )
    assert "changed: a 1 2" in page.text  # without the line of one of them
    assert "The 4 persisters, with files web/clicks-0 persisters/web.yaml:1 web/clicks-1" in page.text
    numbers = [attrs["id"] for tag, attrs in page.tags if tag in {"article", "li"} and "id" in attrs]
    assert numbers == ["p1", "p2", "p3", "p4", "p5"]
    assert len(page.all("table")) == 2


def test_expanded_each_persister_has_a_card_of_its_own() -> None:
    expanded = HtmlRenderer(expand=True)
    assert len(Page(expanded.plan(PLAN)).all("article")) == 5
    assert len(Page(expanded.result(result_of(done(alike("a")), done(alike("b"))))).all("article")) == 2
    assert "persisters of" not in MarkdownRenderer(expand=True).plan(PLAN)


def test_filters_count_persisters() -> None:
    assert filters_of(plan_cards(PLAN)) == {
        "project": [Choice("web", 5)],
        "outcome": [],
        "action": [Choice("restart", 5)],
        "change": [Choice("change", 5)],
        "origin": [],
    }


def test_many_names_are_cut_short() -> None:
    names = [f"{letter}{suffix}" for letter in "abcdefgh" for suffix in ("-even", "-odd")]
    text = Page(HTML.plan(plan_of(*map(alike, names)))).text
    assert "a-even, a-odd, b-even, b-odd, c-even, c-odd, d-even, d-odd, e-even, e-odd, f-even, f-odd and 4 more" in text


def test_results_with_other_changes_are_not_alike() -> None:
    first, second, other = done(alike("a"), 12.0), done(alike("b"), 9.5), done(alike("c", "9"))
    cards = result_cards(result_of(first, second, other))
    assert [len(card.members) for card in cards] == [2, 1]
    text = Page(HTML.result(result_of(first, second, other))).text
    assert "The 2 persisters, with files and downtime web/a persisters/web.yaml:1 down for 12 s web/b" in text


def test_a_problem_of_several_does_not_name_one_of_them() -> None:
    failed = [
        PersisterResult(
            plan=alike(name), outcome=Outcome.FAILED, problem=f"GET /projects/web/event-types/{name} answered 500"
        )
        for name in ("a", "b")
    ]
    text = Page(HTML.result(result_of(*failed))).text
    assert "✗ 2 failed: web/a, web/b" in text
    assert "Failed: GET /projects/…/event-types/… answered 500" in text


def test_rollbacks_are_counted() -> None:
    failed = PersisterResult(
        plan=alike("a"), outcome=Outcome.FAILED, problem="no", rollback=Restored(outcome=Outcome.DONE)
    )
    assert "Summary 1 failed 1 rolled back ✗ 1 failed: web/a" in Page(HTML.result(result_of(failed))).text


def test_only_what_was_not_tried_is_struck_through() -> None:
    failed = PersisterResult(
        plan=alike("a"), outcome=Outcome.FAILED, steps_taken=(STOP,), steps_left=(PUT,), problem="no", left_stopped=True
    )
    page = Page(HTML.result(result_of(failed, done(alike("b")))))
    steps = [attrs.get("class", "") for attrs in page.all("li")]
    assert [each for each in steps if not each.startswith("tile")] == ["", "open", "not", "", "", ""]
    assert "stop of its reason taken put of its reason unfinished start of its reason not taken" in page.text


def test_how_an_apply_ended_is_its_title() -> None:
    fine = result_of(done(alike("a")))
    failed = result_of(PersisterResult(plan=alike("a"), outcome=Outcome.FAILED, problem="no"))
    cut = fine.model_copy(update={"interrupted": True})
    restart = failed.model_copy(update={"request": StateRequest.RESTART})
    rollback = fine.model_copy(update={"rollback_of": RollbackOf(run="r", journal="j")})
    results = (fine, failed, cut, restart, rollback)
    assert [Page(HTML.result(result)).text.partition(" · persync")[0] for result in results] == [
        "Apply to e succeeded",
        "Apply to e failed",
        "Apply to e was cancelled",
        "Restart in e failed",
        "Rollback in e succeeded",
    ]


def test_one_persister_needs_no_filter_unless_it_has_many_changes() -> None:
    many = planned("p", PUT, changes=[change(f"appConfig.p{number}") for number in range(11)])
    assert [len(Page(HTML.plan(plan_of(each))).all("form")) for each in (alike("a"), many)] == [0, 1]
