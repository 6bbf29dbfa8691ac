"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from persync.cli.completion.types import ENVIRONMENT_NAME, SELECTOR
from persync.cli.log.run_log import RunLog
from persync.durations import LONGEST, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.run_id import RunId

Function = TypeVar("Function", bound="Callable[..., Any]")

_MOST_PARALLEL = 64  # as in the schema of persync.yaml


class DurationType(click.ParamType[float]):
    """A duration in seconds: a number, or a number with a unit, as in persync.yaml.

    Args:
        least: the shortest that is accepted, in seconds.
        most: the longest that is accepted, in seconds.
    """

    name = "DURATION"

    def __init__(self, least: float = 0, most: float = LONGEST) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds."""
        try:
            return seconds(value, least=self._least, most=self._most)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def current_run_id() -> RunId:
    """Return the identity of this call of persync, which ``persync.cli.root.run`` made."""
    return click.get_current_context().ensure_object(RunLog).run_id


class Declaration(NamedTuple):
    """An option that several commands have, and the others only accept.

    Attributes:
        names: of the option, and of its parameter.
        attributes: of ``click.Option``.
    """

    names: tuple[str, ...]
    attributes: dict[str, Any]


FOLDER = Declaration(
    ("-C", "--chdir", "folder"),
    {
        "type": click.Path(exists=True, file_okay=False, path_type=Path),
        "help": "The folder with persync.yaml, or one below it. [default: the working directory]",
    },
)
ENVIRONMENT = Declaration(
    ("-e", "--environment"),
    {"type": ENVIRONMENT_NAME, "help": "The environment. [default: defaultEnvironment of persync.yaml]"},
)

folder_option = click.option(*FOLDER.names, **FOLDER.attributes)


def environment_option(help_: str = ENVIRONMENT.attributes["help"]) -> Callable[[Function], Function]:
    """Return ``-e``, which is about something else than usually where it has a help of its own."""
    return click.option(*ENVIRONMENT.names, **{**ENVIRONMENT.attributes, "help": help_})


def expands() -> bool | None:
    """Return whether ``--expand`` was given; ``None`` for a command without this option."""
    context = click.get_current_context(silent=True)
    value = context.params.get("expand") if context else None
    return value if isinstance(value, bool) else None


strict_option = click.option(
    "--strict",
    is_flag=True,
    help="Treat warnings about the files as errors: exit with 1 before any request.",
)


def config_options(command: Function) -> Function:
    """Add ``-C`` and ``-e``: which configuration, which environment."""
    return with_options((folder_option, environment_option()), command)


exclude_option = click.option(
    "--exclude",
    "excluded",
    metavar="PATTERN",
    type=SELECTOR,
    multiple=True,
    help="Leave out these persisters. May be given several times.",
)


A_SELECTOR = (
    "project/event-type, or a pattern over it such as 'webtracking/*'; without a slash, an event type of any project"
)
"""What a selector is, for the help of arguments."""


def selection_options(
    command: Function, metavar: str = "[SELECTOR]...", help_: str = f"{A_SELECTOR}. Without one, all persisters."
) -> Function:
    """Add ``SELECTOR...`` and ``--exclude``: which persisters."""
    selectors = click.argument("selectors", metavar=metavar, nargs=-1, type=SELECTOR, help=help_)
    return with_options((selectors, exclude_option), command)


parallelism_option = click.option(
    "--parallelism",
    metavar="N",
    type=click.IntRange(1, _MOST_PARALLEL),
    help=f"How many persisters at a time, {_MOST_PARALLEL} at most. [default: that of the environment, or 10]",
)


def _timeout_option(purpose: str) -> Callable[[Function], Function]:
    return click.option(
        "--timeout",
        type=DurationType(),
        default="10m",
        show_default=True,
        help=purpose,
    )


_RETRY = "while the API is busy or unavailable, in all: seconds, or with a unit (30s, 10m)."
timeout_option = _timeout_option(f"How long to retry reads {_RETRY}")
_plan_timeout_option = _timeout_option(
    f"How long to retry the reads of the plan {_RETRY} The steps have deadlines of their own, which it does not change:"
    " timeouts.stop, timeouts.update and timeouts.start in persync.yaml."
)


def request_options(command: Function) -> Function:
    """Add ``--parallelism``, ``--timeout``, ``-C`` and ``-e``: how the API of which environment is read."""
    return with_options((parallelism_option, timeout_option, config_options), command)


def applied_request_options(command: Function) -> Function:
    """Do as ``request_options``, for a command that writes too: its steps have deadlines of their own."""
    return with_options((parallelism_option, _plan_timeout_option, config_options), command)


def with_options(options: Sequence[Callable[[Function], Function]], command: Function) -> Function:
    """Add options to a command, which ``--help`` lists in this order."""
    for option in reversed(options):
        command = option(command)
    return command
