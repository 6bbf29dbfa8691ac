import pytest

from persync.model import Span
from persync.plan.plan import Attribution, PersisterPlan, PropertyChange, Step
from persync.report.actions import Act, act_of, reason_of
from persync.report.printable import printable
from persync.report.wording import attributions_text, change_line, changes_counted, number, value_text
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
    assert value_text(text) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (PropertyChange(path="a", before=None, after="1"), 'a: "1"'),
        (PropertyChange(path="a", before="1", after=None), 'a: "1" → (gone)'),
        (PropertyChange(path="a", before="1", after=None, after_default=True), 'a: "1" → (default)'),
        (PropertyChange(path="a", before="1", before_default=True, after="2"), 'a: "1" (default) → "2"'),
        (PropertyChange(path="a", before="", after="2", span=Span("f", 3, 1)), 'a: "" → "2"  (f:3)'),
        (PropertyChange(path="a", before="1", after="2", attribution=Attribution.DRIFT), 'a: "1" → "2"  (drift)'),
        (
            PropertyChange(path="a", before="1", after="2", attribution=Attribution.YOURS, span=Span("f", 3, 1)),
            'a: "1" → "2"  (yours, f:3)',
        ),
    ],
)
def test_change_line(change: PropertyChange, expected: str) -> None:
    assert change_line(change) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, "0 persisters"), (1, "1 persister"), (2_000, "2,000 persisters")])
def test_number(count: int, expected: str) -> None:
    assert number(count, "persister") == expected


def test_counted_changes() -> None:
    assert [changes_counted(persister) for persister in ATTRIBUTED.persisters] == [
        "5 changes: 1 yours, 2 drift, 1 pending",
        "1 change: 1 yours",
    ]
    assert [changes_counted(persister) for persister in DIFF.persisters] == ["1 change", "2 changes", ""]


CHANGE = PropertyChange(path="a", before="1", after="2")


@pytest.mark.parametrize(
    ("persister", "expected"),
    [
        (planned("p", STOP, PUT, START, changes=(CHANGE,)), (Act.RESTART, "of its reason")),
        (planned("p", STOP, START), (Act.RESTART, "of its reason")),
        (planned("p", STOP, PUT, changes=(CHANGE,)), (Act.STOP, "of its reason")),
        (planned("p", PUT, START, changes=(CHANGE,)), (Act.START, "of its reason")),
        (planned("p", WAIT, START), (Act.START, "of its reason")),
        (planned("p", START, state_attribution=DRIFT), (Act.START, "of its reason; run state drift")),
        (planned("p", PUT, changes=(CHANGE,)), (Act.CHANGE, "of its reason")),
        (planned("p", PUT), (Act.CHANGE, "of its reason")),
        (planned("p", WAIT, PUT, changes=(CHANGE,)), (Act.CHANGE, "of its reason")),
        (planned("p", WAIT), (Act.WAIT, "of its reason")),
        (planned("p", changes=(CHANGE,), blocked="it is"), (Act.BLOCKED, "it is")),
        (planned("p", blocked=""), (Act.BLOCKED, "")),
        (planned("p", warnings=("w",)), (Act.NOTE, "")),
        # without a live side
        (planned("p", changes=(CHANGE,), reason="changed"), (Act.CHANGE, "")),
        (planned("p", changes=(CHANGE,), reason="added"), (Act.ADDED, "")),
        (planned("p", reason="removed"), (Act.REMOVED, "")),
        (planned("p", reason="another"), (Act.CHANGE, "another")),
    ],
)
def test_what_a_plan_comes_to(persister: PersisterPlan, expected: tuple[Act, str]) -> None:
    assert (act_of(persister), reason_of(persister)) == expected


def test_attributions_count_run_states_too() -> None:
    assert attributions_text(ATTRIBUTED.persisters) == "2 yours, 3 drift, 1 pending"
    assert attributions_text(PLAN.persisters) == ""
