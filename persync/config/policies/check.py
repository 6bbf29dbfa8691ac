"""Policies: JSON Schemas of a team for the persisters that its files configure, as findings at the values' positions.

A finding repeats no value, and a policy sees no secret. Nothing is fetched: a policy refers to itself only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from persync.config.files import Unreadable
from persync.config.findings import Advice
from persync.config.policies.instance import instance_of
from persync.config.rules.schema import Failure, message_about
from persync.config.yaml.nodes import find
from persync.config.yaml.reader import read_documents
from persync.config.yaml.typed import typed
from persync.errors import ConfigError, Severity
from persync.model import Span
from persync.properties.patterns import InvalidPattern, SearchBudget, compiled, found_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from persync.config.findings import Findings
    from persync.config.policies.instance import Instance
    from persync.config.yaml.nodes import Node
    from persync.model import Persister
    from persync.properties.secrets import SecretPolicy

RULE_PREFIX = "policy-"
INVALID = "invalid-policy"
"""The rule for findings about policies themselves."""
_SEVERITY, _HELP = "x-severity", "x-help"
_UNSUPPORTED = ("patternProperties", "$dynamicRef")
_MOST_REFERENCES = 10_000
"""That are followed for one persister: they can multiply, or never end."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, read from a file.

    Attributes:
        file: as shown.
        schema: the JSON Schema.
    """

    file: str
    schema: Mapping[str, Any]

    @property
    def rule(self) -> str:
        """The identifier of its findings."""
        return f"{RULE_PREFIX}{PurePath(self.file).stem}"


def read_policy(data: bytes | Unreadable, file: str, findings: Findings) -> Policy | None:
    """Read a policy.

    Args:
        data: of its file.
        file: as shown.
        findings: is added to where it is no policy.
    """
    start = Span(file, 1, 1)
    if isinstance(data, Unreadable):
        findings.error("unreadable-file", f"cannot be read: {data.reason}", start)
        return None
    documents = read_documents(data, file)
    findings.extend(documents.findings)
    if documents.findings:
        return None
    if len(documents.trees) != 1 or not isinstance(schema := typed(documents.trees[0]), dict):
        findings.error(INVALID, "a policy is one JSON Schema, which is a map", start)
        return None
    problems = list(_problems(schema))
    for path, message in problems:
        node: Node = find(documents.trees[0], *path) or documents.trees[0]
        findings.error(INVALID, message, node.span, hint="see JSON Schema, draft 2020-12")
    return None if problems else Policy(file, schema)


def _problems(schema: Mapping[str, Any]) -> Iterator[tuple[list[str | int], str]]:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - as above

    for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
        yield list(error.absolute_path), f"this is no JSON Schema: {error.validator} of the meta-schema is violated"
    for path, keyword, value in _keywords(schema, []):
        if keyword in _UNSUPPORTED:
            yield path, f"{keyword} is not supported in a policy"
        if keyword == "$ref" and isinstance(value, str) and not value.startswith("#"):
            yield path, "a policy can refer to itself only: a $ref begins with #"
        if keyword == _SEVERITY and value not in set(Severity):
            yield path, f"{_SEVERITY} must be one of {', '.join(Severity)}"
        if keyword == "pattern" and isinstance(value, str):
            try:
                compiled(value, ignore_case=False)
            except InvalidPattern as failure:
                yield path, f"this is no regular expression: {failure}"


def _keywords(schema: object, path: list[str | int]) -> Iterator[tuple[list[str | int], str, object]]:
    """Yield each key of a schema with its path and value; names of properties are among them, which does not matter."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield [*path, key], key, value
            yield from _keywords(value, [*path, key])
    elif isinstance(schema, list):
        for index, value in enumerate(schema):
            yield from _keywords(value, [*path, index])


