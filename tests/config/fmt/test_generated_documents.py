"""The canonical form: laws over generated documents."""

from __future__ import annotations

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from persync.config.document import Role, read_partial
from persync.config.findings import Findings
from persync.config.flatten import Setting
from persync.config.fmt.format import formatted
from persync.config.variables import Values
from persync.config.yaml.nodes import List, Node, Scalar
from persync.config.yaml.reader import read_documents
from persync.model import Section
from tests.config.parsers import python_parser
from tests.config.strategies import almost_documents, dotted_keys, values

_FIELDS = ("project: b", "state: STOPPED", "appVersion: 1.10", "eventstore: pg")
_KEYS = (
    "eventstore.batch-size", "EVENTSTORE", "Table_name", "kubernetes.Limits.cpu", "Kubernetes", "volumes", "tasks-max",
    "a", "my.Own-key", "é", "b c", "limits",
)  # fmt: skip
_ATOMS = (
    "1.10",
    "no",
    "0400",
    "~",
    "'a  b'",
    '"\\u00e9\\n"',
    "é",
    "'${{ vars.x }}'",
    "a:b",
    "[]",
    "{}",
    '""',
    "{a: 'b,c'}",
    "{ a : 'b ,  c' ,d:   [ x,y ] }",
    "{'b':c, }",
    "[ ]",
)


class _Author:
    """Writes documents with every variation of indentation, spaces and comments that YAML allows.

    Each choice is read from a tape; after its end, the first option is taken. So a document is generated quickly, and
    hypothesis can shrink a counterexample.
    """

    def __init__(self, tape: bytes) -> None:
        self._tape = iter(tape)
        self._comments = 0

    def pick(self, *choices: str) -> str:
        return choices[self.number(len(choices))]

    def number(self, below: int) -> int:
        return next(self._tape, 0) % below

    def comment(self) -> str:
        self._comments += 1
        return f"# c{self._comments}{self.pick('', ' ', ' x', ' x: [')}"

    def end(self) -> str:
        """Write the end of a line, after its content."""
        return self.pick("\n", "\n", "  \n", f" {self.comment()}\n", f"    {self.comment()}\n")

    def between(self, indent: int) -> str:
        """Write comments and blank lines."""
        around = " " * max(indent - 2 + self.number(5), 0)
        line = f"{around}{self.comment()}\n"
        return self.pick("", "", "", "\n", f"{around}\n", line, f"\n{line}", f"{line}\n", f"{line}{line.strip()}\n")

    def file(self) -> str:
        return self.pick("---\n", "--- # c0\n", "...\n# c0\n---\n").join(
            self.document() for _ in range(1 + self.number(2))
        )

    def document(self) -> str:
        indent = self.number(3) // 2 * 3
        lines = [f"{field}{self.end()}" for field in _FIELDS if self.number(2)]
        lines.insert(self.number(len(lines) + 1), f"eventType: a{self.end()}")
        for section in Section:
            if self.number(2):
                written = f"{section}:{self.end()}{self.map(indent + 1 + self.number(4), 0)}"
                lines.insert(self.number(len(lines) + 1), written)
        return "".join(f"{self.between(indent)}{' ' * indent}{line}" for line in lines)

    def map(self, indent: int, depth: int) -> str:
        keys = dict.fromkeys(self.pick(*_KEYS) for _ in range(1 + self.number(3)))
        return "".join(
            f"{self.between(indent)}{' ' * indent}{self.quoted(key)}:{self.value(indent, depth)}" for key in keys
        )

    def quoted(self, key: str) -> str:
        return self.pick(key, key, f"'{key}'", f'"{key}"', f"{key} ")

    def list(self, indent: int, depth: int) -> str:
        lines = ""
        for _ in range(1 + self.number(3)):
            gap = 1 + self.number(4)
            written = self.map(indent + 1 + gap, depth).lstrip()
            item = self.pick(f"{self.pick(*_ATOMS)}{self.end()}", written if not written.startswith("#") else "x\n")
            lines += f"{self.between(indent)}{' ' * indent}-{' ' * gap}{item}"
        return lines

    def value(self, indent: int, depth: int) -> str:
        """Write the value of a key: the rest of its line, and the lines below."""
        pad = " " * (indent + 1 + self.number(5))
        kind = self.number(9 if depth < 3 else 5)
        if kind == 0:
            return f"{self.pick(' ', '   ')}{self.pick(*_ATOMS)}{self.end()}"
        if kind == 1:
            return f"{self.end()}{pad}{self.pick(*_ATOMS)}{self.end()}"
        if kind == 2:
            quote = self.pick("", "'", '"')
            return f" {quote}one  \n{pad}two\n\n{pad}  three{quote}{self.end()}"
        if kind == 3:
            return f" [a,{self.end()}{pad}{{b: c}}{self.end()}{pad}]{self.end()}"
        if kind == 4:
            last = f"{pad}# none{self.pick('', ' ')}\n{self.pick('', ' ')}\n"
            return f" {self.pick('|', '>', '|-', '>+')}{self.end()}{pad}one \n\n{pad}  two\n{last}"
        below = self.map(len(pad), depth + 1) if kind < 7 else self.list(indent + self.number(4), depth + 1)
        return f"{self.end()}{below}"


