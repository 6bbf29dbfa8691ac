import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.structures import Keyed, Structure, differences, parse_keyed, parse_structure, subpath
from persync.properties.values import equal

BY_NAME = ("name",)


def changes(before: Structure, after: Structure) -> list[tuple[str, str | None, str | None]]:
    return [(subpath(leaf.path), leaf.before, leaf.after) for leaf in differences(before, after)]


def test_equal_structures_do_not_differ() -> None:
    assert changes(parse_structure("[{name: a}]"), parse_structure("[{name: 'a'}]")) == []


def test_differences_are_shown_by_path() -> None:
    before = parse_keyed("[{name: a, secret: {mode: 1, gone: x}}, {name: c}]", BY_NAME)
    after = parse_keyed("[{name: b, items: []}, {name: a, secret: {mode: 2, more: [{k: 3}, y]}}]", BY_NAME)
    assert changes(before, after) == [
        ("[a].secret.gone", "x", None),
        ("[a].secret.mode", "1", "2"),
        ("[a].secret.more[0].k", None, "3"),
        ("[a].secret.more[1]", None, "y"),
        ("[b].items", None, "[]"),
        ("[b].name", None, "b"),
        ("[c].name", "c", None),
    ]


def test_a_value_that_becomes_a_map_is_gone_and_its_parts_are_new() -> None:
    assert changes(parse_structure("{a: x}"), parse_structure("{a: {b: {}}}")) == [
        (".a", "x", None),
        (".a.b", None, "{}"),
    ]


def test_an_item_put_in_front_is_one_difference() -> None:
    assert changes(parse_structure("[x, y]"), parse_structure("[w, x, y]")) == [("[0]", None, "w")]


def test_items_are_matched_by_all_their_identity() -> None:
    mounts = parse_keyed(
        "[{name: s, mountPath: /a, subPath: k}, {name: s, mountPath: /b}]", ("name", "mountPath", "subPath")
    )
    assert isinstance(mounts, Keyed)
    assert dict(mounts) == {
        "s:/a:k": {"name": "s", "mountPath": "/a", "subPath": "k"},
        "s:/b": {"name": "s", "mountPath": "/b"},
    }  # fmt: skip


@pytest.mark.parametrize("text", ["{x: 1, x: 2}", "[{name: a, x: 1, 'x': 2}]", "[{name: a, y: {x: 1, x: 1}}]"])
def test_a_map_that_has_a_key_twice_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a key is twice in its map, the second time at character \d+$"):
        parse_keyed(text, BY_NAME)


def test_what_has_a_key_twice_is_compared_as_it_is_written() -> None:
    definition = identify(Section.DEPLOYER, "kubernetes.volumes").definition
    live = "[{name: a, x: 1, x: 2}]"
    assert [equal(definition, live, other) for other in (live, "[{name: a, x: 2}]", "[{name: a, x: 1,  x: 2}]")] == [
        True,
        False,
        False,
    ]


names = st.one_of(st.none(), st.sampled_from(["a", "a#2", "a#3", "0", "0#2", "1", "2"]))


@given(names=st.lists(names, max_size=8))
@example(names=["a", "a", "a#2"])
@example(names=[None, "0#2", "0"])
def test_no_item_is_lost(names: list[str | None]) -> None:
    items = [{"at": str(at), **({"name": name} if name else {})} for at, name in enumerate(names)]
    structure = parse_keyed(json.dumps(items), BY_NAME)
    assert list(structure.values() if isinstance(structure, Keyed) else structure) == items


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a#2", "a#3"]),
        (["a", "a", "a#2"], ["a", "a#3", "a#2"]),
        ([None, "a", None], ["0", "a", "2"]),
        ([None, "0", "0#2"], ["0#3", "0", "0#2"]),
    ],
)
def test_each_item_has_a_name_of_its_own(own: list[str | None], expected: list[str]) -> None:
    items = [{"name": name} if name else {"x": "1"} for name in own]
    assert list(parse_keyed(json.dumps(items), BY_NAME)) == expected


def test_items_without_an_identity_stay_a_list() -> None:
    assert parse_keyed("[{x: 1}]", BY_NAME) == [{"x": "1"}]
    assert parse_keyed("[a]", BY_NAME) == ["a"]
    assert parse_keyed("{a: b}", BY_NAME) == {"a": "b"}
