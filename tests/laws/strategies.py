"""Strategies for hypothesis: values, keys, persisters, their files, and the live side that they meet.

What two writings of a value have in common, and where a key may be spelled freely, is known here by construction; it
is never asked of the code under test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from persync.model import Definition, Kind, Section
from persync.properties.catalogue import definitions

# --- values ---------------------------------------------------------------------------------------------------------


class Value(NamedTuple):
    """A value: what it means, two texts that a server may hold it as, and a writing of it as a YAML fragment."""

    meaning: Hashable
    text: str
    also: str
    written: str


# Letters and digits, and what YAML, Spring, URLs and persync treat in a special way.
_odd_texts = st.text(alphabet="abZ019 -_.:/,'\"#&*!|>%@`?{}[]$\\~=\n\té\N{GRINNING FACE}", max_size=12).filter(
    lambda text: "${{" not in text
)
_placeholders = st.sampled_from(["${superuser-password}", "jdbc:postgresql://${host}:5432/db", "a ${b:c} d"])
_usual_texts = st.sampled_from(["", "public.eventstore", "no", "1.10", "0400", "12:30", "null", "1e3", "~"])
texts = _odd_texts | _usual_texts | _placeholders
_names = st.from_regex(r"[a-z][a-z0-9-]{0,4}[a-z0-9]", fullmatch=True)

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
    return st.integers(1, 9).flatmap(lambda days: _of(days, [f"P{days}D", f"PT{24 * days}H", f"PT{86400 * days}S"]))


def _choices(known: Definition) -> SearchStrategy[Value]:
    return st.sampled_from(known.choices).flatmap(lambda choice: _of(choice, [choice]))


def _plain_texts(_: Definition | None) -> SearchStrategy[Value]:
    return texts.flatmap(lambda text: _of(text, [text]))


def _int_lists(_: Definition) -> SearchStrategy[Value]:
    def made(ports: list[int]) -> SearchStrategy[Value]:
        shown = list(map(str, ports))
        return _of(tuple(ports), [",".join(shown), ", ".join(shown)], [f"[{', '.join(shown)}]"])

    return st.lists(st.integers(1, 65535), min_size=1, max_size=3).flatmap(made)


_env_names = st.from_regex(r"[A-Z][A-Z0-9_]{0,5}", fullmatch=True)
_env_values = st.text(alphabet="abZ01-_.:/=?,", max_size=6)
_pair_keys = st.from_regex(r"[a-z][a-z0-9./-]{0,5}[a-z]", fullmatch=True)
_pair_values = st.text(alphabet="abZ01-_./:", max_size=6)


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
    fragment = "{" + ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in order) + "}"
    return draw(_of(frozenset(entries.items()), [shown, other], [fragment]))


def _assignments(_: Definition) -> SearchStrategy[Value]:
    return _joined(
        _env_names, _env_values, lambda name, text: f"{name}='{text}'" if "," in text else f"{name}={text}", ","
    )


def _pairs(_: Definition) -> SearchStrategy[Value]:
    return _joined(_pair_keys, _pair_values, lambda key, text: f"{key}:{text}", ", ")


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
    return quoted(tree) if style == "bare" else "'" + tree.replace("'", "''") + "'"


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


# Multi-line text is left out: YAML folds it in single quotes, and nobody mounts it.
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
)
_references = st.lists(
    st.fixed_dictionaries({"envVarName": _env_names, "secretName": _names, "dataKey": _names}),
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
_trees: SearchStrategy[_Tree] = st.recursive(
    _leaves | _modes | st.booleans(),
    lambda below: st.dictionaries(_names, below, min_size=1, max_size=2) | st.lists(below, min_size=1, max_size=2),
    max_leaves=5,
)
_free_structures = st.dictionaries(_names, _trees, min_size=1, max_size=2)
_STRUCTURES: Mapping[str, tuple[SearchStrategy[_Tree], bool]] = {
    "kubernetes.volumes": (_volumes, False),
    "kubernetes.volumeMounts": (_mounts, False),
    "kubernetes.tolerations": (_tolerations, True),
    "kubernetes.secretKeyRefs": (_references, False),
    "kubernetes.configMapKeyRefs": (_references, False),
    "kubernetes.additionalContainers": (_containers, False),
}


def _structures(known: Definition) -> SearchStrategy[Value]:
    trees, ordered = _STRUCTURES.get(known.key, (_free_structures, True))
    return _structure(trees, ordered=ordered)


_BY_KIND: Mapping[Kind, Callable[[Definition], SearchStrategy[Value]]] = {
    Kind.TEXT: _plain_texts,
    Kind.BOOL: _bools,
    Kind.INT: _ints,
    Kind.NUMBER: _numbers,
    Kind.QUANTITY: _quantities,
    Kind.DURATION: _durations,
    Kind.ENUM: _choices,
    Kind.STRUCTURE: _structures,
    Kind.ASSIGNMENTS: _assignments,
    Kind.PAIRS: _pairs,
    Kind.INTS: _int_lists,
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


# --- keys -----------------------------------------------------------------------------------------------------------

keys = st.text(alphabet="aBcZ019.-_[]/ éİK\N{KELVIN SIGN}", max_size=16)


@dataclass(frozen=True)
class Setting:
    """A property of a persister: its section, the elements of its documented key, and its value.

    ``exact`` elements at the end, and what stands in brackets, are never spelled in another way.
    """

    section: Section
    elements: tuple[str, ...]
    value: Value
    exact: int = 0
    known: Definition | None = None

    @property
    def key(self) -> str:
        return ".".join(self.elements)


_PREFIXES = (
    "spring.cloud.stream.kafka.binder.configuration",
    "spring.cloud.stream.kafka.binder.consumerProperties",
    "spring.cloud.stream.kafka.bindings.input.consumer.configuration",
)
# None is a part of another, in lower case either: a GET in lower case cannot tell those apart.
_TAILS = (("max", "Poll"), ("sasl", "jaas.config"), ("Fetch-Min_Bytes",), ("security.protocol",))
_exact_keys = st.tuples(st.sampled_from(_PREFIXES), st.sampled_from(_TAILS))
_open_elements = st.from_regex(r"[a-z][a-zA-Z0-9]{1,4}(\[[A-Za-z0-9.]{1,4}\])?", fullmatch=True)


@st.composite
def _settings(draw: DrawFn, section: Section) -> Setting:
    if section is not Section.LIVE_SEGMENT:
        which = draw(st.integers(0, 9))
        if which == 0:
            elements = ("my", draw(_open_elements), draw(_open_elements))
            return Setting(section, elements, draw(_plain_texts(None)))
        if which == 1 and section is Section.APP:
            prefix, tail = draw(_exact_keys)
            return Setting(section, (*prefix.split("."), *tail), draw(_plain_texts(None)), exact=len(tail))
    known = draw(st.sampled_from(KNOWN[section]))
    return Setting(section, tuple(known.key.split(".")), draw(values(known)), known=known)


def _form(setting: Setting) -> str:
    """Return what two settings that may be the same property have in common, coarsely."""
    return f"{setting.section} {re.sub('[^a-z0-9.]', '', setting.key.lower())}"


def settings_of(section: Section, most: int = 5) -> SearchStrategy[list[Setting]]:
    """Settings of one section, no two of them the same property."""
    return st.lists(_settings(section), max_size=most, unique_by=_form)


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", name).lower()


def _respelled(element: str) -> SearchStrategy[str]:
    name, bracket, rest = element.partition("[")
    ways = (name, name, _kebab(name), _kebab(name).replace("-", "_").upper(), name.lower(), name.upper())
    return st.sampled_from(ways).map(lambda way: way + bracket + rest)


@st.composite
def spellings(draw: DrawFn, setting: Setting) -> tuple[str, ...]:
    """The elements of a setting's key in one of its relaxed spellings."""
    if setting.section is Section.LIVE_SEGMENT:
        return setting.elements  # the API knows no other
    free = len(setting.elements) - setting.exact
    return (*(draw(_respelled(element)) for element in setting.elements[:free]), *setting.elements[free:])


