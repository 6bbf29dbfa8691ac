"""``--report FORMAT[=FILE]``: several reports of one run, each in its own form and place."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from persync.atomic import check_writable, is_stream, led_to, write_in_one_piece
from persync.cli.errors import report_error
from persync.cli.terminal import color_of, show
from persync.errors import PersyncError
from persync.plan.store import digest_of, save_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.errors import Finding
    from persync.plan.plan import Plan
    from persync.plan.result import Result

# Format → the module of persync.report, and the end of its functions' names: plan_…, result_…, findings_….
FORMATS = {
    "text": ("text", "text"),
    "json": ("json", "json"),
    "markdown": ("markdown", "markdown"),
    "html": ("html", "html"),
    "github": ("github", "annotations"),
    "sarif": ("sarif", "sarif"),
    "junit": ("junit", "junit"),
    "gitlab-codequality": ("gitlab_codequality", "codequality"),
    "gitlab-terraform": ("gitlab_codequality", "terraform"),
}
FORMATS_OF_FINDINGS = ("text", "json", "github", "sarif", "junit", "gitlab-codequality")
_LIMITS = ("github", "gitlab", "azure", "bitbucket")
_LEAST = 1_000  # characters: below, there is no room for what a report must say


class Report(NamedTuple):
    """One wished report.

    Attributes:
        format: its name.
        file: where it goes; ``None`` for stdout.
    """

    format: str
    file: Path | None


_TEXT = Report("text", None)


class ReportWriter:
    """Writes the wished reports; the text goes to stdout where no other report does.

    Args:
        reports: the wishes.
        limit: how many characters a Markdown report may have: a number, or the name of a host.
        out: where a plan is to be saved besides.

    Raises:
        click.UsageError: two reports for stdout, or for one file.
        PersyncError: there is no place for a file: better said now than after an hour's apply.
    """

    def __init__(self, reports: Sequence[Report], limit: str = "github", out: Path | None = None) -> None:
        self._limit = limit
        self._out = out
        _check_files([*([out] if out else []), *(report.file for report in reports if report.file)])
        on_stdout = [report for report in reports if report.file is None]
        if len(on_stdout) > 1:
            names = " and ".join(report.format for report in on_stdout)
            raise click.UsageError(f"{names} cannot both go to stdout: give --report FORMAT=FILE")
        self._reports = list(reports) if on_stdout else [_TEXT, *reports]

    @property
    def text_on_stdout(self) -> bool:
        """Whether stdout is for people."""
        return _TEXT in self._reports

    def plan(self, plan: Plan) -> None:
        """Save a plan if that is wished, and write its reports.

        Raises:
            PersyncError: a file cannot be written.
        """
        if self._out:
            save_plan(plan, self._out)
        self._write("plan", plan, digest=digest_of(plan))

    def result(self, result: Result, plan: Plan, *, shown: bool = False) -> None:
        """Write the reports of what became of a plan.

        Args:
            result: what became of it.
            plan: the plan, which stdout has shown already if it is for people.
            shown: the text of the plan on stdout is all that there is to report.

        Raises:
            PersyncError: a file cannot be written.
        """
        silent = [_TEXT] if shown else []
        self._write("result", result, silent, digest=digest_of(plan))

    def findings(self, findings: Sequence[Finding], persisters: int) -> None:
        """Write the reports of what was found in the files.

        Raises:
            PersyncError: a file cannot be written.
        """
        self._write("findings", findings, persisters=persisters)

    def _write(
        self, kind: str, subject: Plan | Result | Sequence[Finding], silent: Sequence[Report] = (), **about: Any
    ) -> None:
        problems: list[PersyncError | BrokenPipeError] = []
        # what is on stdout already is not lost with a full disk, and one file that cannot be written costs no other
        for report in sorted(self._reports, key=lambda report: report.file is not None):
            if report in silent:
                continue
            text = self._render(report, kind, subject, about)
            try:
                _put(report.file, text)
            except (PersyncError, BrokenPipeError) as error:
                problems.append(error)
        for problem in problems[1:]:
            if isinstance(problem, PersyncError):
                report_error(problem)
        if problems:
            raise problems[0]

    def _render(self, report: Report, kind: str, subject: object, about: dict[str, Any]) -> str:
        module, suffix = FORMATS[report.format]
        render: Callable[..., str] = getattr(import_module(f"persync.report.formats.{module}"), f"{kind}_{suffix}")
        match report.format, kind:
            case "text", _:
                return render(subject, color=report.file is None and color_of(sys.stdout), **_only(about, "persisters"))
            case "json", "findings":
                return render(subject, **about)
            case "markdown", _:
                from persync.report.formats.markdown import LIMITS  # noqa: PLC0415 - for this format alone

                limit = int(self._limit) if self._limit.isdecimal() else LIMITS[self._limit]
                return render(subject, limit=limit, digest=about["digest"])
            case "html", _:
                return render(subject, digest=about["digest"])
        return render(subject)


def _put(file: Path | None, text: str) -> None:
    if file is None:
        show(text)
    else:
        write_in_one_piece(file, text)


def _check_files(files: Sequence[Path]) -> None:
    taken: set[Path] = set()
    for file in files:
        check_writable(file)
        if is_stream(file):
            continue
        if led_to(file) in taken:
            raise click.UsageError(f"two things cannot both be written to {file}")
        taken.add(led_to(file))


def _only(about: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: about[name]} if name in about else {}


class _ReportType(click.ParamType[Report]):
    name = "FORMAT[=FILE]"

    def __init__(self, formats: Sequence[str]) -> None:
        self._formats = formats

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Report:
        name, given, file = str(value).partition("=")
        if name not in self._formats:
            self.fail(f"{name!r} is not one of {', '.join(self._formats)}", param, ctx)
        if given and not file:
            self.fail(f"{value!r} names no file", param, ctx)
        return Report(name, Path(file) if file else None)


class _LimitType(click.ParamType[str]):
    name = "HOST|N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        limit = str(value)
        if limit not in _LIMITS and not (limit.isdecimal() and int(limit) >= _LEAST):
            self.fail(f"{limit!r} is neither a number from {_LEAST:,} on nor one of {', '.join(_LIMITS)}", param, ctx)
        return limit


def report_option(formats: Sequence[str] = tuple(FORMATS)) -> Callable[[Any], Any]:
    """Return the option ``--report``, for these formats."""
    return click.option(
        "--report",
        "reports",
        type=_ReportType(formats),
        multiple=True,
        help=f"Write a report, to stdout or to a file; may be given several times. Formats: {', '.join(formats)}.",
    )


limit_option = click.option(
    "--limit",
    type=_LimitType(),
    default="github",
    show_default=True,
    help=f"The longest Markdown report, in characters: a number, or what {', '.join(_LIMITS)} allows.",
)
