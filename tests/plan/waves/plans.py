"""Plans of persisters for tests of waves: a letter for what is done to each."""

from persync.model import PersisterId, RunState
from persync.plan.plan import PersisterPlan, Plan
from tests.report.test_text import PUT, START, STOP, WAIT, planned

KINDS = {
    "r": planned("x", STOP, PUT, START),  # restarted: it goes down
    "o": planned("x", STOP, START, live="RUNNING_BUT_OUTDATED"),  # so does this one
    "u": planned("x", PUT, desired=None),  # updated without a restart
    "q": planned("x", STOP, desired=RunState.STOPPED),  # stopped, as desired
    "s": planned("x", START, live="STOPPED"),  # down, and only has to be started
    "n": planned("x", PUT, START, live="STOPPED"),  # down, with a new configuration
    "f": planned("x", STOP, START, live="FAILED"),
    "d": planned("x", WAIT, live="DEPLOYING"),
    "g": planned("x", WAIT, START, live="STOPPING"),
    "b": planned("x", live="STOPPED", blocked="protected"),  # down, and stays so
    "e": planned("x", blocked="unreadable").model_copy(update={"live_state": None}),  # nothing is known of it
    "w": planned("x", live="RUNNING", warnings=("outdated",)),  # nothing to do
}


def persisters(letters: str) -> list[PersisterPlan]:
    """Return the plans of these letters, in order, with the event types ``r0``, ``s1``, …."""
    return [
        KINDS[letter].model_copy(update={"id": PersisterId("web", f"{letter}{index}", "pg")})
        for index, letter in enumerate(letters)
    ]


def plan_of(letters: str) -> Plan:
    return Plan(environment="test", url="u", persisters=tuple(persisters(letters)), in_sync=0)
