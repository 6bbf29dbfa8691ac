"""The figures of a run for Prometheus: --metrics-file."""

import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from persync.model import RunState
from tests.command_line import Installation
from tests.processes import read_until, start

SEEDS = [
    {"project": "web", "eventType": "clicks", "state": "RUNNING"},
    {"project": "web", "eventType": "views", "state": "STOPPED"},
    {"project": "shop", "eventType": "orders", "state": "FAILED"},
    {"project": "shop", "eventType": "unknown", "state": "RUNNING"},
]
STATES = [*RunState, "unreadable"]


@pytest.fixture
def served(installation: Installation) -> Installation:
    installation.serve({"persisters": SEEDS})
    for project, event_type, state in (
        ("web", "clicks", "RUNNING"),
        ("web", "views", "RUNNING"),
        ("web", "missing", "RUNNING"),
        ("shop", "orders", "RUNNING"),
    ):
        text = f"project: {project}\neventType: {event_type}\nstate: {state}\n"
        installation.write(f"persisters/{event_type}.yaml", text)
    return installation


def figures(file: Path, *, command: str = "plan", environment: str = "test") -> dict[str, Any]:
    """Return the figures by name and by their own labels; times and durations only as whether they are recent."""
    found: dict[str, Any] = {}
    for family in text_string_to_metric_families(file.read_text(encoding="utf-8")):
        assert (family.type, bool(family.documentation)) == ("gauge", True)
        for sample in family.samples:
            labels = dict(sample.labels)
            assert (labels.pop("command"), labels.pop("environment")) == (command, environment)
            value: object = sample.value
            if sample.name.endswith("_seconds"):
                value = abs(sample.value - (0 if "duration" in sample.name else time.time())) < 60
            key = " ".join((sample.name.removeprefix("persync_"), *labels.values()))
            assert key not in found
            found[key] = value
    return found


def states(of: Mapping[str, int]) -> dict[str, float]:
    projects = sorted({key.split()[0] for key in of})
    return {
        f"persisters {project} {state}": of.get(f"{project} {state}", 0) for project in projects for state in STATES
    }


RUN = {
    "run_success": 1,
    "run_timestamp_seconds": True,
    "last_success_timestamp_seconds": True,
    "run_duration_seconds": True,
    "retries": 0,
}


def test_a_plan_with_drift_a_block_and_an_unmanaged_persister(served: Installation) -> None:
    ended = served.run("plan", "--unmanaged", "--metrics-file", "m.prom")
    assert ended.code == 1
    found = figures(served.folder / "m.prom")
    requests = {key: found.pop(key) for key in list(found) if key.startswith("requests ")}
    assert served.server is not None
    assert sum(requests.values()) == len(served.server.requests())
    assert requests["requests 404"] == 1
    assert found == {
        **RUN,
        "run_success": 0,  # because of the block, as the exit code says
        "last_success_timestamp_seconds": False,
        **states({"shop FAILED": 1, "web RUNNING": 1, "web STOPPED": 1, "web unreadable": 1}),
        "persisters_in_sync shop": 0,
        "persisters_in_sync web": 1,
        "persisters_differing shop": 1,
        "persisters_differing web": 1,
        "persisters_blocked shop": 0,
        "persisters_blocked web": 1,
        "persisters_unmanaged": 1,
    }


def test_changes_are_no_failure(served: Installation) -> None:
    arguments = ("plan", "--exclude", "web/missing", "--metrics-file", "m.prom")
    assert served.run(*arguments, "--detailed-exitcode").code == 2
    found = figures(served.folder / "m.prom")
    assert (found["run_success"], found["persisters_differing web"]) == (1, 1)
    assert "persisters_unmanaged" not in found


def test_a_status(served: Installation) -> None:
    assert served.run("status", "web/*", "--exclude", "web/missing", "--metrics-file", "m.prom").code == 0
    assert figures(served.folder / "m.prom", command="status") == {
        **RUN,
        "requests 200": 2,
        **states({"web RUNNING": 1, "web STOPPED": 1}),
    }


