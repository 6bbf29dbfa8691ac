"""The fault matrix: request × fault × for how long. Each cell is a persister with a fault of its own.

One apply runs into all faults of a part of the matrix; then they end, and the next apply has to converge.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from tests.chaos.installation import installed
from tests.chaos.judge import Verdict, judge_end, judge_goal, judge_journals, judge_record

PARTS_OF_MATRIX = 4  # each is one apply
DRAWN = 64  # cells, in the short version
_FOR_EVER = 100_000.0  # s
_POST, _PUT, _GET = {"method": "POST"}, {"method": "PUT"}, {"method": "GET"}
# where in an apply, as requests of a sandbox: those of the plan come first
PLACES: dict[str, dict[str, Any]] = {
    "read": {**_GET, "path": "*/{}/*/persister"},
    "stop": {**_POST, "path": "*/{}/*/state"},
    "poll": {**_GET, "path": "*/{}/*/state", "after": 1},
    "look": {**_GET, "path": "*/{}/*/persister", "after": 3},
    "put": {**_PUT, "path": "*/{}/*"},
    "start": {**_POST, "path": "*/{}/*/state", "after": 1},
    "wait": {**_GET, "path": "*/{}/*/state", "after": 4},
    "verify": {**_GET, "path": "*/{}/*/persister", "after": 4},
}
_WRITES = ("stop", "put", "start")
_READS = ("read", "poll", "look", "wait", "verify")
_RESPONSES: dict[str, dict[str, Any]] = {
    "400": {"kind": "api-error", "status": 400, "type": "bad_parameter_value"},
    "401": {"kind": "api-error", "status": 401, "type": "authentication_error"},
    "403": {"kind": "api-error", "status": 403, "type": "entity_not_accessible"},
    "404": {"kind": "api-error", "status": 404, "type": "entity_not_found"},
    "409": {"kind": "api-error", "status": 409, "type": "entity_already_exists"},
    "412": {"kind": "api-error", "status": 412, "type": "entity_in_use"},
    "424": {"kind": "api-error", "status": 424, "type": "entity_in_use"},
    "429": {"kind": "too-many-requests", "retryAfter": 0},
    "500": {"kind": "server-error", "message": "It already exists."},
    "503": {"kind": "unavailable"},
    "302": {"kind": "redirect"},
    "304": {"kind": "not-modified"},
    "empty 200": {"kind": "empty-response", "status": 200},
    "page 200": {"kind": "html-error", "status": 200},
    "page 403": {"kind": "html-error", "status": 403},
    "page 404": {"kind": "html-error", "status": 404},
    "page 502": {"kind": "html-error", "status": 502},
    "page 504": {"kind": "html-error", "status": 504},
    "reset": {"kind": "drop-before"},
}
_ALTERED = ("broken-off", "gzip", "huge", "other-persister", "slow", "truncated", "wrong-types")
_SHOWN = ("STOPPED", "STOPPING", "DEPLOYING", "RUNNING", "FAILED", "UNKNOWN")
_LIES = ("shows-state", "shows-previous")
SHORT, LONG = 1.0, 5.0  # s, how long a fault lasts
LIE, SETTLE = 1.0, 1.5  # s, how long a server shows what is not the case, and how long it must hold to count


class Cell(NamedTuple):
    """A fault at a place of an apply."""

    name: str
    fault: dict[str, Any]


def cells(how_long: str, seconds: float) -> list[Cell]:
    """Return all cells of faults that last `how_long`: "once", "a while" (these seconds) or "ever"."""
    limits: dict[str, dict[str, Any]] = {"once": {"times": 1}, "a while": {"lasts": seconds}, "ever": {}}
    # what a server shows for longer than persync looks again (settle) cannot be told from the truth
    lies: dict[str, Any] = {"lasts": LIE} if how_long == "a while" else limits[how_long]
    return [
        Cell(f"{name}, {how_long}", {**fault, **(lies if fault["kind"] in _LIES else limits[how_long])})
        for name, fault in _faults()
        if not _ends_plan(name, how_long)
        if how_long != "ever" or fault["kind"] not in _LIES or "every" in fault
    ]


def _ends_plan(name: str, how_long: str) -> bool:
    """Return whether no plan can be made with it, so that nothing is written: a new token is refused too."""
    return name.startswith("read:") and (how_long == "ever" or (how_long == "a while" and name == "read: 401"))


def _faults() -> Iterator[tuple[str, dict[str, Any]]]:
    for place, at in PLACES.items():
        for name, fault in _RESPONSES.items():
            yield f"{place}: {name}", {**fault, **at}
            if place in _WRITES:
                yield f"{place}: {name} after it acted", {**fault, **at, "acts": True}
        for alteration in _ALTERED:
            yield f"{place}: {alteration}", {"kind": "altered-response", "alteration": alteration, **at}
        yield f"{place}: hangs", {"kind": "latency", "seconds": _FOR_EVER, **at}
        hangs = {"kind": "altered-response", "alteration": "slow", "seconds": _FOR_EVER}
        yield f"{place}: hangs after it acted", {**hangs, **at}
        if place in _READS:
            for state in _SHOWN:
                yield f"{place}: shows {state}", {"kind": "shows-state", "state": state, **at}
                yield f"{place}: flaps to {state}", {"kind": "shows-state", "state": state, "every": 2, **at}
    yield "verify: shows what was before", {"kind": "shows-previous", **PLACES["verify"]}
    yield "start: the pod fails", {"kind": "ends-failed", **PLACES["start"]}


def matrix_round(rng: Random, number: int, how_long: str, command: str = "apply", *, short: bool) -> Verdict:
    """Run into a part of the matrix: in the short version drawn from it, otherwise that of this number."""
    every = cells(how_long, SHORT if short else LONG)
    return run_cells(rng.sample(every, DRAWN) if short else every[number::PARTS_OF_MATRIX], how_long, command)


def run_cells(chosen: list[Cell], how_long: str, command: str = "apply") -> Verdict:
    """Apply, or restart, with a fault for each persister, and again without."""
    verdict = Verdict(runs=len(chosen))
    names = {f"cell-{number}": cell for number, cell in enumerate(chosen)}
    deadline = 4 if how_long == "ever" else 30
    timeouts = f"start: {deadline}, stop: {deadline}, update: {deadline}, read: 1, connect: 1, poll: 0.1"
    with installed([*names], tokenLifetime=5) as installation:
        # for ever, more and more of them cannot be started: a limit would keep the others from having their turn
        limit = len(names) if how_long == "ever" else len(names) // 3
        rollout = f"settle: {SETTLE}, maxUnavailable: {limit}"
        checkout = installation.checkout(timeouts=timeouts, rollout=rollout, command=command)
        installation.server.set_faults(
            [{**cell.fault, "path": cell.fault["path"].format(name)} for name, cell in names.items()]
        )
        ended = checkout.ended(checkout.apply("--parallelism", "32", "--timeout", "8s"))
        judge_end(verdict, installation, checkout, ended)
        if not checkout.results():
            verdict.wrong(f"the apply reached no fault: {ended.err[-1500:]}")
        installation.server.set_faults([])
        ended = checkout.ended(checkout.apply("--parallelism", "32"))
        judge_goal(verdict, installation, checkout, ended)
        judge_record(verdict, installation, limit)
        judge_journals(verdict, checkout)
    verdict.violations = [_named(line, names) for line in verdict.violations]
    return verdict


def _named(line: str, names: dict[str, Cell]) -> str:
    name = line.partition(" ")[0].rstrip(":")
    return f"[{names[name].name}] {line}" if name in names else line
