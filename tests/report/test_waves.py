"""How reports show the waves of a plan, and what became of them."""

import pytest

from persync.model import PersisterId, Timeouts
from persync.plan.parts.rollout import LimitReached
from persync.plan.plan import Plan
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome
from persync.plan.waves.planned import planned_rollout
from persync.report.formats.github import GithubRenderer
from persync.report.formats.html import HtmlRenderer
from persync.report.formats.junit import JunitRenderer
from persync.report.formats.markdown import MarkdownRenderer
from persync.report.formats.text import TextRenderer
from persync.report.waves.wording import duration, rollout_lines
from persync.rollout import PROMPT, Rollout
from persync.safety import Amount
from tests.plan.waves.plans import plan_of
from tests.report.html.page import Page


def plan(letters: str, rollout: Rollout) -> Plan:
    found = plan_of(letters)
    delays = {planned.id: 30.0 for planned in found.persisters}
    waves = planned_rollout(found, rollout, total=20, parallelism=10, timeouts=Timeouts(), delays=delays)
    return found.model_copy(update={"rollout": waves})


STEPPED = plan("rrrrrsfrruqrrb", Rollout(canary=Amount(1), batch=Amount(6), max_unavailable=Amount(4), pause=60.0))
LINES = [
    "Rollout: 13 persisters in 3 waves, at most 4 down at once (3 are down before), 26 min 55 s at most",
    "  1. canary: web/r0; 5 min 35 s at most",
    "  2. batch of 6, after a pause of 1 min: web/s5, web/f6, web/u9, web/q10, web/r1 and 1 more; 8 min 10 s at most",
    "  3. batch of 6, after a pause of 1 min: web/r3, web/r4, web/r7, web/r8, web/r11 and 1 more; 11 min 10 s at most",
    "  the longest: web/r0, 5 min 35 s at most"
    " (stop 2 min, update 1 min, readiness delay 30 s, start 2 min, settle 5 s)",
]


def lines(found: Plan) -> list[str]:
    return list(rollout_lines(found.rollout)) if found.rollout else []


def test_the_waves_as_text() -> None:
    assert lines(STEPPED) == LINES
    assert "\n\n" + "\n".join(LINES) + "\n\nPlan: 13 to change" in TextRenderer().plan(STEPPED)
    assert "\n\n```text\n" + "\n".join(LINES) + "\n```\n" in MarkdownRenderer().plan(STEPPED)


@pytest.mark.parametrize(
    ("letters", "rollout", "first"),
    [
        ("rr", Rollout(), None),
        ("", Rollout(max_unavailable=Amount(1)), None),
        (
            "rr",
            Rollout(max_unavailable=Amount(3)),
            "2 persisters in 1 wave, at most 3 down at once, 5 min 35 s at most",
        ),
        (
            "rs",
            Rollout(max_unavailable=Amount(2)),
            "2 persisters in 1 wave, at most 2 down at once (1 is down before), 5 min 35 s at most",
        ),
        (
            "rr",
            Rollout(batch=Amount(1), pause=PROMPT),
            "2 persisters in 2 waves, 11 min 10 s at most and the time for answers",
        ),
    ],
)
def test_they_are_shown_where_there_are_several_or_a_limit(letters: str, rollout: Rollout, first: str | None) -> None:
    assert lines(plan(letters, rollout))[:1] == ([f"Rollout: {first}"] if first else [])


