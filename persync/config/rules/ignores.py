"""Comments that accept a warning: ``# persync: ignore[rule] reason``, at the end of its line or above it.

An error is not accepted that way. A comment that accepts nothing is a warning itself, so that none outlives its cause.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import yaml

from persync.config.findings import warning
from persync.config.yaml.parser import scan
from persync.errors import Severity
from persync.model import Span
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.errors import Finding

_MARK = re.compile(r"(?:^|(?<=\s))#\s*persync:\s*ignore")
_IGNORE = re.compile(r"#\s*persync:\s*ignore\[\s*(?P<rules>[\w/.-]+(?:\s*,\s*[\w/.-]+)*)\s*\](?P<reason>.*)")
_FORM = "write '# persync: ignore[RULE] REASON' at the end of the line or above it; several rules have commas between"


class Ignore(NamedTuple):
    """A rule that a comment names.

    Attributes:
        rule: the rule.
        span: where the comment begins.
        line: the line that it is about.
    """

    rule: str
    span: Span
    line: int


class Ignores(NamedTuple):
    """What the comments of a file accept, and what is wrong with them."""

    ignores: tuple[Ignore, ...] = ()
    findings: tuple[Finding, ...] = ()


class Remaining(NamedTuple):
    """Findings after the comments are taken into account: those that remain, and those that are ignored."""

    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]


def read_ignores(data: bytes, file: str) -> Ignores:
    """Return what the comments in the bytes of a file accept.

    Args:
        data: YAML; what has syntax errors, or no such comment, has none.
        file: its name for positions.
    """
    if b"persync:" not in data:
        return Ignores()
    try:
        text = data.decode("utf-8-sig")
        scalars = [token for token in scan(text) if isinstance(token, yaml.ScalarToken)]
    except (UnicodeDecodeError, yaml.YAMLError):
        return Ignores()
    lines = text.splitlines()
    in_scalars = [(_text_begins(token), (token.end_mark.line, token.end_mark.column)) for token in scalars]
    ignores: list[Ignore] = []
    findings: list[Finding] = []
    for number, line in enumerate(lines):
        found = _MARK.search(line)
        if not found or any(start <= (number, found.start()) < end for start, end in in_scalars):
            continue
        span = Span(file, number + 1, found.start() + 1)
        match = _IGNORE.match(line, found.start())
        if not match or not match["reason"].strip():
            what = "this comment names no rule" if not match else "this comment gives no reason"
            findings.append(warning("malformed-ignore", f"{what}, so it ignores nothing", span, hint=_FORM))
            continue
        about = number if line[: found.start()].strip() else _next_content(lines, number)
        ignores += (Ignore(rule.strip(), span, about + 1) for rule in match["rules"].split(","))
    return Ignores(tuple(ignores), tuple(findings))


def _text_begins(token: yaml.ScalarToken) -> tuple[int, int]:
    """Return the line and the column where the text of a scalar begins: a comment may be in the header of a block."""
    mark = token.start_mark
    return (mark.line + 1, 0) if token.style in {"|", ">"} else (mark.line, mark.column)


def without_ignored(findings: Sequence[Finding], ignores: Iterable[Ignore]) -> Remaining:
    """Return findings without the warnings that comments accept, and with one for each comment that accepts none.

    Args:
        findings: of all files.
        ignores: of all files that were read.
    """
    by_line: dict[tuple[str, int], list[Finding]] = {}
    for finding in findings:
        by_line.setdefault((finding.span.file, finding.span.line), []).append(finding)
    elsewhere = {(finding.span.file, finding.rule): finding.span.line for finding in reversed(findings)}
    ignored: set[Finding] = set()
    unused: list[Finding] = []
    for ignore in ignores:
        there = by_line.get((ignore.span.file, ignore.line), [])
        accepted = [each for each in there if each.rule == ignore.rule and each.severity is Severity.WARNING]
        ignored.update(accepted)
        if not accepted:
            unused.append(_unused(ignore, there, elsewhere.get((ignore.span.file, ignore.rule))))
    kept = [finding for finding in findings if finding not in ignored]
    return Remaining(
        tuple(sorted({*kept, *unused}, key=lambda finding: (finding.span, finding.rule, finding.message))),
        tuple(finding for finding in findings if finding in ignored),
    )


def _unused(ignore: Ignore, there: Sequence[Finding], elsewhere: int | None) -> Finding:
    message = f"line {ignore.line} has no warning of rule {ignore.rule}, so this comment ignores nothing"
    reason, hint = "", did_you_mean(ignore.rule, dict.fromkeys(each.rule for each in there)) or "remove the comment"
    if any(finding.rule == ignore.rule for finding in there):
        reason, hint = "only warnings can be ignored", "fix the error"
    elif elsewhere is not None:
        hint = f"line {elsewhere} has one: write the comment there"
    return warning("unused-ignore", message, ignore.span, reason=reason, hint=hint)


def _next_content(lines: Sequence[str], number: int) -> int:
    """Return the first line after this one that is not a comment only."""
    return next((at for at in range(number + 1, len(lines)) if not lines[at].lstrip().startswith("#")), number)
