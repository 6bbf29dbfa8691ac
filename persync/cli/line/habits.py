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
        "test": ("validate",),
        "list": ("status",),
        "ls": ("status",),
        "get": ("status",),
        "ps": ("status",),
        "top": ("status --watch",),
        "watch": ("status --watch",),
        "wait": ("status --wait RUNNING",),
        "tail": ("logs --follow",),
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
        "install": ("apply",),
        "upgrade": ("apply",),
        "dump": ("import",),
        "pull": ("import",),
        "generate": ("import",),
        "history": ("runs",),
        "undo": ("rollback",),
        "revert": ("rollback",),
        "taint": ("restart",),
        "ping": ("doctor",),
        "whoami": ("doctor",),
        "auth": ("doctor",),
        "new": ("init",),
        "output": ("plan -o json",),
        "version": ("--version",),
    }
)
"""The commands that are meant, the first that exists."""

_DELETES_NOTHING = "persync deletes no persister: to stop it, set 'state: STOPPED' in its file and apply"
_NO_STATE = "there is no state file: every plan reads the live system"
_FILES = "the files are those that persync.yaml names, and -C its folder; 'persync apply FILE' applies a saved plan"
_FOR_PROGRAMS = "'-o json' gives each field to a program such as jq"
_ALL_BY_PATTERN = "'*' is all persisters of the files"
_NEWEST_FIRST = "the newest is listed first: 'persync runs | head'"
_ONE_LOG = "a persister has one log, of the pod that runs"
_RUN_STATES = "'persync stop' and 'persync start' change the run state, until the next apply"
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
        "uninstall": _DELETES_NOTHING,
        "refresh": _READS_ALWAYS,
        "untaint": "nothing is tainted: 'persync restart' restarts persisters at once",
        "gateway": "leave it out: 'persync diff', 'persync apply' and 'persync import' are commands themselves",
        "app": "leave it out: 'persync status', 'persync diff' and 'persync apply' are commands themselves",
        "workspace": _ENVIRONMENTS,
        "env": _ENVIRONMENTS,
        "context": _ENVIRONMENTS,
        "config": _ENVIRONMENTS,
        "help": "'persync --help' lists the commands, and 'persync COMMAND --help' explains one",
        "login": "set PERSYNC_TOKEN, or auth of the environment; 'persync doctor' checks it",
        "rollout": "'persync restart' restarts, 'persync status --wait RUNNING' waits, 'persync runs' lists applies,"
        " and 'persync rollback RUN' takes one back",
        "scale": _RUN_STATES,
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
        "--assume-yes": ("--auto-approve",),
        "--atomic": ("--rollback-on-failure",),
        "--no-color": ("--color never",),
        "--colour": ("--color",),
        "--lock": ("--no-lock",),
        "--tail": ("--lines",),
        "-n": ("--lines",),
        "-p": ("--parallelism",),
        "-j": ("--parallelism",),
        "--jobs": ("--parallelism",),
        "--concurrency": ("--parallelism",),
        "--request-timeout": ("--timeout",),
        "--since-time": ("--since",),
        "--max-log-requests": ("--max-persisters",),
        "--exit-code": ("--detailed-exitcode",),
        "--non-zero-exit-code": ("--detailed-exitcode",),
        "--revision": ("--base",),
        "--ref": ("--base",),
        "--config": ("--chdir",),
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

_NEED_A_SELECTOR = ("start", "stop", "restart", "logs")

