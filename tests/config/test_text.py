from __future__ import annotations

import threading
from itertools import count, takewhile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.yaml import parser
from persync.config.yaml.builder import DEEPEST
from persync.config.yaml.nodes import Entry, List, Map, Scalar
from persync.config.yaml.reader import MOST_BYTES, Documents, read_documents
from persync.model import Span

from .parsers import python_parser
from .strategies import almost_documents

if TYPE_CHECKING:
    from persync.config.yaml.nodes import Node

Plain = str | list["Plain"] | dict[str, "Plain"]
with_each_parser = pytest.mark.usefixtures("_each_parser")


def bare(node: Node) -> Plain:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, List):
        return [bare(item) for item in node.items]
    return {entry.key.text: bare(entry.value) for entry in node.entries}


def read(text: str) -> list[Plain]:
    documents = read_documents(text.encode(), "f.yaml")
    assert documents.findings == ()
    return [bare(tree) for tree in documents.trees]


def rules(data: bytes) -> list[tuple[str, str]]:
    return [(found.rule, str(found.span)) for found in read_documents(data, "f").findings]


@with_each_parser
def test_every_scalar_keeps_text_position_and_quotes() -> None:
    assert read_documents(b"a: 1.10\nb: ['no']\n", "f") == Documents(
        (
            Map(
                (
                    Entry(Scalar("a", Span("f", 1, 1), plain=True), Scalar("1.10", Span("f", 1, 4), plain=True)),
                    Entry(
                        Scalar("b", Span("f", 2, 1), plain=True),
                        List((Scalar("no", Span("f", 2, 5), plain=False),), Span("f", 2, 4)),
                    ),
                ),
                Span("f", 1, 1),
            ),
        ),
        (),
    )


@pytest.mark.parametrize("text", ["1.10", "no", "0400", "12:30", "1e3", "0x1F", "~", "", "2001-12-14", "=", "${a.b:c}"])
def test_text_stays_text(text: str) -> None:
    assert read(f"a: {text}") == [{"a": text}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  one\n  two\n", [{"a": "one two"}]),
        ("a: |\n  one\n  two\n", [{"a": "one\ntwo\n"}]),
        ("a: >-\n  one\n  two\n", [{"a": "one two"}]),
        ("# nothing\n", []),
        ("", []),
        ("---\n---\na: b\n---\n# c\n", [{"a": "b"}]),
        ("a: b\r\nc: d\r\n", [{"a": "b", "c": "d"}]),
        ("\ufeffa: b", [{"a": "b"}]),
        ("a: &x {k: v}\nb: *x\n", [{"a": {"k": "v"}, "b": {"k": "v"}}]),
        ("a: &x {k: v, l: w}\nb: {<<: *x, k: z}\n", [{"a": {"k": "v", "l": "w"}, "b": {"k": "z", "l": "w"}}]),
        ("a: {<<: [{k: 1}, {k: 2, l: 3}]}", [{"a": {"k": "1", "l": "3"}}]),
        ("a: {'<<': b}", [{"a": {"<<": "b"}}]),
    ],
)
def test_documents(text: str, expected: list[Plain]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a:\n\tb: c", [("yaml-syntax", "f:2:1")]),
        (b"a: |\n\tx", [("yaml-syntax", "f:2:1")]),
        (b"a: @x", [("yaml-syntax", "f:1:4")]),
        (b"a: b: c", [("yaml-syntax", "f:1:5")]),
        (b"a: [b\nc: d", [("yaml-syntax", "f:1:4")]),
        (b"a: 'b", [("yaml-syntax", "f:1:4")]),
        (b"a: *b", [("yaml-syntax", "f:1:4")]),
        (b"a: b\x00", [("yaml-syntax", "f:1:5")]),
        (b"a: b\r\nc: \x01", [("yaml-syntax", "f:2:4")]),
        (b"a: \xff", [("encoding", "f:1:4")]),
        ("a: é\nb: ".encode() + b"\xc3", [("encoding", "f:2:4")]),
        ("a: b".encode("utf-16"), [("encoding", "f:1:1")]),
        (b"%YAML 9.0\n---\na: b", [("yaml-syntax", "f:1:1")]),
        (b"a: !!python/object:os.system x", [("tag", "f:1:4")]),
        (b"a: !x {}", [("tag", "f:1:4")]),
        (b"? [a]\n: b", [("key-not-text", "f:1:3")]),
        (b"a: 1\nb: 2\na: 3", [("duplicate-key", "f:3:1")]),
        (b"a: {<<: {}, <<: {}}", [("duplicate-key", "f:1:13")]),
        (b"a: {<<: b}", [("merge-key", "f:1:9")]),
        (b"a: &x [*x]", [("recursive-alias", "f:1:4")]),
        (b" " * (MOST_BYTES + 1), [("file-too-large", "f:1:1")]),
    ],
)
def test_what_cannot_be_read(data: bytes, expected: list[tuple[str, str]]) -> None:
    assert rules(data) == expected


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("a:\n\tb: c", "this line is indented with a tab", "indent with spaces"),
        ("a: `b", "a value cannot begin with `", "write the value in single quotes"),
        ("a: {b", "this { is not closed, or a comma is missing", "close it with }, and separate its entries by commas"),
        ("a: \x07", "control character U+0007 is not allowed", "remove it"),
        ("a: 1\na: 2", "key a is defined twice; first at f:1:1", "keep one of them"),
    ],
)
def test_messages_are_plain_and_have_a_hint(text: str, message: str, hint: str) -> None:
    (finding,) = read_documents(text.encode(), "f").findings
    assert (finding.message, finding.hint) == (message, hint)


