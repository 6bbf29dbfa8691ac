"""Apply against a sandbox that misbehaves: what is sent, what is reported, what is left."""

import json
from typing import Any

import pytest

from tests.command_line import QUICK, Installation, after_plan, without_times

BASE = "/projects/global/event-types/{}/eventstores/pg/persister"
FILE = """\
eventType: {}
state: RUNNING
appConfig: {{eventstore.batchSize: 500}}
"""


def persister(name: str, **more: Any) -> dict[str, Any]:
    return {"eventType": name, "appConfig": {"eventstore.batchSize": "200"}, "state": "RUNNING", **more}


IMPATIENT = "{start: 0.3, stop: 0.3, update: 0.3, poll: 0.05}"
NO_PROBE = "deployerConfig: {kubernetes.readinessProbeDelay: 0}\n"


def install(installation: Installation, *names: str, **description: Any) -> None:
    """Serve running persisters of these names, whose batch size the files want changed."""
    installation.serve({"persisters": [persister(name) for name in names], **description})
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) for name in names))


def faults(installation: Installation, *kinds: dict[str, Any]) -> None:
    assert installation.server is not None
    installation.server.set_faults(kinds)


def state_of(installation: Installation, name: str) -> object:
    assert installation.server is not None
    return installation.server.persister("global", name)["state"]


def in_sync(installation: Installation) -> bool:
    return installation.run("plan", "--detailed-exitcode").code == 0


def apply(installation: Installation, *options: str) -> tuple[int, str]:
    ended = installation.run("apply", "--auto-approve", "--parallelism", "1", *options)
    return ended.code, without_times(after_plan(ended.out))


def test_a_restart_writes_stop_put_start(installation: Installation) -> None:
    install(installation, "one")
    done = "\n✓ global/one  done: stop, put, start; down for N s\n\nApply: 1 done.\n"
    assert apply(installation) == (0, done)
    path = BASE.format("one")
    assert installation.writes() == [f"POST {path}/state", f"PUT {path}", f"POST {path}/state"]
    assert in_sync(installation)


def test_a_refused_put_starts_it_again_with_the_configuration_it_had(installation: Installation) -> None:
    install(installation, "one")
    faults(installation, {"kind": "refuse", "message": "no such table"})
    code, out = apply(installation)
    assert (code, out) == (
        1,
        "\n✗ global/one  failed: stop; unfinished: put, start; down for N s\n"
        "    PUT /projects/global/event-types/one/eventstores/pg/persister answered 400: no such table. It was"
        " started again and runs\n"
        "    help: correct what the API refuses (persisters/all.yaml:1)\n"
        "    planned changes:\n"
        "        ~ appConfig.eventstore.batchSize: 200 → 500  persisters/all.yaml:3:35\n"
        "\nApply: 1 failed.\n",
    )
    assert state_of(installation, "one") == "RUNNING"


def test_a_refused_put_whose_persister_does_not_start_again(installation: Installation) -> None:
    install(installation, "one")
    faults(installation, {"kind": "refuse"}, {"kind": "ends-failed"})
    code, out = apply(installation)
    assert (code, out.splitlines()[1:4]) == (
        1,
        [
            "✗ global/one  failed: stop; unfinished: put, start; down for N s so far",
            "    PUT /projects/global/event-types/one/eventstores/pg/persister answered 400: Parameter 'appConfig' was"
            " refused by the sandbox. This run had stopped it, and starting it again failed:"
            " global/one went to FAILED instead of RUNNING",
            "    help: read its log, fix the cause, plan again",
        ],
    )


@pytest.mark.parametrize("live", ["RUNNING", "STOPPED"])
def test_whether_it_runs_is_said_to_be_unknown_where_it_is(installation: Installation, live: str) -> None:
    install(installation, "one")
    assert installation.server is not None
    installation.settings(url=installation.server.url, timeouts=IMPATIENT)
    installation.write("persisters/all.yaml", FILE.format("one") + NO_PROBE)
    installation.server.change_externally("global", "one", state=live)
    # not the look just before the STOP
    failing = {"kind": "server-error", "path": "*/state", "after": int(live == "RUNNING")}
    faults(installation, {"kind": "drop-after", "method": "POST"}, failing)
    code, out = apply(installation)
    path = f"{BASE.format('one')}/state"
    broke = f"POST {path}: the connection to {installation.server.url} broke before the answer was complete"
    unread = f"GET {path} answered 500: An unexpected error occurred."
    unknown = "whether it runs is not known, because its state cannot be read"
    expected = {
        "RUNNING": [
            "✗ global/one  failed; unfinished: stop, put, start",
            f"    {broke}. This run may have stopped it, and starting it again failed: {broke}; {unknown}",
            "    help: try again; 'persync status global/one' shows whether it runs; apply again to start it",
        ],
        "STOPPED": [
            "✗ global/one  failed: put; unfinished: start",
            f"    global/one was not seen STOPPED within 0.3 s: its run state cannot be read ({unread})",
            "    help: the cause is on the server; see its log, and search it for the trace if there is one",
        ],
    }
    assert (code, out.splitlines()[1:4]) == (1, expected[live])


