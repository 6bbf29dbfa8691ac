"""The first line of a run in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync import __version__
from persync.cli.terminal import detail, record
from persync.errors import HarvesterError

if TYPE_CHECKING:
    from persync.config.environment import Environment
    from persync.config.settings import Settings


def record_start(settings: Settings, environment: Environment) -> None:
    """Record which command begins, and for which environment."""
    url = _recordable(environment)
    record(
        f"persync {__version__}, environment {environment.name} at {url}",
        event="run-started",
        environment=environment.name,
        url=url,
        version=__version__,
        command=click.get_current_context().info_name,
    )
    detail(f"environment {environment.name} of {settings.shown(settings.path)}, at {url}")


def _recordable(environment: Environment) -> str:
    """Return the URL. One that is refused before the first request may hold a password."""
    from persync.harvester.address import Address  # noqa: PLC0415 - the HTTP library is for commands that need it

    try:
        return environment.url if environment.is_sandbox else "".join(Address.of(environment.url, "the URL"))
    except HarvesterError:
        return "an invalid URL"
