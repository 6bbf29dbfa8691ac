"""The parts of pages that are made from the code.

A page has such a part between two comments, ``<!-- generated: NAME -->`` and ``<!-- end -->``; what is around it is
written by hand.
"""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docs_tools import markdown
from docs_tools.permissions import permissions_reference
from docs_tools.properties import persister_fields, properties_of
from docs_tools.settings import settings_reference
from docs_tools.variables import variables_reference, without_variable
from persync.cli.root import COMMANDS, command_of
from persync.model import RunState, Section
from persync.plan.steps import steps_for
from persync.report.diagnostics import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DOCS = Path(__file__).parents[1] / "docs"
_PART = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n)(?P<part>.*?)(<!-- end -->)", re.DOTALL)
_WIDTH = 96


def commands_reference() -> str:
    """Return each command with its ``--help``."""
    return "\n".join(
        f"## {name}\n\n" + "\n".join(f"```text\n{text}\n```\n" for text in _helps(command_of(name), f"persync {name}"))
        for name in COMMANDS
    )


def state_table() -> str:
    """Return the steps by run state, as ``persync.plan.steps`` has them."""
    columns = [(desired, differs) for desired in (RunState.RUNNING, RunState.STOPPED) for differs in (False, True)]
    head = ["live", *(f"{desired} desired, {'differs' if differs else 'equal'}" for desired, differs in columns)]
    rows = [[live, *(_steps(live, desired, differs=differs) for desired, differs in columns)] for live in RunState]
    return markdown.table(head, rows)


def results_reference() -> str:
    """Return the rules of reports about plans and applies."""
    rows = [(markdown.code(rule), markdown.text(meaning)) for rule, meaning in RULES.items()]
    return markdown.table(("rule", "meaning"), rows)


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands_reference,
    "settings": settings_reference,
    "fields": persister_fields,
    "states": state_table,
    "results": results_reference,
    "permissions": permissions_reference,
    "variables": variables_reference,
    "without-variable": without_variable,
    **{str(section): partial(properties_of, section) for section in Section},
}


def regenerated(page: str) -> str:
    """Return a page with its generated parts made anew.

    Raises:
        KeyError: a part has a name that ``PARTS`` lacks.
    """
    return _PART.sub(lambda match: f"{match[1]}\n{PARTS[match['name']]().strip()}\n\n{match[4]}", page)


def pages() -> list[Path]:
    """Return the pages with generated parts."""
    return [page for page in sorted(DOCS.glob("*.md")) if _PART.search(page.read_text(encoding="utf-8"))]


def _helps(command: click.Command, name: str) -> Iterator[str]:
    """Yield the help of a command and of those in it."""
    context = command.context_class(
        command, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH, help_option_names=["-h", "--help"]
    )
    yield command.get_help(context)
    for inner, each in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _helps(each, f"{name} {inner}")


def _steps(live: RunState, desired: RunState, *, differs: bool) -> str:
    steps = steps_for(live, desired, differs=differs)
    return "blocked" if steps is None else ", ".join(map(str, steps)) or "–"
