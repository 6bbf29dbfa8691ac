"""The canonical form: whole texts, and laws over generated documents."""

from __future__ import annotations

from collections import Counter

import pytest
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
from persync.properties.catalogue import definitions, identify

from .parsers import python_parser
from .strategies import almost_documents, dotted_keys, values


def fmt(text: str) -> str:
    """Format with both parsers, and once more."""
    result = formatted(text.encode(), "f.yaml")
    assert result.findings == ()
    with python_parser():
        assert formatted(text.encode(), "f.yaml") == result
    assert formatted(result.data, "f.yaml") == result
    return result.data.decode()


BEFORE_AND_AFTER = {
    "the head is put in order, and the comments and blank lines above a field move with it": (
        """\
# yaml-language-server: $schema=persister.schema.json
# what this is
eventType: clicks     # whose
appConfig:
  a: b
  # about a

# where

project: web          # here
# how
state: RUNNING
# the end
""",
        """\
# yaml-language-server: $schema=persister.schema.json
# where

project: web          # here

# what this is
eventType: clicks     # whose
# how
state: RUNNING
appConfig:
  a: b
  # about a
# the end
""",
    ),
    "a comment above a blank line is about the file": (
        "# all of this\n\neventType: a\nproject: b\n",
        "# all of this\n\nproject: b\neventType: a\n",
    ),
    "each document is put in order on its own": (
        "---  # one\nstate: STOPPED\neventType: a\n# of one\n---\neventType: b\nproject: c\n...\n",
        "---  # one\neventType: a\nstate: STOPPED\n# of one\n---\nproject: c\neventType: b\n...\n",
    ),
    "directives and explicit document starts": (
        "%YAML 1.1\n---\n    state: STOPPED\n    eventType: a\n",
        "%YAML 1.1\n---\neventType: a\nstate: STOPPED\n",
    ),
    "unknown fields are last, in their order, and a merge key is first": (
        "zoo: 1\neventType: a\nbar: 2\n<<: {state: RUNNING}\n",
        "<<: {state: RUNNING}\neventType: a\nzoo: 1\nbar: 2\n",
    ),
    "the order is kept if a scalar would absorb the lines after it": (
        "eventType: a\nappConfig:\n    a: |+\n        b\nstate: RUNNING\n\n---\nappConfig: {}\neventType: |\n  b",
        "eventType: a\nappConfig:\n  a: |+\n    b\nstate: RUNNING\n\n---\nappConfig: {}\neventType: |\n  b",
    ),
    "a comment that has left a block does not go back into it": (
        "appConfig:\n  a: b\n # c\n  # d\neventType: a\n",
        "# c\n# d\neventType: a\nappConfig:\n  a: b\n",
    ),
    "a comment that continues the one above stays below it": (
        "--- # one\n    # two\n# three\nappConfig: {}\neventType: a\n",
        "--- # one\n    # two\neventType: a\n# three\nappConfig: {}\n",
    ),
    "no alias moves above its anchor": (
        "eventType: a\ndeployerConfig: &x\n    a: b\nappConfig: *x\n",
        "eventType: a\ndeployerConfig: &x\n  a: b\nappConfig: *x\n",
    ),
    "anchors and aliases that may move": (
        "state: RUNNING\neventType: a\nappConfig: {my: &p c}\ndeployerConfig: {my: *p}\n",
        "eventType: a\nstate: RUNNING\nappConfig: {my: &p c}\ndeployerConfig: {my: *p}\n",
    ),
    "the order within the maps is the author's": (
        "eventType: a\nappConfig: {z: 1, a: 2}\ndeployerConfig:\n  z: 1\n  a: 2\n",
        "eventType: a\nappConfig: {z: 1, a: 2}\ndeployerConfig:\n  z: 1\n  a: 2\n",
    ),
    "catalogued properties are spelled as documented, in any nesting": (
        """\
eventType: a
appConfig:
  EVENTSTORE:
    batch-size: 5     # kept
    "table_name": a   # aligned
  spring.Cloud.stream:
    bindings.input: {consumer.Concurrency: 6}
  my_own.Key: 1
deployerConfig:
  Kubernetes.Limits: {CPU: 1}
  ? kubernetes.requests.Cpu
  : 1
config:
  tasks-max: 1
""",
        """\
eventType: a
appConfig:
  eventstore:
    batchSize: 5      # kept
    "tableName": a    # aligned
  spring.cloud.stream:
    bindings.input: {consumer.concurrency: 6}
  my_own.Key: 1
deployerConfig:
  kubernetes.limits: {cpu: 1}
  ? kubernetes.requests.cpu
  : 1
config:
  tasksMax: 1
""",
    ),
    "an element above an unknown property stays": (
        "eventType: a\nappConfig:\n  Eventstore:\n    batch-size: 5\n    Own-key: 1\n",
        "eventType: a\nappConfig:\n  Eventstore:\n    batchSize: 5\n    Own-key: 1\n",
    ),
    "keys inside of structures, lists and brackets stay": (
        "eventType: a\ndeployerConfig:\n  kubernetes:\n    Volumes: [{Name: a, batch-size: 1}]\n"
        "appConfig:\n  my:\n    - batch-size: 1\n  '[eventstore]': {batch-size: 1}\n"
        "  eventstore: {'${{ vars.x }}': 1}\n",
        "eventType: a\nappConfig:\n  my:\n    - batch-size: 1\n  '[eventstore]': {batch-size: 1}\n"
        "  eventstore: {'${{ vars.x }}': 1}\ndeployerConfig:\n  kubernetes:\n"
        "    volumes: [{Name: a, batch-size: 1}]\n",
    ),
    "two spellings do not become one key": (
        "eventType: a\nappConfig:\n  eventstore: {batch-size: 1, batchSize: 2, batch_size: 3}\n",
        "eventType: a\nappConfig:\n  eventstore: {batch-size: 1, batchSize: 2, batch_size: 3}\n",
    ),
    "two maps do not become one": (
        "eventType: a\nappConfig:\n  Eventstore: {batch-size: 1}\n  eventstore: {table-name: 2}\n",
        "eventType: a\nappConfig:\n  Eventstore: {batchSize: 1}\n  eventstore: {tableName: 2}\n",
    ),
    "an anchored map that is used for two properties keeps its spelling": (
        "eventType: a\nappConfig:\n  eventstore: &x {batch-size: 1}\n  my: *x\n",
        "eventType: a\nappConfig:\n  eventstore: &x {batch-size: 1}\n  my: *x\n",
    ),
    "a key that overrides an inherited key still overrides it": (
        "eventType: a\nappConfig:\n  my: &x\n    batch-size: 1\n  eventstore:\n    <<: *x\n    batch-size: 2\n",
        "eventType: a\nappConfig:\n  my: &x\n    batch-size: 1\n  eventstore:\n    <<: *x\n    batch-size: 2\n",
    ),
    "a key that is also a value, or has escapes, stays": (
        'eventType: a\nappConfig:\n  eventstore:\n    &k batch-size: 1\n    "table\\x2dname": *k\n',
        'eventType: a\nappConfig:\n  eventstore:\n    &k batch-size: 1\n    "table\\x2dname": *k\n',
    ),
    "two spaces for every level": (
        """\
eventType: a
appConfig:
        a:
                b: c
        my:
        # one
        - d
        -    e: f   # of e
             g: h
        - - i
          -   - j
        -
              k: l
        # in my
deployerConfig:
 # deep
   n:
      o

 # last
""",
        """\
eventType: a
appConfig:
  a:
    b: c
  my:
    # one
    - d
    - e: f   # of e
      g: h
    - - i
      - - j
    -
      k: l
  # in my
deployerConfig:
  # deep
  n:
    o

# last
""",
    ),
    "scalars of several lines move as they are": (
        """\
eventType: a
appConfig:
      plain: one
       two
      next:
            three
         four
      single: 'a   \n\n         b'
      double: "a  \\
 b \\  \n  \tc"
      literal: |
            one
              two   \n   \n            three
      folded: >-
       one


      kept: |+  # comment
        one

      explicit: |2-
            one
           two
      empty: |
      last: x
""",
        """\
eventType: a
appConfig:
  plain: one
   two
  next:
    three
    four
  single: 'a

     b'
  double: "a  \\
    b \\  \n    c"
  literal: |
    one
      two   \n
    three
  folded: >-
    one


  kept: |+  # comment
    one

  explicit: |2-
        one
       two
  empty: |
  last: x
""",
    ),
    "flow collections move as they are": (
        """\
eventType: a
appConfig:
    a: {b: [c,
            d],   # about d
        # more
        ? e : "f
  g", }
    h:
          [
      i,
]
""",
        """\
eventType: a
appConfig:
  a: {b: [c,
          d],   # about d
      # more
      ? e : "f
  g", }
  h:
    [
  i,
  ]
""",
    ),
    "a document in flow style stays": ("{eventType: a, project: b}\n", "{eventType: a, project: b}\n"),
    "text stays text": (
        "eventType: 'a'\nappVersion: 1.10\nappConfig: {a: no, b: 0400, c: ~, d: \"\\u00e9\", e: é, f: 1_000}\n",
        "eventType: 'a'\nappVersion: 1.10\nappConfig: {a: no, b: 0400, c: ~, d: \"\\u00e9\", e: é, f: 1_000}\n",
    ),
    "line breaks, byte order mark, spaces and the end": (
        "\ufeffeventType: a  \r\n \r\nstate: RUNNING # x \t\rproject: b\n\n\n",
        "project: b\neventType: a\n\nstate: RUNNING # x\n",
    ),
    "no end": ("eventType: a", "eventType: a\n"),
    "blank lines that are a value stay": (
        "eventType: a\nappConfig:\n    a: |+\n      b\n\n\n",
        "eventType: a\nappConfig:\n  a: |+\n    b\n\n\n",
    ),
    "a missing line break that is a value stays missing": (
        "eventType: a\nappConfig:\n    a: |\n     b",
        "eventType: a\nappConfig:\n  a: |\n    b",
    ),
    "a missing line break that is not part of a value is added": (
        "eventType: a\nappConfig:\n    a: |-\n     b",
        "eventType: a\nappConfig:\n  a: |-\n    b\n",
    ),
    "blank lines after a block scalar are not part of it": (
        "eventType: a\nappConfig:\n    a: |\n     b\n     \n\n\nproject: c\n",
        "project: c\n\n\n\neventType: a\nappConfig:\n  a: |\n    b\n",
    ),
    "blank lines and comments after a block scalar": (
        "eventType: a\nappConfig:\n    a: |\n     b\n    # c\n  # d\n    e: f # g\n         # h\n",
        "eventType: a\nappConfig:\n  a: |\n    b\n  # c\n# d\n  e: f   # g\n         # h\n",
    ),
    "nothing": ("", ""),
    "nothing but spaces": (" \n\n", ""),
    "nothing but comments": ("  # a  \n\n# b", "# a\n\n# b\n"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), BEFORE_AND_AFTER.values(), ids=BEFORE_AND_AFTER)
