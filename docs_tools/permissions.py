"""The roles that commands need, from the table of requests in SECURITY.md."""

from __future__ import annotations

import re
from pathlib import Path

from docs_tools import markdown

_SECURITY = Path(__file__).parents[1] / "SECURITY.md"
_ROLES = {
    "reads, with the token": ("`viewer` or `editor`", "`consumer` or `editor`"),
    "starts and stops, with the token": ("`editor`", "`editor`"),
    "writes, with the token": ("`editor`", "`editor`"),
}
_NONE = ("no token", "no token")


def requests_of_commands() -> dict[str, str]:
    """Return the commands, and the requests that each sends, as SECURITY.md has them."""
    table = _SECURITY.read_text(encoding="utf-8").partition("## Who has to be trusted, by command")[2]
    rows = [line.split("|")[1:3] for line in table.partition("\n## ")[0].splitlines() if line.startswith("| `")]
    return {command: requests.strip() for commands, requests in rows for command in re.findall("`(.+?)`", commands)}


def permissions_reference() -> str:
    """Return the roles by kind of requests; a command without a request, or a new kind, needs no row of its own."""
    commands = requests_of_commands()
    rank = {kind: index for index, kind in enumerate(_ROLES)}
    kinds = sorted(dict.fromkeys(commands.values()), key=lambda kind: rank.get(kind, -1))
    by_roles: dict[tuple[str, str], list[str]] = {}
    for kind in kinds:
        named = [markdown.code(command) for command, requests in commands.items() if requests == kind]
        by_roles.setdefault(_ROLES.get(kind, _NONE), []).extend(named)
    head = ("command", "release 1.2: role in each project", "releases 1.0 and 1.1: role of each event type")
    return markdown.table(head, [(", ".join(named), *roles) for roles, named in by_roles.items()])
