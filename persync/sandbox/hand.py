"""A change by hand: what somebody does to a persister behind its clients' backs. Pure."""

from dataclasses import replace

from pydantic import Field

from persync.sandbox.description import Status
from persync.sandbox.domain import config, states
from persync.sandbox.domain.config import Config
from persync.sandbox.domain.models import Strict
from persync.sandbox.domain.persister import Persister
from persync.sandbox.domain.problems import Problem


class HandChange(Strict):
    """What to change: properties to set and to remove (by map, then key), app version, run state, `fails`.

    `{"set": {"appConfig": {"eventstore.batchSize": "7"}}, "remove": {"deployerConfig": ["kubernetes.limits.cpu"]}}`
    """

    set_: dict[str, dict[str, config.Value]] = Field(default_factory=dict, alias="set")
    remove: dict[str, list[str]] = Field(default_factory=dict)
    app_version: str | None = None
    state: Status | None = None
    fails: bool | None = None


def changed_by_hand(
    persister: Persister, change: HandChange, now: float, release: states.Release, delays: states.Delays
) -> Persister:
    """Return `persister` with `change` made at `now` (epoch seconds).

    A changed config makes of the run state what a PUT would, unless `change` names the run state itself.
    Raises Problem (400) for a map that the persister does not have.
    """
    stored = _edited(persister.stored, change)
    if change.state is None:
        run = states.reconfigured(persister.run, stored, release) if stored != persister.stored else persister.run
    else:
        run = states.placed(change.state, persister.run.config or persister.stored, now, delays)
    return Persister(
        stored,
        run,
        int(now * 1000) if stored != persister.stored else persister.updated,
        persister.fails if change.fails is None else change.fails,
    )


def _edited(stored: Config, change: HandChange) -> Config:
    for name in [*change.set_, *change.remove]:
        if name not in stored.maps:
            raise Problem("bad_parameter_value", f"{name}: this persister has {', '.join(stored.maps)}")
    for name, values in change.set_.items():
        for key, value in values.items():
            stored = config.with_property(stored, name, key, value)
    for name, keys in change.remove.items():
        for key in keys:
            stored = config.with_property(stored, name, key, None)
    return stored if change.app_version is None else replace(stored, version=change.app_version)