files = st.binary(min_size=300, max_size=900).map(lambda tape: _Author(tape).file())


def comments(text: str) -> Counter[str]:
    return Counter(line[line.index("# c") :].rstrip() for line in text.split("\n") if "# c" in line)


def blank_lines(text: str) -> int:
    """Count the blank lines without those at the end, which fmt removes."""
    return sum(not line.strip() for line in text.rstrip().split("\n"))


def bare(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text, node.plain
    if isinstance(node, List):
        return [bare(item) for item in node.items]
    return [(key.text, bare(value)) for key, value in node.entries]


def loaded(data: bytes) -> list[object]:
    """Return the loaded documents: the head, and every property by its relaxed form."""
    documents: list[object] = []
    for tree in read_documents(data, "f").trees:
        partial = read_partial(tree, Role.PERSISTER, Values(variables={"x": "y"}), Findings())
        assert partial is not None
        head = {name: field.text for name, field in partial.head.items() if field}
        changes = {
            section: [
                (change.key.form, bare(change.value)) if isinstance(change, Setting) else change.form
                for change in changes
            ]
            for section, changes in partial.changes.items()
        }
        documents.append((head, changes))
    return documents


@given(files)
def test_a_document_keeps_its_content_comments_and_blank_lines(text: str) -> None:
    assert read_documents(text.encode(), "f").findings == ()
    result = formatted(text.encode(), "f")
    assert result.findings == ()
    after = result.data.decode()
    assert loaded(result.data) == loaded(text.encode())
    assert comments(after) == comments(text)
    assert formatted(result.data, "f") == result
    assert blank_lines(after) == blank_lines(text)


@given(files)
def test_both_parsers_give_the_same(text: str) -> None:
    data = text.encode()
    trees, result = read_documents(data, "f"), formatted(data, "f")
    with python_parser():
        assert read_documents(data, "f") == trees
        assert formatted(data, "f") == result


@given(st.binary(max_size=60) | almost_documents | almost_documents.map(b"eventType: a\n".__add__))
@example(b"eventType: a\n? [\n: b")
def test_any_bytes_are_formatted_or_stay(data: bytes) -> None:
    result = formatted(data, "f")
    if result.findings:
        assert result.data == data
    else:
        assert loaded(result.data) == loaded(data)
        assert formatted(result.data, "f") == result


@given(dotted_keys, values)
def test_any_text_stays(key: str, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    data = f"eventType: a\nappConfig:\n    {key}: {quoted}\n".encode()
    result = formatted(data, "f")
    assert result.findings == read_documents(data, "f").findings
    assert loaded(result.data) == loaded(data)
