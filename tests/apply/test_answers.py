"""A table: wherever an apply meets an answer that may pass, the persister runs in the end, and no write is doubled.

Place × answer × for how long. Each cell is a persister with a fault of its own, and one apply restarts them all: what
counts is the record of the server, not what persync reports of itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from persync.cli.root import run
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.command_line import QUICK, Installation

SECRET = "s3cret"
LOST = {"kind": "drop-before"}
ANSWERS: dict[str, dict[str, Any]] = {
    "401": {"kind": "api-error", "status": 401, "type": "authentication_error"},
    "403": {"kind": "api-error", "status": 403, "type": "entity_not_accessible"},
    "404": {"kind": "api-error", "status": 404, "type": "entity_not_found"},
    "409": {"kind": "api-error", "status": 409, "type": "entity_already_exists"},
    "412": {"kind": "api-error", "status": 412, "type": "entity_in_use"},
    "424": {"kind": "api-error", "status": 424, "type": "entity_in_use"},
    "429": {"kind": "too-many-requests", "retryAfter": 0},
    "500": {"kind": "server-error", "message": "It already exists."},
    "503": {"kind": "unavailable"},
    "a redirect": {"kind": "redirect"},
    "a page with 200": {"kind": "html-error", "status": 200},
    "a page with 403": {"kind": "html-error", "status": 403},
    "a page with 404": {"kind": "html-error", "status": 404},
    "a page with 504": {"kind": "html-error", "status": 504},
    "nothing": LOST,
}
# Before anything is written, a 403 or 404 is final: there is nothing to start again.
REFUSES_STOP = {"403", "404"}
PLACES: dict[str, dict[str, Any]] = {
    "stop": {"method": "POST", "path": "*/{}/*/state"},
    "poll": {"method": "GET", "path": "*/{}/*/state", "after": 1},  # after the look just before the STOP
    "look": {"method": "GET", "path": "*/{}/*/persister", "after": 3},  # after the plan, before the PUT
    "put": {"method": "PUT", "path": "*/{}/*"},
    "start": {"method": "POST", "path": "*/{}/*/state", "after": 1},
}
WRITES = ("stop", "put", "start")
ONCE = {"times": 1}
SIX_TIMES = {"times": 6}
A_SECOND = {"lasts": 1}


@dataclass(frozen=True)
class Cell:
    """A persister and what the server does to it; ``acts``: a write takes effect, whatever is answered."""

    place: str
    answer: str
    how_long: str
    fault: dict[str, Any] = field(hash=False)

    @property
    def acts(self) -> bool:
        return bool(self.fault.get("acts"))

    def __str__(self) -> str:
        return f"{self.place}-{self.answer}-{self.how_long}{'-acts' if self.acts else ''}"


def _cells() -> Iterator[Cell]:
    for place, at in PLACES.items():
        for answer, fault in ANSWERS.items():
            yield Cell(place, answer, "once", {**fault, **at, **ONCE})
            if place in WRITES:
                yield Cell(place, answer, "once", {**fault, **at, **ONCE, "acts": True})
        for answer in ("409", "500", "503", "a page with 404", "nothing"):
            yield Cell(place, answer, "a second", {**ANSWERS[answer], **at, **A_SECOND})
        for answer in ("503", "nothing"):
            yield Cell(place, answer, "six times", {**ANSWERS[answer], **at, **SIX_TIMES})


CELLS = list(_cells())
NAMES = {cell: f"c{number}" for number, cell in enumerate(CELLS)}


def effective(cell: Cell, requests: list[tuple[str, int | None]]) -> list[str]:
    """Return the writes that took effect, of (what, status)."""
    if cell.acts:
        return [what for what, _ in requests]
    ineffective = [cell.place] if cell.answer == "a page with 200" and cell.place in WRITES else []
    done = [what for what, status in requests if status == 200]
    for what in ineffective:
        done.remove(what)
    return done


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Cell, tuple[str, object, object, list[str]]]]:
    """Apply the whole table; return outcome, run state, running configuration and effective writes by cell."""
    description = {
        "delays": QUICK,
        "clients": [{"id": "ci", "secret": SECRET, "roles": {"*": "editor"}}],
        "persisters": [
            {"eventType": name, "state": "RUNNING", "appConfig": {"eventstore.batchSize": "200"}}
            for name in NAMES.values()
        ],
    }
    server = SandboxServer(Description.model_validate(description))
    with server, pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("MINE", SECRET)
        installation = Installation(tmp_path_factory.mktemp("table"), None, monkeypatch, server)  # type: ignore[arg-type] # captures nothing
        installation.settings(
            url=server.url,
            auth=f"{{tokenUrl: {server.url}/auth/realms/grnry/protocol/openid-connect/token, clientId: ci,"
            " clientSecret: '${{ env.MINE }}'}",
            timeouts="{start: 40, stop: 40, update: 40, poll: 0.2}",
        )
        installation.write(
            "persisters/all.yaml",
            "---\n".join(
                f"eventType: {name}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500}}\n"
                for name in NAMES.values()
            ),
        )
        monkeypatch.chdir(installation.folder)
        server.set_faults([{**cell.fault, "path": cell.fault["path"].format(name)} for cell, name in NAMES.items()])
        run(("apply", "--auto-approve", "--keep-going", "--parallelism", "64", "--report", "json=result.json"))
        yield _read(installation, server)


def _read(installation: Installation, server: SandboxServer) -> dict[Cell, tuple[str, object, object, list[str]]]:
    result = json.loads((installation.folder / "result.json").read_text(encoding="utf-8"))
    outcomes = {one["plan"]["id"]["eventType"]: one["outcome"] for one in result["persisters"]}
    writes: dict[str, list[tuple[str, int | None]]] = {name: [] for name in NAMES.values()}
    for request in server.requests():
        if request.method != "GET" and "/event-types/" in request.path:
            name = request.path.split("/")[4]
            begun = "put" in [what for what, _ in writes[name]]
            writes[name].append(({"PUT": "put"}.get(request.method, "start" if begun else "stop"), request.status))
    found = {}
    for cell, name in NAMES.items():
        running = server.running_config("global", name)
        config: Any = running and running["appConfig"]
        found[cell] = (
            outcomes[name],
            server.persister("global", name)["state"],
            config and config["eventstore.batchSize"],
            effective(cell, writes[name]),
        )
    return found


@pytest.mark.parametrize("cell", CELLS, ids=map(str, CELLS))
def test_it_runs_and_nothing_is_written_twice(
    table: dict[Cell, tuple[str, object, object, list[str]]], cell: Cell
) -> None:
    if cell.place == "stop" and cell.answer in REFUSES_STOP and not cell.acts:
        assert table[cell] == ("failed", "RUNNING", "200", [])
    else:
        assert table[cell] == ("done", "RUNNING", "500", ["stop", "put", "start"])
