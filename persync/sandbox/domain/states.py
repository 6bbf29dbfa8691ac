"""The run state of a persister, as a pure function of its actions and the time. Pure.

Nothing here waits. A deployment is stored as "DEPLOYING, then RUNNING from 12:00:03 on", and `settled` computes the
state at the time of a request. So a run state survives if the process is killed.

Where the vendor's documentation does not describe the behaviour, the stricter one is implemented: START does nothing
to a deployed persister, FAILED included, and is refused while the persister is being stopped.
"""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from pydantic import NonNegativeFloat

from persync.sandbox.domain.config import Config
from persync.sandbox.domain.models import StrictModel, text_matching

Release = Literal["0.8", "1.1", "1.2"]
# Any status, so that a test can use a status that a later release may add.
Status = Annotated[str, text_matching(r"[A-Z_]+", "capital letters (such as RUNNING)")]

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
    """The service refuses this action with 500; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run state: `status` since `since`, and `after` from `due` on (both None unless a change is in progress).

    Times are seconds since the epoch. `config` is what the pod was deployed with, None if there is no pod.
    """

    status: str
    since: float
    config: Config | None = None
    due: float | None = None
    after: str | None = None


class Delays(StrictModel):
    """The durations (seconds) of a deployment, of a stop, and of a deployment that ends FAILED."""

    deploying: NonNegativeFloat = 2.0
    stopping: NonNegativeFloat = 1.0
    failing: NonNegativeFloat = 2.0


def settled(run: Run, now: float) -> Run:
    """Return `run` as it is at `now`, with the change in progress completed if it is due."""
    if run.due is None or run.after is None or now < run.due:
        return run
    return Run(run.after, run.due, None if run.after == STOPPED else run.config)


def in_status(status: str, config: Config | None, now: float, delays: Delays) -> Run:
    """Return a run in `status` from `now` on, DEPLOYING and STOPPING with their next status.

    It is set by a description or an external change, not by an action of the API.
    """
    if status == DEPLOYING:
        return Run(DEPLOYING, now, config, now + delays.deploying, RUNNING)
    if status == STOPPING:
        return Run(STOPPING, now, config, now + delays.stopping, STOPPED)
    return Run(status, now, None if status == STOPPED else config)


def deployed(stored: Config, now: float, delays: Delays, *, fails: bool) -> Run:
    """Return a run that deploys `stored` from `now` on and ends RUNNING, or FAILED if it `fails`."""
    if fails:
        return Run(DEPLOYING, now, stored, now + delays.failing, FAILED)
    return Run(DEPLOYING, now, stored, now + delays.deploying, RUNNING)


def can_start(run: Run, release: Release) -> bool:
    """Return whether START deploys the persister; it does nothing to a deployed one.

    Raises:
        RefusedError: the persister is being stopped; or it is deployed, in release 0.8 (vendor's release notes of
            0.9.0).
    """
    if run.status == STOPPING:
        raise RefusedError("is being stopped")
    if run.status in DEPLOYED and release == "0.8":
        raise RefusedError("is already deployed")
    return run.status not in DEPLOYED


def stopped(run: Run, now: float, delays: Delays) -> Run:
    """Return `run` after a STOP at `now`."""
    if run.status in {STOPPED, STOPPING}:
        return run
    return Run(STOPPING, now, run.config, now + delays.stopping, STOPPED)


def reconfigured(run: Run, stored: Config, release: Release) -> Run:
    """Return `run` after a PUT that stored `stored`.

    The pod keeps the config it was deployed with. Releases up to 1.1 then show RUNNING_BUT_OUTDATED (for a pod that
    is still being deployed, once it runs); release 1.2 still shows RUNNING.
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
