"""The command line as a process of its own: what signals, a dying server and a closed pipe do to it."""

import re
import signal

import pytest

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.cli.progress.terminal import on_terminal
from tests.command_line import Installation, after_plan, without_times
from tests.processes import read_until, start, wait_until

NAMES = ("a", "b", "c", "d")
FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"


def install(installation: Installation, *, deploying: float = 0.1) -> SandboxServer:
    persisters = [{"eventType": name, "state": "RUNNING"} for name in NAMES]
    delays = {"deploying": deploying, "stopping": 0.1, "failing": 0.1}
    server = installation.serve({"persisters": persisters, "delays": delays})
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) for name in NAMES))
    return server


def written(server: SandboxServer) -> list[tuple[str, str]]:
    """Return the writes as (method, event type)."""
    return [(request.method, request.path.split("/")[4]) for request in server.requests() if request.method != "GET"]


def last_lines(out: str) -> list[str]:
    return without_times(after_plan(out)).strip().splitlines()


def test_the_first_signal_brings_what_is_under_way_to_an_end(installation: Installation) -> None:
    server = install(installation, deploying=1)
    process = start(installation, "apply", "--auto-approve", "--parallelism", "1")
    wait_until(lambda: ("POST", "a") in written(server))
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, last_lines(out)) == (
        130,
        [
            "✓ global/a  done: stop, put, start; down for N s",
            "· 3 persisters of global  not attempted",
            "    b, c, d",
            "",
            "Apply: 1 done, 3 not attempted.",
        ],
    )
    assert "SIGTERM: no other persister is begun" in err
    # stopped for its restart, started again although the run was ending, and waited for
    assert written(server) == [("POST", "a"), ("PUT", "a"), ("POST", "a")]
    assert server.persister("global", "a")["state"] == "RUNNING"


def test_the_second_signal_sends_nothing_more(installation: Installation) -> None:
    persisters = [{"eventType": name, "state": "RUNNING"} for name in NAMES]
    delays = {"deploying": 0.1, "stopping": 300, "failing": 0.1}
    server = installation.serve({"persisters": persisters, "delays": delays, "tokenLifetime": 3600})
    installation.settings(url=server.url, timeouts="{start: 300, stop: 300, poll: 0.05}")
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) for name in NAMES))
    process = start(installation, "apply", "--auto-approve", "--parallelism", "1")
    wait_until(lambda: written(server) == [("POST", "a")])
    process.send_signal(signal.SIGINT)
    read_until("no other persister is begun", process)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, last_lines(out)[2:5]) == (
        130,
        [
            "! global/a  cancelled; unfinished: stop, put, start; down for N s so far",
            "    interrupted while waiting for STOPPED; it is STOPPING now, and events queue until it runs again",
            "    help: apply again to start it",
        ],
    )
    assert written(server) == [("POST", "a")]


def test_the_second_signal_during_a_write_lets_no_other_follow(installation: Installation) -> None:
    server = install(installation)
    server.set_faults([{"kind": "latency", "method": "PUT", "seconds": 3}])
    process = start(installation, "apply", "--auto-approve", "--parallelism", "1", "--debug")
    read_until("updating its configuration", process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, last_lines(out)[2:5]) == (
        130,
        [
            "! global/a  cancelled: stop, put; unfinished: start; down for N s so far",
            "    interrupted before the next step; it is STOPPED now, and events queue until it runs again",
            "    help: apply again to start it",
        ],
    )
    assert written(server) == [("POST", "a"), ("PUT", "a")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_plan_that_is_interrupted_says_so(installation: Installation, number: signal.Signals) -> None:
    server = install(installation)
    server.set_faults([{"kind": "latency", "seconds": 3, "after": 1}])
    process = start(installation, "plan", "--parallelism", "1")
    wait_until(lambda: len(server.requests()) > 0)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.splitlines()[-1]) == (130, "", "interrupted")


