"""One persister, planned and applied in-process, while the test does something at each event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from persync.apply.attempts import Interruption
from persync.apply.persister import Applier
from persync.apply.rollback.at_once import OnFailure
from persync.apply.rollout import roll_out
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import Persister, PersisterId, RunState, Section, Span, Timeouts
from persync.plan.events import Event
from persync.plan.planner import Planner
from persync.plan.result import PersisterResult
from persync.plan.terms import Command
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.builders import SECRETS, prop

SPAN = Span("one.yaml", 1, 1)
TIMEOUTS = Timeouts(start=20, stop=20, update=20, poll=0.02)


def desired(state: RunState | None = RunState.RUNNING) -> Persister:
    """Return a persister of the files that changes its batch size from 200 to 500, and starts without a delay."""
    app, delay = prop("eventstore.batchSize", "500", span=SPAN), "kubernetes.readinessProbeDelay"
    return Persister(
        id=PersisterId("global", "one", "pg"),
        span=SPAN,
        state=state,
        app_version=None,
        properties={Section.APP: (app,), Section.DEPLOYER: (prop(delay, "0", section=Section.DEPLOYER, span=SPAN),)},
    )


@dataclass(frozen=True)
class Ran:
    """What a run left behind: its result, and the server's record."""

    result: PersisterResult
    state: object
    stored: str
    running: str | None
    writes: list[str]

    @property
    def reported(self) -> str:
        """The problem, and the hint in a line below."""
        return reported(self.result)


def reported(result: PersisterResult) -> str:
    """Return the problem of a result, and the hint in a line below."""
    return "\nhelp: ".join(filter(None, (result.problem, result.hint)))


def run(  # noqa: PLR0913 - each is what some test varies
    *faults: Mapping[str, Any],
    on_event: Callable[[Event, SandboxServer], object] = lambda _, __: None,
    settle: float = 0.0,
    timeouts: Timeouts = TIMEOUTS,
    live: str = "RUNNING",
    persister: Persister | None = None,
    delays: Mapping[str, float] | None = None,
    lifetime: float = 300,
    interruption: Interruption | None = None,
    on_failure: OnFailure | None = None,
    command: Command = Command.APPLY,
) -> Ran:
    """Plan, set the faults, apply."""
    persister = persister or desired()
    description = {
        "delays": {"deploying": 0.05, "stopping": 0.05, "failing": 0.05, **(delays or {})},
        "persisters": [
            {
                "eventType": "one",
                "state": live,
                "appConfig": {"eventstore.batchSize": "200"},
                "deployerConfig": {"kubernetes.readinessProbeDelay": "0"},
            }
        ],
    }
    with (
        SandboxServer(Description.model_validate(description)) as server,
        Harvester.at(server.url, StaticToken(server.token(lifetime=lifetime))) as client,
    ):
        planner = Planner(client, server.url, SECRETS)
        plan = planner.plan_all([persister], environment="test", parallelism=1).plan
        server.set_faults(faults)

        def observe(event: Event) -> None:
            on_event(event, server)

        applier = Applier(
            planner,
            timeouts,
            settle,
            interruption or Interruption(),
            observe,
            on_failure=on_failure,
            command=command,
        )
        [result] = roll_out(plan, [persister], applier, parallelism=1, keep_going=False).persisters
        found = server.persister("global", "one")
        return Ran(result, found["state"], _size(found["stored"]), _running(found["running"]), writes(server))


def writes(server: SandboxServer) -> list[str]:
    """Return the methods of the writes that were answered with 200, and "lost" for those that were not."""
    return [
        request.method if request.status == 200 else f"{request.method} {request.status}"
        for request in server.requests()
        if request.method != "GET"
    ]


def _size(config: Any) -> str:
    return str(config["appConfig"]["eventstore.batchSize"])


def _running(config: Any) -> str | None:
    return _size(config) if config else None
