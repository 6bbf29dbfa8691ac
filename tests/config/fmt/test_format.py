"""The canonical form: the order of fields and comments, and the files that fmt leaves unchanged."""

from __future__ import annotations

import pytest

from persync.config.fmt.format import formatted

from .conftest import fmt

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