# --- persisters and their files -------------------------------------------------------------------------------------

Id = tuple[str, str, str]


@dataclass(frozen=True)
class Wanted:
    """A persister as the files shall want it."""

    id: Id
    state: str | None
    version: str | None
    settings: tuple[Setting, ...]


_sections = {"pg": (Section.APP, Section.DEPLOYER), "live-segment": (Section.LIVE_SEGMENT,)}
_projects = st.sampled_from(["global", "webtracking", "test_1"])
_event_types = st.from_regex(r"[a-z][a-z0-9-]{0,4}", fullmatch=True)
ids: SearchStrategy[list[Id]] = st.lists(
    st.tuples(_projects, _event_types, st.sampled_from(["pg", "pg", "live-segment"])),
    min_size=1,
    max_size=4,
    unique_by=lambda name: name[:2],
)


@st.composite
def wanted(draw: DrawFn, name: Id, most: int = 5) -> Wanted:
    """What the files shall want of the persister of that name."""
    of = [setting for section in _sections[name[2]] for setting in draw(settings_of(section, most))]
    version = draw(st.sampled_from([None, "1.10", "latest"])) if name[2] == "pg" else None
    return Wanted(name, draw(st.sampled_from([None, "RUNNING", "STOPPED"])), version, tuple(of))


