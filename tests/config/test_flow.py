from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.flow import InexpressibleError, flow, takes, text_of
from persync.config.yaml.nodes import Entry, List, Map, Node, Scalar
from persync.config.yaml.reader import read_documents
from persync.model import Kind, Span
from persync.properties.structures import parse_structure

from .strategies import values

HERE = Span("f", 1, 1)


def tree(text: str) -> Node:
    documents = read_documents(text.encode(), "f")
    assert documents.findings == ()
    return documents.trees[0]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "- name: 'db-secret'\n  secret:\n    secretName: 'grnry-pg-credentials'\n    defaultMode: 256\n",
            "[{name: 'db-secret', secret: {secretName: 'grnry-pg-credentials', defaultMode: 256}}]",
        ),
        ("[0400, '0400', \"0400\"]", "[0400, '0400', '0400']"),
        (
            "[yes, 1e3, 0x1F, 1_000, 12:30, -5, 2001-12-14, a b, a/b.c]",
            "[yes, 1e3, 0x1F, 1_000, 12:30, -5, 2001-12-14, a b, a/b.c]",
        ),
        ("[busybox:1.0, http://x, a?b, --flag, '']", "['busybox:1.0', 'http://x', 'a?b', '--flag', '']"),
        ("- it's\n- '{x}'\n- a, b\n- 'null'\n", "['it''s', '{x}', 'a, b', 'null']"),
        (
            '- |\n  one\n  two\n- "tab\\t\\"\\\\"\n- "\\U0001F600"\n- é\n',
            '["one\\x0atwo\\x0a", "tab\\x09\\"\\\\", "\\U0001f600", \'é\']',
        ),
        ("{a: {}, b: []}", "{a: {}, b: []}"),
        ("{'yes': a, yes: b}", None),
    ],
)
def test_flow_strings(written: str, expected: str | None) -> None:
    if expected is None:
        assert [found.rule for found in read_documents(written.encode(), "f").findings] == ["duplicate-key"]
    else:
        assert flow(tree(written)) == expected


_scalars = st.builds(Scalar, values, st.just(HERE), st.just(False))  # noqa: FBT003 - NamedTuple through st.builds
_nodes = st.recursive(
    _scalars,
    lambda below: (
        st.lists(below, max_size=3).map(lambda items: List(tuple(items), HERE))
        | st.dictionaries(values.filter(bool), below, max_size=3).map(
            lambda entries: Map(
                tuple(Entry(Scalar(key, HERE, plain=False), value) for key, value in entries.items()), HERE
            )
        )
    ),
    max_leaves=6,
)


def bare(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, List):
        return [bare(item) for item in node.items]
    return {entry.key.text: bare(entry.value) for entry in node.entries}


@given(_nodes)
def test_the_deployer_reads_texts_as_they_were_written(node: Node) -> None:
    assert parse_structure(flow(node)) == bare(node)


@given(values)
def test_plain_scalars_do_not_change_their_type(text: str) -> None:
    document = read_documents(f"[{text}]".encode(), "f")
    if document.findings or len(document.trees) != 1 or "null" in text or "~" in text:
        return
    node = document.trees[0]
    if isinstance(node, List) and all(isinstance(item, Scalar) and item.text for item in node.items):
        sent = parse_structure(flow(node))
        with suppress(ValueError):  # some plain scalars are only readable once they are in quotes
            assert sent == parse_structure(f"[{text}]")


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (Kind.PAIRS, "{a: b, prometheus.io/port: 8080, url: 'http://x'}", "a:b,prometheus.io/port:8080,url:http://x"),
        (Kind.ASSIGNMENTS, "{A: b, LIST: 'x,y', B: ' z'}", "A=b,LIST='x,y',B=' z'"),
        (Kind.INTS, "[8080, 9090]", "8080,9090"),
        (Kind.STRUCTURE, "{runAsUser: 1000}", "{runAsUser: 1000}"),
    ],
)
def test_values_with_parts(kind: Kind, written: str, expected: str) -> None:
    node = tree(written)
    assert takes(kind, node)
    assert not isinstance(node, Scalar)
    assert text_of(kind, node) == expected


@pytest.mark.parametrize(
    ("kind", "written", "column"),
    [
        (Kind.PAIRS, "{'a:b': c}", 2),
        (Kind.PAIRS, "{a: 'b,c'}", 5),
        (Kind.PAIRS, "{a: {b: c}}", 5),
        (Kind.ASSIGNMENTS, "{'A B': c}", 2),
        (Kind.ASSIGNMENTS, '{A: "it\'s"}', 5),
        (Kind.ASSIGNMENTS, "{a.b: 'c,d'}", 2),
        (Kind.INTS, "[[1]]", 2),
    ],
)
def test_what_a_joined_list_cannot_say(kind: Kind, written: str, column: int) -> None:
    node = tree(written)
    assert not isinstance(node, Scalar)
    with pytest.raises(InexpressibleError) as raised:
        text_of(kind, node)
    assert raised.value.span == Span("f", 1, column)


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [(Kind.TEXT, "{}", False), (Kind.PAIRS, "[]", False), (Kind.INTS, "{}", False), (Kind.STRUCTURE, "[]", True)],
)
def test_which_kinds_are_written_with_parts(kind: Kind, written: str, expected: bool) -> None:
    assert takes(kind, tree(written)) == expected