def test_progress_of_reads_in_a_log_and_on_a_terminal(installation: Installation) -> None:
    server = install(installation)
    server.set_faults([{"kind": "latency", "seconds": 0.4}])
    process = start(installation, "plan", "--parallelism", "1")
    _, err = process.communicate(timeout=60)
    first, last = err.splitlines()
    assert (re.sub(r"\d of", "N of", first), re.sub(r"[0-9.]+ s$", "N s", last)) == (
        "read N of 4 persisters",
        "read 4 of 4 persisters in N s",
    )
    shown = on_terminal(installation, "plan", "--parallelism", "1")
    screen = [re.sub(r"[0-9.]+ s$", "N s", line) for line in shown.screen]
    assert (screen, {"read 2 of 4 persisters", "read 3 of 4 persisters"} <= set(shown.ever)) == (
        ["planned in N s", ""],
        True,
    )


def described(*, deploying: float) -> Description:
    persisters = [{"eventType": name, "state": "RUNNING"} for name in NAMES]
    delays = {"deploying": deploying, "stopping": 0.1, "failing": 0.1}
    return Description.model_validate({"persisters": persisters, "delays": delays})


def unreachable(url: str) -> list[str]:
    return [
        "✗ 2 persisters of global  failed: stop, put; unfinished: start; down for N s so far",
        "    a, b",
        "    … was not seen RUNNING within 1 s: its run state cannot be read (GET"
        f" /projects/…/event-types/…/eventstores/pg/persister/state: connection to {url} refused); whether it runs is"
        " not known",
        "    help: check the URL, and that this machine may connect to it (VPN, firewall, proxy); 'persync status"
        " global/a global/b' shows whether it runs; apply again to start it",
        "    planned changes:",
        "        + appConfig.eventstore.batchSize: 500",
        "        ~ deployerConfig.kubernetes.readinessProbeDelay: 120 (default) → 0",
    ]


def test_a_server_that_dies_in_the_middle(installation: Installation) -> None:
    install(installation).stop()
    files = installation.folder / "persisters/all.yaml"
    no_probe = "deployerConfig: {kubernetes.readinessProbeDelay: 0}\n"
    files.write_text("---\n".join(FILE.format(name) + no_probe for name in NAMES), encoding="utf-8")
    state = installation.folder / "state.db"
    server = SandboxServer(described(deploying=300), state=state)
    server.start()
    url = server.url
    port = int(url.rpartition(":")[2])
    installation.settings(url=url, timeouts="{start: 1, stop: 30, poll: 0.05}")
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token())
    process = start(installation, "apply", "--auto-approve", "--parallelism", "2")
    # both are written and wait for RUNNING, so that what the dying server interrupts is a look, and no write
    wait_until(lambda: all(written(server).count(("POST", name)) == 2 for name in ("a", "b")))
    server.stop()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, last_lines(out)) == (
        1,
        [
            "· 2 persisters of global  not attempted",
            "    c, d",
            *unreachable(url),
            "",
            "Apply: 2 failed, 2 not attempted.",
        ],
    )
    assert "Traceback" not in err
    # the next apply finishes the job
    with SandboxServer(described(deploying=0.1), state=state, port=port) as revived:
        installation.monkeypatch.setenv("PERSYNC_TOKEN", revived.token())
        for name in ("a", "b"):
            revived.change_externally("global", name, state="RUNNING")
        assert installation.run("apply", "--auto-approve").code == 0
        assert installation.run("plan", "--detailed-exitcode").code == 0
        assert [revived.persister("global", name)["state"] for name in NAMES] == ["RUNNING"] * 4


def test_a_reader_that_goes_away(installation: Installation) -> None:
    install(installation)
    process = start(installation, "plan")
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, re.sub(r"(?m)^read .*\n", "", err)) == (1, "")


def test_version_and_help(installation: Installation) -> None:
    version = start(installation, "--version")
    assert (version.communicate(timeout=60)[0], version.returncode) == ("persync 0.1.0\n", 0)
    help_ = start(installation, "--help")
    out = help_.communicate(timeout=60)[0]
    assert (help_.returncode, out.startswith("Usage: persync [OPTIONS] COMMAND")) == (0, True)
