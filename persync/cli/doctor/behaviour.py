"""Checks of what releases differ in, as observed, and of the time per request."""

from __future__ import annotations

import time
from itertools import cycle, islice
from statistics import median
from typing import TYPE_CHECKING

from persync.cli.doctor.access import PAGE, ids_to_read
from persync.cli.doctor.report import failed, ok, skipped, warning
from persync.concurrency import in_parallel
from persync.errors import HarvesterError, Interrupted, NotFound, UnknownPath
from persync.harvester.exchange import Answer
from persync.harvester.probe.behaviour import behaviour, list_behaviour
from persync.harvester.responses import TOO_OLD
from persync.model import LIVE_SEGMENT
from persync.report.wording import number

if TYPE_CHECKING:
    from persync.cli.doctor.examination import Examination
    from persync.cli.doctor.report import Result
    from persync.model import PersisterId

_SAMPLES = 4
"""How many persisters are read in detail."""
_ROUNDS = 2
"""How many requests are measured, for each that is sent at a time."""
_SLOW = 0.5  # of the read timeout
_NO_PERSISTER = "no persister could be read"


def projects(examination: Examination) -> Result:
    """Find out whether paths begin with /projects/{project}, as in release 1.2.

    Args:
        examination: with the client; gets ``has_projects``.

    Returns:
        Failed if ``projectPrefix`` is true and they do not; a warning if it is false and they do, or if not known.
    """
    prefix = examination.session.environment.project_prefix
    names = [
        *(pid.project for pid in examination.ids),
        *(entry.project for entry in examination.listed if entry.is_named),
        "global",
    ]
    try:
        with examination.new_client(project_prefix=True) as client:
            list(islice(client.event_types(names[0]), PAGE))
    except Interrupted:
        raise
    except UnknownPath:
        examination.has_projects = False
    except NotFound:
        examination.has_projects = True  # the path exists, and the project does not
    except HarvesterError as error:
        return warning(f"not known: {error.message}", error.hint)
    else:
        examination.has_projects = True
    if examination.has_projects:
        text = "paths begin with /projects/{project}: release 1.2 or newer"
        wrong = "projectPrefix is false: only project global can be reached"
        return ok(text) if prefix else warning(f"{text}, and {wrong}", "remove projectPrefix from persync.yaml")
    text = "there are no paths with /projects: a release before 1.2"
    if prefix:
        return failed(text, "set projectPrefix: false for this environment in persync.yaml")
    return ok(text)


def lists(examination: Examination) -> Result:
    """Find out whether lists of event types name projects and persisters.

    Args:
        examination: with the exchanges so far.

    Returns:
        A warning if projects are missing; skipped if no list has an entry.
    """
    seen = list_behaviour(examination.exchanges)
    if seen.persisters is None:
        return skipped("no list has an entry")
    persisters = (
        "have their persisters" if seen.persisters else "do not have their persisters, which follow from their type"
    )
    if examination.has_projects and seen.projects is False:
        return warning(
            f"entries {persisters}; those of the list over all projects do not name their project",
            "name projects where a command takes them: they cannot be found by the list",
        )
    named = "name their project, " if seen.projects else ""
    return ok(f"entries {named}{persisters}")


def export(examination: Examination) -> Result:
    """Find out whether an export leaves out the defaults: some persisters are read, as export and in full.

    Args:
        examination: with the persisters that can be read.

    Returns:
        Failed if it does not; skipped if no persister can be exported.
    """
    for pid in ids_to_read(examination, _SAMPLES):
        for read in (examination.client.read, examination.client.read_full):
            try:
                read(pid)
            except Interrupted:
                raise
            except HarvesterError:  # what is wrong with the answer shows below
                continue
    seen = behaviour(examination.exchanges)
    if seen.export is None:
        is_segment = any(pid.eventstore == LIVE_SEGMENT for pid in examination.readable)
        return skipped("there is no export of live-segment persisters" if is_segment else _NO_PERSISTER)
    if not seen.export:
        return failed("an export is a full answer: a release before 1.0 (0.8 or 0.9)", TOO_OLD)
    return ok("an export leaves out what has its default: release 1.0 or newer")


def state(examination: Examination) -> Result:
    """Find out whether the run state is in the answer about the persister.

    Args:
        examination: with the exchanges so far.

    Returns:
        Ok in either case; skipped if no persister was read.
    """
    seen = behaviour(examination.exchanges).state
    if seen is None:
        return skipped(_NO_PERSISTER)
    return ok("in the answer of the same request" if seen else "needs a second request for each persister")


def keys(examination: Examination) -> Result:
    """Find out how keys are spelled, and whether values are masked.

    Args:
        examination: with the exchanges so far.

    Returns:
        A warning if values are masked; skipped if no key shows its spelling.
    """
    seen = behaviour(examination.exchanges)
    if seen.hidden:
        return warning(
            "some values are masked (******): they differ from the files in every plan",
            "set such properties outside of persync, or leave them out of the files",
        )
    if seen.spelling is None:
        return skipped("no answer has a key that is spelled differently in lower case")
    return ok(f"{seen.spelling}; persync compares them without regard to that")


def speed(examination: Examination) -> Result:
    """Measure how long a request takes, alone and at ``--parallelism``.

    Args:
        examination: with the persisters that can be read.

    Returns:
        A warning if requests fail or take more than half of ``timeouts.read``; skipped if there is none to read.
    """
    ids = ids_to_read(examination, _SAMPLES)
    if not ids:
        return skipped(_NO_PERSISTER)
    parallelism = examination.parallelism
    alone = _measured(examination, ids[:1], 1)
    together = _measured(examination, list(islice(cycle(ids), _ROUNDS * parallelism)), parallelism)
    typical = median(together.seconds)
    text = (
        f"{number(len(together.seconds), 'request')}, {parallelism} at a time: median {typical * 1000:.0f} ms,"
        f" slowest {max(together.seconds) * 1000:.0f} ms; one alone {alone.seconds[0] * 1000:.0f} ms"
    )
    if examination.ids:
        whole = len(examination.ids) * together.total / len(together.seconds)
        text += f"; reading the files' {number(len(examination.ids), 'persister')} takes about {max(whole, 0.1):.1f} s"
    if together.failures:
        return warning(f"{text}; {together.failures} of them failed", "lower parallelism of the environment")
    if max(together.seconds) > _SLOW * examination.session.environment.timeouts.read:
        return warning(text, "lower parallelism of the environment, or raise timeouts.read")
    return ok(text)


class _Measured:
    """Requests that were measured: the seconds of each, of all together, and how many failed."""

    def __init__(self, examination: Examination, before: int, total: float) -> None:
        exchanges = examination.exchanges[before:]
        self.seconds = [exchange.seconds for exchange in exchanges]
        outcomes = [exchange.outcome for exchange in exchanges]
        self.failures = sum(not (isinstance(outcome, Answer) and outcome.is_success) for outcome in outcomes)
        self.total = total


def _measured(examination: Examination, ids: list[PersisterId], parallelism: int) -> _Measured:
    client = examination.client.without_retries()

    def read(pid: PersisterId) -> None:
        try:
            client.state(pid)
        except Interrupted:
            raise
        except HarvesterError:
            return  # counted below, by its answer

    before, start = len(examination.exchanges), time.monotonic()
    list(in_parallel(read, ids, parallelism))
    return _Measured(examination, before, time.monotonic() - start)
