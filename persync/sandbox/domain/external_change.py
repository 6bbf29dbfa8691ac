"""A change that is made to a persister outside the API, such as the manual change of another person. Pure."""

from dataclasses import replace

from pydantic import Field

from persync.sandbox.domain import config, states
from persync.sandbox.domain.config import LIVE_SEGMENT, MAPS, Config
from persync.sandbox.domain.models import StrictModel
from persync.sandbox.domain.parsing import live_segment_values, texts
from persync.sandbox.domain.persister import Persister
from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.states import Status


class ExternalChange(StrictModel):
    """What to change: properties to set and to remove (by map, then key), app version, run state, `fails`.

    `{"set": {"appConfig": {"eventstore.batchSize": "7"}}, "remove": {"deployerConfig": ["kubernetes.limits.cpu"]}}`
    """

    set_: dict[str, dict[str, config.Value]] = Field(default_factory=dict, alias="set")
    remove: dict[str, list[str]] = Field(default_factory=dict)
    app_version: str | None = None
    state: Status | None = None
    fails: bool | None = None


def apply_change(
    persister: Persister, change: ExternalChange, now: float, release: states.Release, delays: states.Delays
) -> Persister:
    """Return `persister` with `change` made at `now` (epoch seconds).

    A changed config changes the run state as a PUT would, unless `change` names the run state itself.

    Raises:
        Problem: 400, the persister does not have a map that `change` names.
    """
    pod_config = persister.run.config or persister.stored
    stored = _changed_config(persister.stored, change)
    if stored != persister.stored:
        run = states.reconfigured(persister.run, stored, release)
        persister = replace(persister, stored=stored, run=run, updated=int(now * 1000))
    if change.state is not None:
        run = states.in_status(change.state, pod_config, now, delays)
        persister = replace(persister, run=run)
    return persister if change.fails is None else replace(persister, fails=change.fails)


def _changed_config(stored: Config, change: ExternalChange) -> Config:
    for name in [*change.set_, *change.remove]:
        if name not in stored.maps:
            raise Problem("bad_parameter_value", f"{name}: this persister has {', '.join(stored.maps)}")
    for name, values in change.set_.items():
        parsed = live_segment_values(values) if name in MAPS[LIVE_SEGMENT] else texts(name, values)
        for key, value in parsed.items():
            stored = config.with_property(stored, name, key, value)
    for name, keys in change.remove.items():
        for key in keys:
            stored = config.with_property(stored, name, key, None)
    return stored if change.app_version is None else replace(stored, version=change.app_version)
