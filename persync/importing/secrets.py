"""Secrets of live values to references: ``${{ secret.NAME }}`` in the files, and the names for ``.env.example``."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from persync.config.variables import OPENING, Reference, is_reference, references_in
from persync.config.yaml.nodes import Entry, List, Map, Scalar, find, options_of
from persync.model import Kind
from persync.properties.secrets import is_placeholder, password_spans
from persync.properties.structures import PathStep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from persync.config.yaml.nodes import Node
    from persync.model import LiveProperty, PersisterId
    from persync.properties.secrets import SecretPolicy

_WORD = re.compile(r"[A-Z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PASSWORD = "password"  # noqa: S105 - a part of a name


class Secret(NamedTuple):
    """A secret of a persister.

    Attributes:
        persister: of which it is.
        label: what it is: the key of its property, the name of a variable.
        value: its text.
        name: of the variable, where the value is a reference to it already; else empty.
    """

    persister: PersisterId
    label: str
    value: str
    name: str = ""

    def __repr__(self) -> str:
        """Return it without its value."""
        return f"Secret({self.persister}, {self.label})"


@dataclass(frozen=True, slots=True)
class Names:
    """The variables that hold the secrets.

    Attributes:
        by_secret: the name of the variable, by label and value and, where needed, by persister.
    """

    by_secret: Mapping[Secret, str] = field(repr=False)

    def reference(self, secret: Secret) -> str:
        """Return the reference to a secret."""
        if secret.name:
            return secret.value
        return f"{OPENING} secret.{self.by_secret[secret]} }}}}"

    def values(self) -> dict[str, str]:
        """Return the value of each variable that has one: of a reference that is kept, it is not known."""
        return {name: secret.value for secret, name in self.by_secret.items() if not secret.name}


def named(secrets: Iterable[Secret], environ: Mapping[str, str], reserved: Collection[str]) -> Names:
    """Return a name for each secret: equal values of a label have one name.

    Args:
        secrets: all that the files need.
        environ: the variables of the process: one with another value is not used.
        reserved: names that are in use.
    """
    uses: defaultdict[str, defaultdict[str, list[Secret]]] = defaultdict(lambda: defaultdict(list))
    names: dict[Secret, str] = {}
    for secret in sorted(set(secrets)):
        if secret.name:
            names[secret] = secret.name
        else:
            uses[variable_name(secret.label)][secret.value].append(secret)
    taken: set[str] = {*reserved, *names.values()}
    for label, by_value in sorted(uses.items()):
        # the most common value has the shortest name
        for value, group in sorted(by_value.items(), key=lambda item: (-len(item[1]), item[1])):
            candidates = _candidates(label, group, is_only=len(by_value) == 1)
            name = next(name for name in candidates if name not in taken and environ.get(name, "") in {"", value})
            names.update(dict.fromkeys(group, name))
            taken.add(name)
    return Names(names)


def _candidates(label: str, group: Sequence[Secret], *, is_only: bool) -> Iterator[str]:
    """Yield names for a value: by what it is, and by the project or the persister if only that has it."""
    ids = {secret.persister for secret in group}
    if not is_only and len(ids) == 1:
        project, event_type, _ = ids.pop()
        yield variable_name(f"{project}.{event_type}.{label}")
    elif not is_only and len({pid.project for pid in ids}) == 1:
        yield variable_name(f"{ids.pop().project}.{label}")
    yield label
    yield from (f"{label}_{index}" for index in count(2))


def variable_name(label: str) -> str:
    """Return the name of a variable for a key: ``spring.datasource.password`` → ``SPRING_DATASOURCE_PASSWORD``."""
    name = "_".join(_WORD.findall(_CAMEL.sub("_", label).upper())) or "SECRET"
    return f"_{name}" if name[0].isdigit() else name


@dataclass(slots=True)
class Hider:
    """Replaces the secrets in the values of a persister by references.

    Attributes:
        persister: the persister.
        policy: which values are secrets.
        names: of the secrets; ``None`` to collect the secrets first.
        found: the secrets that were found.
    """

    persister: PersisterId
    policy: SecretPolicy
    names: Names | None = None
    found: list[Secret] = field(default_factory=list, repr=False)

    def text(self, prop: LiveProperty) -> str:
        """Return the text of a value in a file."""
        key, text = prop.key, prop.text
        unreadable = key.kind.has_parts and self.policy.names(text)
        if (self.policy.covers(key) or unreadable) and _is_value(text, prop.secrets):
            return self._reference(key.spelling, text)
        return self._inside(key.spelling, text, prop.secrets)

    def parts(self, prop: LiveProperty, node: Map | List) -> Map | List | None:
        """Return a value with parts in a file; ``None`` where the whole value is a secret."""
        if self.policy.covers(prop.key):
            return None
        is_list = prop.key.kind is not Kind.STRUCTURE
        hidden = self._node(prop, (), node, is_item=is_list)
        assert not isinstance(hidden, Scalar)  # noqa: S101 - it stays what it is
        return hidden

    def _node(
        self, prop: LiveProperty, path: tuple[PathStep, ...], node: Node, *, is_item: bool = False, option: str = ""
    ) -> Node:
        if isinstance(node, Scalar):
            text = self._leaf(prop, path, node.text, option)
            return node if text == node.text else node._replace(text=text, plain=False)
        if isinstance(node, List):
            items = (
                self._node(prop, (*path, PathStep(_name_of(item, index), is_item=True)), item, option=option)
                for index, (option, item) in enumerate(zip(options_of(node), node.items, strict=True))
            )
            return node._replace(items=tuple(items))
        entries = [
            Entry(key, self._node(prop, (*path, PathStep(key.text, is_item)), value)) for key, value in node.entries
        ]
        return node._replace(entries=tuple(entries))

    def _leaf(self, prop: LiveProperty, path: tuple[PathStep, ...], text: str, option: str) -> str:
        name = option if self.policy.is_option(option) else path[-1].name if path else ""
        label = f"{prop.key.spelling}.{name}" if prop.key.kind is Kind.STRUCTURE else name
        if self.policy.names_leaf(path, option) and _is_value(text, prop.secrets):
            return self._reference(label, text)
        return self._inside(label, text, prop.secrets)

    def version(self, text: str, secrets: Collection[str]) -> str:
        """Return the version of a persister in a file."""
        return self._inside("appVersion", text, secrets) if _has_reference(text, secrets) else text

    def _inside(self, label: str, text: str, secrets: Collection[str]) -> str:
        """Replace the secrets within a text."""
        if label.rpartition(".")[2].lower() != _PASSWORD:
            label = f"{label}.{_PASSWORD}"
        parts, done = [], 0
        for start, stop, _, name in sorted(_secrets_within(text, secrets)):
            if start >= done and stop > start:
                parts += [_escaped(text[done:start]), self._reference(label, text[start:stop], name)]
                done = stop
        return "".join((*parts, _escaped(text[done:])))

    def _reference(self, label: str, value: str, name: str = "") -> str:
        secret = Secret(self.persister, name or label, value, name)
        self.found.append(secret)
        return self.names.reference(secret) if self.names else f"{OPENING} secret.NAME }}}}"


def _is_value(text: str, secrets: Collection[str]) -> bool:
    """Return whether a text under a key that names a secret is one: not empty, and no reference or placeholder."""
    return bool(text) and not is_placeholder(text) and not _has_reference(text, secrets)


def _has_reference(text: str, secrets: Collection[str]) -> bool:
    return any(secret in text and is_reference(secret) for secret in secrets)


def _secrets_within(text: str, secrets: Collection[str]) -> Iterator[Reference]:
    """Yield the references to variables in a text, and the places of other secrets, without a name."""
    kept = references_in(text) if _has_reference(text, secrets) else []
    yield from kept
    spans = password_spans(text)
    for secret in secrets:
        if secret and not is_reference(secret):
            spans += [(match.start(), match.end()) for match in re.finditer(re.escape(secret), text)]
    for start, stop in spans:
        if not any(start < each.stop and each.start < stop for each in kept):
            yield Reference(start, stop, "", "")


def _name_of(item: Node, index: int) -> str:
    name = find(item, "name")
    return name.text if isinstance(name, Scalar) else str(index)


def _escaped(text: str) -> str:
    return text.replace(OPENING, f"${OPENING}")