# Releases before 1.2 know no projects, and no live segments.
_old_ids: SearchStrategy[list[Id]] = st.lists(_event_types, min_size=1, max_size=3, unique=True).map(
    lambda names: [("global", name, "pg") for name in names]
)
NEWEST, OLDER = "1.2", ("0.8", "1.1")


def repositories(release: str = NEWEST) -> SearchStrategy[list[Wanted]]:
    """Some persisters of an installation of that release."""
    names = ids if release == NEWEST else _old_ids
    return names.flatmap(lambda chosen: st.tuples(*map(wanted, chosen))).map(list)


# Nested maps and, at their ends, YAML fragments.
_Map = dict[str, Any]


def _block(entries: _Map, indent: str = "") -> str:
    lines = []
    for key, value in entries.items():
        shown = key if re.fullmatch(r"[A-Za-z][\w.-]*", key) else quoted(key)
        if isinstance(value, dict):
            lines.append(f"{indent}{shown}:\n{_block(value, indent + '  ')}")
        else:
            lines.append(f"{indent}{shown}: {value}\n")
    return "".join(lines)


@st.composite
def documents(draw: DrawFn, persister: Wanted, *, relaxed: bool) -> str:
    """A persister as a YAML document: keys nested or dotted, in any order, and spelled freely where ``relaxed``."""
    project, event_type, eventstore = persister.id
    fields: _Map = {"eventType": event_type}
    if project != "global" or draw(st.booleans()):
        fields["project"] = project
    if eventstore != "pg" or draw(st.booleans()):
        fields["eventstore"] = eventstore
    if persister.state:
        fields["state"] = persister.state
    if persister.version:
        fields["appVersion"] = persister.version
    for setting in draw(st.permutations(persister.settings)):
        elements = draw(spellings(setting)) if relaxed else setting.elements
        step: _Map = fields.setdefault(setting.section.value, {})
        key = elements[0]
        for element in elements[1:]:
            if draw(st.booleans()):
                step = step.setdefault(key, {})
                key = element
            else:
                key = f"{key}.{element}"
        step[key] = setting.value.written
    order = draw(st.permutations(list(fields.items())))
    return _block(dict(order))


@st.composite
def layouts(draw: DrawFn, persisters: Sequence[Wanted], *, relaxed: bool = False) -> dict[str, str]:
    """The files of a repository: any persister in any file, several in one, in any order."""
    files: dict[str, list[str]] = {}
    for persister in draw(st.permutations(persisters)):
        name = draw(st.sampled_from(["persisters/a.yaml", "persisters/b/c.yml", "persisters/z.yaml"]))
        files.setdefault(name, []).append(draw(documents(persister, relaxed=relaxed)))
    return {name: "---\n".join(texts_) for name, texts_ in files.items()}


# --- the live side --------------------------------------------------------------------------------------------------

_STATES = ("RUNNING", "STOPPED", "DEPLOYING", "STOPPING", "FAILED", "RUNNING_BUT_OUTDATED")
NO_DELAYS = {"deploying": 0, "stopping": 0, "failing": 0}