@pytest.mark.parametrize(
    ("written", "named", "shown"),
    [
        ("7.7", "'7.7'", "appVersion 7.7"),
        ('"${{ secret.VERSION }}"', "'(sensitive)'", "its appVersion"),
    ],
)
def test_an_unknown_app_version_is_refused(installation: Installation, written: str, named: str, shown: str) -> None:
    installation.monkeypatch.setenv("VERSION", "7.7")
    install(installation, "one", appVersions=["1.9", "latest"])
    installation.write("persisters/all.yaml", FILE.format("one") + f"appVersion: {written}\n")
    code, out = apply(installation)
    assert (code, out.splitlines()[1:4]) == (
        1,
        [
            "✗ global/one  failed: stop; unfinished: put, start; down for N s",
            "    PUT /projects/global/event-types/one/eventstores/pg/persister answered 500: Stream app version"
            f" {named} is not registered in Spring Cloud Data Flow. It was started again and"
            " runs",
            f"    help: check that {shown} (persisters/all.yaml:4) is registered in Spring Cloud Data Flow",
        ],
    )


def test_one_that_ends_failed_shows_its_log_beside_its_change(installation: Installation) -> None:
    install(installation, "a", "b", "c")
    faults(installation, {"kind": "ends-failed", "path": "*/b/*"})
    code, out = apply(installation)
    lines = out.splitlines()
    assert "    |         at org.springframework.boot.SpringApplication.run(SpringApplication.java:1226)" in lines
    assert (code, lines[:9]) == (
        1,
        [
            "",
            "✓ global/a  done: stop, put, start; down for N s",
            "· global/c  not attempted",
            "✗ global/b  failed: stop, put; unfinished: start; down for N s so far",
            "    global/b went to FAILED instead of RUNNING",
            "    help: read its log, fix the cause, plan again",
            "    planned changes:",
            "        ~ appConfig.eventstore.batchSize: 200 → 500  persisters/all.yaml:7:35",
            "    last log lines:",
        ],
    )
    assert lines[-3:] == ["    |         ... 34 common frames omitted", "", "Apply: 1 done, 1 failed, 1 not attempted."]


def test_keep_going_begins_with_the_others(installation: Installation) -> None:
    install(installation, "one", "two", "three")
    faults(installation, {"kind": "refuse", "path": "*/one/*"})
    code, out = apply(installation, "--keep-going")
    assert (code, out.splitlines()[-1]) == (1, "Apply: 2 done, 1 failed.")


def test_a_property_that_does_not_stick_is_named(installation: Installation) -> None:
    install(installation, "one")
    faults(installation, {"kind": "ignore-property", "property": "eventstore.batchSize"})
    code, out = apply(installation)
    assert (code, out) == (
        1,
        "\n✗ global/one  failed: stop, put, start; down for N s\n"
        "    the API accepted everything, but these properties still differ: appConfig.eventstore.batchSize\n"
        "    help: the server ignores or rewrites them: fix them, configure what the server makes of them, or list them"
        " under ignoreChanges\n"
        "    live now:\n"
        "    ↻ global/one  persisters/all.yaml:1\n"
        "        stop, put, start: the configuration differs (RUNNING → RUNNING)\n"
        "        ~ appConfig.eventstore.batchSize: 200 → 500  :3\n"
        "\nApply: 1 failed.\n",
    )


def test_a_put_that_changed_nothing_is_named(installation: Installation) -> None:
    install(installation, "one")
    faults(installation, {"kind": "not-modified"})
    code, out = apply(installation)
    assert (code, "\n".join(out.splitlines()[2:4])) == (
        1,
        "    the API answered 304 (not modified) to the PUT, but these properties still differ:"
        " appConfig.eventstore.batchSize\n    help: the server, or a cache in front of it, stored nothing: read its"
        " log",
    )


