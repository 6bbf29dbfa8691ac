"""JUnit XML, which every CI system shows: one test case per persister, or per file for what is wrong in the files.

The persisters in sync are only counted in a plan; one test case that passes stands for them all.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Severity
from persync.plan.plan import Action
from persync.plan.result import Outcome
from persync.report.formats.text import plan_summary, result_summary
from persync.report.printable import printable
from persync.report.remarks import ACTIONS, OUTCOMES, finding_remarks, what
from persync.report.wording import change_line, changes_counted, number, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from persync.errors import Finding
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class _Case(NamedTuple):
    """One test case; it passes without a failure and without a reason to be skipped."""

    name: str
    place: tuple[str, int] | None = None
    failure: tuple[str, str, str] | None = None
    skipped: str | None = None
    output: str = ""


def plan_junit(plan: Plan) -> str:
    """Return a plan as JUnit XML: whatever differs or is blocked has failed."""
    about = {
        "environment": plan.environment,
        "url": plan.url,
        "base": plan.base,
        "commit": plan.commit,
        "inSync": str(plan.in_sync),
    }
    rest = _Case("(in sync)", output=f"{number(plan.in_sync, 'persister')} in sync")
    cases = [*map(_plan_case, plan.persisters), rest]
    return _junit(f"persync {plan.kind} {plan.environment}", cases, about, plan_summary(plan))


def result_junit(result: Result) -> str:
    """Return a result as JUnit XML: what was not attempted is skipped."""
    about = {"environment": result.environment, "url": result.url, "interrupted": str(result.interrupted).lower()}
    cases = [*map(_result_case, result.persisters)] or [_Case("(nothing to do)")]
    return _junit(f"persync apply {result.environment}", cases, about, result_summary(result))


def findings_junit(findings: Sequence[Finding], files: Iterable[str] = ()) -> str:
    """Return what is wrong in the files as JUnit XML: a file with an error has failed, warnings are its output.

    Args:
        findings: in the order of files and lines.
        files: all files that were read; those without a finding pass.
    """
    of_file: dict[str, list[Finding]] = {file: [] for file in files}
    for finding in findings:
        of_file.setdefault(finding.span.file, []).append(finding)
    cases = [_findings_case(file, found) for file, found in sorted(of_file.items())] or [_Case("(no findings)")]
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    counts = f"Validate: {number(errors, 'error')}, {number(len(findings) - errors, 'warning')}."
    return _junit("persync validate", cases, {}, counts)


def _plan_case(planned: PersisterPlan) -> _Case:
    lines = [change_line(change) for change in planned.changes]
    lines += [f"warning: {printable(warning)}" for warning in planned.warnings]
    body = "\n".join(lines)
    case = _Case(printable(str(planned.id)), (planned.span.file, planned.span.line))
    if planned.action is Action.NONE:
        return case._replace(output=body)
    rule, _ = ACTIONS[planned.action]
    message = "; ".join(filter(None, (what(planned), changes_counted(planned))))
    return case._replace(failure=(rule, message, body))


def _result_case(item: PersisterResult) -> _Case:
    case = _Case(
        printable(str(item.plan.id)),
        (item.plan.span.file, item.plan.span.line),
        output="\n".join(map(printable, item.logs)),
    )
    if item.outcome is Outcome.NOT_ATTEMPTED:
        return case._replace(skipped=str(item.outcome))
    if item.outcome not in OUTCOMES:
        return case
    seen = item.difference or item.plan
    body = [f"taken: {', '.join(item.steps_taken) or 'nothing'}", *map(change_line, seen.changes)]
    rule, _ = OUTCOMES[item.outcome]
    return case._replace(failure=(rule, printable(item.problem) or str(item.outcome), "\n".join(body)))


def _findings_case(file: str, findings: Sequence[Finding]) -> _Case:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    warnings = [finding for finding in findings if finding.severity is not Severity.ERROR]
    case = _Case(printable(file), (file, findings[0].span.line if findings else 1), output=_findings_text(warnings))
    if not errors:
        return case
    first, *_ = finding_remarks(errors)
    message = first.text if len(errors) == 1 else f"{len(errors):,} errors; the first: {first.text}"
    return case._replace(failure=(first.rule, message, _findings_text(errors)))


def _findings_text(findings: Sequence[Finding]) -> str:
    remarks = finding_remarks(findings)
    return "\n".join(f"{place(remark.span)}: {remark.level}: {remark.text} [{remark.rule}]" for remark in remarks)


def _junit(name: str, cases: Sequence[_Case], about: Mapping[str, str | None], counts: str) -> str:
    name = printable(name)
    totals = {
        "name": name,
        "tests": str(len(cases)),
        "failures": str(sum(case.failure is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.skipped is not None for case in cases)),
        "time": "0",
    }
    suites = ET.Element("testsuites", totals)
    suite = ET.SubElement(suites, "testsuite", totals)
    known = {key: printable(value) for key, value in about.items() if value is not None} | {"summary": counts}
    properties = ET.SubElement(suite, "properties")
    for key, value in known.items():
        ET.SubElement(properties, "property", {"name": key, "value": value})
    for case in cases:
        _add(suite, case, class_name=name.replace(" ", "."))
    ET.indent(suites)
    return _HEAD + ET.tostring(suites, encoding="unicode") + "\n"


def _add(suite: ET.Element, case: _Case, class_name: str) -> None:
    attributes = {"name": case.name, "classname": class_name, "time": "0"}
    if case.place:
        file, line = case.place
        attributes |= {"file": printable(file), "line": str(max(1, line))}
    element = ET.SubElement(suite, "testcase", attributes)
    if case.failure:
        rule, message, body = case.failure
        ET.SubElement(element, "failure", {"type": rule, "message": message}).text = body
    if case.skipped is not None:
        ET.SubElement(element, "skipped", {"message": case.skipped})
    if case.output:
        ET.SubElement(element, "system-out").text = case.output