@with_each_parser
@pytest.mark.parametrize("odd", ["\x85", "\u2028", "\u2029"])
def test_lines_are_those_of_an_editor(odd: str) -> None:
    text = f"a: 'x{odd}y'\r\n# {odd}\rb: 'é{odd}' \nc: [d, {odd} e]\n"
    (document,) = read_documents(text.encode(), "f").trees
    assert isinstance(document, Map)
    positions = [(key.span.line, key.span.column) for key, _ in document.entries]
    assert positions == [(1, 1), (3, 1), (4, 1)]
    assert isinstance(items := document.entries[2].value, List)
    assert [(item.span.line, item.span.column) for item in items.items] == [(4, 5), (4, 10)]
    assert rules(f"{text}a: 1".encode()) == [("duplicate-key", "f:5:1")]
    assert rules(f"{text}\nf: @".encode()) == [("yaml-syntax", "f:6:4")]
    assert rules(f"{text}f: \x01".encode()) == [("yaml-syntax", "f:5:4")]


def test_documents_before_a_syntax_error_are_kept() -> None:
    documents = read_documents(b"a: b\n---\nc: [", "f")
    assert [bare(tree) for tree in documents.trees] == [{"a": "b"}]
    assert [found.rule for found in documents.findings] == ["yaml-syntax"]


@with_each_parser
@pytest.mark.parametrize("opener", ["[", "{a: ", "- ", "? ", "[{a: "])
def test_deep_nesting_is_one_finding_and_no_crash(opener: str) -> None:
    documents = read_documents((opener * 100_000).encode(), "f")
    assert [found.rule for found in documents.findings] == ["too-deep"]


def test_deep_indentation_in_a_file_of_the_greatest_size_is_safe_in_a_thread() -> None:
    lines = (" " * depth + "a:\n" for depth in count())
    total = 0

    def fits(line: str) -> bool:
        nonlocal total
        total += len(line)
        return total <= MOST_BYTES

    data = "".join(takewhile(fits, lines)).encode()
    found: list[tuple[str, str]] = []
    thread = threading.Thread(target=lambda: found.extend(rules(data)))
    thread.start()
    thread.join()
    assert found == [("too-deep", f"f:{DEEPEST + 1}:{DEEPEST + 1}")]


@pytest.mark.parametrize(("depth", "expected"), [(DEEPEST, []), (DEEPEST + 1, ["too-deep"])])
@pytest.mark.parametrize("filler", ["", "# [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n"])
def test_the_greatest_depth(depth: int, expected: list[str], filler: str) -> None:
    data = (filler + "[" * depth + "]" * depth).encode()
    assert [rule for rule, _ in rules(data)] == expected


def test_aliases_deepen() -> None:
    chain = "a0: &a0 []\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 70))
    assert [rule for rule, _ in rules(chain.encode())] == ["too-deep"]


def test_billion_laughs_is_one_finding() -> None:
    laughs = "a0: &a0 [lol]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 10))
    assert [rule for rule, _ in rules(laughs.encode())] == ["too-many-nodes"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"a0: &a0 {'x' * 100_000}\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 9)),
            ("too-many-nodes", "the file has more than 4 MiB of text, where each alias counts as a copy"),
        ),
        (f"[{'x,' * 20_000}]", ("too-many-nodes", "more than 20000 values, where each alias counts as a copy")),
        (
            f"---\n[{'x,' * 19_000}]\n" * 11,
            ("too-many-nodes", "the file has more than 75000 values, where each alias counts as a copy"),
        ),
        ("---\n" * 10_001, ("too-many-documents", "the file has more than 10000 documents")),
        ("---\n" * 10_000, None),
        (f"[{'!a x,' * 1_001}]", ("too-many-errors", "more than 1000 errors; the rest of the file is not read")),
    ],
)
def test_what_multiplies_ends_early(text: str, expected: tuple[str, str] | None) -> None:
    found = [(finding.rule, finding.message) for finding in read_documents(text.encode(), "f").findings]
    assert found[-1:] == ([expected] if expected else [])


@given(st.binary(max_size=60) | almost_documents)
def test_any_bytes_give_trees_or_findings(data: bytes) -> None:
    assert isinstance(read_documents(data, "f"), Documents)
    with python_parser():
        assert isinstance(read_documents(data, "f"), Documents)


def test_libyaml_is_used_where_it_is_installed() -> None:
    assert isinstance(parser.new_parser("a: b"), parser.LibyamlParser)
    with python_parser():
        assert isinstance(parser.new_parser("a: b"), parser.PythonParser)
