"""Every cell of the state table, applied to a sandbox: the requests, the end, and that nothing is left to do."""

import pytest

from tests.command_line import Installation

BASE = "/projects/webtracking/event-types/snowplow-web/eventstores/pg/persister"
REQUESTS = {"stop": f"POST {BASE}/state", "put": f"PUT {BASE}", "start": f"POST {BASE}/state"}
# (live, desired, configuration differs) → the writes
TABLE = {
    ("RUNNING", "RUNNING", False): "",
    ("RUNNING", "RUNNING", True): "stop put start",
    ("RUNNING", "STOPPED", False): "stop",
    ("RUNNING", "STOPPED", True): "stop put",
    ("RUNNING_BUT_OUTDATED", "RUNNING", False): "stop start",
    ("RUNNING_BUT_OUTDATED", "RUNNING", True): "stop put start",
    ("RUNNING_BUT_OUTDATED", "STOPPED", False): "stop",
    ("RUNNING_BUT_OUTDATED", "STOPPED", True): "stop put",
    ("STOPPED", "RUNNING", False): "start",
    ("STOPPED", "RUNNING", True): "put start",
    ("STOPPED", "STOPPED", False): "",
    ("STOPPED", "STOPPED", True): "put",
    ("DEPLOYING", "RUNNING", False): "",
    ("DEPLOYING", "RUNNING", True): "stop put start",
    ("DEPLOYING", "STOPPED", False): "stop",
    ("DEPLOYING", "STOPPED", True): "stop put",
    ("STOPPING", "RUNNING", False): "start",
    ("STOPPING", "RUNNING", True): "put start",
    ("STOPPING", "STOPPED", False): "",
    ("STOPPING", "STOPPED", True): "put",
    ("FAILED", "RUNNING", False): "stop start",
    ("FAILED", "RUNNING", True): "stop put start",
    ("FAILED", "STOPPED", False): "stop",
    ("FAILED", "STOPPED", True): "stop put",
}
OLDER = {"appConfig": {"eventstore.batchSize": "1"}}


def description(live: str, differs: bool, keys_on_get: str = "lower") -> dict[str, object]:
    persister: dict[str, object] = {
        "project": "webtracking",
        "eventType": "snowplow-web",
        "appConfig": {"eventstore.batchSize": "200" if differs else "500"},
        "state": live,
    }
    if live == "RUNNING_BUT_OUTDATED":
        persister["running"] = OLDER
    moving = (
        {"delays": {"deploying": 0.3, "stopping": 0.3, "failing": 0.3}} if live in {"DEPLOYING", "STOPPING"} else {}
    )
    return {"persisters": [persister], "keysOnGet": keys_on_get, **moving}


def files(installation: Installation, state: str) -> None:
    installation.write(
        "persisters/web.yaml",
        f"""\
        project: webtracking
        eventType: snowplow-web
        {f"state: {state}" if state else "# no state"}
        appConfig: {{eventstore: {{batchSize: 500}}}}
        """,
    )


@pytest.mark.parametrize("keys_on_get", ["lower", "as-stored"])
@pytest.mark.parametrize(("live", "desired", "differs"), list(TABLE))
def test_apply(installation: Installation, live: str, desired: str, differs: bool, keys_on_get: str) -> None:
    installation.serve(description(live, differs, keys_on_get))
    files(installation, desired)
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, installation.writes()) == (
        0,
        [REQUESTS[step] for step in TABLE[live, desired, differs].split()],
    ), ended.out + ended.err
    if desired == "RUNNING":
        assert installation.running("webtracking", "snowplow-web")["appConfig"]["eventstore.batchSize"] == "500"
    after = installation.run("plan", "--detailed-exitcode")
    assert (after.code, after.last_line) == (
        0,
        "No changes. 1 persister is in sync.",
    )


@pytest.mark.parametrize("live", ["UNKNOWN", "PAUSED"])
@pytest.mark.parametrize("differs", [False, True])
def test_a_state_that_nothing_is_known_of_is_blocked(installation: Installation, live: str, differs: bool) -> None:
    installation.serve(description(live, differs))
    files(installation, "RUNNING")
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, installation.writes()) == (1, [])
    assert ended.err == (
        "error: 1 blocked, so nothing was changed\n"
        "help: fix it, skip it with --exclude, or apply the others with --keep-going\n"
    )


@pytest.mark.parametrize("live", ["RUNNING", "STOPPED", "FAILED", "RUNNING_BUT_OUTDATED", "UNKNOWN"])
def test_without_a_wanted_state_the_only_step_is_put(installation: Installation, live: str) -> None:
    server = installation.serve(description(live, differs=True))
    files(installation, "")
    assert installation.run("apply", "--auto-approve").code == 0
    assert (installation.writes(), server.persister("webtracking", "snowplow-web")["state"]) == (
        [REQUESTS["put"]],
        live,
    )
    assert installation.run("plan", "--detailed-exitcode").code == 0
