import pytest
import yaml

from persync.properties.yaml_limits import Budget, events


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a: [b, " * 20_000, "nested too deeply"),
        ("[" * 20_000, "nested too deeply"),
        ("[" + "a, " * 10_000 + "]", "more than 10000 values"),
    ],
)
def test_events_are_read_within_limits(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        list(events(text))


def test_events_of_a_usual_text() -> None:
    assert [type(event).__name__ for event in events("[a]")] == [
        "StreamStartEvent",
        "DocumentStartEvent",
        "SequenceStartEvent",
        "ScalarEvent",
        "SequenceEndEvent",
        "DocumentEndEvent",
        "StreamEndEvent",
    ]


def test_a_budget_counts_parts() -> None:
    budget, node = Budget(), yaml.SequenceNode("tag", [])
    for _ in range(10_000):
        budget.spend(node)
    with pytest.raises(ValueError, match="more than 10000 values"):
        budget.spend(node)
