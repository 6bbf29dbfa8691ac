"""The canonical form: indentation, scalars and flow collections as they are, spaces, and the end of the file."""

from __future__ import annotations

import pytest

from .conftest import fmt

BEFORE_AND_AFTER = {
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
      ? e: "f
  g",}
  h:
    [
  i,
  ]
""",
    ),
    "one space after a colon and a comma, and none elsewhere": (
        """\
project:    billing
eventType :   a
state:  RUNNING   # why
appConfig :
  a: {batchSize: 5,tableName:   x , "ttl":'a' }
  b: [a,b ,  c,]
  c: { }
  d: [ {a : 1,b: [ ]},{c: , d: 1} ]
  f:   &x   y
  g: [ *x , *x ]
  h :   |
    x   :  y
  "i" :   'x   :  y'
  'j':  a,b  [c]   d
  k: ${{  vars.x  }}
  l:      1   # one
  m:      2   # two
  n: [a  ,   # x
      b ]
""",
        """\
project: billing
eventType: a
state: RUNNING   # why
appConfig:
  a: {batchSize: 5, tableName: x, "ttl": 'a'}
  b: [a, b, c,]
  c: {}
  d: [{a: 1, b: []}, {c: , d: 1}]
  f: &x y
  g: [*x , *x ]
  h: |
    x   :  y
  "i": 'x   :  y'
  'j': a,b  [c]   d
  k: ${{  vars.x  }}
  l: 1        # one
  m: 2        # two
  n: [a,   # x
      b]
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
