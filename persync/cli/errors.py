"""Errors and findings on stderr: what, where, why, and what to do."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import click
from click import NoSuchCommand, NoSuchOption
from click.core import ParameterSource

from persync.cli.options import expands
from persync.cli.terminal import Verbosity, output, say, width_of
from persync.config.findings import Abridged, abridged, to_show
from persync.errors import ConfigError, InvalidConfig, PersyncError, Severity
from persync.report.excerpts.excerpt import excerpt_lines
from persync.report.finding import finding_text
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.errors import Finding
    from persync.model import Span

_MOST_OF_A_RULE = 3
"""Warnings of a rule that are written, where not all are asked for."""
_REPORT_IT = "report it, with the traceback that --debug shows"


def report_error(error: PersyncError) -> None:
    """Write an error, and the findings that it has."""
    if output.verbosity is Verbosity.DEBUG:
        say(traceback.format_exc(), logging.DEBUG)
    if isinstance(error, InvalidConfig):
        report_findings(error.findings)
    where = _place(error.span) if error.span else {}
    lines: Sequence[str] = ()
    if error.span and error.excerpt:
        lines = excerpt_lines(error.excerpt, error.span.line, color="red", width=width_of(sys.stderr))
    message = f"{error.span}: {error.message}" if error.span else error.message
    _write(message, error.hint, type(error).__name__, lines, **where)


def report_usage_error(error: click.ClickException, hint: str = "") -> None:
    """Write what is wrong with the command line; without a command, the help.

    Args:
        error: of click.
        hint: what to do; where the help is, if empty.
    """
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        say(error.format_message())
        return
    context = getattr(error, "ctx", None)
    # of what does not exist, persync has a better guess than click, or none
    text = error.message if isinstance(error, NoSuchCommand | NoSuchOption) else _with_variable(error)
    message = " ".join(line.strip() for line in text.splitlines())  # click lists choices by line
    hint = hint or (f"see '{context.command_path} --help'" if context else "see 'persync --help'")
    _write(message, hint, type(error).__name__)


def _with_variable(error: click.ClickException) -> str:
    """Return the message of an error; it names the variable of an option where the value is from there."""
    if isinstance(error, click.BadParameter) and isinstance(param := error.param, click.Option) and error.ctx:
        source = error.ctx.get_parameter_source(param.name or "")
        if error.param_hint is None and source is ParameterSource.ENVIRONMENT:
            error.param_hint = f"{param.get_error_hint(error.ctx)} (env var: '{param.envvar}')"
    return error.format_message()


def report_bug(error: Exception) -> None:
    """Write that persync itself is wrong."""
    if output.verbosity is Verbosity.DEBUG:
        say(traceback.format_exc(), logging.DEBUG)
    # The text of an unexpected exception may hold anything, a secret too; its type cannot.
    _write(f"a bug in persync ({type(error).__name__})", _REPORT_IT, type(error).__name__)


def report_findings(findings: Sequence[Finding], ignored: int = 0) -> None:
    """Write what is wrong in the files: of each rule the first warnings, unless ``--expand`` was given.

    Args:
        findings: in the order of files and lines.
        ignored: how many other warnings comments in the files accept.
    """
    expanded = expands()
    shown = Abridged(to_show(findings), {}) if expanded else abridged(findings, _MOST_OF_A_RULE)
    for finding in shown.shown if expanded else to_show(shown.shown):
        say(
            finding_text(finding, color=True, width=width_of(sys.stderr)),
            logging.ERROR if finding.severity is Severity.ERROR else logging.WARNING,
            finding.message,
            rule=finding.rule,
            help=finding.hint,
            **_place(finding.span),
        )

    how = "persync validate" if expanded is None else "--expand"
    for rule, count in shown.more.items():
        text = f"… and {count:,} more [{rule}]; {how} lists them"
        say(f"{click.style('warning:', fg='yellow')} {text}", logging.WARNING, text, rule=rule)
    if ignored:
        from persync.report.wording import number  # noqa: PLC0415 - it imports YAML, which many commands do not need

        say(f"{number(ignored, 'warning')} of the files {'is' if ignored == 1 else 'are'} ignored by comments in them")


def check_warnings(findings: Sequence[Finding], ignored: int, *, fail: bool) -> None:
    """Write the warnings about the files.

    Args:
        findings: as for ``report_findings``; none is an error.
        ignored: as there.
        fail: warnings are errors (``--strict``).

    Raises:
        ConfigError: there are warnings, and they are errors.
    """
    report_findings(findings, ignored)
    if fail and findings:
        from persync.report.wording import number  # noqa: PLC0415 - as above

        them = "it, or accept it" if len(findings) == 1 else "them, or accept them"
        raise ConfigError(
            f"{number(len(findings), 'warning')} in the files, and --strict was given; nothing was sent",
            hint=f"fix {them} with a comment: # persync: ignore[RULE] REASON",
        )


def warn(message: str) -> None:
    """Write a warning."""
    say(f"{click.style('warning:', fg='yellow')} {printable(message)}", logging.WARNING, message)


def _write(message: str, hint: str, error: str, lines: Iterable[str] = (), **where: Any) -> None:
    text = "\n".join([f"{click.style('error:', fg='red')} {printable(message)}", *lines])
    if hint:
        text += f"\n{click.style('help:', fg='cyan')} {printable(hint)}"
    say(text, logging.ERROR, message, error=error, help=hint, **where)


def _place(span: Span) -> dict[str, Any]:
    return {"file": str(span.file), "line": span.line, "column": span.column}