def test_the_canonical_form(before: str, after: str) -> None:
    assert fmt(before) == after


@pytest.mark.parametrize(
    ("data", "findings"),
    [
        (b"eventType: [a", ["f:1:12 yaml-syntax"]),
        (b"eventType: a\nstate:\tSTOPPED\neventType: b\n", ["f:3:1 duplicate-key"]),
        (b"eventType: !x a\n", ["f:1:12 tag"]),
        (b"eventType: \xff\n", ["f:1:12 encoding"]),
        ("eventType: a\nappConfig: {a: 'b\u2028c'}\n".encode(), ["f:2:18 line-separator"]),
        (b"eventType: a\n---\nversion:    1\n", ["f:3:1 not-a-persister"]),
        (b"- a\n-  b", ["f:1:1 not-a-persister"]),
        (b"version: !x 1", ["f:1:1 not-a-persister"]),
        # --- would move to the column where it starts a document
        (b"   eventType: a\n   appConfig: {a: 'b\n   --- c'}\n", ["f:1:1 unsafe-format"]),
    ],
)
def test_files_that_are_left_unchanged(data: bytes, findings: list[str]) -> None:
    result = formatted(data, "f")
    assert (result.data, [f"{found.span} {found.rule}" for found in result.findings]) == (data, findings)


@pytest.mark.parametrize("section", Section)
def test_every_catalogued_property_gets_its_documented_spelling(section: Section) -> None:
    for definition in definitions(section):
        assert identify(section, definition.key).canonical == definition.key
        assert fmt(f"eventType: a\n{section}: {{{definition.key.upper()}: 1}}\n") == (
            f"eventType: a\n{section}: {{{definition.key}: 1}}\n"
        )


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
        return self.pick(key, key, f"'{key}'", f'"{key}"')

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
                (change.key.form, bare(change.value)) if isinstance(change, Setting) else change for change in changes
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
