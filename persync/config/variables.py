"""Substitution of ``${{ vars.x }}``, ``${{ env.X }}`` and ``${{ secret.X }}``.

The files choose which variables are read, and a pull request chooses the files. So a variable of the process is only
shown if the process offers it, as ``PERSYNC_VAR_X``; all others are secrets. Credentials of persync cannot be read.

References are replaced after parsing, and once: the text that replaces a reference is neither parsed nor searched for
references. ``$${{`` is a literal ``${{``. Spring's own ``${…}`` is not touched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.config.process import OFFERED, Keeping, Unfailing
from persync.similar import did_you_mean, most_similar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Scalar
    from persync.model import Span

OPENING = "${{"
UNSET = "unset-variable"
"""The rule for findings about the environment of the process, not about the files."""
TOKEN = "PERSYNC_TOKEN"  # noqa: S105 - the name of a variable
"""The variable with the token of the Harvester API."""
_REFERENCE = re.compile(r"\$\$\{\{|\$\{\{(?:(?P<inside>[^{}]*)\}\})?")
_INSIDE = re.compile(r"\s*(?P<source>[A-Za-z]+)\.(?P<name>[A-Za-z0-9_.-]+)\s*")
SOURCES = ("vars", "env", "secret")
_MISNAMED = {"var": "vars", "variable": "vars", "variables": "vars", "environ": "env", "environment": "env"}
"""What other programs and people call them; ``secrets`` is similar enough to be found without this."""


class Reference(NamedTuple):
    """A reference to a variable of the process in a text, from ``start`` to ``stop``."""

    start: int
    stop: int
    source: str
    name: str

    @property
    def text(self) -> str:
        """The reference in its usual spelling."""
        return f"${{{{ {self.source}.{self.name} }}}}"


_MOST_NAMED = 5
_LONGEST_RESULT = 256 * 1024
"""Characters of a text with its references replaced."""
_MOST_SUBSTITUTED = 16 * 1024 * 1024
"""Characters of all texts with references, after their replacement, in one run: a file may have 80,000 references."""


@dataclass(slots=True)
class Allowance:
    """How many characters references may still bring in."""

    left: int = _MOST_SUBSTITUTED


@dataclass(frozen=True, slots=True)
class Values:
    """The values of references.

    Attributes:
        variables: ``vars``, of the chosen environment.
        environ: ``env`` and ``secret``, the variables of the process.
        environment: the chosen environment's name, for messages.
        reserved: the variables of the process that cannot be read.
        allowance: what the references of all texts may still bring in.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    environment: str | None = None
    reserved: frozenset[str] = frozenset()
    allowance: Allowance = field(default_factory=Allowance, repr=False, compare=False)


class Substituted(NamedTuple):
    """The result of a substitution.

    Attributes:
        text: the text with its references replaced; the original text if a reference could not be.
        secrets: the values of its references that must not be shown: of ``secret``, and of ``env`` if not offered.
        failed: whether a reference could not be replaced.
    """

    text: str
    secrets: tuple[str, ...] = ()
    failed: bool = False


def substitute(
    scalar: Scalar,
    values: Values,
    findings: Findings,
    sources: tuple[str, ...] = SOURCES,
    *,
    always_shown: bool = False,
) -> Substituted:
    """Return the text of a scalar with its references replaced.

    If one of them cannot be replaced, none is: a text without it would be another value, and checked as such.

    Args:
        scalar: the text, and its position.
        values: the values of references.
        findings: is added to: ``variable``, ``unset-variable``, ``line-break``, ``reserved-variable``,
            ``shown-variable``.
        sources: which of ``vars``, ``env`` and ``secret`` may be used here.
        always_shown: the text cannot be hidden: ``env`` may only read what the process offers.
    """
    if OPENING not in scalar.text:
        return Substituted(scalar.text)
    before = len(findings)
    substitution = _Substitution(scalar.span, values, findings, sources, always_shown=always_shown)
    replaced = _REFERENCE.sub(substitution.replacement, scalar.text)
    failed = len(findings) > before
    values.allowance.left = max(0, values.allowance.left - len(replaced))
    return Substituted(scalar.text if failed else replaced, tuple(substitution.secrets), failed)


class _Substitution:
    """The replacement of the references in one text; ``secrets`` has what must not be shown of it."""

    def __init__(
        self, span: Span, values: Values, findings: Findings, sources: tuple[str, ...], *, always_shown: bool
    ) -> None:
        self.secrets: list[str] = []
        self._span = span
        self._values = values
        self._findings = findings
        self._sources = sources
        self._always_shown = always_shown
        self._room = min(_LONGEST_RESULT, values.allowance.left)

    def replacement(self, match: re.Match[str]) -> str:
        """Return the text in place of a reference; an empty one after a finding."""
        if self._room < 0:
            return ""
        value = OPENING if match[0] == "$" + OPENING else self._value(match["inside"] or "")
        self._room -= len(value)
        if self._room < 0:
            _too_much(self._span, self._findings)
        return value

    def _value(self, inside: str) -> str:
        reference = _INSIDE.fullmatch(inside)
        if reference is None or reference["source"] not in self._sources:
            variable = inside.strip() if inside.strip() in self._values.variables and "vars" in self._sources else ""
            _malformed(reference, self._sources, self._span, self._findings, variable)
            return ""
        source, name = reference["source"], reference["name"]
        if source == "vars":
            value, may_be_shown = self._values.variables.get(name), True
        elif name in self._values.reserved:
            _reserved(name, self._span, self._findings)
            return ""
        else:
            value, may_be_shown = _variable(source, name, self._values.environ, always_shown=self._always_shown)
        _check_value(source, name, value, self._values, self._span, self._findings)
        if value and self._always_shown and not may_be_shown:
            _not_offered(name, self._span, self._findings)
        if not may_be_shown:
            self.secrets.append(value or "")
        return value or ""


