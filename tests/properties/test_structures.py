import pytest

from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.structures import Labelled, Leaf, differences, parse_structure
from persync.properties.values import equal

BY_NAME = ("name",)


def test_equal_structures_do_not_differ() -> None:
    assert differences(parse_structure("[{name: a}]"), parse_structure("[{name: 'a'}]")) == []


def test_differences_are_shown_by_path() -> None:
    before = parse_structure("[{name: a, secret: {mode: 1, gone: x}}, {name: c}]", BY_NAME)
    after = parse_structure("[{name: b, items: []}, {name: a, secret: {mode: 2, more: [{k: 3}, y]}}]", BY_NAME)
    assert differences(before, after) == [
        Leaf("[a].secret.gone", "x", None),
        Leaf("[a].secret.mode", "1", "2"),
        Leaf("[a].secret.more[0].k", None, "3"),
        Leaf("[a].secret.more[1]", None, "y"),
        Leaf("[b].items", None, "[]"),
        Leaf("[b].name", None, "b"),
        Leaf("[c].name", "c", None),
    ]


def test_a_value_that_becomes_a_map_is_gone_and_its_parts_are_new() -> None:
    assert differences(parse_structure("{a: x}"), parse_structure("{a: {b: {}}}")) == [
        Leaf(".a", "x", None),
        Leaf(".a.b", None, "{}"),
    ]


def test_an_item_put_in_front_is_one_difference() -> None:
    assert differences(parse_structure("[x, y]"), parse_structure("[w, x, y]")) == [Leaf("[0]", None, "w")]


def test_items_are_matched_by_all_their_identity() -> None:
    mounts = parse_structure(
        "[{name: s, mountPath: /a, subPath: k}, {name: s, mountPath: /b}]", ("name", "mountPath", "subPath")
    )
    assert isinstance(mounts, Labelled)
    assert dict(mounts) == {
        "s:/a:k": {"name": "s", "mountPath": "/a", "subPath": "k"},
        "s:/b": {"name": "s", "mountPath": "/b"},
    }  # fmt: skip


@pytest.mark.parametrize("text", ["{x: 1, x: 2}", "[{name: a, x: 1, 'x': 2}]", "[{name: a, y: {x: 1, x: 1}}]"])
def test_a_map_that_has_a_key_twice_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"^a key stands in its map a second time, at character \d+$"):
        parse_structure(text, BY_NAME)


def test_what_has_a_key_twice_is_compared_as_it_is_written() -> None:
    known = identify(Section.DEPLOYER, "kubernetes.volumes").known
    live = "[{name: a, x: 1, x: 2}]"
    assert [equal(known, live, other) for other in (live, "[{name: a, x: 2}]", "[{name: a, x: 1,  x: 2}]")] == [
        True,
        False,
        False,
    ]


def test_items_without_an_identity_stay_a_list() -> None:
    assert parse_structure("[{x: 1}]", BY_NAME) == [{"x": "1"}]
    assert parse_structure("[a]", BY_NAME) == ["a"]
    assert parse_structure("{a: b}", BY_NAME) == {"a": "b"}
