"""Strategies for the values of properties: of every kind of the catalogue, in every writing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from persync.config.rules.skipper import arrives, ends_with_line_break
from persync.model import Definition, Kind, Section
from persync.properties.catalogue import definitions


class Value(NamedTuple):
    """A value: what it means, two texts that a server may hold it as, and a writing of it as a YAML fragment."""

    meaning: Hashable
    text: str
    also: str
    written: str


# Letters and digits, and what YAML, Spring, URLs and persync treat in a special way. No mask: live, it is not known.
_odd_texts = st.text(alphabet="abZ019 -_.:/,'\"#&*!|>%@`?{}[]$\\~=\n\té\N{GRINNING FACE}", max_size=12).filter(
    lambda text: "${{" not in text and "***" not in text
)
_placeholders = st.sampled_from(["${superuser-password}", "jdbc:postgresql://${host}:5432/db", "a ${b:c} d"])
_usual_texts = st.sampled_from(["", "public.eventstore", "no", "1.10", "0400", "12:30", "null", "1e3", "~"])
# What reaches the pod: Skipper's template neither escapes double quotes nor keeps a line break at the end.
_sent_texts = _odd_texts.filter(lambda text: arrives(text) is not None and not ends_with_line_break(text))
texts = _sent_texts | _usual_texts | _placeholders
_names = st.from_regex(r"[a-z][a-z0-9-]{0,4}[a-z0-9]", fullmatch=True)
# without quotes, YAML 1.1 does not read these as texts, and the deployer refuses such a key
_keys = _names.filter(lambda name: name not in {"no", "off", "on", "yes", "true", "false", "null"})

_STAYS_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+]*")
_NULLS = {"null", "Null", "NULL"}


def quoted(text: str) -> str:
    """Return a text in YAML's double quotes."""
    return json.dumps(text, ensure_ascii=False)


def scalar(text: str) -> SearchStrategy[str]:
    """A text as a YAML scalar: without quotes too, where that is possible."""
    if _STAYS_PLAIN.fullmatch(text) and text not in _NULLS:
        return st.sampled_from([text, quoted(text)])
    return st.just(quoted(text))


@st.composite
def _of(draw: DrawFn, meaning: Hashable, spellings: Sequence[str], fragments: Sequence[str] = ()) -> Value:
    """A value of these equal texts; ``fragments`` are YAML writings besides."""
    text, also = draw(st.sampled_from(spellings)), draw(st.sampled_from(spellings))
    as_text = st.sampled_from(spellings).flatmap(scalar)
    return Value(meaning, text, also, draw(as_text | st.sampled_from(fragments) if fragments else as_text))


def _bools(_: Definition) -> SearchStrategy[Value]:
    words = {True: ["true", "True", "yes", "ON", "1"], False: ["false", "no", "off", "0"]}
    return st.booleans().flatmap(lambda yes: _of(yes, words[yes]))


def _flags(_: Definition) -> SearchStrategy[Value]:
    return st.booleans().flatmap(lambda yes: _of(yes, ["true", "True", "TRUE"] if yes else ["false", "False"]))


def _ints(known: Definition) -> SearchStrategy[Value]:
    least = int(known.minimum or 0)
    most = int(known.maximum or least + 5000)
    return st.integers(least, most).flatmap(lambda number: _of(number, [f"{number}", f"+{number}", f"0{number}"]))


def _numbers(_: Definition) -> SearchStrategy[Value]:
    return st.integers(0, 99).flatmap(lambda number: _of(number, [f"{number}.0", f"{number}", f"{number}.00"]))


def _milli(number: int) -> SearchStrategy[Value]:
    return _of(number, [f"{number}m", f"{number / 1000:.3f}", f"0{number / 1000:.4f}"])


def _mebi(number: int) -> SearchStrategy[Value]:
    return _of(number, [f"{number}Mi", f"{number * 1024}Ki", f"{number / 1024:.10f}Gi"])


def _quantities(known: Definition) -> SearchStrategy[Value]:
    # no request exceeds its limit, and nothing is below the vendor's minimum
    numbers = st.integers(256, 512) if "requests" in known.key else st.integers(512, 4096)
    return numbers.flatmap(_milli if known.key.endswith("cpu") else _mebi)


def _durations(_: Definition) -> SearchStrategy[Value]:
    def spelled(days: int) -> SearchStrategy[Value]:
        return _of(days, [f"P{days}D", f"PT{24 * days}H", f"PT{86400 * days}S", f"{days}d", f"{days * 86_400_000}"])

    return st.integers(1, 9).flatmap(spelled)


def _byte_sizes(_: Definition) -> SearchStrategy[Value]:
    return st.integers(1, 9).flatmap(
        lambda number: _of(number, [f"{number}g", f"{number * 1024}m", f"{number * 1024}"])
    )


