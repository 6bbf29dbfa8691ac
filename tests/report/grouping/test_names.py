"""Short names stand for exactly the persisters that were given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.model import PersisterId, Span
from persync.report.grouping.names import Name, common_project, folder_of, short_names


def ids(*names: str) -> list[PersisterId]:
    """Return the persisters of these names: ``event-type``, ``project/event-type`` or with an event store."""
    parts = [(name if "/" in name else f"web/{name}").split("/") for name in names]
    return [PersisterId(project, event_type, *store or ["pg"]) for project, event_type, *store in parts]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["clicks"], [("clicks", 1)]),
        (["b", "a"], [("a", 1), ("b", 1)]),
        (["a-0", "a-1"], [("a-0", 1), ("a-1", 1)]),
        (["a-0", "a-1", "a-2", "b"], [("a-0 … a-2", 3), ("b", 1)]),
        (["a-10", "a-9", "a-8", "a-12"], [("a-8 … a-10", 3), ("a-12", 1)]),
        (["a08", "a09", "a10", "a11"], [("a08 … a11", 4)]),
        (["a8", "a09", "a10"], [("a8", 1), ("a09", 1), ("a10", 1)]),
        (["1", "2", "3"], [("1 … 3", 3)]),
        (["v1x", "v2x", "v3x"], [("v1x", 1), ("v2x", 1), ("v3x", 1)]),
        (["web/a1", "web/a2/live-segment", "web/a3"], [("a2/live-segment", 1), ("a1", 1), ("a3", 1)]),
        (
            ["web/a1/live-segment", "web/a2/live-segment", "web/a3/live-segment"],
            [("a1/live-segment … a3/live-segment", 3)],
        ),
        (["a\n1", "a\n2", "a\n3"], [(r"a\u000a1 … a\u000a3", 3)]),
    ],
)
def test_short_names(names: list[str], expected: list[Name]) -> None:
    assert list(short_names(ids(*names), project=False)) == expected


def test_the_project_is_named_where_it_is_not_common() -> None:
    several = ids("iot/a-1", "iot/a-2", "iot/a-3", "web/a-4")
    assert (common_project(several), common_project(several[:3])) == ("", "iot")
    assert short_names(several) == (Name("iot/a-1 … iot/a-3", 3), Name("web/a-4"))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["persisters/web.yaml"] * 2, "persisters/web.yaml"),
        (["persisters/web/a.yaml", "persisters/web/b.yaml"], "persisters/web/"),
        (["persisters/web/a.yaml", "persisters/iot/b.yaml"], "persisters/"),
        (["persisters/web/a.yaml", "persisters/web-2/a.yaml"], "persisters/"),
        (["a.yaml", "b.yaml"], ""),
        (["../a.yaml", "../b.yaml"], "../"),
        (["/a.yaml", "/b.yaml"], "/"),
        (["/a.yaml", "b.yaml"], ""),
        (["x\n/a.yaml", "x\n/b.yaml"], r"x\u000a/"),
    ],
)
def test_folder(files: list[str], expected: str) -> None:
    assert folder_of(Span(file, line, 1) for line, file in enumerate(files)) == expected


_STEMS = st.sampled_from(["", "a", "a-", "a0", "1-", "é "])
_PERSISTERS = st.builds(
    lambda project, stem, number, width, store: PersisterId(project, f"{stem}{str(number).zfill(width)}", store),
    st.sampled_from(["iot", "web"]),
    _STEMS,
    st.integers(0, 120),
    st.integers(0, 3),
    st.sampled_from(["pg", "live-segment"]),
)


@given(
    st.lists(_PERSISTERS, unique=True, max_size=60).flatmap(
        lambda them: st.tuples(st.just(them), st.permutations(them))
    )
)
def test_the_names_can_be_written_out_and_do_not_depend_on_the_order(
    orders: tuple[list[PersisterId], list[PersisterId]],
) -> None:
    names = short_names(orders[0])
    assert short_names(orders[1]) == names
    assert sorted(text for name in names for text in written_out(name)) == sorted(map(str, orders[0]))
    assert sum(name.persisters for name in names) == len(orders[0])


def written_out(name: Name) -> list[str]:
    """Return the names that a range has, as a reader would write them out."""
    first, _, last = name.text.partition(" … ")
    if not last:
        return [first]
    (head, digits, tail), (same_head, end, same_tail) = (
        re.fullmatch(r"(.*?)([0-9]+)((?:/live-segment)?)", text).groups()  # type: ignore[union-attr] # it matches
        for text in (first, last)
    )
    assert (head, tail) == (same_head, same_tail)
    return [f"{head}{str(number).zfill(len(digits))}{tail}" for number in range(int(digits), int(end) + 1)]