def test_of_many_waves_the_first_are_shown() -> None:
    found = lines(plan("r" * 15, Rollout(batch=Amount(1), pause=PROMPT)))
    assert found[12:14] == ["  12. batch, after a question: web/r11; 5 min 35 s at most", "  and 3 more waves"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (0.44, "0.4 s"),
        (9.5, "9.5 s"),
        (10.2, "11 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3599.5, "1 h"),
        (7_261, "2 h 2 min"),
        (86_400, "24 h"),
    ],
)
def test_a_time(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_what_cannot_be_restarted_is_said_in_the_plan() -> None:
    text = TextRenderer().plan(plan("rrbb", Rollout(max_unavailable=Amount(10, is_percent=True))))
    assert (
        "✗ 2 persisters cannot be restarted: 2 are down (web/b2, web/b3), and maxUnavailable allows 2 (10%)\n"
        "  help: get those running first, leave them out with --exclude, or allow more once with --max-unavailable 3\n"
    ) in text
    text = TextRenderer().plan(plan("rr", Rollout(canary=("other/*",))))
    assert "! no persister of this plan is a canary\n  help: choose others with --canary, or a number of them\n" in text


def test_the_timeline_in_html() -> None:
    page = Page(HtmlRenderer().plan(STEPPED))
    assert "Rollout, wave by wave 13 persisters in 3 waves, at most 4 down at once" in page.text
    assert "1. canary 1 persister, 5 min 35 s at most" in page.text
    assert "2. batch 6 persisters, after a pause of 1 min, 8 min 10 s at most" in page.text
    assert "Downtime, in order" not in page.text
    stuck = HtmlRenderer().plan(plan("rb", Rollout(max_unavailable=Amount(1))))
    assert "not begun: too many are down" in Page(stuck).text
    # a bar for each part, within the width; nothing needs a style of its own
    source = HtmlRenderer().plan(STEPPED)
    assert '<rect class="stop" x="0.0" width="358.2" height="10"/><rect class="update" x="358.2"' in source
    assert '<text x="0.0%" y="11">0:00</text><text x="35.8%" y="11">2:00</text>' in source
    assert "style=" not in source


def test_a_large_rollout_has_names_in_html_and_adjacent_waves_as_one() -> None:
    found = plan("r" * 30 + "u" * 90, Rollout(canary=Amount(1), batch=Amount(4), pause=PROMPT))
    source = HtmlRenderer().plan(found)
    text = Page(source).text
    assert (
        "1. canary 1 persister, 5 min 35 s at most web/r0 2 to 31. batch 119 persisters, after a question each," in text
    )
    assert "web/r1 … web/r29, web/u30 … web/u119" in text
    assert "<rect" not in source
    assert "When a persister is changed" not in text


def result_of(*persisters: PersisterResult, **more: object) -> Result:
    return Result.model_validate({"environment": "test", "url": "u", "persisters": persisters, **more})


def test_downtimes_and_the_limit_in_a_result() -> None:
    [planned, other] = plan_of("rr").persisters
    down = PersisterId("web", "s", "pg")
    result = result_of(
        PersisterResult(
            plan=planned, outcome=Outcome.DONE, steps_taken=planned.steps, downtime=38, last_state="RUNNING"
        ),
        PersisterResult(
            plan=other, outcome=Outcome.FAILED, steps_taken=planned.steps, downtime=90, last_state="FAILED", problem="x"
        ),
        limit_reached=LimitReached(allowed=1, configured="1", down=(down,), not_begun=(other.id,)),
    )
    limit = "1 persister was not restarted: 1 is down (web/s), and maxUnavailable allows 1"
    text = TextRenderer().result(result)
    assert "✓ web/r0  done: stop, put, start; down for 38 s\n" in text
    assert "✗ web/r1  failed: stop, put, start; down for 1 min 30 s so far\n" in text
    assert f"\n\n✗ {limit}\n  help: get those running first" in text
    markdown = MarkdownRenderer().result(result)
    assert "- ✓ **done** `web/r0` (stop, put, start; down for 38 s)" in markdown
    assert f"> ✗ **`{limit}`**" in markdown
    assert "<system-out>down for 38 s</system-out>" in JunitRenderer().result(result)
    assert "web/r1: failed, down for 1 min 30 s so far: x" in GithubRenderer().result(result)
    page = Page(HtmlRenderer().result(result)).text
    assert "Down for 38 s" in page
    assert limit in page


def test_the_downtimes_of_failures_with_the_same_cause() -> None:
    persisters = plan_of("rrr").persisters
    result = result_of(
        *(
            PersisterResult(plan=planned, outcome=Outcome.FAILED, downtime=seconds, last_state="FAILED", problem="x")
            for planned, seconds in zip(persisters, (38, 12, None), strict=True)
        )
    )
    assert (
        TextRenderer()
        .result(result)
        .startswith("✗ 3 persisters of web  failed; down for 12 s to 38 s so far\n    r0 … r2\n    x\n")
    )
