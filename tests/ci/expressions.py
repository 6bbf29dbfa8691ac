"""The expressions of GitHub, as far as action.yml and the example workflow use them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TOKEN = re.compile(r"\s*('[^']*'|[\w-]+(?:\.[\w-]+)*(?:\(\))?|&&|\|\||[!=]=|!|\(|\))\s*")
_STATUS = ("failure()", "cancelled()", "success()", "always()")


def resolved(text: str, context: Mapping[str, Any]) -> str:
    """Replace the expressions in a text."""
    return _EXPRESSION.sub(lambda found: _shown(evaluated(found[1], context)), text)


def condition(text: str, context: Mapping[str, Any], *, failed: bool) -> bool:
    """Say whether a step with this ``if`` runs; one that asks for no status runs only after success."""
    whole = _EXPRESSION.fullmatch(text.strip())
    expression = (whole[1] if whole else text) or "success()"
    if not any(status in expression for status in _STATUS):
        expression = f"success() && ({expression})"
    return bool(evaluated(expression, {**context, "failure()": failed, "success()": not failed, "cancelled()": False}))


def evaluated(expression: str, context: Mapping[str, Any]) -> Any:
    """Return the value of an expression."""
    assert not _TOKEN.sub("", expression), expression
    tokens = _TOKEN.findall(expression)
    value = _either(tokens, context)
    assert not tokens, tokens
    return value


def _either(tokens: list[str], context: Mapping[str, Any]) -> Any:
    value = _both(tokens, context)
    while tokens[:1] == ["||"]:
        tokens.pop(0)
        right = _both(tokens, context)
        value = value or right
    return value


def _both(tokens: list[str], context: Mapping[str, Any]) -> Any:
    value = _equal(tokens, context)
    while tokens[:1] == ["&&"]:
        tokens.pop(0)
        right = _equal(tokens, context)
        value = value and right
    return value


def _equal(tokens: list[str], context: Mapping[str, Any]) -> Any:
    value = _one(tokens, context)
    if tokens and tokens[0] in {"==", "!="}:
        is_equality = tokens.pop(0) == "=="
        return (value == _one(tokens, context)) is is_equality
    return value


def _one(tokens: list[str], context: Mapping[str, Any]) -> Any:
    token = tokens.pop(0)
    if token == "!":
        return not _one(tokens, context)
    if token == "(":
        value = _either(tokens, context)
        assert tokens.pop(0) == ")"
        return value
    if token.startswith("'"):
        return token[1:-1]
    if token.endswith("()"):
        return context[token]
    found: Any = context
    for name in token.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _shown(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
