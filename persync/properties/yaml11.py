"""YAML in a string, as SnakeYAML 1.23 reads it for the Kubernetes deployer: YAML 1.1, in flow style.

Sources: ``PropertyParserUtils`` of spring-cloud-deployer-kubernetes 2.0, which reads ``{ volumes: … }`` with Spring's
``YamlPropertiesFactoryBean``; the resolver and the constructor of SnakeYAML 1.23.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

import yaml
from yaml.constructor import SafeConstructor

from persync.properties.yaml_limits import Budget, check_size, events

if TYPE_CHECKING:
    from collections.abc import Iterator

Texts: TypeAlias = "str | list[Texts] | dict[str, Texts]"
Scalar: TypeAlias = "str | bool | int | float | datetime"
Tree: TypeAlias = "Scalar | Sequence[Tree] | Mapping[str, Tree]"

_TAG = "tag:yaml.org,2002:"
# What the deployer writes around the value, with a shorter name.
_BEFORE, _AFTER = "{ x: ", " }"
_MOST_DIGITS = 400
_SEXAGESIMAL = 60
_PLAIN_EXPONENTS = range(-3, 7)

_IMPLICIT = (
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    (
        "int",
        r"[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+",
        "-+0123456789",
    ),
    (
        "float",
        (
            r"[-+]?(?:\.[0-9]+|[0-9_]+(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
            r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
        ),
        "-+0123456789.",
    ),
    ("merge", r"<<", "<"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    (
        "timestamp",
        (
            r"\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?"
            r"(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?"
        ),
        "0123456789",
    ),
)


def _like_snakeyaml(loader: Any) -> Any:
    like: Any = type("Loader", (loader,), {"yaml_implicit_resolvers": {}})
    for name, pattern, first in _IMPLICIT:
        like.add_implicit_resolver(_TAG + name, re.compile(rf"(?:{pattern})\Z", re.ASCII), list(first))
    return like


_SAFE_LOADER = _like_snakeyaml(yaml.SafeLoader)
_FAST_LOADER = _like_snakeyaml(getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=4096)
def read(text: str) -> Tree:
    """Return what the deployer reads in ``text``; a null is an empty text.

    Args:
        text: a value in YAML 1.1.

    Raises:
        ValueError: not YAML in flow style, a comment behind it, a key that is no scalar or is twice in its map, a value
            that does not fit its tag, too large or nested too deeply. The error repeats no value.
    """
    # libyaml takes tabs between tokens; SnakeYAML and PyYAML's own scanner do not
    loader = _SAFE_LOADER if "\t" in text else _FAST_LOADER
    try:
        check_size(text, _BEFORE + text + _AFTER)
        whole = yaml.compose(_BEFORE + text + _AFTER, Loader=loader)
        assert isinstance(whole, yaml.MappingNode)  # noqa: S101 - for the type checker: the text begins with "{"
        if len(whole.value) != 1 or whole.end_mark.index != len(_BEFORE + text + _AFTER):
            raise ValueError("more than one value, or brackets that do not match")
        return _tree(whole.value[0][1], Budget())
    except yaml.YAMLError as error:
        raise ValueError(_message_of(error, text)) from error
    except RecursionError as error:  # an alias inside of what it refers to
        raise ValueError("nested too deeply") from error


def plain_scalars(text: str) -> Iterator[str]:
    """Yield the keys and values without quotes of a text that ``read`` reads."""
    for event in events(_BEFORE + text + _AFTER):
        if isinstance(event, yaml.ScalarEvent) and not event.style:  # None or "", depending on the parser
            yield event.value


def texts(tree: Tree) -> Texts:
    """Return a tree with each scalar as the text that Java makes of it."""
    if isinstance(tree, Mapping):
        return {key: texts(value) for key, value in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [texts(item) for item in tree]
    return java_text(tree)


def java_text(scalar: Scalar) -> str:
    """Return a scalar as the text that Java makes of it: ``1.10`` is ``1.1``, ``yes`` is ``true``."""
    match scalar:
        case bool():
            return "true" if scalar else "false"
        case int():
            return str(scalar)
        case float():
            return _double_text(scalar)
        case datetime():
            # the deployer's container runs in UTC
            return f"{scalar:%a %b %d %H:%M:%S} UTC {scalar.year:04}"
    return scalar


def _tree(node: yaml.Node, budget: Budget) -> Tree:
    budget.spend(node)
    if isinstance(node, yaml.MappingNode):
        _check_tag(node, "map")
        if not all(key.tag in {_TAG + "str", _TAG + "merge"} for key, _ in node.value):
            raise ValueError("a key is not a text: put it in quotes")
        return _map(node, budget)
    if isinstance(node, yaml.SequenceNode):
        _check_tag(node, "seq")
        return [_tree(item, budget) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)  # noqa: S101 - for the type checker: there is no fourth class of nodes
    if not node.style and "?" in node.value:
        raise ValueError(_at("a '?' outside of quotes", node.start_mark.index - len(_BEFORE)))
    try:
        return _scalar(node)
    except (ValueError, LookupError, OverflowError):
        # the text of the error repeats the value
        raise ValueError("a value does not fit its tag") from None


def _map(node: yaml.MappingNode, budget: Budget) -> dict[str, Tree]:
    own: dict[str, Tree] = {}
    merged: dict[str, Tree] = {}
    for key, value in node.value:
        if key.tag == _TAG + "merge":
            merged = {**_merged(value, budget), **merged}
            continue
        if key.value in own:  # the deployer refuses it, too, and other readers differ in which one they take
            where = key.start_mark.index - len(_BEFORE) + 1
            raise ValueError(f"a key is twice in its map, the second time at character {where}")
        own[key.value] = _tree(value, budget)
    return {**merged, **own}


def _merged(node: yaml.Node, budget: Budget) -> dict[str, Tree]:
    """Return what ``<<`` merges; of several maps, the first one that has a key counts."""
    tree = _tree(node, budget)
    maps = tree if isinstance(tree, list) else [tree]
    merged: dict[str, Tree] = {}
    for each in reversed(maps):
        if not isinstance(each, Mapping):
            raise ValueError("<< does not refer to a map")  # noqa: TRY004 - the text is wrong, not the program
        merged |= each
    return merged


def _check_tag(node: yaml.Node, name: str) -> None:
    if node.tag != _TAG + name:
        raise ValueError("a tag that the deployer does not know")


def _scalar(node: yaml.ScalarNode) -> Scalar:
    text = str(node.value)
    match node.tag.removeprefix(_TAG):
        case "str":
            return text
        case "null":
            return ""
        case "bool":
            return bool(SafeConstructor.bool_values[text.lower()])
        case "int":
            return _int(text)
        case "float":
            return _float(text)
        case "timestamp":
            return _timestamp(node)
    raise ValueError("a tag that the deployer does not know")


def _int(text: str) -> int:
    sign, digits = _signed(text.replace("_", ""))
    if len(digits) > _MOST_DIGITS:
        raise ValueError("too long")
    if ":" in digits:
        return sign * int(_base_sixty(digits))
    for prefix, base in (("0b", 2), ("0x", 16), ("0", 8)):
        if digits.startswith(prefix) and digits != "0":
            return sign * int(digits.removeprefix(prefix), base)
    return sign * int(digits)


def _float(text: str) -> float:
    sign, digits = _signed(text.replace("_", "").lower())
    if digits in {".inf", ".nan"}:
        return sign * float(digits[1:])
    return sign * (float(_base_sixty(digits)) if ":" in digits else float(digits))


def _signed(text: str) -> tuple[int, str]:
    return (-1 if text.startswith("-") else 1), text.removeprefix("-") if text.startswith("-") else text.removeprefix(
        "+"
    )


def _base_sixty(digits: str) -> Decimal:
    value = Decimal()
    for part in digits.split(":"):
        value = value * _SEXAGESIMAL + Decimal(part)
    return value


def _timestamp(node: yaml.ScalarNode) -> datetime:
    found: date | datetime = SafeConstructor().construct_yaml_timestamp(node)
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _double_text(number: float) -> str:
    """Return a number as ``Double.toString`` does."""
    if number != number:  # noqa: PLR0124 - the definition of NaN
        return "NaN"
    if number in {float("inf"), float("-inf")}:
        return "Infinity" if number > 0 else "-Infinity"
    sign, digits, exponent = Decimal(repr(number)).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - for the type checker: the number is finite
    text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + exponent  # how many digits are before the point
    minus = "-" if sign else ""
    if number == 0:
        return f"{minus}0.0"
    if point - 1 not in _PLAIN_EXPONENTS:
        return f"{minus}{text[0]}.{text[1:] or '0'}E{point - 1}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    return f"{minus}{text[:point].ljust(point, '0')}.{text[point:] or '0'}"


def _message_of(error: yaml.YAMLError, text: str) -> str:
    problem = getattr(error, "problem", None) or "not YAML"
    mark = getattr(error, "problem_mark", None)
    return _at(problem, min(mark.index - len(_BEFORE), len(text))) if mark else problem


def _at(problem: str, index: int) -> str:
    return f"{problem}, at character {max(index, 0) + 1}"
