"""A cancelled job starts again what persync has stopped: real shells and signals, judged by the sandbox's record."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from persync.sandbox.server import SandboxServer
from tests.ci.runner import Runner
from tests.ci.test_templates import GITLAB
from tests.command_line import Installation
from tests.processes import wait_until

FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
INPUTS = {"command": "apply", "environment": "test", "args": "--parallelism=2"}
RESTART = ["POST", "PUT", "POST"]


def serve(installation: Installation, *, stopping: float) -> SandboxServer:
    server = installation.serve(
        {
            "persisters": [{"eventType": name, "state": "RUNNING"} for name in ("a", "b", "c")],
            "delays": {"deploying": 0.1, "stopping": stopping, "failing": 0.1},
        }
    )
    for name in ("a", "b", "c"):
        installation.write(f"persisters/{name}.yaml", FILE.format(name))
    return server


def writes(server: SandboxServer, name: str) -> list[str]:
    return [
        request.method
        for request in server.requests()
        if request.method != "GET" and f"/event-types/{name}/" in request.path
    ]


def stop_two(server: SandboxServer) -> None:
    wait_until(lambda: writes(server, "a") == writes(server, "b") == ["POST"])


def restarted(server: SandboxServer) -> None:
    """Check the record: the two that were stopped run again, with the new value, and no third was begun."""
    assert {name: writes(server, name) for name in ("a", "b", "c")} == {"a": RESTART, "b": RESTART, "c": []}
    wait_until(lambda: {server.persister("global", name)["state"] for name in ("a", "b", "c")} == {"RUNNING"})


@pytest.mark.parametrize(("stopping", "seconds"), [(0.3, 10), (3, 1)], ids=["within the time of the step", "after it"])
def test_a_cancelled_step_of_github(
    runner: Runner, installation: Installation, stopping: float, seconds: float
) -> None:
    server = serve(installation, stopping=stopping)
    process = runner.start("Plan or apply", INPUTS)
    stop_two(server)
    done = runner.cancel("Plan or apply", process, seconds=seconds)
    waited = runner.step("Wait for persync after a cancellation", INPUTS)
    restarted(server)
    assert (done.code, waited.code) == (130, 0)
    assert "SIGTERM: no other persister is begun" in done.log
    # the report is published once, by the step that saw the end
    last, other = (done, waited) if stopping < seconds else (waited, done)
    assert ["Apply: " in step.log for step in (last, other)] == [True, False]
    assert ["not attempted" in step.summary for step in (last, other)] == [True, False]
    assert ("::warning title=persync::the job was cancelled" in done.log) == (last is waited)
    assert runner.step("Wait for persync after a cancellation", INPUTS).log == ""


def test_a_step_that_is_killed_without_a_signal(runner: Runner, installation: Installation) -> None:
    """In a job with a container the signals reach the client of Docker, and not the step."""
    server = serve(installation, stopping=1)
    process = runner.start("Plan or apply", INPUTS)
    stop_two(server)
    process.kill()
    process.communicate()
    waited = runner.step("Wait for persync after a cancellation", INPUTS)
    restarted(server)
    assert (waited.code, "SIGTERM: no other persister is begun" in waited.log) == (0, True)


def test_a_cancelled_plan_ends_at_once(runner: Runner, installation: Installation) -> None:
    server = serve(installation, stopping=0.1)
    server.set_faults([{"kind": "latency", "seconds": 3, "after": 1}])
    process = runner.start("Plan or apply", {**INPUTS, "command": "plan"})
    wait_until(lambda: len(server.requests()) > 0)
    done = runner.cancel("Plan or apply", process)
    assert (done.code, "interrupted" in done.log, done.outputs) == (130, True, {})


@pytest.mark.parametrize(("executor", "shell"), [("shell", "bash"), ("shell", "sh"), ("Kubernetes", "bash")])
def test_a_cancelled_job_of_gitlab(installation: Installation, executor: str, shell: str) -> None:
    """The script is that of shells/bash.go in gitlab-runner; where SIGTERM goes, its executors/ and helpers/process."""
    server = serve(installation, stopping=1)
    assert installation.run("plan", "--out", "plan.persync").code == 0
    [line] = GITLAB[".persync-apply"]["script"]
    line = line.replace("persync apply", "persync apply --parallelism 2", 1)
    job = f"trap 'exit 1' TERM\nset -e\n(trap 'exit 1' TERM; eval {shlex.quote(line)}) < /dev/null\nexit 0\n"
    script = installation.write("../job", job)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(  # noqa: S603 - our own script
        [shell, str(script)],
        cwd=installation.folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stop_two(server)
    if executor == "shell":
        os.killpg(process.pid, signal.SIGTERM)
    else:  # to the children of the script, but not to theirs
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
        for child in children.split():
            os.kill(int(child), signal.SIGTERM)
    log, _ = process.communicate(timeout=60)
    restarted(server)
    assert (process.returncode != 0, "Apply: " in log) == (True, True)
