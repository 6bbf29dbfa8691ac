"""The sandbox's own record: how many persisters were down at once."""

from __future__ import annotations

from persync.sandbox.server import SandboxServer

UP = {"RUNNING", "RUNNING_BUT_OUTDATED"}


def down_over_time(server: SandboxServer, *always: str) -> list[frozenset[str]]:
    """Return who was down after each change of a run state; the first changes are the run states before.

    ``always`` has those that were down all the time: without a change, the record does not have them.
    """
    states = dict.fromkeys(always, "STOPPED")
    found = []
    for change in server.run_states():
        states[change.key.event_type] = change.status
        found.append(frozenset(name for name, status in states.items() if status not in UP))
    return found


def most_down(server: SandboxServer, *always: str) -> int:
    return max(map(len, down_over_time(server, *always)), default=0)


def stopped(server: SandboxServer) -> list[str]:
    """Return the event types that were stopped, in the order in which that began."""
    return [change.key.event_type for change in server.run_states() if change.status == "STOPPING"]