def references_in(text: str) -> list[Reference]:
    """Return the references to variables of the process in a text, in its order."""
    found = [(match, _INSIDE.fullmatch(match["inside"] or "")) for match in _REFERENCE.finditer(text)]
    return [
        Reference(match.start(), match.end(), inside["source"], inside["name"])
        for match, inside in found
        if inside and inside["source"] in {"env", "secret"}
    ]


def is_reference(text: str) -> bool:
    """Return whether the whole text is one reference to the process environment."""
    return any((found.start, found.stop) == (0, len(text)) for found in references_in(text))


def variables_in(text: str) -> set[str]:
    """Return the names of the variables of the process that a text refers to."""
    return {found.name for found in references_in(text)}


def _variable(source: str, name: str, environ: Mapping[str, str], *, always_shown: bool) -> tuple[str | None, bool]:
    """Return the value of a variable of the process, and whether it may be shown."""
    if isinstance(environ, Keeping) and environ.keeps(source, name) and not always_shown:
        return Reference(0, 0, source, name).text, False
    if source == "secret":
        return environ.get(name), False
    process = environ.process if isinstance(environ, Unfailing) else environ
    if (offered := process.get(OFFERED + name)) is not None:
        return offered, True
    return environ.get(name), not process.get(name)


def _reserved(name: str, span: Span, findings: Findings) -> None:
    reason = "only auth in persync.yaml may use it"
    hint = "read another variable"
    findings.error("reserved-variable", f"{name} holds a credential of persync", span, reason=reason, hint=hint)


def _not_offered(name: str, span: Span, findings: Findings) -> None:
    reason = "this text is shown in plans, reports and messages"
    hint = f"set {OFFERED}{name} instead of {name} where persync runs, or use ${{{{ vars.NAME }}}}"
    findings.error("shown-variable", f"environment variable {name} would be shown", span, reason=reason, hint=hint)


def _too_much(span: Span, findings: Findings) -> None:
    message = f"the references bring in more than {_LONGEST_RESULT // 1024} KiB of text here"
    message += f", or more than {_MOST_SUBSTITUTED // 1024**2} MiB in all"
    findings.error("too-much-text", message, span, hint="use fewer references, or shorter values")


def _malformed(
    reference: re.Match[str] | None, sources: tuple[str, ...], span: Span, findings: Findings, variable: str
) -> None:
    forms = " or ".join(f"${{{{ {each}.NAME }}}}" for each in sources)
    hint = f"write {forms}; $${{{{ is a literal ${{{{"
    if reference is None:
        hint = f"write ${{{{ vars.{variable} }}}}" if variable else hint
        findings.error("variable", "this ${{ does not begin a reference", span, hint=hint)
    elif (source := reference["source"]) in SOURCES:
        reason = "this text is shown in plans, reports and messages" if source in {"env", "secret"} else ""
        findings.error("variable", f"{source} cannot be used in ${{{{ }}}} here", span, reason=reason, hint=hint)
    else:
        meant = _MISNAMED.get(source.lower()) or most_similar(source, SOURCES)
        if meant in sources:
            hint = f"write ${{{{ {meant}.{reference['name']} }}}}"
        findings.error("variable", f"{source} is not known in ${{{{ }}}}", span, hint=hint)


def _check_value(source: str, name: str, value: str | None, values: Values, span: Span, findings: Findings) -> None:
    # CI systems give an empty text for a secret that is missing or misspelled; no real secret is empty
    if value is None or (source == "secret" and not value):
        _unset(source, name, values, span, findings)
    elif source != "vars" and value.endswith(("\n", "\r")):
        _ends_with_line_break(name, span, findings)


def _ends_with_line_break(name: str, span: Span, findings: Findings) -> None:
    reason = "the line break would be a part of the value, where nobody sees it"
    hint = "remove it where the variable is set; a shell's $(cat FILE) does so"
    message = f"the value of environment variable {name} ends with a line break"
    findings.error("line-break", message, span, reason=reason, hint=hint)


def _unset(source: str, name: str, values: Values, span: Span, findings: Findings) -> None:
    if source != "vars":
        state = "empty" if name in values.environ else "not set"
        findings.error(UNSET, f"environment variable {name} is {state}", span, hint=f"set {name} and run persync again")
    elif values.environment is None:
        hint = "choose an environment that has it"
        findings.error("variable", f"variable {name} is not set: no environment is chosen", span, hint=hint)
    else:
        names = sorted(values.variables)
        others = (
            f"; it has {', '.join(names[:_MOST_NAMED])}{', …' if len(names) > _MOST_NAMED else ''}" if names else ""
        )
        hint = did_you_mean(name, names) or f"add {name} to its variables in persync.yaml{others}"
        message = f"variable {name} is not set in environment {values.environment}"
        findings.error("variable", message, span, hint=hint)
