"""Writes the reports of a run, each in its own format and file."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.atomic import is_stream, led_to, write_in_one_piece
from persync.cli.errors import report_error
from persync.cli.files import check_output
from persync.cli.line.hinted import HintedUsageError
from persync.cli.report_options import Report
from persync.cli.terminal import ask, color_of, say, show, stdout_has_events, width_of
from persync.errors import PersyncError
from persync.report.formats import FORMATS, FORMATS_OF_FINDINGS
from persync.report.places import Places, top_of
from persync.report.renderer import HOST_LIMITS, RenderOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result


_TEXT = Report("text", None)
_TO_A_FILE = "write one of them to a file: -o {}=FILE"


class ReportWriter:
    """Writes the requested reports; text is written to stdout unless another report is.

    Args:
        reports: the requested reports.
        limit: how many characters a Markdown report may have: a number, or the name of a host.
        out: the file to save a plan to, if any.
        folder: the folder of the configuration; the working directory if ``None``.
        expand: each persister is shown by itself, also where several are alike.

    Raises:
        click.UsageError: two reports for stdout, or for one file; or a plan cannot be saved there.
        PersyncError: a file cannot be created; checked first, because an apply may take an hour.
    """

    def __init__(
        self,
        reports: Sequence[Report],
        limit: str = "github",
        out: Path | None = None,
        folder: Path | None = None,
        *,
        expand: bool = False,
    ) -> None:
        if out == Path("-"):
            raise click.UsageError("a plan cannot be saved to stdout: name a file, or print it with -o json")
        self._markdown_limit = HOST_LIMITS.get(limit) or int(limit)
        self._out = out
        self._folder = folder
        self._expand = expand
        _check_files([*([out] if out else []), *(report.file for report in reports if report.file)])
        on_stdout = list(dict.fromkeys(report.format for report in reports if report.file is None))
        if len(on_stdout) > 1:
            names = " and ".join(on_stdout)
            raise HintedUsageError(f"{names} cannot both go to stdout", _TO_A_FILE.format(on_stdout[-1]))
        if on_stdout and stdout_has_events():
            raise HintedUsageError(
                f"--events and the {on_stdout[0]} report cannot both go to stdout", _TO_A_FILE.format(on_stdout[0])
            )
        reports = list(dict.fromkeys(reports))
        self._reports = reports if on_stdout or stdout_has_events() else [_TEXT, *reports]

    @property
    def text_on_stdout(self) -> bool:
        """Whether stdout is for people."""
        return _TEXT in self._reports

    def plan(self, plan: Plan) -> None:
        """Save a plan if requested, and write its reports.

        Raises:
            PersyncError: a file cannot be written.
        """
        from persync.plan.store import digest_of, save_plan  # noqa: PLC0415 - validate makes no plan

        if self._out:
            save_plan(plan, self._out)
        digest = digest_of(plan)

        def render(report: Report) -> str:
            shown = self._places.plan(plan) if FORMATS[report.format].from_top else plan
            return FORMATS[report.format].renderer(self._options(report, digest)).plan(shown)

        _write(self._reports, render)

    def for_approval(self, plan: Plan, *, asks: bool) -> None:
        """Write the text of a plan: to stdout, or, where that is for a program, to stderr.

        Args:
            plan: what is to be applied.
            asks: a question about it follows, so stderr gets it with ``--quiet`` too.
        """
        from persync.report.formats.text import TextRenderer  # noqa: PLC0415 - as above

        if self.text_on_stdout:
            show(TextRenderer(color_of(sys.stdout), width=width_of(sys.stdout), expand=self._expand).plan(plan))
        else:
            (ask if asks else say)(TextRenderer(width=width_of(sys.stderr), expand=self._expand).plan(plan))

    def result(self, result: Result, plan: Plan, *, shown: bool = False) -> None:
        """Write the reports of a result.

        Args:
            result: the result of applying the plan.
            plan: the plan; its text is on stdout already if stdout is for people.
            shown: that text is all that stdout gets.

        Raises:
            PersyncError: a file cannot be written.
        """
        from persync.plan.store import digest_of  # noqa: PLC0415 - as above

        reports = [report for report in self._reports if not (shown and report == _TEXT)]
        digest = digest_of(plan)

        def render(report: Report) -> str:
            shown_result = self._places.result(result) if FORMATS[report.format].from_top else result
            return FORMATS[report.format].renderer(self._options(report, digest)).result(shown_result)

        _write(reports, render)

    def findings(
        self, findings: Sequence[Finding], persisters: int, ignored: int = 0, environments: Sequence[str] = ()
    ) -> None:
        """Write the reports of findings in the files.

        Args:
            findings: in the order of files and lines.
            persisters: how many persisters were checked.
            ignored: how many warnings comments in the files accept.
            environments: those that the files were checked for.

        Raises:
            PersyncError: a file cannot be written.
        """

        def render(report: Report) -> str:
            options = replace(
                self._options(report), persisters=persisters, ignored=ignored, environments=tuple(environments)
            )
            chosen = FORMATS_OF_FINDINGS[report.format]
            return chosen.renderer(options).findings(self._places.findings(findings) if chosen.from_top else findings)

        _write(self._reports, render)

    @cached_property
    def _places(self) -> Places:
        current = Path.cwd()
        return Places(top_of(current / (self._folder or ""), current, os.environ), current)

    def _options(self, report: Report, digest: str = "") -> RenderOptions:
        on_stdout = report.file is None
        color, width = on_stdout and color_of(sys.stdout), width_of(sys.stdout) if on_stdout else None
        return RenderOptions(color, self._markdown_limit, digest, width=width, expand=self._expand)


def _write(reports: Iterable[Report], render: Callable[[Report], str]) -> None:
    """Write reports, stdout first, which a full disk must not cost; a file that fails costs no other file.

    Raises:
        PersyncError, BrokenPipeError: the first that failed; the others are printed.
    """
    problems: list[PersyncError | BrokenPipeError] = []
    for report in sorted(reports, key=lambda report: report.file is not None):
        text = render(report)
        try:
            if report.file is None:
                show(text, verbatim=FORMATS[report.format].has_commands)
            else:
                write_in_one_piece(report.file, text)
        except (PersyncError, BrokenPipeError) as error:
            problems.append(error)
    for problem in problems[1:]:
        if isinstance(problem, PersyncError):
            report_error(problem)
    if problems:
        raise problems[0]


def _check_files(files: Iterable[Path]) -> None:
    targets: set[Path] = set()
    for file in files:
        check_output(file)
        if is_stream(file):
            continue
        target = led_to(file)
        if target in targets:
            raise click.UsageError(f"two things cannot both be written to {file}")
        targets.add(target)
