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
        ('- "tab\\t\\\\"\n- "\\U0001F600"\n- é\n', "['tab\t\\', '\U0001f600', 'é']"),
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


def flow_or_refusal(node: Node) -> str | None:
    try:
        return flow(node)
    except InexpressibleError:
        return None


@given(_nodes)
def test_the_deployer_reads_texts_as_they_were_written(node: Node) -> None:
    text = flow_or_refusal(node)
    assert text is None or parse_structure(text) == bare(node)


def texts_in(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, List):
        return "".join(map(texts_in, node.items))
    return "".join(entry.key.text + texts_in(entry.value) for entry in node.entries)


@given(_nodes)
def test_double_quotes_and_line_breaks_alone_are_refused(node: Node) -> None:
    refused = bool({*'"\n'} & {*texts_in(node)})
    text = flow_or_refusal(node)
    assert (text is None) == refused
    assert not {*'"\n'} & {*(text or "")}


@given(values)
def test_plain_scalars_do_not_change_their_type(text: str) -> None:
    document = read_documents(f"[{text}]".encode(), "f")
    if document.findings or len(document.trees) != 1 or "null" in text or {*"~\t"} & {*text}:
        return
    node = document.trees[0]
    if isinstance(node, List) and all(isinstance(item, Scalar) and item.text for item in node.items):
        sent = flow_or_refusal(node)
        if sent is not None:
            read = parse_structure(sent)
            with suppress(ValueError):  # some plain scalars are only readable once they are in quotes
                assert read == parse_structure(f"[{text}]")


@pytest.mark.parametrize(
    ("kind", "written", "expected"),
    [
        (Kind.PAIRS, "{a: b, prometheus.io/port: 8080, url: 'http://x'}", "a:b,prometheus.io/port:8080,url:http://x"),
        (Kind.ASSIGNMENTS, "{A: b, LIST: 'x,y', B: ' z'}", "A=b,LIST='x,y',B=' z'"),
        # the deployer refuses a list of quoted values alone
        (Kind.ASSIGNMENTS, "{JAVA_TOOL_OPTIONS: '-Xmx1g,-Xms1g'}", ",JAVA_TOOL_OPTIONS='-Xmx1g,-Xms1g'"),
        (Kind.ASSIGNMENTS, "{A: 'x,y', B: ' z'}", ",A='x,y',B=' z'"),
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
        (Kind.ASSIGNMENTS, "{a.b: c}", 2),
        (Kind.ASSIGNMENTS, "{1A: c}", 2),
        (Kind.ASSIGNMENTS, "{A: 'b\"c'}", 5),
        (Kind.ASSIGNMENTS, '{A: "b\\n"}', 5),
        (Kind.PAIRS, "{a: 'b\"c'}", 5),
        (Kind.PAIRS, '{"a\\n": b}', 2),
        (Kind.STRUCTURE, "[a, {b: 'c\"'}]", 9),
        (Kind.STRUCTURE, '[a, {b: "c\\nd"}]', 9),
        (Kind.STRUCTURE, '[a, {b: "\\a"}]', 9),
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
