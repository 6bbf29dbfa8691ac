"""What an import reports: the files on stdout; the secrets, the notes and the proof on stderr."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from persync.cli.errors import warn
from persync.cli.importing.writing import ENV_EXAMPLE
from persync.cli.terminal import say, show
from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from persync.config.settings import Settings
    from persync.importing.content import Note
    from persync.importing.secrets import Names
    from persync.model import PersisterId
    from persync.plan.plan import PersisterPlan
    from persync.plan.review.listing import Listing

_MOST = 3
_MOST_FILES = 10
"""Files that are all listed on a terminal."""
_MOST_SECRETS = 30


def say_found(discovered: Listing, already: int) -> None:
    """Report what there is, and what of it is passed over."""
    projects = {pid.project for pid in discovered.ids}
    say(f"found {number(len(discovered.ids), 'persister')} in {number(len(projects), 'project')}")
    if discovered.without:
        say(f"passed over {number(discovered.without, 'event type')} without a persister")
    if discovered.failed:
        names = ", ".join(discovered.failed)
        warn(f"passed over {number(len(discovered.failed), 'project')} that the token may not read: {names}")
    if unnamed := discovered.unnamed:
        warn(
            f"passed over {number(len(unnamed), 'live persister')} that the files cannot name, because projects of the"
            f" environment gives what it is called to others: {_some(unnamed)}",
        )
    if already:
        say(f"passed over {number(already, 'persister')} that the files have already; --update refreshes them")


def show_files(settings: Settings, files: Iterable[Path], *, every: bool) -> None:
    """List the files on stdout, and report on stderr how many there are.

    Args:
        settings: name the files.
        files: what was, or would be, written.
        every: list all of them, also on a terminal; a pipe or a file always gets all.
    """
    paths = sorted(files)
    names = [printable(settings.shown(path)) for path in paths]
    short = sys.stdout.isatty() and not every and len(names) > _MOST_FILES
    listed = names[:_MOST] if short else names
    show("".join(f"{name}\n" for name in listed))
    if short:
        folder = Path(os.path.commonpath([path.absolute().parent for path in paths]))
        below = f" below {printable(settings.shown(folder))}/"
        say(f"wrote {number(len(names), 'file')}{below}; these are the first {_MOST}, -v lists all")


def say_secrets(names: Names, *, dry_run: bool) -> None:
    """Report the variables that hold the secrets, and never their values."""
    uses: defaultdict[str, set[PersisterId]] = defaultdict(set)
    for secret, name in names.by_secret.items():
        uses[name].add(secret.persister)
    if not uses:
        return
    listed = "would be" if dry_run else "are"
    say(f"the files refer to {number(len(uses), 'secret variable')}; their names {listed} in {ENV_EXAMPLE}:")
    width = max(map(len, uses))
    for name, persisters in sorted(uses.items())[:_MOST_SECRETS]:
        say(f"  {name:{width}}  {_some(persisters)}")
    if len(uses) > _MOST_SECRETS:
        say(f"  and {len(uses) - _MOST_SECRETS} more")
    say("set them before the next plan: see the first lines of that file")


def say_notes(notes: Iterable[Note]) -> None:
    """Report what the files do not express: each text once, with the persisters that it is about."""
    by_text: defaultdict[str, list[PersisterId]] = defaultdict(list)
    for note in notes:
        by_text[note.text].append(note.persister)
    for text, persisters in by_text.items():
        warn(f"{_some(persisters)}: {text}")


def say_proof(differing: Mapping[PersisterId, str], *, unknown: int, dry_run: bool) -> bool:
    """Report whether what was written differs from what was read, and how; return whether it does not.

    Args:
        differing: how each persister differs.
        unknown: how many values could not be compared.
        dry_run: nothing was written.
    """
    written = _written(dry_run=dry_run)
    if not differing:
        apart = f"; {number(unknown, 'value')} could not be compared" if unknown else ""
        say(click.style(f"proof: a plan of what {written} has 0 differences{apart}", fg="green"))
        return True
    by_reason: defaultdict[str, list[PersisterId]] = defaultdict(list)
    for persister, reason in differing.items():
        by_reason[reason].append(persister)
    for reason, persisters in by_reason.items():
        say(printable(f"  {_some(persisters)}: {reason}"))
    say(f"proof: a plan of what {written} has differences in {number(len(differing), 'persister')}")
    return False


def say_errors(errors: int, *, dry_run: bool) -> None:
    """Report that the files hold errors with what was written, so that they cannot be planned."""
    say(f"proof: with what {_written(dry_run=dry_run)}, the files hold {number(errors, 'error')}")


def _written(*, dry_run: bool) -> str:
    return "would be written" if dry_run else "was written"


def how_it_differs(planned: PersisterPlan) -> str:
    """Return how a planned persister differs from live."""
    if planned.blocked:
        return planned.blocked
    if planned.changes:
        return paths_differ([change.path for change in planned.changes])
    return f"the run state is {planned.live_state}, and the files have {planned.desired_state}"


def paths_differ(paths: Sequence[str]) -> str:
    """Return that these properties differ."""
    return f"{', '.join(paths)} differ{'s' if len(paths) == 1 else ''}"


def _some(persisters: Iterable[PersisterId]) -> str:
    ids: Sequence[str] = sorted({str(pid) for pid in persisters})
    more = f" and {len(ids) - _MOST} more" if len(ids) > _MOST else ""
    return ", ".join(ids[:_MOST]) + more