def _choices(known: Definition) -> SearchStrategy[Value]:
    def spelled(choice: str) -> SearchStrategy[Value]:
        in_case = [choice.lower(), choice.upper()] if known.relaxed or known.ignores_case else []
        return _of(choice, [choice, *in_case])

    return st.sampled_from(known.choices).flatmap(spelled)


def _node_ports(_: Definition) -> SearchStrategy[Value]:
    ports = st.integers(30_000, 32_767).flatmap(lambda port: _of(port, [f"{port}", f"+{port}", f"0{port}"]))
    return ports | _of("true", ["true", "TRUE"])


def _commands(_: Definition) -> SearchStrategy[Value]:
    def spelled(words: list[str]) -> SearchStrategy[Value]:
        return _of(tuple(words), [" ".join(words), "  ".join(words), " ".join(f"'{word}'" for word in words)])

    return st.lists(_names, min_size=1, max_size=3).flatmap(spelled)


def plain_texts(known: Definition | None) -> SearchStrategy[Value]:
    admitted = texts.filter(bool) if known and known.not_empty else texts
    return admitted.flatmap(lambda text: _of(text, [text]))


def _int_lists(_: Definition) -> SearchStrategy[Value]:
    def made(ports: list[int]) -> SearchStrategy[Value]:
        shown = list(map(str, ports))
        return _of(frozenset(ports), [",".join(shown), ", ".join(reversed(shown))], [f"[{', '.join(shown)}]"])

    return st.lists(st.integers(1, 65535), min_size=1, max_size=3).flatmap(made)


_env_names = st.from_regex(r"[A-Z][A-Z0-9_]{0,5}", fullmatch=True)
_env_values = st.text(alphabet="abZ01-_.:/=?,", max_size=6)
_pair_keys = st.from_regex(r"([a-z]{1,2}\.[a-z]{1,3}/)?[a-z][a-z0-9._-]{0,5}[a-z]", fullmatch=True)
_annotations = st.text(alphabet="abZ01-_./:", max_size=6)
_labels = st.from_regex(r"[a-zA-Z0-9][a-z0-9._-]{0,4}[a-z0-9]", fullmatch=True)


@st.composite
def _joined(
    draw: DrawFn,
    keys: SearchStrategy[str],
    values: SearchStrategy[str],
    item: Callable[[str, str], str],
    separator: str,
) -> Value:
    """A list of items in a string, whose order does not matter."""
    entries = draw(st.dictionaries(keys, values, min_size=1, max_size=3))
    order = draw(st.permutations(list(entries.items())))
    shown = separator.join(item(*entry) for entry in entries.items())
    other = ",".join(item(*entry) for entry in order)
    # the deployer refuses a list of quoted values alone
    first = "," if all(item(*entry).endswith("'") for entry in entries.items()) else ""
    fragment = "{" + ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in order) + "}"
    return draw(_of(frozenset(entries.items()), [first + shown, first + other], [fragment]))


def _assignments(_: Definition) -> SearchStrategy[Value]:
    return _joined(
        _env_names, _env_values, lambda name, text: f"{name}='{text}'" if "," in text else f"{name}={text}", ","
    )


def _pairs(known: Definition) -> SearchStrategy[Value]:
    return _joined(
        _pair_keys, _labels if known.kind is Kind.LABELS else _annotations, lambda key, text: f"{key}:{text}", ", "
    )


# A structure in Python; its scalars are str, int and bool.
_Tree = Any


def _flow(tree: _Tree, style: str) -> str:
    """Return a structure in flow style: texts alone in quotes (``bare``, ``octal``), or all as the vendor does."""
    if isinstance(tree, dict):
        blank = " " if style == "quoted" else ""
        return "{" + ", ".join(f"{key}{blank}: {_flow(below, style)}" for key, below in tree.items()) + blank + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(_flow(item, style) for item in tree) + "]"
    if isinstance(tree, bool):
        text = str(tree).lower()
        return f"'{text}'" if style == "quoted" else text
    if isinstance(tree, int):
        return {"quoted": f"'{tree}'", "octal": f"0{tree:o}"}.get(style, str(tree))
    return "'" + str(tree).replace("'", "''") + "'"


def _meaning(tree: _Tree, *, ordered: bool) -> Hashable:
    if isinstance(tree, dict):
        return frozenset((key, _meaning(below, ordered=True)) for key, below in tree.items())
    if isinstance(tree, list):
        items = [_meaning(item, ordered=True) for item in tree]
        return tuple(items) if ordered else frozenset(items)
    return str(tree).lower() if isinstance(tree, bool) else str(tree)


@st.composite
def _structure(draw: DrawFn, trees: SearchStrategy[_Tree], *, ordered: bool) -> Value:
    tree = draw(trees)
    other = tree if ordered or isinstance(tree, dict) else draw(st.permutations(tree))
    styles = ["bare", "quoted", "octal"]
    return draw(
        _of(
            _meaning(tree, ordered=ordered or isinstance(tree, dict)),
            [_flow(one, style) for style in styles for one in (tree, other)],
            [_flow(other, style) for style in styles],
        )
    )


