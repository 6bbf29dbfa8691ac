"""The quick check of a schema and jsonschema agree, so a file is valid by one exactly if it is by the other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from persync.config.rules.fits import fits
from persync.config.rules.schema import document_schema
from persync.published import schema

HEADS = document_schema()
SETTINGS = schema("settings")


def _texts_of(node: object) -> set[str]:
    """Return the names, choices and examples of a schema."""
    if isinstance(node, dict):
        return {text for key, value in node.items() for text in (key, *_texts_of(value))}
    if isinstance(node, list):
        return {text for item in node for text in _texts_of(item)}
    return {node} if isinstance(node, str) else set()


_texts = st.sampled_from(
    sorted(
        text for text in _texts_of([HEADS, {**SETTINGS, "$defs": SETTINGS["$defs"]["environment"]}]) if len(text) < 30
    )
) | st.sampled_from(
    ["", "a b", "a_b", "1.10", "${{ vars.x }}", "x" * 21, "x" * 65, "http://h", "sandbox:", "\0", "a\n"]
)
_numbers = st.sampled_from([0, 1, 1.0, 0.5, -1, 100, 101, 86400, 86401, True, False])
_values = st.recursive(
    _texts | _numbers | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_texts, inner, max_size=3),
    max_leaves=5,
)


def _or_spoiled(valid: st.SearchStrategy[dict[str, object]]) -> st.SearchStrategy[dict[str, object]]:
    """Return what is mostly valid, or has one field that may be anything."""
    return valid | st.builds(lambda fields, name, value: {**fields, name: value}, valid, _texts, _values)


_references = st.just("${{ vars.x }}")
_head_fields: dict[str, st.SearchStrategy[object]] = {
    "project": st.sampled_from(["web", "web_1", 7, "a b", "x" * 21]) | _references,
    "eventstore": st.sampled_from(["pg", "live-segment", "other"]) | _references,
    "state": st.sampled_from(["RUNNING", "STOPPED", "UP"]) | _references,
    "appVersion": st.sampled_from(["1.10", 1.1, "a b", ""]) | _references,
    "appConfig": st.just({}),
    "deployerConfig": st.just({}),
    "config": st.just({}),
}
_event_types = st.sampled_from(["clicks", "a-1", 7, "a_b", "x" * 40, "x" * 41]) | _references
_heads = _or_spoiled(st.fixed_dictionaries({"eventType": _event_types}, optional=_head_fields))
_auths = st.dictionaries(
    st.sampled_from(["token", "tokenUrl", "clientId", "clientSecret", "username", "password", "command"]),
    st.sampled_from(["t", "${{ env.X }}", "", ["t"], [], ["a", "${{ env.X }}"]]),
    max_size=5,
)
_environments = _or_spoiled(
    st.fixed_dictionaries(
        {"url": st.sampled_from(["http://h", "sandbox:", "sandbox:f", "ftp://h"]) | _references},
        optional={
            "auth": _auths,
            "tls": st.dictionaries(st.sampled_from(["ca", "certificate", "key"]), _texts, max_size=3),
            "proxy": st.sampled_from(["http://p:1", "socks5h://p", "p", "${{ env.X }}"]),
            "projectPrefix": st.booleans(),
            "overlays": st.lists(_texts, min_size=1, max_size=3),
            "variables": st.dictionaries(_texts, _texts | _numbers, max_size=2),
            "timeouts": st.dictionaries(st.sampled_from(["connect", "read", "start"]), _numbers, max_size=2),
            "parallelism": _numbers,
            "sensitive": st.lists(_texts, max_size=2),
        },
    )
)
_settings = _or_spoiled(
    st.fixed_dictionaries(
        {"version": st.just(1)},
        optional={
            "persisters": st.lists(_texts, min_size=1, max_size=3),
            "defaults": st.fixed_dictionaries({}, optional=_head_fields),
            "defaultEnvironment": _texts,
            "environments": st.dictionaries(st.sampled_from(["dev", "a.b", "a b"]), _environments, max_size=2),
        },
    )
)


def accepted(value: object, by: Any) -> bool:
    return Draft202012Validator(by).is_valid(value)


@given(_heads | _values)
def test_heads(head: object) -> None:
    assert fits(head, HEADS, HEADS) == accepted(head, HEADS)


@given(_settings | _values)
def test_settings(settings: object) -> None:
    # a list with items that are not texts may be refused here and accepted there, where items of all types are compared
    assert fits(settings, SETTINGS, SETTINGS) == (accepted(settings, SETTINGS) and not _has_other_items(settings))


def _has_other_items(node: object) -> bool:
    if isinstance(node, dict):
        return any(map(_has_other_items, node.values()))
    return isinstance(node, list) and not all(isinstance(item, str) for item in node)


@pytest.mark.parametrize("name", ["persister", "settings"])
def test_every_example_is_accepted(name: str) -> None:
    published = schema(name)
    assert [example for example in published["examples"] if not fits(example, published, published)] == []


def test_an_unsupported_keyword_accepts_nothing() -> None:
    assert not fits("a", {"not": {"maxLength": 5}}, {})
    assert not fits([1, 1.0], {"uniqueItems": True}, {})
    assert not fits([1], {"const": [1]}, {})
