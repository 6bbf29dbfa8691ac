"""Annotations: the workflow commands that put a message beside a line of a pull request on GitHub.

GitHub shows ten of each kind for a step and drops the others without a word, so the tenth says what is left out.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from persync.report.formats.text import plan_summary, result_summary
from persync.report.printable import printable
from persync.report.remarks import Level, finding_remarks, plan_remarks, result_remarks
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result
    from persync.report.remarks import Remark

MOST = 10
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def plan_annotations(plan: Plan) -> str:
    """Return a plan as annotations; the counts are one of them."""
    return _annotations(plan_remarks(plan), f"persync {plan.kind} {plan.environment}", plan_summary(plan))


def result_annotations(result: Result) -> str:
    """Return a result as annotations; the counts are one of them."""
    return _annotations(result_remarks(result), f"persync apply {result.environment}", result_summary(result))


def findings_annotations(findings: Sequence[Finding]) -> str:
    """Return what is wrong in the files as annotations; the counts are one of them."""
    remarks = finding_remarks(findings)
    errors = sum(remark.level is Level.ERROR for remark in remarks)
    counts = f"Validate: {number(errors, 'error')}, {number(len(remarks) - errors, 'warning')}."
    return _annotations(remarks, "persync validate", counts)


def _annotations(remarks: Sequence[Remark], title: str, counts: str) -> str:
    lines = [_command("notice", counts, title=printable(title))]
    for level, command in _COMMANDS.items():
        lines += _of_one_kind(command, [remark for remark in remarks if remark.level is level])
    return "".join(f"{line}\n" for line in lines)


def _of_one_kind(command: str, remarks: Sequence[Remark]) -> Iterator[str]:
    room = MOST - (command == "notice")  # the counts are a notice
    shown = remarks if len(remarks) <= room else remarks[: room - 1]
    for remark in shown:
        yield _command(
            command,
            remark.message,
            file=printable(remark.span.file),
            line=str(max(1, remark.span.line)),
            col=str(max(1, remark.span.column)),
            title=remark.rule,
        )
    if rest := Counter(remark.rule for remark in remarks[len(shown) :]):
        said = ", ".join(f"{count:,} {rule}" for rule, count in sorted(rest.items()))
        yield _command(command, f"… and {rest.total():,} more: {said}", title="persync")


def _command(command: str, message: str, **properties: str) -> str:
    said = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{command} {said}::{_escape(message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
