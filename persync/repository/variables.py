"""Substitution of ``${{ vars.x }}``, ``${{ env.X }}`` and ``${{ secret.X }}``.

It happens after parsing, and what comes in is never looked at again: a value cannot become YAML or another reference.
``$${{`` stands for a literal ``${{``. Spring's own ``${…}`` is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.repository.findings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING = "${{"
_REFERENCE = re.compile(r"\$\$\{\{|\$\{\{(?:(?P<inside>[^{}]*)\}\})?")
_INSIDE = re.compile(r"\s*(?P<space>[A-Za-z]+)\.(?P<name>[A-Za-z0-9_.-]+)\s*")
_SPACES = ("vars", "env", "secret")


class Unfailing(Mapping[str, str]):
    """The variables of a process, and for each that is not set the text of a reference to it.

    So a revision can be read that asks for other variables than are set; two references are equal if they name the
    same variable.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = environ or {}

    def __getitem__(self, name: str) -> str:
        return self._environ.get(name, f"${{{{ env.{name} }}}}")

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
    """A text after substitution, the secrets that came into it, and (what is wrong, what to do)."""

    text: str
    secrets: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()


def substitute(text: str, values: Values, spaces: tuple[str, ...] = _SPACES) -> Substituted:
    """Return ``text`` with its references replaced.

    Args:
        text: the text of a scalar.
        values: what the references stand for.
        spaces: which of ``vars``, ``env`` and ``secret`` may be used here.
    """
    if OPENING not in text:
        return Substituted(text)
    secrets: list[str] = []
    problems: list[tuple[str, str]] = []

    def replacement(match: re.Match[str]) -> str:
        if match[0] == "$" + OPENING:
            return OPENING
        reference = _INSIDE.fullmatch(match["inside"] or "")
        if reference is None or reference["space"] not in spaces:
            problems.append(_malformed(reference["space"] if reference else None, spaces))
            return ""
        space, name = reference["space"], reference["name"]
        value = (values.variables if space == "vars" else values.environ).get(name)
        if value is None:
            problems.append(_unset(space, name, values))
        if space == "secret":
            secrets.append(value or "")
        return value or ""

    replaced = _REFERENCE.sub(replacement, text)
    return Substituted(replaced, tuple(secrets), tuple(problems))


def is_reference(text: str) -> bool:
    """Return whether the whole text is one reference to the process environment."""
    match = _REFERENCE.fullmatch(text)
    reference = _INSIDE.fullmatch((match["inside"] if match else None) or "")
    return reference is not None and reference["space"] in {"env", "secret"}


def _malformed(space: str | None, spaces: tuple[str, ...]) -> tuple[str, str]:
    hint = "write " + " or ".join(f"${{{{ {known}.NAME }}}}" for known in spaces) + "; $${{ stands for a literal ${{"
    if space is None:
        return "a ${{ that is no reference", hint
    return f"{space} is not known in ${{{{ }}}} here", hint


def _unset(space: str, name: str, values: Values) -> tuple[str, str]:
    if space != "vars":
        return f"environment variable {name} is not set", f"set {name} before you start persync"
    if values.environment is None:
        return f"variable {name} is not set: no environment is chosen", "choose an environment that has it"
    return (
        f"variable {name} is not set in environment {values.environment}",
        did_you_mean(name, values.variables) or f"add {name} to its variables in persync.yaml",
    )