def check_policies(
    policies: Iterable[Policy],
    persisters: Sequence[Persister],
    environment: str,
    secrets: SecretPolicy,
    findings: Findings,
) -> None:
    """Check persisters.

    Args:
        policies: what they are checked against.
        persisters: the results of all layers.
        environment: the name of the environment; empty where none is chosen.
        secrets: what is a secret.
        findings: is added to: ``policy-FILE`` with the name of the policy's file.
    """
    from referencing.exceptions import Unresolvable  # noqa: PLC0415 - slow to import; few have policies

    budget = SearchBudget()
    instances = [instance_of(persister, environment, secrets) for persister in persisters]
    for policy in policies:
        checker = _Checker(policy, budget)
        for persister, instance in zip(persisters, instances, strict=True):
            try:
                for error in checker.errors(instance.value):
                    _report(policy, error, persister, instance, findings)
            except (RecursionError, ConfigError, Unresolvable) as failure:
                reason = failure.message if isinstance(failure, ConfigError) else "a $ref leads nowhere, or in a circle"
                findings.error(INVALID, f"it cannot be checked: {reason}", Span(policy.file, 1, 1))
                break


@dataclass(slots=True)
class _Checker:
    """Checks against one policy, within limits: its references can multiply, its patterns can take hours."""

    policy: Policy
    budget: SearchBudget
    _validator: Validator = field(init=False)
    _followed: int = 0

    def __post_init__(self) -> None:
        from jsonschema import Draft202012Validator, ValidationError, validators  # noqa: PLC0415 - slow to import; few have policies
        from referencing import Registry  # noqa: PLC0415 - as above

        follow = Draft202012Validator.VALIDATORS["$ref"]

        def counted(validator: Validator, reference: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
            self._followed += 1
            if self._followed > _MOST_REFERENCES:
                raise ConfigError(f"it follows more than {_MOST_REFERENCES} references for a persister")
            yield from follow(validator, reference, instance, schema)

        def limited(_: Validator, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
            if isinstance(instance, str) and not found_in(pattern, instance, self.budget, ignore_case=False):
                yield ValidationError("does not match")

        extend: Callable[..., Callable[..., Validator]] = validators.extend
        kind = extend(Draft202012Validator, {"pattern": limited, "$ref": counted})
        self._validator = kind(self.policy.schema, registry=Registry())  # an empty registry fetches nothing

    def errors(self, value: Any) -> Iterator[ValidationError]:
        """Yield how a persister violates the policy.

        Raises:
            ConfigError: there are too many references to follow, or a pattern takes too long.
            RecursionError: the references never end.
        """
        self._followed = 0
        yield from self._validator.iter_errors(value)


def _report(
    policy: Policy, error: ValidationError, persister: Persister, instance: Instance, findings: Findings
) -> None:
    schema = error.schema if isinstance(error.schema, dict) else {}
    failure = Failure(str(error.validator), error.validator_value, schema, error.instance)
    path = tuple(map(str, error.absolute_path))
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, str(error.instance))
    span = instance.spans.get(path[:2]) or instance.spans.get(path[:1]) or persister.span
    reason = _annotation(("description", "title"), schema)
    hint = _annotation((_HELP,), schema)
    if not reason and not hint:  # what the whole policy says may not be about a part with words of its own
        reason, hint = _annotation(("description", "title"), policy.schema), _annotation((_HELP,), policy.schema)
    severity = Severity(_annotation((_SEVERITY,), schema, policy.schema) or Severity.ERROR)
    source = f"{policy.file}: {reason}" if reason else policy.file
    for message in _messages(".".join(path) or "the persister", failure):
        findings.advise((Advice(severity, policy.rule, message, source, hint),), span)


def _messages(name: str, failure: Failure) -> Iterator[str]:
    """Yield what is wrong, without a value of the persister."""
    if failure.keyword == "required":
        yield from (f"{name} lacks {each}" for each in failure.expected if each not in failure.instance)
    elif failure.keyword in {"additionalProperties", "unevaluatedProperties"} and failure.expected is False:
        known = failure.schema.get("properties", {})
        yield from (f"{name} must not have {each}" for each in failure.instance if each not in known)
    else:
        yield f"{name} {message_about(failure)}"


def _annotation(names: Iterable[str], *schemas: Mapping[str, Any]) -> str:
    """Return the first of these annotations, of the part that is violated or of the whole policy."""
    found = (schema[name] for schema in schemas for name in names if isinstance(schema.get(name), str))
    return next(found, "")
