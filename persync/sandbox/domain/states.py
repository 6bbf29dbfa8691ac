"""The run state of a persister, as a pure function of what was asked of it and of the time.

Nothing here waits. A deployment is a note "DEPLOYING, and RUNNING from 12:00:03 on"; whoever looks first settles
it with the clock in hand. So the states survive the death of a process at any moment.

Where the vendor's documentation says nothing, this is stricter rather than kinder: START does nothing to what is
deployed, FAILED included, and is refused while the persister is being stopped.
"""

from dataclasses import dataclass, replace
from typing import Literal

from pydantic import NonNegativeFloat

from persync.sandbox.domain.config import Config
from persync.sandbox.domain.models import Strict

Release = Literal["0.8", "1.1", "1.2"]

STOPPED = "STOPPED"
DEPLOYING = "DEPLOYING"
RUNNING = "RUNNING"
STOPPING = "STOPPING"
FAILED = "FAILED"
RUNNING_BUT_OUTDATED = "RUNNING_BUT_OUTDATED"
UNKNOWN = "UNKNOWN"

DEPLOYED = frozenset({DEPLOYING, RUNNING, FAILED, RUNNING_BUT_OUTDATED})
HAS_LOGS = frozenset({RUNNING, FAILED, RUNNING_BUT_OUTDATED})


class RefusedError(Exception):
    """The service answers this action with 500; the text says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run state: `status` since `since`, and from `due` on `after` (both None where nothing is under way).

    Times are seconds since the epoch. `config` is what the pod was deployed with, None where there is no pod.
    """

    status: str
    since: float
    config: Config | None = None
    due: float | None = None
    after: str | None = None


class Delays(Strict):
    """How long (seconds) a deployment, a stop, and a deployment that ends FAILED take."""

    deploying: NonNegativeFloat = 2.0
    stopping: NonNegativeFloat = 1.0
    failing: NonNegativeFloat = 2.0


def settled(run: Run, now: float) -> Run:
    """Return `run` as it is at `now`: a change that is due has happened."""
    if run.due is None or run.after is None or now < run.due:
        return run
    return Run(run.after, run.due, None if run.after == STOPPED else run.config)


def placed(status: str, config: Config | None, now: float, delays: Delays) -> Run:
    """Return a run put into `status` from outside, by a description or by hand; what is under way goes on from now."""
    if status == DEPLOYING:
        return Run(DEPLOYING, now, config, now + delays.deploying, RUNNING)
    if status == STOPPING:
        return Run(STOPPING, now, config, now + delays.stopping, STOPPED)
    return Run(status, now, None if status == STOPPED else config)


def deployed(stored: Config, now: float, delays: Delays, *, fails: bool) -> Run:
    """Return a run that deploys `stored` from now on and ends RUNNING, or FAILED where it `fails`."""
    if fails:
        return Run(DEPLOYING, now, stored, now + delays.failing, FAILED)
    return Run(DEPLOYING, now, stored, now + delays.deploying, RUNNING)


def can_start(run: Run, release: Release) -> bool:
    """Return whether START deploys. It does nothing to what is deployed.

    Raises RefusedError where the service answers 500: release 0.8 did for what is deployed (vendor's release notes
    of 0.9.0); and a persister that is being stopped cannot be started.
    """
    if run.status == STOPPING:
        raise RefusedError("is being stopped")
    if run.status in DEPLOYED and release == "0.8":
        raise RefusedError("is already deployed")
    return run.status not in DEPLOYED


def stopped(run: Run, now: float, delays: Delays) -> Run:
    """Return what STOP makes of `run`."""
    if run.status in {STOPPED, STOPPING}:
        return run
    return Run(STOPPING, now, run.config, now + delays.stopping, STOPPED)


def reconfigured(run: Run, stored: Config, release: Release) -> Run:
    """Return what a PUT that left `stored` behind makes of `run`.

    The pod keeps the config it was deployed with. Releases up to 1.1 show that as RUNNING_BUT_OUTDATED (for a pod
    that is still being deployed: once it runs); release 1.2 goes on saying RUNNING.
    """
    if release == "1.2" or run.config is None:
        return run
    shown = RUNNING if stored == run.config else RUNNING_BUT_OUTDATED
    running = {RUNNING, RUNNING_BUT_OUTDATED}
    return replace(
        run,
        status=shown if run.status in running else run.status,
        after=shown if run.after in running else run.after,
    )