OPTION_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "--target": _SELECTORS,
        "--select-tag": _SELECTORS,
        "--field-selector": _SELECTORS,
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
        **{f"{command} {option}": _ALL_BY_PATTERN for command in _NEED_A_SELECTOR for option in ("--all", "-A")},
        "--all-namespaces": "without a selector, a command is about all persisters",
        "-f": _FILES,
        "--filename": _FILES,
        "-=": "-v and -q take no value; --debug shows each request",
        "-k": _FILES,
        "--kustomize": _FILES,
        "-R": _FILES,
        "--out": "'persync plan --out FILE' saves a plan, and 'persync apply FILE' applies it",
        "--lock": "only what writes takes a lock; 'persync apply --no-lock' takes none",
        "--lock-timeout": "leave it out: an apply that finds a lock reports who holds it, and does not wait",
        "--force": "--max-changes and the like allow more than the limits, --no-lock takes no lock, and nothing else is"
        " forced",
        "--server-side": "leave it out: the server adds its defaults to what the files configure",
        "--force-conflicts": "a conflict is planned again: 'persync plan' shows who changed what",
        "--wait": "leave it out: an apply waits until its persisters run; 'persync status --wait' only waits",
        "--for": "'persync status --wait RUNNING' waits",
        "-w": "'persync status --watch' refreshes until it is ended",
        "--watch": "'persync status --watch' refreshes until it is ended",
        "--watch-only": "'persync status --watch' refreshes until it is ended",
        "--sort-by": _FOR_PROGRAMS,
        "--no-headers": _FOR_PROGRAMS,
        "--template": _FOR_PROGRAMS,
        "--jsonpath": _FOR_PROGRAMS,
        "--show-labels": "'persync status -o wide' has more columns",
        "--timestamps": "leave it out: the lines have the time at which the app wrote them",
        "--prefix": "leave it out: the lines of several persisters begin with their names",
        "explain --recursive": "leave it out: the beginning of some properties lists what is below it",
        **{f"runs {option}": _NEWEST_FIRST for option in ("-n", "-L", "--limit", "--tail", "--lines")},
        "logs -p": _ONE_LOG,
        "--previous": _ONE_LOG,
        "-c": _ONE_LOG,
        "--container": _ONE_LOG,
        "--all-containers": _ONE_LOG,
        "--replicas": _RUN_STATES,
        "--to-revision": "'persync rollback RUN' goes back to before a run; 'persync runs' lists them",
        "--state": _NO_STATE,
        "--state-out": _NO_STATE,
        "--backup": _NO_STATE,
        "--backend": _NO_STATE,
        "--backend-config": _NO_STATE,
        "--reconfigure": _NO_STATE,
        "--migrate-state": _NO_STATE,
        "--generate-config-out": "'persync import' writes files for the persisters that are live",
        "--compact-warnings": "leave it out: of each rule, the first warnings are shown; --expand shows all",
        "--list": "leave it out: the files that changed are on stdout",
        "fmt --write": "--check and --diff change nothing",
        "--kubeconfig": _ENVIRONMENTS,
        "--cluster": _ENVIRONMENTS,
        "--server": _ENVIRONMENTS,
        "--replace": "'persync restart' restarts persisters",
        "--destroy": _DELETES_NOTHING,
        "--prune": _DELETES_NOTHING,
        "--refresh": _READS_ALWAYS,
        "--refresh-only": _READS_ALWAYS,
        "--dry-run": "'persync plan' shows what an apply would do, and changes nothing",
        "--recursive": "leave it out: all files below a folder are read",
        "--input": "leave it out: without a terminal, nothing is asked",
        "--non-interactive": "leave it out: without a terminal, nothing is asked",
        "--no-input": "leave it out: without a terminal, nothing is asked",
        "--upgrade": "leave it out: there is nothing to download",
        "--token": "set PERSYNC_TOKEN: the arguments of a process can be read by others",
        "--url": "set url of an environment in persync.yaml, and choose it with -e",
    }
)
"""What to do in place of an option that the command does not have; with a command before it, for that one alone."""

ARGUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "validate": "all files that persync.yaml names are checked; -C names its folder, and -e an environment",
        "doctor": "-e names the environment to check, and -C the folder of persync.yaml",
        "show": "one plan is shown at a time",
    }
)
"""What to do about an argument that a command does not take."""
