"""JUnit XML, which every CI system shows: a test case per persister, or per file for findings.

A plan only counts the persisters in sync, so a single test case that passes represents all of them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import Severity
from persync.plan.terms import Action, Outcome
from persync.report.actions import action_text
from persync.report.diagnostics import ACTION_RULES, OUTCOME_RULES, findings_diagnostics
from persync.report.notices import plan_notices
from persync.report.printable import COLON_REFERENCE, log_line, printable, without_commands
from persync.report.renderer import FindingsRenderer
from persync.report.summary import findings_summary, plan_summary, result_summary
from persync.report.waves.wording import downtime_text
from persync.report.wording import change_counts, change_line, location, number, selection_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.errors import Finding
    from persync.model import Span
    from persync.plan.plan import PersisterPlan, Plan
    from persync.plan.result import PersisterResult, Result

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class _Failure(NamedTuple):
    """Why a test case failed: the rule, a message of one line, and details."""

    rule: str
    message: str
    details: str


class _Case(NamedTuple):
    """A test case; it passes if it has neither a failure nor a reason to be skipped."""

    name: str
    span: Span | None = None
    failure: _Failure | None = None
    skipped: str = ""
    output: str = ""


class JunitRenderer(FindingsRenderer):
    """Renders JUnit XML."""

    def plan(self, plan: Plan) -> str:
        """Return a plan: a persister that differs or is blocked is a failure."""
        properties = {
            "environment": plan.environment,
            "url": plan.url,
            "base": plan.base,
            "commit": plan.commit,
            "inSync": str(plan.in_sync),
            "selection": selection_text(plan) or None,
            "notices": "; ".join(notice.text for notice in plan_notices(plan)) or None,
        }
        in_sync = _Case("(in sync)", output=f"{number(plan.in_sync, 'persister')} in sync")
        cases = [*map(_plan_case, plan.persisters), in_sync]
        return _junit(f"persync {plan.kind} {plan.environment}", cases, plan_summary(plan), properties)

    def result(self, result: Result) -> str:
        """Return a result: a persister that was not attempted is skipped."""
        properties = {
            "environment": result.environment,
            "url": result.url,
            "interrupted": str(result.interrupted).lower(),
        }
        cases = [*map(_result_case, result.persisters)] or [_Case("(nothing to do)")]
        return _junit(f"persync {result.command} {result.environment}", cases, result_summary(result), properties)

    def findings(self, findings: Sequence[Finding]) -> str:
        """Return findings: a file with an error is a failure; warnings are output."""
        by_file: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            by_file[finding.span.file].append(finding)
        cases = [_file_case(file, found) for file, found in sorted(by_file.items())] or [_Case("(no findings)")]
        return _junit("persync validate", cases, findings_summary(findings), {})


def _plan_case(planned: PersisterPlan) -> _Case:
    lines = [f"help: {printable(planned.hint)}"] if planned.hint else []
    lines += [change_line(change) for change in planned.changes]
    lines += [f"warning: {printable(warning)}" for warning in planned.warnings]
    details = "\n".join(lines)
    name = printable(planned.name)
    if planned.action is Action.NONE:
        return _Case(name, planned.span, output=details)
    rule, _ = ACTION_RULES[planned.action]
    message = "; ".join(filter(None, (action_text(planned), change_counts(planned))))
    return _Case(name, planned.span, _Failure(rule, message, details))


def _result_case(item: PersisterResult) -> _Case:
    downtime = filter(None, [downtime_text(item)])
    case = _Case(printable(item.plan.name), item.plan.span, output="\n".join((*downtime, *map(log_line, item.logs))))
    if item.outcome is Outcome.NOT_ATTEMPTED:
        return case._replace(skipped=str(item.outcome))
    if item.outcome not in OUTCOME_RULES:
        return case
    rule, _ = OUTCOME_RULES[item.outcome]
    changes = (item.difference or item.plan).changes
    lines = [f"help: {printable(item.hint)}"] if item.hint else []
    lines += [f"taken: {', '.join(item.steps_taken) or 'nothing'}", *map(change_line, changes)]
    return case._replace(failure=_Failure(rule, printable(item.problem) or str(item.outcome), "\n".join(lines)))


def _file_case(file: str, findings: Sequence[Finding]) -> _Case:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    warnings = [finding for finding in findings if finding.severity is not Severity.ERROR]
    case = _Case(printable(file), findings[0].span, output=_findings_text(warnings))
    if not errors:
        return case
    first, *_ = findings_diagnostics(errors)
    message = first.text if len(errors) == 1 else f"{len(errors):,} errors; the first: {first.text}"
    return case._replace(failure=_Failure(first.rule, message, _findings_text(errors)))


def _findings_text(findings: Sequence[Finding]) -> str:
    lines = []
    for diagnostic in findings_diagnostics(findings):
        lines.append(f"{location(diagnostic.span)}: {diagnostic.level}: {diagnostic.text} [{diagnostic.rule}]")
        if diagnostic.hint:
            lines.append(f"  help: {diagnostic.hint}")
    return "\n".join(lines)


def _junit(name: str, cases: Sequence[_Case], summary: str, properties: Mapping[str, str | None]) -> str:
    name = printable(name)
    totals = {
        "name": name,
        "tests": str(len(cases)),
        "failures": str(sum(case.failure is not None for case in cases)),
        "errors": "0",
        "skipped": str(sum(bool(case.skipped) for case in cases)),
        "time": "0",
    }
    suites = ET.Element("testsuites", totals)
    suite = ET.SubElement(suites, "testsuite", totals)
    texts = {key: printable(value) for key, value in properties.items() if value is not None} | {"summary": summary}
    element = ET.SubElement(suite, "properties")
    for key, value in texts.items():
        ET.SubElement(element, "property", {"name": key, "value": value})
    for case in cases:
        _add(suite, case, class_name=name.replace(" ", "."))
    ET.indent(suites)
    return without_commands(_HEAD + ET.tostring(suites, encoding="unicode") + "\n", COLON_REFERENCE)


def _add(suite: ET.Element, case: _Case, class_name: str) -> None:
    attributes = {"name": case.name, "classname": class_name, "time": "0"}
    if case.span:
        attributes |= {"file": printable(case.span.file), "line": str(max(1, case.span.line))}
    element = ET.SubElement(suite, "testcase", attributes)
    if case.failure:
        failure = {"type": case.failure.rule, "message": case.failure.message}
        ET.SubElement(element, "failure", failure).text = case.failure.details
    if case.skipped:
        ET.SubElement(element, "skipped", {"message": case.skipped})
    if case.output:
        ET.SubElement(element, "system-out").text = case.output
