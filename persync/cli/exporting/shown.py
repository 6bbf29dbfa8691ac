"""What an export reports: the files on stdout; on stderr, what the folder lacks and what the user should know."""

from __future__ import annotations

import stat
from collections import Counter
from typing import TYPE_CHECKING

from persync.cli.errors import warn
from persync.cli.terminal import say, show
from persync.grapp.write import Present
from persync.model import RunState
from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from persync.grapp.write import PersisterFile, Rest
    from persync.model import Persister

_MOST = 3
_DONE = {Present.NOTHING: "new", Present.OTHER: "overwritten", Present.EQUAL: "unchanged"}


def show_files(files: Iterable[PersisterFile]) -> None:
    """List the files that are, or would be, written on stdout."""
    show("".join(f"{printable(str(file.path))}\n" for file in files if file.present is not Present.EQUAL))


def say_exported(files: Sequence[PersisterFile], *, dry_run: bool) -> None:
    """Report how many persisters of which project are in the folder, and what was done for it."""
    counts = Counter(_DONE[file.present] for file in files)
    parts = ", ".join(f"{counts[done]} {done}" for done in _DONE.values() if counts[done])
    project = files[0].id.project
    start = "dry run, nothing was written: " if dry_run else ""
    say(f"{start}{number(len(files), 'persister')} of project {project}: {parts}")


def say_others(chosen: Sequence[Persister], persisters: Iterable[Persister]) -> None:
    """Report the persisters of other projects: the folder is one project."""
    others = [each.id.project for each in persisters if each.id.project != chosen[0].id.project]
    if others:
        passed = f"{number(len(others), 'persister')} of {number(len(set(others)), 'other project')}"
        say(f"passed over {passed}: a GrApp folder is one project")


def say_rest(rest: Rest) -> None:
    """Report persisters of the folder that no file configures, and event types that the folder does not define."""
    if left := rest.unmanaged:
        what = f"{number(len(left), 'persister')} that the files do not have, left there"
        say(printable(f"the folder has {what}: {_some(left)}"))
    if undefined := rest.undefined:
        what = f"no event-type-version-N.json for {number(len(undefined), 'event type')}"
        say(f"the folder has {what}, which must exist where it is imported: {_some(undefined)}")


def say_run_states(chosen: Iterable[Persister]) -> None:
    """Report the run states that the folder does not hold."""
    reasons = {RunState.STOPPED: "STOPPED", None: "without a state"}
    for state, text in reasons.items():
        if found := [str(each.id) for each in chosen if each.state is state]:
            are = "is" if len(found) == 1 else "are"
            warn(
                f"{_some(found)} {are} {text}: a GrApp folder has no run state, and its importer starts all persisters"
            )


def say_ignored(chosen: Iterable[Persister]) -> None:
    """Report the persisters with ``ignoreChanges``: the folder does not hold what is live."""
    if found := [str(each.id) for each in chosen if each.ignored]:
        has = "has" if len(found) == 1 else "have"
        why = "a GrApp folder has the values of the files, and its importer sends those"
        warn(f"{_some(found)} {has} ignoreChanges: {why}")


def say_secrets(files: Sequence[PersisterFile]) -> None:
    """Report references that were kept, secrets in clear, and what an import reads in another way."""
    if kept := sorted({name for file in files for name in file.secrets.kept}):
        what = f"{number(len(kept), 'variable')} with secrets {'is' if len(kept) == 1 else 'are'} not written"
        why = "the files have the references, which the vendor's importer would store as they are"
        warn(f"{what}: {_some(kept)}; {why}; --with-secrets writes the values")
    if clear := [file for file in files if file.secrets.in_clear]:
        of = f"{number(len(clear), 'file')} with secrets in clear: {_some([str(file.id) for file in clear])}"
        warn(f"{of}; keep them out of git")
        if loose := [str(file.path) for file in clear if _is_loose(file)]:
            warn(f"other users may read secrets in {_some(loose)}; chmod 600")
    for file in files:
        if file.secrets.look_alikes:
            paths = ", ".join(file.secrets.look_alikes)
            warn(f"{file.id}: an import of the folder takes a text in {paths} for a reference to a variable")


def _is_loose(file: PersisterFile) -> bool:
    return file.present is Present.EQUAL and bool(file.path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more
