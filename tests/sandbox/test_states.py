import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.sandbox.domain.config import Config
from persync.sandbox.domain.states import (
    DEPLOYED,
    Delays,
    RefusedError,
    Release,
    Run,
    can_start,
    deployed,
    in_status,
    reconfigured,
    settled,
    stopped,
)

OLD, NEW = Config("1", {"appConfig": {"a": "1"}}), Config("2", {"appConfig": {"a": "2"}})
DELAYS = Delays(deploying=20, stopping=10, failing=30)
STATUSES = ["STOPPED", "DEPLOYING", "RUNNING", "STOPPING", "FAILED", "RUNNING_BUT_OUTDATED", "UNKNOWN", "PAUSED"]


def test_a_deployment_ends_running() -> None:
    run = deployed(OLD, 100, DELAYS, fails=False)
    assert settled(run, 119) == Run("DEPLOYING", 100, OLD, 120, "RUNNING")
    assert settled(run, 120) == Run("RUNNING", 120, OLD)


def test_a_deployment_that_fails_ends_failed() -> None:
    run = deployed(OLD, 100, DELAYS, fails=True)
    assert settled(run, 129).status == "DEPLOYING"
    assert settled(run, 130) == Run("FAILED", 130, OLD)


def test_a_stop_ends_without_a_pod() -> None:
    run = stopped(Run("RUNNING", 0, OLD), 100, DELAYS)
    assert run == Run("STOPPING", 100, OLD, 110, "STOPPED")
    assert settled(run, 110) == Run("STOPPED", 110)


@pytest.mark.parametrize("status", ["STOPPED", "STOPPING"])
def test_stopping_a_stopped_persister_does_nothing(status: str) -> None:
    run = in_status(status, OLD, 0, DELAYS)
    assert stopped(run, 5, DELAYS) is run


@pytest.mark.parametrize("status", ["DEPLOYING", "FAILED", "RUNNING_BUT_OUTDATED", "UNKNOWN", "PAUSED"])
def test_any_other_state_can_be_stopped(status: str) -> None:
    assert stopped(in_status(status, OLD, 0, DELAYS), 5, DELAYS) == Run("STOPPING", 5, OLD, 15, "STOPPED")


@pytest.mark.parametrize("release", ["1.1", "1.2"])
@pytest.mark.parametrize("status", [status for status in STATUSES if status != "STOPPING"])
def test_start_does_nothing_to_a_deployed_persister(status: str, release: Release) -> None:
    assert can_start(in_status(status, OLD, 0, DELAYS), release) is (status not in DEPLOYED)


@pytest.mark.parametrize("status", sorted(DEPLOYED))
def test_release_0_8_refuses_to_start_a_deployed_persister(status: str) -> None:
    with pytest.raises(RefusedError, match="is already deployed"):
        can_start(in_status(status, OLD, 0, DELAYS), "0.8")


@pytest.mark.parametrize("release", ["0.8", "1.1", "1.2"])
def test_a_stopping_persister_cannot_be_started(release: Release) -> None:
    with pytest.raises(RefusedError, match="is being stopped"):
        can_start(in_status("STOPPING", OLD, 0, DELAYS), release)


@pytest.mark.parametrize(
    ("release", "status", "stored", "shown"),
    [
        ("1.1", "RUNNING", NEW, "RUNNING_BUT_OUTDATED"),
        ("0.8", "RUNNING", NEW, "RUNNING_BUT_OUTDATED"),
        ("1.1", "RUNNING", OLD, "RUNNING"),
        ("1.1", "RUNNING_BUT_OUTDATED", OLD, "RUNNING"),
        ("1.2", "RUNNING", NEW, "RUNNING"),
        ("1.1", "STOPPED", NEW, "STOPPED"),
        ("1.1", "FAILED", NEW, "FAILED"),
        ("1.1", "UNKNOWN", NEW, "UNKNOWN"),
    ],
)
def test_a_put_does_not_change_the_pod(release: Release, status: str, stored: Config, shown: str) -> None:
    run = reconfigured(in_status(status, OLD, 0, DELAYS), stored, release)
    assert run == Run(shown, 0, None if status == "STOPPED" else OLD)


def test_a_put_during_a_deployment_shows_when_it_is_running() -> None:
    run = reconfigured(deployed(OLD, 0, DELAYS, fails=False), NEW, "1.1")
    assert settled(run, 19).status == "DEPLOYING"
    assert settled(run, 20) == Run("RUNNING_BUT_OUTDATED", 20, OLD)


def test_a_put_does_not_change_the_end_of_a_failing_deployment() -> None:
    run = reconfigured(deployed(OLD, 0, DELAYS, fails=True), NEW, "1.1")
    assert settled(run, 30) == Run("FAILED", 30, OLD)


@given(st.sampled_from(STATUSES), st.floats(0, 100), st.floats(0, 100))
def test_settling_twice_is_settling_once(status: str, early: float, late: float) -> None:
    run = in_status(status, OLD, 0, DELAYS)
    first, second = sorted((early, late))
    assert settled(settled(run, first), second) == settled(run, second)