# No multi-line text: YAML folds it in single quotes, and such paths are not mounted.
_leaves = st.text(alphabet="abZ/-_. :'{}[],#é", min_size=1, max_size=6).map(lambda text: f"/{text}") | _names
_modes = st.integers(1, 511)
_volumes = st.lists(
    st.fixed_dictionaries(
        {"name": _names, "secret": st.fixed_dictionaries({"secretName": _leaves}, optional={"defaultMode": _modes})}
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda volume: str(volume["name"]),
)
_mounts = st.lists(
    st.fixed_dictionaries(
        {"name": _names, "mountPath": _leaves}, optional={"subPath": _leaves, "readOnly": st.booleans()}
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda mount: (mount["name"], mount["mountPath"], mount.get("subPath")),
)
_tolerations = st.lists(
    st.fixed_dictionaries(
        {"key": _names, "operator": st.sampled_from(["Equal", "Exists"])}, optional={"tolerationSeconds": _modes}
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda toleration: (toleration["key"], toleration["operator"]),
)


def _references(name: str) -> SearchStrategy[_Tree]:
    return st.lists(
        st.fixed_dictionaries({"envVarName": _env_names, name: _names, "dataKey": _names}),
        min_size=1,
        max_size=2,
        unique_by=lambda reference: reference["envVarName"],
    )


_containers = st.lists(
    st.fixed_dictionaries({"name": _names, "image": _leaves, "command": st.lists(_leaves, min_size=1, max_size=2)}),
    min_size=1,
    max_size=2,
    unique_by=lambda container: container["name"],
)
_contexts = st.dictionaries(st.sampled_from(["runAsUser", "fsGroup"]), _modes, min_size=1)
_trees: SearchStrategy[_Tree] = st.recursive(
    _leaves | _modes | st.booleans(),
    lambda below: st.dictionaries(_keys, below, min_size=1, max_size=2) | st.lists(below, min_size=1, max_size=2),
    max_leaves=5,
)
_free_structures = st.dictionaries(_keys, _trees, min_size=1, max_size=2)
_STRUCTURES: Mapping[str, tuple[SearchStrategy[_Tree], bool]] = {
    "kubernetes.volumes": (_volumes, False),
    "kubernetes.volumeMounts": (_mounts, False),
    "kubernetes.tolerations": (_tolerations, False),
    "kubernetes.secretKeyRefs": (_references("secretName"), False),
    "kubernetes.configMapKeyRefs": (_references("configMapName"), False),
    "kubernetes.additionalContainers": (_containers, False),
    "kubernetes.podSecurityContext": (_contexts, True),
}


def _structures(known: Definition) -> SearchStrategy[Value]:
    trees, ordered = _STRUCTURES.get(known.key, (_free_structures, True))
    return _structure(trees, ordered=ordered)


_BY_KIND: Mapping[Kind, Callable[[Definition], SearchStrategy[Value]]] = {
    Kind.TEXT: plain_texts,
    Kind.BOOL: _bools,
    Kind.FLAG: _flags,
    Kind.INT: _ints,
    Kind.NUMBER: _numbers,
    Kind.QUANTITY: _quantities,
    Kind.BYTES: _byte_sizes,
    Kind.DURATION: _durations,
    Kind.ENUM: _choices,
    Kind.STRUCTURE: _structures,
    Kind.ASSIGNMENTS: _assignments,
    Kind.PAIRS: _pairs,
    Kind.LABELS: _pairs,
    Kind.INTS: _int_lists,
    Kind.NODE_PORT: _node_ports,
    Kind.COMMAND: _commands,
}

KNOWN: Mapping[Section, tuple[Definition, ...]] = {section: definitions(section) for section in Section}
ALL_KNOWN = tuple(known for section in (Section.APP, Section.DEPLOYER) for known in KNOWN[section])


def values(known: Definition) -> SearchStrategy[Value]:
    """Valid values of a known property."""
    return _BY_KIND[known.kind](known)


@st.composite
def pairs_of_values(draw: DrawFn) -> tuple[Definition, Value, Value]:
    """A known property and two values of it, often equal in what they mean."""
    known = draw(st.sampled_from(ALL_KNOWN))
    pool = draw(st.lists(values(known), min_size=1, max_size=2))
    return known, draw(st.sampled_from(pool)), draw(st.sampled_from(pool))


_near_values = st.text(alphabet="019+-.eEmMGikKPTDS:,='{}[] abtrueflsn", max_size=8)


@st.composite
def three_texts(draw: DrawFn) -> tuple[Definition, str, str, str]:
    """A known property and three texts from a small pool of values, almost values and anything else."""
    known = draw(st.sampled_from(ALL_KNOWN))
    spellings = values(known).map(lambda value: value.text)
    pool = draw(st.lists(spellings | spellings.map(lambda text: text[:-1]) | _near_values, min_size=2, max_size=4))
    one, two, three = (draw(st.sampled_from(pool)) for _ in range(3))
    return known, one, two, three
