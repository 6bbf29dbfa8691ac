"""Rules for persync.yaml that a JSON Schema cannot express."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.rules.ignored import IGNORED, check_count, read_globs
from persync.config.rules.projects import check_names
from persync.config.variables import OPENING, is_reference
from persync.config.yaml.nodes import List, Scalar, entries, find, scalars
from persync.model import Section
from persync.properties.patterns import InvalidPattern, compiled
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Map, Node

_SECRETS = ("token", "clientSecret", "password")
_USER_INFO = re.compile(r"[a-z0-9]+://[^/@\s]*@")
_OFFER = "write ${{ env.X }} and set PERSYNC_VAR_X where persync runs"


def check_settings_rules(settings: Map, findings: Findings) -> bool:
    """Check a persync.yaml that fits its schema; return whether there are findings.

    Rules: ``unknown-environment``, ``literal-secret``, ``nested-variable``, ``invalid-regex``,
    ``invalid-glob``, and those of ``check_names``.
    """
    before = len(findings)
    environments = entries(find(settings, "environments"))
    _check_default([entry.key.text for entry in environments], find(settings, "defaultEnvironment"), findings)
    for _, environment in environments:
        _check_credentials(environment, findings)
        _check_variables(environment, findings)
        _check_patterns(environment, findings)
        _check_ignored(environment, findings)
        check_names(entries(find(environment, "projects")), findings)
    return len(findings) > before


def _check_default(environments: Sequence[str], default: Node | None, findings: Findings) -> None:
    if isinstance(default, Scalar) and default.text not in environments:
        hint = did_you_mean(default.text, environments) or "add it under environments"
        findings.error("unknown-environment", f"there is no environment {default.text}", default.span, hint=hint)


def _check_credentials(environment: Node, findings: Findings) -> None:
    reason = "persync.yaml is kept in git, and git keeps a secret forever"
    for field in _SECRETS:
        secret = find(environment, "auth", field)
        if isinstance(secret, Scalar) and not is_reference(secret.text):
            hint = "write ${{ env.NAME }} and set NAME in the environment of persync"
            findings.error("literal-secret", f"{field} is in plain text", secret.span, reason=reason, hint=hint)
    hints = {("url",): "use auth", ("auth", "tokenUrl"): "use auth", ("proxy",): _OFFER}
    for path, hint in hints.items():
        address = find(environment, *path)
        if isinstance(address, Scalar) and _USER_INFO.match(address.text):
            message = "this address contains a user or a password"
            findings.error("literal-secret", message, address.span, reason=reason, hint=hint)


def _check_variables(environment: Node, findings: Findings) -> None:
    for _, value in entries(find(environment, "variables")):
        if isinstance(value, Scalar) and OPENING in value.text:
            message = "references in the value of a variable are not replaced"
            hint = "use ${{ env.X }} or ${{ secret.X }} where the variable is used"
            findings.error("nested-variable", message, value.span, hint=hint)


def _check_ignored(environment: Node, findings: Findings) -> None:
    rules = find(environment, IGNORED)
    if not isinstance(rules, List):
        return
    lists = [properties for rule in rules.items if (properties := find(rule, "properties"))]
    found = [len(read_globs(each, findings)) for each in lists]
    selectors = [len(scalars(find(rule, "persisters"))) for rule in rules.items]
    check_count(max(sum(found), sum(selectors)), rules.span, findings)


def _check_patterns(environment: Node, findings: Findings) -> None:
    for pattern in scalars(find(environment, "sensitive")):
        try:
            compiled(pattern.text)
        except InvalidPattern as failure:
            findings.error("invalid-regex", f"this is not a regular expression: {failure}", pattern.span)


def without_config(settings: object) -> object:
    """Empty what is checked with the persisters: the config maps of the defaults, and what holds a reference."""
    if isinstance(settings, dict) and isinstance(defaults := settings.get("defaults"), dict):
        for field, value in list(defaults.items()):
            if isinstance(value, dict) and field in set(Section):
                defaults[field] = {}
            elif isinstance(value, str) and OPENING in value:
                del defaults[field]
    return settings
