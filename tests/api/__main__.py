"""`make test-api`: schemathesis over the OpenAPI document of the sandbox, for each release, with a token and without.

It sends valid and invalid requests of its own making and compares each response with the document: status, schema,
content type, headers, what is accepted and what is refused, methods, tokens. Exit code 0 if nothing failed.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

HERE = Path(__file__).parent
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
FAULTS_PATH = "/sandbox/faults"
PERSISTER_PATH = "/event-types/{event_type}/eventstores/pg/persister"
QUICK = ("--phases", "coverage,fuzzing", "--max-examples", "5")
TIMEOUT = 600  # seconds for one run
FAILURES = 1  # schemathesis's exit code if a check failed


class Run(NamedTuple):
    """One run of schemathesis.

    Without a token every response is an error, so there is less to find, and the warning that nothing else was reached
    is expected.
    """

    release: str
    name: str
    options: Sequence[str]
    has_token: bool = True
    faults: Sequence[dict[str, Any]] = ()
    expected: int = 0


def runs(release: str) -> list[Run]:
    """Return the runs for `release`."""
    but_faults = ("--exclude-path", FAULTS_PATH)  # an activated fault would change the responses of the others
    return [
        Run(release, "with a token", ("--max-examples", "15", *but_faults)),
        Run(release, "without a token", (*QUICK, *but_faults, "--warnings", "off"), has_token=False),
    ]


ALL = [
    *(run for release in ("0.8", "1.1", "1.2") for run in runs(release)),
    Run("1.2", FAULTS_PATH, (*QUICK, "--include-path", FAULTS_PATH)),
    # A sandbox that does not answer as its document says must be found.
    Run(
        "1.2",
        "with a response that is not in the document: must fail",
        (*QUICK, "--include-path", PERSISTER_PATH),
        faults=[{"kind": "html-error", "status": 200, "method": "GET", "path": "*/persister"}],
        expected=FAILURES,
    ),
]


def description(release: str, faults: Sequence[dict[str, Any]]) -> Description:
    """Return an installation with the names in schemathesis.toml, whose states change immediately."""
    persisters: list[dict[str, Any]] = [
        {"eventType": "stops"},
        {"eventType": "starts", "state": "RUNNING"},
        {"eventType": "runs", "state": "RUNNING"},
    ]
    if release == "1.2":
        persisters.append({"eventType": "visits", "eventstore": "live-segment"})
    delays = {"deploying": 0, "stopping": 0, "failing": 0}
    return Description.model_validate(
        {"release": release, "persisters": persisters, "delays": delays, "faults": list(faults)}
    )


def executed(run: Run) -> tuple[bool, str]:
    """Execute `run`; return whether its result is the expected one, and a report."""
    started = time.monotonic()
    with SandboxServer(description(run.release, run.faults)) as server, TemporaryDirectory() as folder:
        config = Path(folder, "schemathesis.toml")
        parts = (HERE / "schemathesis.toml", HERE / f"only-{run.release}.toml")
        config.write_text("".join(part.read_text(encoding="utf-8") for part in parts if part.exists()))
        token = ["--header", f"Authorization: Bearer {server.token()}"] if run.has_token else []
        command = [
            *(str(SCHEMATHESIS), "--config-file", str(config), "run", f"{server.url}/openapi.json"),
            *("--seed", "1", "--continue-on-failure", *token, *run.options),
        ]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=TIMEOUT)  # noqa: S603 - our own command
    as_expected = done.returncode == run.expected
    summary = done.stdout.strip().rpartition("\n")[2].strip("= ")
    verdict = "ok" if as_expected else "FAILED"
    report = f"{verdict}: release {run.release}, {run.name}: {summary} ({time.monotonic() - started:.0f} s in all)"
    return as_expected, report if as_expected else f"{report}\n{done.stdout}\n{done.stderr}"


def main() -> int:
    """Execute all runs, two at a time, also after one that failed; return the exit code."""
    passed = True
    with ThreadPoolExecutor(2) as executor:
        for as_expected, report in executor.map(executed, ALL):
            print(report)  # noqa: T201 - a command's output
            passed = passed and as_expected
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
