import pytest

from persync.model import Span
from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan
from persync.plan.terms import Action, Attribution, Difference, Step
from persync.report.actions import reason_text
from persync.report.printable import printable
from persync.report.wording import attribution_counts_text, change_counts, change_line, number, value_text
from tests.builders import shown
from tests.report.models import ATTRIBUTED, DIFF, PLAN
from tests.report.test_text import planned

STOP, PUT, START, WAIT = Step.STOP, Step.PUT, Step.START, Step.WAIT
DRIFT = Attribution.DRIFT


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é → 😀", "plain é → 😀"),
        ("a\nb\r\tc", r"a\u000ab\u000d\u0009c"),
        ("\x1b[31m\x9b\x7f", r"\u001b[31m\u009b\u007f"),
        ("\u202e\u2066\u061c\u200b\u00ad\u2028\ufeff", r"\u202e\u2066\u061c\u200b\u00ad\u2028\ufeff"),
        ("no\xa0break", r"no\u00a0break"),
        ("\ud800\ufffe\uffff", r"\ud800\ufffe\uffff"),
        ("\U000e0041", r"\U000e0041"),
        ("##[add-mask]x ##vso[task.a]b", r"\u0023#[add-mask]x \u0023#vso[task.a]b"),
        ("###[x] ## [y] #[z]", r"#\u0023#[x] ## [y] #[z]"),
    ],
)
def test_printable(text: str, expected: str) -> None:
    assert printable(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "hi" \\', r'"say \"hi\" \\"'),
        ("(sensitive)", "(sensitive)"),
        ("(sensitive, changed)", "(sensitive, changed)"),
        ("\u202e\n", r'"\u202e\n"'),
    ],
)
def test_value_text(text: str, expected: str) -> None:
    assert value_text(shown(text)) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (PropertyChange(key="a", before=None, after="1"), 'a: "1"'),
        (PropertyChange(key="a", before="1", after=None), 'a: "1" → (removed)'),
        (PropertyChange(key="a", before="1", after=None, after_default=True), 'a: "1" → (default)'),
        (PropertyChange(key="a", before="1", before_default=True, after="2"), 'a: "1" (default) → "2"'),
        (PropertyChange(key="a", before="", after="2", span=Span("f", 3, 1)), 'a: "" → "2"  (f:3)'),
        (PropertyChange(key="a", before="1", after="2", attribution=Attribution.DRIFT), 'a: "1" → "2"  (drift)'),
        (
            PropertyChange(key="a", before="1", after="2", attribution=Attribution.THIS_BRANCH, span=Span("f", 3, 1)),
            'a: "1" → "2"  (this branch, f:3)',
        ),
    ],
)
def test_change_line(change: PropertyChange, expected: str) -> None:
    assert change_line(change) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 persisters"), (1, "1 persister"), (2_000, "2,000 persisters")])
def test_number(count: int, expected: str) -> None:
    assert number(count, "persister") == expected


def test_counted_changes() -> None:
    assert [change_counts(persister) for persister in ATTRIBUTED.persisters] == [
        "5 changes: 1 this branch, 2 drift, 1 pending",
        "1 change: 1 this branch",
    ]
    assert [change_counts(persister) for persister in DIFF.persisters] == ["1 change", "2 changes", ""]


CHANGE = PropertyChange(key="a", before="1", after="2")


@pytest.mark.parametrize(
    ("persister", "expected"),
    [
        (planned("p", STOP, PUT, START, changes=(CHANGE,)), (Action.RESTART, "of its reason")),
        (planned("p", STOP, START), (Action.RESTART, "of its reason")),
        (planned("p", STOP, PUT, changes=(CHANGE,)), (Action.STOP, "of its reason")),
        (planned("p", PUT, START, changes=(CHANGE,)), (Action.START, "of its reason")),
        (planned("p", WAIT, START), (Action.START, "of its reason")),
        (planned("p", START, state_attribution=DRIFT), (Action.START, "of its reason; run state: drift")),
        (planned("p", PUT, changes=(CHANGE,)), (Action.UPDATE, "of its reason")),
        (planned("p", PUT), (Action.UPDATE, "of its reason")),
        (planned("p", WAIT, PUT, changes=(CHANGE,)), (Action.UPDATE, "of its reason")),
        (planned("p", WAIT), (Action.WAIT, "of its reason")),
        (planned("p", changes=(CHANGE,), blocked="it is"), (Action.BLOCKED, "it is")),
        (planned("p", blocked=""), (Action.BLOCKED, "")),
        (planned("p", warnings=("w",)), (Action.NONE, "")),
        # without a live side
        (planned("p", changes=(CHANGE,), difference=Difference.CHANGED), (Action.CHANGED, "")),
        (planned("p", changes=(CHANGE,), difference=Difference.ADDED), (Action.ADDED, "")),
        (planned("p", difference=Difference.REMOVED), (Action.REMOVED, "")),
    ],
)
def test_action_and_reason(persister: PersisterPlan, expected: tuple[Action, str]) -> None:
    assert (persister.action, reason_text(persister)) == expected


def test_attributions_count_run_states_too() -> None:
    assert attribution_counts_text(ATTRIBUTED.persisters) == "2 this branch, 3 drift, 1 pending"
    assert attribution_counts_text(PLAN.persisters) == ""
