"""Substitution of ``${{ vars.x }}``, ``${{ env.X }}`` and ``${{ secret.X }}``.

It happens after parsing, and what comes in is never looked at again: a value cannot become YAML or another reference.
``$${{`` stands for a literal ``${{``. Spring's own ``${…}`` is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.config.findings import did_you_mean, error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.config.yaml.nodes import Scalar
    from persync.errors import Finding
    from persync.model import Span

OPENING = "${{"
UNSET = "unset-variable"
"""The rule of findings about the process that reads the files, and not about the files."""
_REFERENCE = re.compile(r"\$\$\{\{|\$\{\{(?:(?P<inside>[^{}]*)\}\})?")
_INSIDE = re.compile(r"\s*(?P<space>[A-Za-z]+)\.(?P<name>[A-Za-z0-9_.-]+)\s*")
_SPACES = ("vars", "env", "secret")


class Unfailing(Mapping[str, str]):
    """The variables of a process, and for each that is not set, or empty, the text of a reference to it.

    So a revision can be read that asks for other variables than are set; two references are equal if they name the
    same variable.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = environ or {}

    def __getitem__(self, name: str) -> str:
        return self._environ.get(name) or f"${{{{ env.{name} }}}}"

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)


@dataclass(frozen=True, slots=True)
class Values:
    """What references stand for.

    Attributes:
        variables: ``vars``, of the environment that was chosen.
        environ: ``env`` and ``secret``, the variables of the process.
        environment: the chosen environment's name, for messages.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    environment: str | None = None


class Substituted(NamedTuple):
    """A text after substitution, the secrets that came into it, and what is wrong, placed where the text stands."""

    text: str
    secrets: tuple[str, ...] = ()
    problems: tuple[Finding, ...] = ()


def substitute(scalar: Scalar, values: Values, spaces: tuple[str, ...] = _SPACES) -> Substituted:
    """Return the text of a scalar with its references replaced.

    Args:
        scalar: the text, and where it stands.
        values: what the references stand for.
        spaces: which of ``vars``, ``env`` and ``secret`` may be used here.
    """
    if OPENING not in scalar.text:
        return Substituted(scalar.text)
    secrets: list[str] = []
    problems: list[Finding] = []

    def replacement(match: re.Match[str]) -> str:
        if match[0] == "$" + OPENING:
            return OPENING
        reference = _INSIDE.fullmatch(match["inside"] or "")
        if reference is None or reference["space"] not in spaces:
            problems.append(_malformed(reference["space"] if reference else None, spaces, scalar.span))
            return ""
        space, name = reference["space"], reference["name"]
        value = (values.variables if space == "vars" else values.environ).get(name)
        # CI systems give an empty text for a secret that is missing or misspelled; no one has an empty secret
        if value is None or (space == "secret" and not value):
            problems.append(_unset(space, name, values, scalar.span))
        if space == "secret":
            secrets.append(value or "")
        return value or ""

    replaced = _REFERENCE.sub(replacement, scalar.text)
    return Substituted(replaced, tuple(secrets), tuple(problems))


def is_reference(text: str) -> bool:
    """Return whether the whole text is one reference to the process environment."""
    match = _REFERENCE.fullmatch(text)
    reference = _INSIDE.fullmatch((match["inside"] if match else None) or "")
    return reference is not None and reference["space"] in {"env", "secret"}


def _malformed(space: str | None, spaces: tuple[str, ...], span: Span) -> Finding:
    hint = "write " + " or ".join(f"${{{{ {known}.NAME }}}}" for known in spaces) + "; $${{ stands for a literal ${{"
    if space is None:
        return error("variable", "a ${{ that is no reference", span, hint=hint)
    reason = "what stands here is shown everywhere" if space == "secret" else ""
    return error("variable", f"{space} is not known in ${{{{ }}}} here", span, reason=reason, hint=hint)


def _unset(space: str, name: str, values: Values, span: Span) -> Finding:
    if space != "vars":
        what = "empty" if name in values.environ else "not set"
        return error(UNSET, f"environment variable {name} is {what}", span, hint=f"set {name} before you start persync")
    if values.environment is None:
        hint = "choose an environment that has it"
        return error("variable", f"variable {name} is not set: no environment is chosen", span, hint=hint)
    hint = did_you_mean(name, values.variables) or f"add {name} to its variables in persync.yaml"
    return error("variable", f"variable {name} is not set in environment {values.environment}", span, hint=hint)
