"""Strategies for keys, persisters and their files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from persync.model import Definition, Section

from .property_values import KNOWN, Value, plain_texts, quoted, values

# --- keys -----------------------------------------------------------------------------------------------------------

keys = st.text(alphabet="aBcZ019.-_[]/ éİK\N{KELVIN SIGN}", max_size=16)


@dataclass(frozen=True)
class Setting:
    """A property of a persister: its section, the elements of its documented key, and its value.

    ``exact`` elements at the end, and what is in brackets, are never spelled in another way.
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
            return Setting(section, elements, draw(plain_texts(None)))
        if which == 1 and section is Section.APP:
            prefix, tail = draw(_exact_keys)
            return Setting(section, (*prefix.split("."), *tail), draw(plain_texts(None)), exact=len(tail))
    known = draw(st.sampled_from(KNOWN[section]))
    return Setting(section, tuple(known.key.split(".")), draw(values(known)), known=known)


def form(setting: Setting) -> str:
    """Return what two settings that may be the same property have in common, coarsely."""
    return f"{setting.section} {re.sub('[^a-z0-9.]', '', setting.key.lower())}"


def settings_of(section: Section, most: int = 5) -> SearchStrategy[list[Setting]]:
    """Settings of one section, no two of them the same property; the deployer takes one kind of service only."""

    def one_service(setting: Setting) -> str:
        return re.sub("(loadbalancer|nodeport)$", "", form(setting))

    return st.lists(_settings(section), max_size=most, unique_by=one_service)


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
class DesiredPersister:
    """A persister as the files shall configure it."""

    id: Id
    state: str | None
    version: str | None
    settings: tuple[Setting, ...]


sections = {"pg": (Section.APP, Section.DEPLOYER), "live-segment": (Section.LIVE_SEGMENT,)}
_projects = st.sampled_from(["global", "webtracking", "test_1"])
_event_types = st.from_regex(r"[a-z][a-z0-9-]{0,4}", fullmatch=True)
ids: SearchStrategy[list[Id]] = st.lists(
    st.tuples(_projects, _event_types, st.sampled_from(["pg", "pg", "live-segment"])),
    min_size=1,
    max_size=4,
    unique_by=lambda name: name[:2],
)


@st.composite
def desired_persister(draw: DrawFn, name: Id, most: int = 5) -> DesiredPersister:
    """A configuration of the persister of that name."""
    of = [setting for section in sections[name[2]] for setting in draw(settings_of(section, most))]
    version = draw(st.sampled_from([None, "1.10", "latest"])) if name[2] == "pg" else None
    return DesiredPersister(name, draw(st.sampled_from([None, "RUNNING", "STOPPED"])), version, tuple(of))


# Releases before 1.2 know no projects, and no live segments. Those before 1.0 have no export, so nothing is applied.
_old_ids: SearchStrategy[list[Id]] = st.lists(_event_types, min_size=1, max_size=3, unique=True).map(
    lambda names: [("global", name, "pg") for name in names]
)
NEWEST, OLDER = "1.2", ("1.1",)


def repositories(release: str = NEWEST) -> SearchStrategy[list[DesiredPersister]]:
    """Some persisters of an installation of that release."""
    names = ids if release == NEWEST else _old_ids
    return names.flatmap(lambda chosen: st.tuples(*map(desired_persister, chosen))).map(list)


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
def documents(draw: DrawFn, persister: DesiredPersister, *, relaxed: bool) -> str:
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
def layouts(draw: DrawFn, persisters: Sequence[DesiredPersister], *, relaxed: bool = False) -> dict[str, str]:
    """The files of a repository: any persister in any file, several in one, in any order."""
    files: dict[str, list[str]] = {}
    for persister in draw(st.permutations(persisters)):
        name = draw(st.sampled_from(["persisters/a.yaml", "persisters/b/c.yml", "persisters/z.yaml"]))
        files.setdefault(name, []).append(draw(documents(persister, relaxed=relaxed)))
    return {name: "---\n".join(texts_) for name, texts_ in files.items()}
