"""What a JSON Schema cannot say about persync.yaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.findings import did_you_mean, error
from persync.config.variables import OPENING, is_reference
from persync.config.yaml.nodes import Scalar, entries, find, scalars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.config.yaml.nodes import Map, Node
    from persync.errors import Finding

_SECRETS = ("token", "clientSecret", "password")
_USER_INFO = re.compile(r"https?://[^/@\s]*@")


def rule_findings(settings: Map) -> Iterator[Finding]:
    """Yield the findings about a persync.yaml: ``unknown-environment``, and those about each environment."""
    environments = entries(find(settings, "environments"))
    default = find(settings, "defaultEnvironment")
    names = [entry.key.text for entry in environments]
    if isinstance(default, Scalar) and default.text not in names:
        hint = did_you_mean(default.text, names) or "add it under environments"
        yield error("unknown-environment", f"there is no environment {default.text}", default.span, hint=hint)
    for _, environment in environments:
        yield from _credentials(environment)
        yield from _variables(environment)
        yield from _patterns(environment)


def _credentials(environment: Node) -> Iterator[Finding]:
    reason = "persync.yaml is kept in git, where a secret stays for ever"
    hint = "write ${{ env.NAME }} and set NAME in the environment of persync"
    for field in _SECRETS:
        secret = find(environment, "auth", field)
        if isinstance(secret, Scalar) and not is_reference(secret.text):
            yield error("literal-secret", f"{field} is written out", secret.span, reason=reason, hint=hint)
    for address in (find(environment, "url"), find(environment, "auth", "tokenUrl")):
        if isinstance(address, Scalar) and _USER_INFO.match(address.text):
            message = "a user or a password is written into this address"
            yield error("literal-secret", message, address.span, reason=reason, hint="use auth")


def _variables(environment: Node) -> Iterator[Finding]:
    for _, value in entries(find(environment, "variables")):
        if isinstance(value, Scalar) and OPENING in value.text:
            yield error(
                "nested-variable",
                "the value of a variable is not replaced again",
                value.span,
                hint="use ${{ env.X }} or ${{ secret.X }} where the variable is used",
            )


def _patterns(environment: Node) -> Iterator[Finding]:
    for pattern in scalars(find(environment, "sensitive")):
        if reason := _no_pattern(pattern.text):
            yield error("invalid-regex", f"this is not a regular expression: {reason}", pattern.span)


def _no_pattern(text: str) -> str | None:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as failure:
        return str(failure)
    return None
