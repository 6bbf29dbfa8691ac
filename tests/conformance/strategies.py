"""Texts for the values of catalogued properties: valid ones in many writings, near misses, and nonsense."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from persync.model import Definition, Fields, Kind

_CASES: list[Callable[[str], str]] = [str, str.lower, str.upper, str.title, str.swapcase]
_case = st.sampled_from(_CASES)
_blank = st.sampled_from(["", "", "", "", " ", "\t"])
_digits = st.sampled_from(
    ["0", "1", "2", "7", "10", "0120", "00", "120", "8080", "2147483647", "2147483648", "99999999999"]
)
_ints = st.tuples(st.sampled_from(["", "", "", "+", "-"]), _digits).map("".join)
_decimals = st.tuples(
    st.sampled_from(["", "", "", "+", "-"]), st.from_regex(r"([0-9]{1,4}(\.[0-9]{0,3})?|\.[0-9]{1,3})", fullmatch=True)
).map("".join)
_words = st.sampled_from(["a", "b", "disk", "ssd", "x-y", "_z", "A1", "1A", "0", "é", "a b", "a.b/c"])
_junk = st.text(alphabet="ab01 -_.:/,'=[]{}#\té", max_size=6)


def _padded(texts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(_blank, texts, _blank).map("".join)


def _bools(_: Definition) -> SearchStrategy[str]:
    words = st.sampled_from(["true", "false", "yes", "no", "on", "off", "1", "0", "y", "n", "t", "f", "2", ""])
    return st.tuples(_case, words).map(lambda pair: pair[0](pair[1]))


def _quantities(_: Definition) -> SearchStrategy[str]:
    suffixes = ["", "", "m", "k", "K", "Ki", "M", "Mi", "G", "Gi", "mi", "n", "u", "e3", "E-2", "e", "E", " m"]
    return st.tuples(_decimals, st.sampled_from(suffixes)).map("".join)


def _bytes(_: Definition) -> SearchStrategy[str]:
    numbers = st.sampled_from(["0", "1", "2", "1024", "2048", "01", "1.5", "-1", "+1", ""])
    return st.tuples(numbers, st.sampled_from(["", "m", "M", "g", "G", "k", "Gi", " g", "mb"])).map("".join)


def _durations(_: Definition) -> SearchStrategy[str]:
    simple = st.tuples(_ints, st.sampled_from(["", "ns", "us", "ms", "s", "m", "h", "d", "D", "S", "w", " s"])).map(
        "".join
    )
    number = st.sampled_from(["", "0", "1", "24", "60", "86400", "-1", "+2", "1.5", "1,5", "1.", ".5"])
    part = st.tuples(number, st.sampled_from("YMDHSWdt")).map("".join)
    iso = st.tuples(
        st.sampled_from(["P", "P", "-P", "+P", "p", ""]),
        st.lists(part, max_size=2).map("".join),
        st.sampled_from(["", "T", "T", "t"]),
        st.lists(part, max_size=3).map("".join),
    ).map("".join)
    usual = st.sampled_from(
        ["P5D", "PT120H", "5d", "P1D", "PT24H", "PT1440M", "PT86400S", "24h", "86400000", "P1Y", "P12M"]
    )
    return simple | iso | usual


def _choices(known: Definition) -> SearchStrategy[str]:
    spelled = st.tuples(
        _case, st.sampled_from([*known.choices, "other", "if-not-present", "if_not_present", "ear liest"])
    )
    return _padded(spelled.map(lambda pair: pair[0](pair[1])))


def _lists(between: str) -> SearchStrategy[str]:
    plain = st.tuples(_blank, _words, st.just(between), _words | st.just(""), _blank).map("".join)
    more = st.tuples(_words, st.sampled_from([between * 2, f"{between}c{between}", ""]), _words).map("".join)
    quoted = st.tuples(_words, st.just(between), st.sampled_from(["'x'", "'x,y'", "''", "'x", "it's", "'a'b'"])).map(
        "".join
    )
    items = st.lists(plain | plain | plain | more | quoted | st.sampled_from(["", " "]), min_size=1, max_size=4)
    return items.map(",".join)


def _int_lists(_: Definition) -> SearchStrategy[str]:
    ports = st.sampled_from(["80", "8080", "9090", "080", "+80", "70000", "0x50", "80.0", ""])
    return st.lists(_padded(ports), min_size=1, max_size=4).map(",".join)


_PLAIN = [
    *(
        "a",
        "b",
        "s",
        "/x",
        "/y",
        "0400",
        "256",
        "0o400",
        "'0400'",
        "'256'",
        "0x100",
        "1e3",
        "1.10",
        "'1.1'",
        "2020-01-01",
    ),
    *(
        "yes",
        "'yes'",
        "y",
        "no",
        "true",
        "'true'",
        "True",
        "1",
        "'1'",
        "~",
        "null",
        "''",
        "' '",
        "''",
        "1:30",
        "=",
        "a b",
    ),
    *(
        "'a''b'",
        '"a"',
        "http://x:80/y",
        "a:b",
        "a?b",
        "*x",
        "&x a",
        "!!str 1",
        "@a",
        "a#b",
        "a #b",
        "{}",
        "[]",
        "[a, b]",
    ),
    *("é", "{a: b}", "1_0", "10.0", "08", "-1", "+1", "99999999999", "'a, b'", "1Gi", "'1024'", "Exists", "|", "- a"),
]
_FIT: Mapping[str, list[str]] = {
    "text": ["a", "b", "'a'", '"a"', "/x", "'/x'", "x-y", "Exists", "'1'", "1"],
    "label": ["a", "b", "'a'", "x-y"],
    "variable": ["A", "B", "'A'", "_a1"],
    "int": ["256", "0400", "'256'", "' 256'", "0x100", "10", "'010'"],
    "long": ["1000", "'1000'", "01750", "99999999999"],
    "bool": ["true", "'true'", "yes", "'On'", "false", "'no'", "off"],
    "quantity": ["1Gi", "'1Gi'", "1024Mi"],
    "map": ["{a: b}", "{a: b, c: 1}", "{}"],
}


@st.composite
def _spelled(draw: DrawFn, name: str) -> str:
    dashed = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    writing = st.sampled_from([name] * 8 + [dashed, dashed.replace("-", "_"), name.upper(), f"'{name}'", f'"{name}"'])
    return draw(writing)


def _value(fields: Fields) -> SearchStrategy[str]:
    if isinstance(fields, str):
        return st.sampled_from(_FIT[fields] * 12 + _PLAIN)
    if isinstance(fields, Mapping):
        return st.one_of(*[_map(fields)] * 40, st.sampled_from(_PLAIN))
    items = st.lists(_value(fields[0]), max_size=2)
    return st.one_of(*[items.map(lambda texts: f"[{', '.join(texts)}]")] * 24, st.sampled_from(_PLAIN))


@st.composite
def _map(draw: DrawFn, fields: Mapping[str, Fields]) -> str:
    names = sorted(fields)
    # what is used, more often than the other fields
    usual = [
        name for name in ("secret", "configMap", "emptyDir", "name", "mountPath", "key", "operator") if name in fields
    ]
    chosen = draw(st.lists(st.sampled_from(names + usual * 3), min_size=1, max_size=3, unique=True))
    chosen = ["name", *chosen] if "name" in fields and "name" not in chosen and draw(st.integers(0, 9)) else chosen
    entries = [f"{draw(_spelled(name))}: {draw(_value(fields[name]))}" for name in chosen]
    if not draw(st.integers(0, 7)):
        entries.append(draw(st.sampled_from(["unknown: 1", "unknown: {a: [b]}", "name: c", "1: a", "name:'a'"])))
    return "{" + ", ".join(draw(st.permutations(entries))) + "}"


@st.composite
def _structures(draw: DrawFn, known: Definition) -> str:
    assert known.fields is not None
    if isinstance(known.fields, Mapping):
        return draw(_value(known.fields))
    items = draw(st.lists(_value(known.fields[0]), max_size=3))
    flow = f"[{', '.join(items)}]"
    block = "".join(f"- {item}\n" for item in items)
    return draw(
        st.sampled_from([flow] * 16 + [block, f"{flow} # why", f" {flow} ", f"{flow}, a: b", flow[:-1], "", " "])
    )


_BY_KIND: Mapping[Kind, Callable[[Definition], SearchStrategy[str]]] = {
    Kind.BOOL: _bools,
    Kind.FLAG: _bools,
    Kind.INT: lambda _: _padded(_ints),
    Kind.NUMBER: lambda _: st.tuples(_decimals, st.sampled_from(["", "", "e1", "E-1", "d", "e"])).map("".join),
    Kind.QUANTITY: _quantities,
    Kind.BYTES: _bytes,
    Kind.DURATION: _durations,
    Kind.ENUM: _choices,
    Kind.STRUCTURE: _structures,
    Kind.ASSIGNMENTS: lambda _: _lists("="),
    Kind.PAIRS: lambda _: _lists(":"),
    Kind.LABELS: lambda _: _lists(":"),
    Kind.INTS: _int_lists,
    Kind.NODE_PORT: lambda _: _bools(_) | _padded(_ints),
    Kind.COMMAND: lambda _: st.lists(_words | st.sampled_from(["'a b'", '"a b"', "'a", "a'b", "\\", "\\ ", "''"])).map(
        " ".join
    ),
    Kind.TEXT: lambda _: _padded(_words),
}


# Changes of a text that often leave the value what it is.
_REWRITTEN = [
    (re.compile(r"'([\w/-]+)'"), r"\1"),
    (re.compile(r"(?<=: )([\w/-]+)"), r"'\1'"),
    (re.compile(r"\b([a-z]+)([A-Z])(\w*): "), r"\1-\2\3: "),
    (re.compile(r"\btrue\b"), "on"),
    (re.compile(r"\}"), ", more: x}"),
    (re.compile(r"^\[(.*)\]$"), r"[ \1 , ]"),
    (re.compile(r"^(\{.*\})$"), r" \1 "),
    (re.compile(r"^\[(\{[^{}]*\}), (.*)\]$"), r"[\2, \1]"),
    (re.compile(r"^([^,]*),(.*)$"), r"\2,\1"),
    (re.compile(r"$"), ","),
    (re.compile(r"^(?=\d)"), "0"),
    (re.compile(r"^(?=\d)"), "+"),
    (re.compile(r", *"), ", "),
]


@st.composite
def pairs(draw: DrawFn, known: Definition) -> tuple[str, str]:
    """Two texts for a property; the second often is another way to write the first."""
    one = draw(texts(known))
    if draw(st.booleans()):
        return one, draw(texts(known))
    other = one
    for pattern, replacement in draw(st.lists(st.sampled_from(_REWRITTEN), min_size=1, max_size=2)):
        other = pattern.sub(replacement, other, count=draw(st.integers(0, 1)))
    return one, other


def texts(known: Definition) -> SearchStrategy[str]:
    """Texts for a value of a property; most of them are valid."""
    return st.one_of(*[_BY_KIND[known.kind](known)] * 15, _junk)
