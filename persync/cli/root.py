"""The command ``persync``: finds the subcommand, and turns whatever happens into an exit code."""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from persync import __version__
from persync.cli.errors import complain, complain_of_bug
from persync.cli.options import debug_option
from persync.cli.terminal import flush_stdout, prepare_streams, say
from persync.errors import PersyncError

if TYPE_CHECKING:
    from collections.abc import Sequence

# Each command lives in the module of its name and is loaded when it is called; its line in --help stands here.
COMMANDS = {
    "validate": "Check the files, without any request.",
    "fmt": "Bring the files into their canonical form.",
    "plan": "Show what differs from the live system and what would be done about it.",
    "diff": "Show what the files want otherwise than a revision of git. Asks no API.",
    "apply": "Make the live system what the files say, wait, and prove it.",
    "show": "Show a saved plan.",
    "verify": "Say whether a saved plan is still valid.",
    "status": "Show the run state of the persisters.",
    "logs": "Show the log of a running persister.",
    "schema": "Print a JSON Schema, for editors.",
    "sandbox": "Serve a local Harvester API for trying, testing and CI.",
}
_OK, _ERROR, _INTERRUPTED = 0, 1, 130


class _LazyGroup(click.Group):
    """A group that loads a command's module only when that command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"persync.cli.commands.{name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command("persync", cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="persync %(version)s")
@debug_option
def root() -> None:
    """Terraform for Granary persisters: plan and apply their configuration from YAML in git.

    Exit codes: 0 fine; 1 any error; 2 only with plan --detailed-exitcode: there are changes; 130 interrupted.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Args:
        arguments: without the program's name; those of the process if ``None``.
    """
    prepare_streams()
    # What the client does about a bad network is always worth a line; of other libraries, only warnings are.
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING, force=True)
    logging.getLogger("persync").setLevel(logging.INFO)
    try:
        code = root.main(arguments, prog_name="persync", standalone_mode=False)
    except PersyncError as error:
        complain(error)
        return error.exit_code
    except click.exceptions.Abort:
        say("interrupted")
        return _INTERRUPTED
    except click.ClickException as error:
        error.show(sys.stderr)
        return _ERROR
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # then the reader has gone (| head)
            complain(PersyncError(error.strerror or type(error).__name__, hint="--debug shows where"))
        return _ERROR
    except Exception as error:  # noqa: BLE001 - a bug: whatever it is, the user gets one line and a way to report it
        complain_of_bug(error)
        return _ERROR
    finally:
        flush_stdout()
    return code if isinstance(code, int) else _OK
