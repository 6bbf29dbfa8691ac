"""One module per command: parse, call, render. The module of a command is loaded when the command is called.

files/     the files of a repository
changes/   plan, apply, and what was applied
states/    run states and logs
tools/     to set up and to try persync
shared.py  the options that several of them take
"""

from __future__ import annotations

from keyword import iskeyword
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Group(NamedTuple):
    """Commands that belong together.

    Attributes:
        title: in ``persync --help``.
        package: with their modules.
        commands: the line of each in ``persync --help``.
    """

    title: str
    package: str
    commands: Mapping[str, str]


GROUPS = (
    Group(
        "Files",
        "files",
        {
            "init": "Write the files of a new repository, and show what to do next.",
            "import": "Write files for the persisters that are live.",
            "export": "Write the persisters of an environment as a GrApp folder.",
            "validate": "Check the files, without any request.",
            "fmt": "Format files, and list those that changed.",
            "render": "Show the final documents, with the origin of each value.",
            "explain": "Explain a property, or where a value comes from.",
        },
    ),
    Group(
        "Plan and apply",
        "changes",
        {
            "plan": "Show what differs from live, and what an apply would do.",
            "apply": "Make live what the files configure: plan, ask, apply, verify.",
            "show": "Show a saved plan.",
            "verify": "Check whether a saved plan is stale.",
            "diff": "Compare with a revision of git, or two environments.",
            "runs": "List past applies, starts and stops, or show one.",
            "rollback": "Bring back what an apply has changed: plan, ask, apply, verify.",
        },
    ),
    Group(
        "Run states",
        "states",
        {
            "status": "Show the live run states beside the desired ones.",
            "logs": "Show the ends of the logs of running persisters.",
            "start": "Start persisters with the configuration that they have.",
            "stop": "Stop persisters; their events queue until they run again.",
            "restart": "Restart persisters with the configuration that they have.",
        },
    ),
    Group(
        "Tools",
        "tools",
        {
            "doctor": "Check files, connection, token, roles and the API.",
            "completion": "Print the script that completes command lines in a shell.",
            "schema": "Print a JSON Schema, for editors and readers of reports.",
            "sandbox": "Serve a local Harvester API for trial, tests and CI.",
        },
    ),
)


def module_of(name: str) -> str:
    """Return the module of a command; a keyword of Python, which no module can be called, has an underscore behind it.

    Raises:
        StopIteration: there is no such command.
    """
    package = next(group.package for group in GROUPS if name in group.commands)
    return f"{__name__}.{package}.{name}{'_' if iskeyword(name) else ''}"
