"""Notices: what a report says about a plan as a whole, and what to do about it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from persync.model import RunState
from persync.report.actions import WARNING
from persync.report.changes.values import plain
from persync.report.printable import printable
from persync.report.wording import breach_help, breach_text, location, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from persync.model import PersisterId
    from persync.plan.parts.breach import Breach
    from persync.plan.parts.former_defaults import FormerDefaults
    from persync.plan.parts.removed import Removed
    from persync.plan.parts.rollout import PlannedRollout
    from persync.plan.parts.unmanaged import NotListed, Unmanaged
    from persync.plan.plan import Plan
    from persync.plan.result import Result

REFUSED, REMOVED, UNMANAGED, GOOD = "✗", "-", "?", "✓"
_BY_SEVERITY = (REFUSED, WARNING, REMOVED, UNMANAGED, GOOD)
_STOP_FIRST = "to stop it with persync, keep its document with 'state: STOPPED' and apply that before it is removed"
_STOP_FIRST_THERE = (
    "to stop it with persync, keep its document with 'state: STOPPED' (and projects of the environment as it was), and"
    " apply that before it is removed"
)
_MOST_NOTICES = 5
_MOST_NAMES = 8
"""The most projects to name in a line."""


class Help(NamedTuple):
    """What to do: words, a command to copy, or both."""

    words: str = ""
    command: str = ""

    def __str__(self) -> str:
        """Return it as a line: ``to stop it: curl …``."""
        return ": ".join(filter(None, self))


class Notice(NamedTuple):
    """A notice; its texts are printable lines.

    Attributes:
        text: what is the case.
        helps: what to do about it.
        items: the persisters, or properties, that it is about.
        noun: what these are, one and several.
        symbol: how serious it is: ``!`` a warning, ``✗`` something cannot be done, ``-``, ``?`` and ``✓`` information.
    """

    text: str
    helps: tuple[Help, ...] = ()
    items: tuple[str, ...] = ()
    symbol: str = WARNING
    noun: tuple[str, str] = ("persister", "persisters")


def by_severity(notices: Iterable[Notice]) -> dict[str, list[Notice]]:
    """Return notices by their symbols, the most serious first; a symbol without a notice is omitted."""
    found: dict[str, list[Notice]] = {symbol: [] for symbol in _BY_SEVERITY}
    for notice in notices:
        found[notice.symbol].append(notice)
    return {symbol: each for symbol, each in found.items() if each}


def plan_notices(plan: Plan) -> Iterator[Notice]:
    """Yield the notices of a plan, in the order in which reports show them."""
    if resets := plan.summary.resets:
        them = "it" if resets == 1 else "them"
        text = f"{number(resets, 'persister')} would fall back to the defaults in every property; import {them} first?"
        yield Notice(text, _helps("", plan.import_command))
    if plan.former_defaults:
        yield _former_defaults_notice(plan.former_defaults)
    yield from breach_notices(plan.breaches)
    if plan.rollout:
        yield from _rollout_notices(plan.rollout)
    yield from _removed_notices(plan.removed)
    if plan.unmanaged:
        yield from _unmanaged_notices(plan.unmanaged, "selected " if plan.selection else "")


def _former_defaults_notice(found: FormerDefaults) -> Notice:
    count = len(found.properties)
    properties, them = ("this property", "it") if count == 1 else (f"these {count:,} properties", "them")
    return Notice(
        f"most persisters have {properties} live, with the same value, and no file has {them}:"
        " probably the installation's defaults have changed since these were stored",
        (
            *_helps("an apply resets them to the defaults of today"),
            *_helps(
                "to keep the values, take over into the files what these persisters have live", found.update_command
            ),
        ),
        items=tuple(
            printable(f"{each.path}: {plain(each.value)} ({each.persisters:,} of {found.compared:,} persisters)")
            for each in found.properties
        ),
        noun=("property", "properties"),
    )


def breach_notices(breaches: Sequence[Breach]) -> Iterator[Notice]:
    """Yield a notice for each limit that a plan exceeds."""
    for breach in breaches:
        text = f"apply refuses this plan: {breach_text(breach)}"
        yield Notice(printable(text), _helps(breach_help([breach])), symbol=REFUSED)


def limit_notice(result: Result) -> Iterator[Notice]:
    """Yield a notice if persisters were not restarted because too many others were down."""
    if found := result.limit_reached:
        count = len(found.not_begun)
        text = f"{number(count, 'persister')} {'was' if count == 1 else 'were'} not restarted"
        yield _limit_notice(text, found.down, found.allowed, found.configured)


def _rollout_notices(rollout: PlannedRollout) -> Iterator[Notice]:
    """Yield notices about persisters that the limit leaves no turn, and about canaries that do not exist."""
    if (count := len(rollout.not_begun)) and rollout.max_unavailable is not None:
        text = f"{number(count, 'persister')} cannot be restarted"
        yield _limit_notice(text, rollout.down, rollout.max_unavailable, rollout.configured_unavailable)
    if rollout.no_canary:
        yield Notice(
            "no persister of this plan is a canary", _helps("choose others with --canary, or a number of them")
        )


def _limit_notice(text: str, down: Sequence[PersisterId], allowed: int, configured: str) -> Notice:
    of = f" ({configured})" if configured != str(allowed) else ""
    verb = "is" if len(down) == 1 else "are"
    listed = _names([str(pid) for pid in down])
    return Notice(
        printable(f"{text}: {len(down):,} {verb} down ({listed}), and maxUnavailable allows {allowed:,}{of}"),
        _helps(
            "get those running first, leave them out with --exclude, or allow more once with"
            f" --max-unavailable {len(down) + 1}"
        ),
        symbol=REFUSED,
    )


def _removed_notices(removed: Sequence[Removed]) -> Iterator[Notice]:
    """Yield a notice for each persister that is no longer managed; of many, one for all."""
    if len(removed) <= _MOST_NOTICES:
        yield from map(_removed_notice, removed)
        return
    stop_first = _STOP_FIRST_THERE if any(each.live_id for each in removed) else _STOP_FIRST
    yield Notice(
        f"{number(len(removed), 'persister')} are no longer managed, and left as they are",
        _helps(f"{stop_first}; the requests that stop or reset each are in the JSON report"),
        items=tuple(printable(f"{each.name} ({_was(each)})") for each in removed),
        symbol=REMOVED,
    )


def _removed_notice(removed: Removed) -> Notice:
    is_up = not RunState.of(removed.live_state or "").is_down
    stop_first = _STOP_FIRST_THERE if removed.live_id else _STOP_FIRST
    return Notice(
        printable(f"{removed.name} is no longer managed, and left as it is ({_was(removed)})"),
        (
            *_helps(stop_first if is_up else ""),
            *_helps("to stop it now" if removed.stop_command else "", removed.stop_command),
            *_helps(
                "to reset it to the defaults, from its next start on" if removed.reset_command else "",
                removed.reset_command,
            ),
        ),
        symbol=REMOVED,
    )


def _was(removed: Removed) -> str:
    """Return ``RUNNING, was in persisters/web.yaml:1``."""
    state = removed.live_state or f"its run state cannot be read: {removed.problem}"
    return f"{state}, was in {location(removed.span)}"


def _unmanaged_notices(unmanaged: Unmanaged, selected: str) -> Iterator[Notice]:
    where = f" ({_looked_at(unmanaged)})"
    of = f" that {' or '.join(unmanaged.selectors)} matches" if unmanaged.selectors else ""
    count = len(unmanaged.persisters)
    if count:
        verb = "is" if count == 1 else "are"
        yield Notice(
            printable(f"{number(count, f'{selected}live persister')}{of} {verb} in no file{where}"),
            _helps("", unmanaged.import_command),
            items=tuple(map(printable, unmanaged.names)),
            symbol=UNMANAGED,
        )
    elif not unmanaged.not_listed:
        yield Notice(printable(f"every {selected}live persister{of} is in a file{where}"), symbol=GOOD)
    if unnamed := unmanaged.unnamed:
        what = number(len(unnamed), "live persister")
        text = f"{what} cannot be named by the files: projects gives the name to others"
        hint = f"give the project another name in projects of the environment, such as 'other: {unnamed[0].project}'"
        yield Notice(text, _helps(hint), tuple(printable(str(pid)) for pid in unnamed))
    for pattern in unmanaged.unmatched:
        yield Notice(printable(f"'{pattern}' of managed matches no persister, neither of the files nor live"))
    for _, group in groupby(sorted(unmanaged.not_listed, key=_kind), key=_kind):
        yield _not_listed_notice([*group])


def _looked_at(unmanaged: Unmanaged) -> str:
    """Return ``looked at all projects that the token may see: iot, web``."""
    scope = "all projects that the token may see" if unmanaged.all_projects else "these projects only"
    return f"looked at {scope}: {_names(unmanaged.projects) or 'none'}"


def _kind(failed: NotListed) -> tuple[bool, str]:
    """Return what similar failures have in common: the advice, whichever project it is for."""
    return bool(failed.project), failed.hint.replace(f"'{failed.project}'", "")


def _not_listed_notice(failed: Sequence[NotListed]) -> Notice:
    """Return the notice about lists that could not be read for similar reasons."""
    first, projects = failed[0], [each.project for each in failed]
    what = f"the persisters of project {first.project} are not all known"
    if not first.project:
        what = "which projects there are is not known, so only those of the files were looked at"
    elif len(failed) > 1:
        what = f"the persisters of {len(failed):,} projects are not all known ({_names(projects)}), the first"
    return Notice(printable(f"{what}: {first.reason}"), _helps(first.hint))


def _names(projects: Sequence[str]) -> str:
    more = f" and {len(projects) - _MOST_NAMES:,} more" if len(projects) > _MOST_NAMES else ""
    return f"{', '.join(projects[:_MOST_NAMES])}{more}"


def _helps(words: str, command: str = "") -> tuple[Help, ...]:
    """Return a help, or none without words and command."""
    return (Help(printable(words), printable(command)),) if words or command else ()
