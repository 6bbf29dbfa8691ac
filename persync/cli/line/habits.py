"""Words of other tools for what persync has: of Terraform, decK, kubectl, argocd, helm and git."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "format": ("fmt",),
        "check": ("validate",),
        "lint": ("validate",),
        "list": ("status",),
        "ls": ("status",),
        "get": ("status",),
        "ps": ("status",),
        "state": ("status",),
        "describe": ("explain", "status"),
        "drift": ("plan",),
        "preview": ("plan",),
        "compare": ("diff",),
        "console": ("render",),
        "template": ("render",),
        "sync": ("apply",),
        "deploy": ("apply",),
        "up": ("apply",),
        "dump": ("import",),
        "pull": ("import",),
        "generate": ("import",),
        "history": ("runs",),
        "undo": ("rollback",),
        "revert": ("rollback",),
        "taint": ("restart",),
        "ping": ("doctor",),
        "new": ("init",),
        "output": ("plan -o json",),
        "version": ("--version",),
    }
)
"""The commands that are meant, the first that exists."""

_DELETES_NOTHING = "persync deletes no persister: to stop it, set 'state: STOPPED' in its file and apply"
_READS_ALWAYS = "every plan reads the live system; 'persync import --update' takes its values over into the files"
_ENVIRONMENTS = "the environments are in persync.yaml, and -e chooses one"
_SELECTORS = "selectors are arguments: 'project/event-type', 'project/*'; --exclude leaves some out"
_VARIABLES = (
    "values that differ are in persync.yaml, under variables of each environment; ${{ env.X }} reads PERSYNC_VAR_X"
)

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "destroy": _DELETES_NOTHING,
        "delete": _DELETES_NOTHING,
        "remove": _DELETES_NOTHING,
        "rm": _DELETES_NOTHING,
        "down": _DELETES_NOTHING,
        "refresh": _READS_ALWAYS,
        "workspace": _ENVIRONMENTS,
        "env": _ENVIRONMENTS,
        "context": _ENVIRONMENTS,
        "help": "'persync --help' lists the commands, and 'persync COMMAND --help' explains one",
        "login": "set PERSYNC_TOKEN, or auth of the environment; 'persync doctor' checks it",
        "rollout": "'persync restart' restarts, 'persync status --wait RUNNING' waits, 'persync runs' lists applies,"
        " and 'persync rollback RUN' takes one back",
        "scale": "'persync stop' and 'persync start' change the run state, until the next apply",
        "unlock": "a lock ends with the process that holds it, so there is nothing to unlock",
        "force-unlock": "a lock ends with the process that holds it, so there is nothing to unlock",
        "edit": "change the file of the persister, and apply",
        "update": "change the files and apply; 'persync import --update' takes live values over into the files",
    }
)
"""What to do in place of a command that persync does not have."""

OPTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "--json": ("-o json",),
        "--format": ("--output",),
        "--report": ("--output",),
        "--yes": ("--auto-approve",),
        "-y": ("--auto-approve",),
        "--approve": ("--auto-approve",),
        "--no-color": ("--color never",),
        "--colour": ("--color",),
        "--lock": ("--no-lock",),
        "--tail": ("--lines",),
        "-n": ("--lines",),
        "-p": ("--parallelism",),
        "-f": ("--follow",),
        "--file": ("--chdir",),
        "--dir": ("--chdir",),
        "--env": ("--environment",),
        "--context": ("--environment",),
        "--workspace": ("--environment",),
        "--profile": ("--environment",),
        "-w": ("--watch",),
        "--write": ("--force",),
        "--plan": ("--out",),
        "--save": ("--out",),
        "--log-level": ("--verbose", "--debug"),
        "--trace": ("--debug",),
    }
)
"""The options that are meant, the first that the command has."""

OPTION_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "--target": _SELECTORS,
        "--selector": _SELECTORS,
        "--include": _SELECTORS,
        "--only": _SELECTORS,
        "--filter": _SELECTORS,
        "-l": _SELECTORS,
        "--namespace": _SELECTORS,
        "--project": _SELECTORS,
        "-n": _SELECTORS,
        "--all": "without a selector, a command is about all persisters",
        "-A": "without a selector, a command is about all persisters",
        "--var": _VARIABLES,
        "--var-file": _VARIABLES,
        "--values": _VARIABLES,
        "--set": _VARIABLES,
        "--replace": "'persync restart' restarts persisters",
        "--destroy": _DELETES_NOTHING,
        "--prune": _DELETES_NOTHING,
        "--refresh": _READS_ALWAYS,
        "--refresh-only": _READS_ALWAYS,
        "--dry-run": "'persync plan' shows what an apply would do, and changes nothing",
        "--recursive": "leave it out: all files below a folder are read",
        "--input": "leave it out: without a terminal, nothing is asked",
        "--upgrade": "leave it out: there is nothing to download",
        "--token": "set PERSYNC_TOKEN: the arguments of a process can be read by others",
        "--url": "set url of an environment in persync.yaml, and choose it with -e",
    }
)
"""What to do in place of an option that the command does not have."""
