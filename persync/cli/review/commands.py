"""Commands that a plan recommends, complete: as they can be copied into a shell."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from persync.config.variables import TOKEN
from persync.harvester.address import persister_path
from persync.model import LIVE_SEGMENT, sections_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from persync.cli.session import Session
    from persync.config.environment import Environment
    from persync.model import LivePersister, PersisterId
    from persync.plan.parts.unmanaged import Unmanaged
    from persync.plan.plan import Plan
    from persync.plan.review.unmanaged import Scope


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Writes commands for the configuration and the environment of a session.

    Attributes:
        options: ``-C`` and ``-e``, where they are needed.
    """

    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, session: Session) -> CommandLine:
        """Return what is right for the current folder."""
        root, current = session.settings.root.resolve(), Path.cwd().resolve()
        folder = () if root == current else ("-C", os.path.relpath(root, current))
        several = len(session.settings.environments) > 1
        return cls((*folder, *(("-e", session.environment.name) if several else ())))

    def command(self, name: str, *arguments: str) -> str:
        """Return a command of persync, quoted for a shell."""
        return shlex.join(["persync", name, *self.options, *arguments])


@dataclass(frozen=True, slots=True)
class Requests:
    """Writes requests of the Harvester API, for curl. The token stays in the environment of the shell.

    Attributes:
        url: the API's address; empty where there is none that lasts: that of the embedded sandbox.
        project_prefix: paths begin with ``/projects/{project}``.
    """

    url: str
    project_prefix: bool

    @classmethod
    def of(cls, environment: Environment) -> Requests:
        """Return what is right for an environment."""
        url = "" if environment.is_sandbox else environment.url.rstrip("/")
        return cls(url, environment.project_prefix)

    def stop_and_reset(self, live: LivePersister) -> tuple[str, str]:
        """Return the requests that stop and that reset a persister; empty where it is stopped, or has its defaults.

        POST persister state and PUT persister in the API reference. A live-segment persister has no defaults there.

        Args:
            live: the persister, with its live identity.
        """
        if not self.url:
            return "", ""
        address = self.url + persister_path(live.id, project_prefix=self.project_prefix)
        body = json.dumps({section: {} for section in sections_of(live.id.eventstore)})
        resets = live.id.eventstore != LIVE_SEGMENT and any(live.properties.values())
        return (
            "" if live.state.is_down else _curl("POST", f"{address}/state", '{"action": "STOP"}'),
            _curl("PUT", f"{address}?imported=true", body) if resets else "",
        )


def _curl(method: str, address: str, body: str) -> str:
    head = f'curl -fsS -X {method} -H "Authorization: Bearer ${TOKEN}"'
    return f"{head} {shlex.join(['-H', 'Content-Type: application/json', '-d', body, address])}"


def import_command(plan: Plan, line: CommandLine) -> str:
    """Return the command that imports the persisters that a plan resets into their files; empty if it resets none.

    ``import --update`` would update the file of any other persister with a difference, too.
    """
    return update_command(plan, {planned.id for planned in plan.persisters if planned.resets}, line)


def update_command(plan: Plan, chosen: Collection[PersisterId], line: CommandLine) -> str:
    """Return the command that updates the files of these persisters of a plan; empty if there are none.

    It names no other persister with a difference.
    """
    if not chosen:
        return ""
    partial = plan.selection is not None and plan.selection.others > 0
    mixed = {planned.id.project for planned in plan.persisters if planned.id not in chosen}
    if not (partial or mixed):
        return line.command("import", "--update")
    ids = [planned.id for planned in plan.persisters if planned.id in chosen]
    selectors = (str(pid) if partial or pid.project in mixed else f"{pid.project}/*" for pid in ids)
    return line.command("import", "--update", *dict.fromkeys(selectors))


def import_unmanaged(found: Unmanaged, scope: Scope, line: CommandLine) -> str:
    """Return the command that writes files for these persisters, and for no others; empty if there are none."""
    if not found.persisters:
        return ""
    projects = () if found.all_projects else sorted({pid.project for pid in found.persisters})
    options = [option for project in projects for option in ("--project", project)]
    if scope.managed and scope.include:
        return line.command("import", *options, *map(str, found.persisters))
    excluded = [option for pattern in scope.exclude for option in ("--exclude", pattern)]
    return line.command("import", *options, *excluded, *scope.managed, *scope.include)
