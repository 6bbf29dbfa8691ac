"""Applies that last longer than five lives of their tokens: no request fails, by the sandbox's record.

All of them run at the same time, each as a process of its own with a sandbox of its own.
"""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.keycloak.server import Keycloak
from tests.processes import ROOT
from tests.token_program import write_program

LIFE = 4
"""Seconds that a token of these clients lives: access.token.lifespan in realms/grnry.json."""
PERSISTERS, AT_A_TIME = 6, 3
DEPLOYING = 10.5
"""Seconds: two turns of three persisters take longer than five lives."""
REVOKED_AFTER = 2.5 * LIFE
# Runs persync on a machine with a clock that is wrong by so many seconds.
SKEWED = """\
import runpy, time
real = time.time
time.time = lambda: real() + {}
runpy.run_module("persync", run_name="__main__", alter_sys=True)
"""


@dataclass(frozen=True)
class Run:
    """An apply.

    Attributes:
        auth: of its environment.
        secrets: the variables that it names.
        skew: by how many seconds its clock is wrong.
        user: its user, if it has one.
        revoked: the user's session is ended while it runs.
        logins: how often it may send the user's password.
        between: seconds between two renewals at least: half of a token's life, less a second for rounding. The last
            tokens of a session that ends live for less.
    """

    auth: str
    secrets: dict[str, str]
    skew: int = 0
    user: str = ""
    revoked: bool = False
    logins: range = range(0)
    between: float = 1.5


def service(skew: int) -> Run:
    auth = "{tokenUrl: URL, clientId: persync-short, clientSecret: '${{ env.S }}'}"
    return Run(auth, {"S": "secret-of-persync-short"}, skew)


def user(name: str, client: str, *, revoked: bool = False, logins: range, between: float = 1.5) -> Run:
    auth = f"tokenUrl: URL, username: {name}, password: '${{{{ env.P }}}}', clientId: {client}"
    secrets = {"P": f"password-of-{name}", "S": f"secret-of-{client}"}
    auth = f"{{{auth}, clientSecret: '${{{{ env.S }}}}'}}"
    return Run(auth, secrets, user=name, revoked=revoked, logins=logins, between=between)


def program(skew: int) -> Run:
    environ = {"PERSYNC_AUTH_COMMAND": "PROGRAM", "PERSYNC_AUTH_COMMAND_ENV": "ITS_SECRET"}
    environ["ITS_SECRET"] = "secret-of-persync-short"
    return Run("{command: [PROGRAM]}", environ, skew)


RUNS = {
    "client credentials, clock ahead": service(600),
    "refresh tokens": user("rosa", "persync-users", logins=range(1, 2)),
    "a session that is revoked": user("ines", "persync-users", revoked=True, logins=range(2, 3)),
    "sessions that end": user("otto", "persync-sessions", logins=range(2, 20), between=1.0),
    "a program, clock ahead": program(600),
    "a program, clock behind": program(-600),
}


@dataclass
class Ended:
    """What is known of an apply after its end."""

    code: int
    out: str
    err: str
    seconds: float
    statuses: Counter[int | None]
    writes: int


def apply(run: Run, keycloak: Keycloak, folder: Path) -> Ended:
    names = [("webtracking" if number % 2 else "iot", f"event-{number}") for number in range(PERSISTERS)]
    persisters = [{"project": project, "eventType": name, "state": "RUNNING"} for project, name in names]
    files = [f"project: {project}\neventType: {name}\nappConfig: {{my.own: x}}\n" for project, name in names]
    delays = {"deploying": DEPLOYING, "stopping": 0.1}
    with SandboxServer(
        Description.model_validate({"persisters": persisters, "issuer": keycloak.issuer(), "delays": delays})
    ) as server:
        script = folder / "granary-token"
        write_program(script, keycloak.token_url(), "persync-short", alone=True)
        repository = folder / "repository"
        (repository / "persisters").mkdir(parents=True)
        (repository / "persisters" / "all.yaml").write_text("---\n".join(files), encoding="utf-8")
        auth = run.auth.replace("URL", keycloak.token_url()).replace("PROGRAM", str(script))
        (repository / "persync.yaml").write_text(
            f"version: 1\ndefaults: {{state: RUNNING}}\nenvironments:\n  test:\n    url: {server.url}\n"
            f"    auth: {auth}\n"
            "    rollout: {settle: 0}\n    timeouts: {poll: 0.5}\n",
            encoding="utf-8",
        )
        begun = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-c", SKEWED.format(run.skew), "apply", "--auto-approve", f"--parallelism={AT_A_TIME}"],
            cwd=repository,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                **{name: value.replace("PROGRAM", str(script)) for name, value in run.secrets.items()},
            },
            capture_output=True,
            check=False,
            text=True,
        )
        seconds = time.monotonic() - begun
        requests = server.requests()
    writes = [request for request in requests if request.method != "GET"]
    statuses = Counter(request.status for request in requests)
    return Ended(done.returncode, done.stdout, done.stderr, seconds, statuses, len(writes))


@pytest.fixture(scope="module")
def ended(keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Ended]]:
    def revoke() -> None:
        for run in RUNS.values():
            if run.revoked:
                keycloak.admin("POST", f"/users/{keycloak.user_id(run.user)}/logout")

    revocation = threading.Timer(REVOKED_AFTER, revoke)
    with ThreadPoolExecutor(len(RUNS)) as pool:
        revocation.start()
        begun = {name: pool.submit(apply, run, keycloak, tmp_path_factory.mktemp("run")) for name, run in RUNS.items()}
        yield {name: future.result() for name, future in begun.items()}
    revocation.join()


@pytest.mark.parametrize("name", RUNS)
def test_no_request_fails_while_tokens_end(keycloak: Keycloak, ended: dict[str, Ended], name: str) -> None:
    found, run = ended[name], RUNS[name]
    assert found.out.rstrip().rpartition("\n")[2] == f"Apply: {PERSISTERS} done."
    assert (found.code, found.seconds > 5 * LIFE, set(found.statuses), found.writes) == (0, True, {200}, 3 * PERSISTERS)
    if run.user:
        events = Counter(keycloak.events(user=keycloak.user_id(run.user)))
        at_most = found.seconds / run.between + 3  # one thread renews for all
        assert (events["LOGIN"] in run.logins, 5 <= events["LOGIN"] + events["REFRESH_TOKEN"] <= at_most) == (
            True,
            True,
        )