def test_an_apply(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--exclude", "web/missing", "--metrics-file", "m.prom")
    assert ended.code == 0
    found = figures(served.folder / "m.prom", command="apply")
    assert found.pop("requests 200") > 2
    assert found == {
        **RUN,
        "apply_persisters already": 0,
        "apply_persisters blocked": 0,
        "apply_persisters cancelled": 0,
        "apply_persisters conflict": 0,
        "apply_persisters done": 2,
        "apply_persisters failed": 0,
        "apply_persisters not attempted": 0,
    }


def test_a_rollback(served: Installation) -> None:
    assert served.run("apply", "--auto-approve", "web/views").code == 0
    ended = served.run("rollback", "2", "--auto-approve", "--metrics-file", "m.prom")
    assert ended.code == 0
    found = figures(served.folder / "m.prom", command="rollback")
    assert {key: value for key, value in found.items() if (value and "apply" in key) or "success" in key} == {
        "run_success": 1,
        "last_success_timestamp_seconds": True,
        "apply_persisters done": 1,
    }


def test_a_refused_apply(served: Installation) -> None:
    assert served.run("apply", "--auto-approve", "--metrics-file", "m.prom").code == 1
    found = figures(served.folder / "m.prom", command="apply")
    assert {key: value for key, value in found.items() if (value and "apply" in key) or "success" in key} == {
        "run_success": 0,
        "last_success_timestamp_seconds": False,
        "apply_persisters blocked": 1,
        "apply_persisters not attempted": 2,
    }


def test_after_a_failure_the_last_success_stays(served: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ("status", "web/clicks", "--metrics-file", "m.prom")
    assert served.run(*arguments).code == 0
    succeeded = _last_success(served.folder / "m.prom")
    monkeypatch.setenv("PERSYNC_TOKEN", "wrong")
    assert served.run(*arguments).code == 1
    assert figures(served.folder / "m.prom", command="status")["run_success"] == 0
    assert _last_success(served.folder / "m.prom") == succeeded
    served.write("persync.yaml", "version: 1\nnonsense: 1\n")  # so that the environment is not known
    assert served.run(*arguments).code == 1
    assert _last_success(served.folder / "m.prom") == succeeded


@pytest.mark.parametrize("content", [b"nonsense{\n", b"\xff", b'x{y="z\n'])
def test_a_file_that_is_none_of_persync_is_replaced_with_a_warning(served: Installation, content: bytes) -> None:
    (served.folder / "m.prom").write_bytes(content)
    ended = served.run("status", "web/clicks", "--metrics-file", "m.prom")
    assert (ended.code, "warning: the time of the last success is lost: m.prom" in ended.err) == (0, True)
    assert figures(served.folder / "m.prom", command="status")["run_success"] == 1


def test_a_retry_is_counted(served: Installation) -> None:
    assert served.server is not None
    served.server.set_faults([{"kind": "unavailable", "times": 1}])
    assert served.run("status", "web/clicks", "--metrics-file", "m.prom").code == 0
    found = figures(served.folder / "m.prom", command="status")
    assert (found["retries"], found["requests 503"], found["requests 200"]) == (1, 1, 1)


def test_an_interrupted_plan_is_a_failure(served: Installation) -> None:
    assert served.server is not None
    served.server.set_faults([{"kind": "latency", "seconds": 20, "path": "*/clicks/*"}])
    process = start(served, "plan", "--debug", "--log-format", "json", "--metrics-file", "m.prom")
    read_until('"event": "persister-read"', process)
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert (process.returncode, figures(served.folder / "m.prom")["run_success"]) == (130, 0)


def test_a_folder_that_cannot_be_written_is_an_error_before_any_request(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--metrics-file", "none/m.prom")
    assert served.server is not None
    assert (ended.code, ended.err, served.server.requests()) == (
        1,
        "error: none/m.prom cannot be written: there is no folder none\nhelp: check the folder and its permissions\n",
        [],
    )


def test_a_full_disk_is_an_error_and_hides_none(served: Installation) -> None:
    unwritable = "error: /dev/full cannot be written: No space left on device"
    ended = served.run("status", "web/clicks", "--metrics-file", "/dev/full")
    assert (ended.code, ended.err.splitlines()[0], "web/clicks" in ended.out) == (1, unwritable, True)
    ended = served.run("status", "nothing/*", "--metrics-file", "/dev/full")
    errors = [line for line in ended.err.splitlines() if line.startswith("error: ")]
    assert (ended.code, errors[0], len(errors)) == (1, unwritable, 2)


def test_a_watch_has_no_end_to_be_measured_at(served: Installation) -> None:
    ended = served.run("status", "--watch", "--metrics-file", "m.prom")
    assert (ended.code, ended.err.splitlines()[0]) == (1, "error: --metrics-file is about one look: leave out --watch")


def _last_success(file: Path) -> float:
    families = text_string_to_metric_families(file.read_text(encoding="utf-8"))
    [sample] = next(f for f in families if f.name == "persync_last_success_timestamp_seconds").samples
    return sample.value
