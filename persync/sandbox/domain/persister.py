"""A stored persister, and its conversion to a line of JSON and back. Pure."""

import json
from dataclasses import dataclass, replace
from typing import NamedTuple

from persync.sandbox.domain.config import Config, from_document
from persync.sandbox.domain.states import Run, settled


class Key(NamedTuple):
    """What identifies a persister."""

    project: str
    event_type: str
    eventstore: str


@dataclass(frozen=True, slots=True)
class Persister:
    """A stored persister.

    `updated` is the time of the last change of its config (epoch milliseconds); with `fails`, its deployments end
    FAILED.
    """

    stored: Config
    run: Run
    updated: int
    fails: bool = False

    def at(self, now: float) -> "Persister":
        """Return the persister with its run state at `now` (epoch seconds)."""
        run = settled(self.run, now)
        return self if run is self.run else replace(self, run=run)


def to_json(persister: Persister) -> str:
    """Return `persister` as a line of JSON; `from_json` is the inverse."""
    run = persister.run
    return json.dumps(
        {
            "stored": persister.stored.document(),
            "running": run.config and run.config.document(),
            "run": [run.status, run.since, run.due, run.after],
            "updated": persister.updated,
            "fails": persister.fails,
        }
    )


def from_json(line: str) -> Persister:
    """Return the persister in a line of `to_json`."""
    document = json.loads(line)
    status, since, due, after = document["run"]
    running = document["running"] and from_document(document["running"])
    run = Run(status, since, running, due, after)
    return Persister(from_document(document["stored"]), run, document["updated"], document["fails"])
