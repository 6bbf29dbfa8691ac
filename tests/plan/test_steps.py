"""The state table, cell by cell."""

import pytest

from persync.model import RunState
from persync.plan.steps import reason_for, steps_for
from persync.plan.terms import Step

NOTHING: tuple[Step, ...] = ()
RUN, OUTDATED, STOPPED, DEPLOYING, STOPPING, FAILED, UNKNOWN = (
    RunState.RUNNING,
    RunState.RUNNING_BUT_OUTDATED,
    RunState.STOPPED,
    RunState.DEPLOYING,
    RunState.STOPPING,
    RunState.FAILED,
    RunState.UNKNOWN,
)
DIFFERS = "the configuration differs"
DESIRED_RUNNING = "desired state is RUNNING"
DESIRED_STOPPED = "desired state is STOPPED"
HAS_FAILED = "it has failed"


@pytest.mark.parametrize(
    ("live", "desired", "differs", "steps", "reason"),
    [
        (RUN, RUN, False, "", ""),
        (RUN, RUN, True, "stop put start", DIFFERS),
        (RUN, STOPPED, False, "stop", DESIRED_STOPPED),
        (RUN, STOPPED, True, "stop put", f"{DIFFERS} and {DESIRED_STOPPED}"),
        (OUTDATED, RUN, False, "stop start", "it runs an older configuration than the stored one"),
        (OUTDATED, RUN, True, "stop put start", DIFFERS),
        (OUTDATED, STOPPED, False, "stop", DESIRED_STOPPED),
        (OUTDATED, STOPPED, True, "stop put", f"{DIFFERS} and {DESIRED_STOPPED}"),
        (STOPPED, RUN, False, "start", DESIRED_RUNNING),
        (STOPPED, RUN, True, "put start", f"{DIFFERS} and {DESIRED_RUNNING}"),
        (STOPPED, STOPPED, False, "", ""),
        (STOPPED, STOPPED, True, "put", DIFFERS),
        (DEPLOYING, RUN, False, "wait", "a change of its run state is under way"),
        (DEPLOYING, RUN, True, "stop put start", DIFFERS),
        (DEPLOYING, STOPPED, False, "stop", DESIRED_STOPPED),
        (DEPLOYING, STOPPED, True, "stop put", f"{DIFFERS} and {DESIRED_STOPPED}"),
        (STOPPING, RUN, False, "wait start", DESIRED_RUNNING),
        (STOPPING, RUN, True, "wait put start", f"{DIFFERS} and {DESIRED_RUNNING}"),
        (STOPPING, STOPPED, False, "wait", "a change of its run state is under way"),
        (STOPPING, STOPPED, True, "wait put", DIFFERS),
        (FAILED, RUN, False, "stop start", HAS_FAILED),
        (FAILED, RUN, True, "stop put start", f"{DIFFERS} and {HAS_FAILED}"),
        (FAILED, STOPPED, False, "stop", f"{HAS_FAILED} and {DESIRED_STOPPED}"),
        (FAILED, STOPPED, True, "stop put", f"{DIFFERS} and {HAS_FAILED} and {DESIRED_STOPPED}"),
    ],
)
def test_a_cell(live: RunState, desired: RunState, differs: bool, steps: str, reason: str) -> None:
    taken = steps_for(live, desired, differs=differs)
    assert (" ".join(taken or ("blocked",)) if taken != () else "", reason_for(live, desired, differs=differs)) == (
        steps,
        reason,
    )


@pytest.mark.parametrize("desired", [RUN, STOPPED])
@pytest.mark.parametrize("differs", [False, True])
def test_unknown_is_blocked(desired: RunState, differs: bool) -> None:
    assert steps_for(UNKNOWN, desired, differs=differs) is None
    assert reason_for(UNKNOWN, desired, differs=differs) == ""


@pytest.mark.parametrize("live", list(RunState))
def test_a_run_state_that_is_left_alone_leaves_put(live: RunState) -> None:
    assert steps_for(live, None, differs=True) == (Step.PUT,)
    assert steps_for(live, None, differs=False) == NOTHING