@st.composite
def _maps(draw: DrawFn, eventstore: str, asked_for: Sequence[Setting], *, twice: bool) -> dict[str, dict[str, str]]:
    """Config maps: some of the wanted keys, with wanted or other values, other keys, and some keys in two spellings."""
    maps: dict[str, dict[str, str]] = {section.value: {} for section in _sections[eventstore]}
    for section in _sections[eventstore]:
        chosen = [setting for setting in asked_for if setting.section is section and draw(st.booleans())]
        once = {_form(setting): setting for setting in (*chosen, *draw(settings_of(section, 3)))}
        for setting in once.values():
            for _ in range(draw(st.sampled_from([1, 1, 2])) if twice else 1):
                value = draw(st.just(setting.value) | _another_value(setting))
                text = value.text if section is not Section.LIVE_SEGMENT else _as_the_api_takes_it(value)
                maps[section.value][".".join(draw(spellings(setting)))] = text
    return maps


def _another_value(setting: Setting) -> SearchStrategy[Value]:
    return values(setting.known) if setting.known else _plain_texts(None)


def _as_the_api_takes_it(value: Value) -> str:
    return str(value.meaning).lower() if isinstance(value.meaning, bool) else str(value.meaning)


@st.composite
def seeds(draw: DrawFn, persister: Wanted, *, twice: bool) -> dict[str, Any]:
    """A persister as a sandbox first knows it."""
    project, event_type, eventstore = persister.id
    state = draw(st.sampled_from(_STATES))
    seed: dict[str, Any] = {
        "project": project,
        "eventType": event_type,
        "eventstore": eventstore,
        "state": state,
        "imported": draw(st.booleans()),
        **draw(_maps(eventstore, persister.settings, twice=twice)),
    }
    if eventstore == "pg" and draw(st.booleans()):
        seed["appVersion"] = draw(st.sampled_from(["1.9", "1.10", "latest"]))
    if state == "RUNNING_BUT_OUTDATED":
        seed["running"] = {}
    return seed


@st.composite
def defaults(draw: DrawFn, persisters: Sequence[Wanted]) -> dict[str, Any]:
    """The server's own defaults: some of what is wanted, and other things, in the documented spelling."""
    all_settings = [setting for persister in persisters for setting in persister.settings]
    pg: dict[str, Any] = {
        "appVersion": draw(st.sampled_from(["latest", "1.10"])),
        "appConfig": {},
        "deployerConfig": {},
    }
    for section in _sections["pg"]:
        chosen = [setting for setting in all_settings if setting.section is section and draw(st.booleans())]
        once = {_form(setting): setting for setting in (*chosen, *draw(settings_of(section, 3)))}
        pg[section.value] = {setting.key: setting.value.text for setting in once.values()}
    return {"pg": pg}


@st.composite
def installations(
    draw: DrawFn, persisters: Sequence[Wanted], release: str = NEWEST, *, twice: bool = True
) -> dict[str, Any]:
    """A sandbox's description: any live side of these persisters, any behaviour of the release.

    ``twice``: a live property may stand there in two spellings, with two values.
    """
    description: dict[str, Any] = {
        "release": release,
        "delays": NO_DELAYS,
        "keysOnGet": draw(st.sampled_from(["lower", "as-stored"])),
        "emptyStateAnswer": draw(st.booleans()),
        "persisters": [draw(seeds(persister, twice=twice)) for persister in persisters],
    }
    if draw(st.booleans()):
        description["defaults"] = draw(defaults(persisters))
    return description


# --- secrets --------------------------------------------------------------------------------------------------------

# Nothing that persync prints looks like this by chance.
_CORES = st.from_regex(r"Zq[A-Za-z0-9]{10}", fullmatch=True)


@dataclass(frozen=True)
class Secret:
    """A secret, and the parts of it that nobody may see."""

    text: str
    parts: tuple[str, ...]


def secrets(between: str) -> SearchStrategy[Secret]:
    """Secrets of two random parts, with a few of these characters between them."""
    middles = st.text(alphabet=between, max_size=3) if between else st.just("")
    return st.builds(lambda one, middle, two: Secret(one + middle + two, (one, two)), _CORES, middles, _CORES)
