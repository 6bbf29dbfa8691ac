"""What the deployer takes from a structure: the fields that it knows, each converted to the type of its field.

Keys inside of structures are relaxed, as everywhere in Spring: ``mount-path`` is ``mountPath``. Fields that the
deployer does not know are ignored. Source: Spring Boot 2.1's ``Binder``, on the classes of
spring-cloud-deployer-kubernetes 2.0 and kubernetes-model 4.1; the catalogue has their fields (``x-fields``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from persync.model import FieldType
from persync.properties.keys import relaxed_form
from persync.properties.yaml11 import Texts, java_text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Fields
    from persync.properties.yaml11 import Scalar, Tree

_TRUE = frozenset({"true", "on", "yes", "1"})
_FALSE = frozenset({"false", "off", "no", "0"})
_INT = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_BITS = {FieldType.INT: 31, FieldType.LONG: 63}
# EnvVar and Volume of kubernetes-model
_PATTERNS = {
    FieldType.VARIABLE: re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII),
    FieldType.LABEL: re.compile(r"(?!.{64})[a-z0-9]([-a-z0-9]*[a-z0-9])?", re.ASCII),
}
_EXPECTED = {
    FieldType.VARIABLE: "is not the name of a variable: letters, digits and '_', no digit first",
    FieldType.LABEL: "is not a name of at most 63 lower-case letters, digits and '-'",
}


def bind(fields: Fields, tree: Tree, path: str = "", *, whole: bool = False) -> Texts | None:
    """Return what the deployer makes of a structure, with the names of its own fields; ``None`` if nothing is set.

    Args:
        fields: the type.
        tree: what is in the text.
        path: where it is, for messages.
        whole: keep what makes no difference to the deployer, to show it: unknown fields, and what is empty.

    Raises:
        ValueError: the deployer refuses it. The text of the error repeats no value.
    """
    if isinstance(fields, FieldType):
        return _bind_map(tree, path) if fields is FieldType.MAP else _bind_scalar(fields, tree, path)
    if isinstance(fields, Mapping):
        return _bind_fields(fields, tree, path, whole=whole)
    return _bind_list(fields[0], tree, path, whole=whole)


class UnknownField(NamedTuple):
    """A field of a structure that the deployer ignores.

    Attributes:
        path: the keys and indexes from the structure to the field, as they are written.
        known: the fields that there are in its place.
    """

    path: tuple[str | int, ...]
    known: tuple[str, ...]


def unknown_fields(fields: Fields, tree: Tree, path: tuple[str | int, ...] = ()) -> Iterator[UnknownField]:
    """Yield the fields that the deployer ignores."""
    if isinstance(fields, Mapping) and isinstance(tree, Mapping):
        known = {relaxed_form(name): name for name in fields}
        for key, below in tree.items():
            name = known.get(relaxed_form(key))
            if name is None:
                yield UnknownField((*path, key), tuple(fields))
            else:
                yield from unknown_fields(fields[name], below, (*path, key))
    elif isinstance(fields, Sequence) and not isinstance(fields, FieldType) and _is_list(tree):
        for index, item in enumerate(tree):
            yield from unknown_fields(fields[0], item, (*path, index))


def read_bool(text: str) -> bool | None:
    """Return what Spring makes of a boolean's text; ``None`` if it refuses it."""
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _bind_fields(fields: Mapping[str, Fields], tree: Tree, path: str, *, whole: bool) -> Texts | None:
    if not isinstance(tree, Mapping):
        raise ValueError(f"{_named(path)} is not a map")  # noqa: TRY004 - the text is wrong, not the program
    known = {relaxed_form(name): name for name in fields}
    bound: dict[str, Texts] = {}
    is_set = False
    for key, below in tree.items():
        if "." in key or "[" in key:
            raise ValueError(f"{_named(path)} has a key with a dot or a bracket")
        name = known.get(relaxed_form(key))
        if name is None:
            if whole:
                bound[key] = texts(below)
            continue
        if name in bound:
            raise ValueError(f"{path}.{name} is given twice, in two spellings")
        value = bind(fields[name], below, f"{path}.{name}", whole=whole)
        is_set = is_set or value is not None
        if whole:
            bound[name] = texts(below) if value is None else value
        elif value is not None and value != []:  # an empty list is not written
            bound[name] = value
    return bound if is_set else None


def _bind_list(item_fields: Fields, tree: Tree, path: str, *, whole: bool) -> Texts | None:
    if tree == "":
        return []
    if isinstance(tree, str) and item_fields is FieldType.TEXT:
        return [item.strip() for item in tree.split(",")]
    if not _is_list(tree):
        raise ValueError(f"{_named(path)} is not a list")
    items: list[Texts] = []
    for index, item in enumerate(tree):
        value = bind(item_fields, item, f"{path}[{index}]", whole=whole)
        if value is None:
            raise ValueError(f"{path}[{index}] has no field that the deployer knows")
        items.append(value)
    return items


def _bind_map(tree: Tree, path: str) -> Texts | None:
    if not isinstance(tree, Mapping):
        raise ValueError(f"{_named(path)} is not a map")  # noqa: TRY004 - the text is wrong, not the program
    if len({relaxed_form(key) for key in tree}) < len(tree):
        raise ValueError(f"{path} has two keys that the deployer does not tell apart")
    return {key: _text(value, f"{path}.{key}") for key, value in tree.items()} or None


def _bind_scalar(of: FieldType, tree: Tree, path: str) -> str | None:
    if of in _BITS:
        return _whole(_scalar(tree, path), _BITS[of], path)
    if of is FieldType.BOOL:
        return _bool(_scalar(tree, path), path)
    if of is FieldType.QUANTITY and not isinstance(tree, str):
        raise ValueError(f"{_named(path)} is not a text: it needs quotes or a unit")
    text = _text(tree, path)
    if of in _PATTERNS and not _PATTERNS[of].fullmatch(text):
        raise ValueError(f"{_named(path)} {_EXPECTED[of]}")
    return text


def _whole(value: Scalar, bits: int, path: str) -> str | None:
    if isinstance(value, str):
        text = "".join(value.split())
        if not text:
            return None
        value = int(text) if _INT.fullmatch(text) else value
    if isinstance(value, float) and abs(value) < 1 << bits:
        value = int(value)  # as Number.intValue: towards zero
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << bits) <= value < 1 << bits:
        raise ValueError(f"{_named(path)} is not a whole number of {bits + 1} bits")
    return str(value)


def _bool(value: Scalar, path: str) -> str | None:
    if isinstance(value, str):
        if not value.strip():
            return None
        value = found if (found := read_bool(value)) is not None else value
    if not isinstance(value, bool):
        raise ValueError(f"{_named(path)} is neither true nor false")  # noqa: TRY004 - the text is wrong
    return "true" if value else "false"


def _text(tree: Tree, path: str) -> str:
    return java_text(_scalar(tree, path))


def _scalar(tree: Tree, path: str) -> Scalar:
    if isinstance(tree, Mapping) or _is_list(tree):
        raise ValueError(f"{_named(path)} is a map or a list, where a plain value is read")
    return tree  # type: ignore[return-value] # of the types in Tree, only these are left


def _is_list(tree: Tree) -> TypeGuard[Sequence[Tree]]:
    return isinstance(tree, Sequence) and not isinstance(tree, str)


def _named(path: str) -> str:
    return path.removeprefix(".") or "it"
