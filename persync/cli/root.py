"""The command ``persync``: finds the subcommand, and turns errors into messages and exit codes."""

from __future__ import annotations

import logging
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from persync import __version__
from persync.cli.commands import GROUPS, module_of
from persync.cli.errors import report_bug, report_error, report_usage_error
from persync.cli.line.adopted import adopted
from persync.cli.line.group import PassingGroup
from persync.cli.line.meant import hint_of
from persync.cli.line.variables import variables_of
from persync.cli.log.run_log import RunLog
from persync.cli.terminal import flush_stdout, output, prepare_streams, record, say
from persync.errors import PersyncError
from persync.run_id import RunId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

COMMANDS = {name: text for group in GROUPS for name, text in group.commands.items()}
"""The line of each command in ``persync --help``."""
_OK, _ERROR, _INTERRUPTED = 0, 1, 130


def command_of(name: str) -> click.Command:
    """Return a command by its name."""
    return adopted(import_module(module_of(name)).command, all_variables)


def all_variables() -> set[str]:
    """Return the environment variables of all options of all commands."""
    return {variable for name in COMMANDS for variable in variables_of(command_of(name))}


class _LazyGroup(PassingGroup):
    """A group that loads a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if name not in COMMANDS:
            return None
        return command_of(name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Return the commands that begin like this, without loading them."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - few calls complete anything

        found = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        width = max(map(len, COMMANDS))  # the groups are aligned
        for group in GROUPS:
            with formatter.section(group.title):
                formatter.write_dl([(f"{name:<{width}}", text) for name, text in group.commands.items()])


@click.command("persync", cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="persync %(version)s")
def root() -> None:
    """Terraform for Granary persisters: plan and apply their configuration from YAML in git.

    Begin with 'persync init'. 'persync COMMAND --help' explains a command; its options stand before or after it.

    Exit codes: 0 success; 1 any error, or something is blocked; 2 only with --detailed-exitcode: there are changes; 130
    interrupted.
    """


adopted(root, all_variables)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: without the program's name; those of the process if ``None``.
    """
    prepare_streams()
    output.reset()
    log, start = RunLog(RunId.new()), time.monotonic()
    # Retries of the client are always worth a line; of other libraries, only warnings are.
    logging.basicConfig(handlers=[log], level=logging.WARNING, force=True)
    logging.getLogger("persync").setLevel(logging.INFO)
    try:
        code = _run(arguments, log)
        seconds = round(time.monotonic() - start, 3)
        summary: dict[str, Any] = {"summary": log.summary} if log.summary else {}
        text = f"exit code {code} after {seconds:g} s"
        record(text, event="run-finished", exitCode=code, seconds=seconds, **summary)
        return code
    finally:
        flush_stdout()
        log.close()


def _run(arguments: Sequence[str] | None, log: RunLog) -> int:
    try:
        code = root.main(arguments, prog_name="persync", standalone_mode=False, obj=log)
    except PersyncError as error:
        report_error(error)
        return error.exit_code
    except click.exceptions.Abort:
        say("interrupted", logging.WARNING)
        return _INTERRUPTED
    except click.ClickException as error:
        report_usage_error(error, hint_of(error, COMMANDS, command_of))
        return _ERROR
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # nothing reads stdout any more (| head)
            report_error(PersyncError(error.strerror or type(error).__name__, hint="--debug shows where"))
        return _ERROR
    except Exception as error:  # noqa: BLE001 - a bug: whatever it is, the user gets a message and a way to report it
        report_bug(error)
        return _ERROR
    return code if isinstance(code, int) else _OK