@pytest.mark.parametrize(("stored", "seconds"), [({}, 150), ({"kubernetes.readinessProbeDelay": "7"}, 37)])
def test_a_probe_delay_that_is_no_number_counts_as_the_one_stored(
    installation: Installation, stored: dict[str, str], seconds: int
) -> None:
    installation.serve({"persisters": [persister("one", deployerConfig=stored)]})
    installation.write(
        "persisters/one.yaml", FILE.format("one") + "deployerConfig: {kubernetes.readinessProbeDelay: '${delay}'}\n"
    )
    ended = installation.run("apply", "--auto-approve", "--debug")
    assert (ended.code, f"waiting for RUNNING, {seconds} s at most" in ended.err) == (0, True)


def test_a_start_that_takes_too_long(installation: Installation) -> None:
    install(installation, "one", delays={**QUICK, "deploying": 60})
    installation.write(
        "persisters/all.yaml", FILE.format("one") + "deployerConfig: {kubernetes.readinessProbeDelay: 0}\n"
    )
    installation.settings(url=installation.server.url, timeouts="{start: 0.3, stop: 5, poll: 0.05}")  # type: ignore[union-attr] # it is served
    code, out = apply(installation)
    assert (code, "global/one is DEPLOYING and not RUNNING after 0.3 s" in out) == (1, True)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "too-many-requests", "times": 2, "retryAfter": 0},
        {"kind": "unavailable", "times": 2},
        {"kind": "drop-before", "times": 1},
        {"kind": "drop-after", "times": 1, "method": "PUT"},
        {"kind": "drop-after", "times": 2, "method": "POST"},
        {"kind": "html-error", "times": 1, "status": 503},
    ],
)
def test_what_passes_is_got_over(installation: Installation, fault: dict[str, Any]) -> None:
    install(installation, "one")
    faults(installation, fault)
    assert apply(installation)[0] == 0
    assert state_of(installation, "one") == "RUNNING"
    assert in_sync(installation)


def test_a_blocked_persister_stops_the_others_unless_told_to_keep_going(installation: Installation) -> None:
    install(installation, "one")
    installation.write("persisters/more.yaml", FILE.format("unknown"))

    def outcomes() -> list[tuple[str, str]]:
        result = json.loads((installation.folder / "result.json").read_text(encoding="utf-8"))
        assert not result["succeeded"]
        return [(one["plan"]["id"]["eventType"], one["outcome"]) for one in result["persisters"]]

    report = ("--report", "json=result.json")
    assert (apply(installation, *report)[0], installation.writes()) == (1, [])
    assert outcomes() == [("one", "not attempted"), ("unknown", "blocked")]
    code, out = apply(installation, *report, "--keep-going")
    assert (code, out.splitlines()[-1]) == (1, "Apply: 1 done, 1 blocked.")
    assert outcomes() == [("one", "done"), ("unknown", "blocked")]
    assert state_of(installation, "one") == "RUNNING"
    assert apply(installation, *report, "--keep-going")[0] == 1
    assert outcomes() == [("unknown", "blocked")]
    assert apply(installation, "--exclude", "unknown")[0] == 0


def test_nothing_to_do_is_done_at_once(installation: Installation) -> None:
    installation.serve({"persisters": [persister("one", appConfig={"eventstore.batchSize": "500"})]})
    installation.write("persisters/all.yaml", FILE.format("one"))
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, ended.last_line, installation.writes()) == (
        0,
        "No changes. 1 persister is in sync.",
        [],
    )


def test_without_a_terminal_there_is_nobody_to_ask(installation: Installation) -> None:
    install(installation, "one")
    ended = installation.run("apply")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.endswith(
        "error: stdin is not a terminal: give --auto-approve or a saved plan\nhelp: see 'persync apply --help'\n"
    )
    assert installation.server is not None
    assert installation.server.requests() == []


def test_live_segment(installation: Installation) -> None:
    segment = {"eventType": "visitors", "eventstore": "live-segment", "config": {"tasksMax": 1}}
    installation.serve({"persisters": [segment], "emptyStateAnswer": True})
    installation.write(
        "persisters/visitors.yaml",
        """\
        eventType: visitors
        eventstore: live-segment
        state: RUNNING
        config: {tasksMax: 2, errorsTolerance: all, errorsDeadletterqueueContextHeadersEnable: true}
        """,
    )
    assert installation.run("apply", "--auto-approve").code == 0
    assert installation.running("global", "visitors", "live-segment") == {
        "config": {"tasksMax": 2, "errorsTolerance": "all", "errorsDeadletterqueueContextHeadersEnable": True}
    }
    assert in_sync(installation)
