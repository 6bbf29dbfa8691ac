"""The service: what each endpoint of the Harvester API reads and changes in the store. No HTTP."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from persync.sandbox.description import Description
from persync.sandbox.domain import config, deployer, logs, parsing, states, views
from persync.sandbox.domain.config import LIVE_SEGMENT, Config, Document
from persync.sandbox.domain.event_type import EventType
from persync.sandbox.domain.external_change import ExternalChange, apply_change
from persync.sandbox.domain.faults import CONFIG_FAULTS, EndsFailed, IgnoreProperty, ShowsPrevious, ShowsState
from persync.sandbox.domain.persister import Key, Persister
from persync.sandbox.domain.problems import Problem, persister_not_found
from persync.sandbox.fault_injection import FaultInjector
from persync.sandbox.history import History
from persync.sandbox.store import Store


class Harvester:
    """The service for the persisters of one installation.

    Every method with a Key raises Problem (404) if there is no such persister. `base` is the service's URL.
    """

    def __init__(
        self, description: Description, store: Store, faults: FaultInjector, clock: Callable[[], float]
    ) -> None:
        """Serve the persisters of `store` as `description` configures it; `clock` returns seconds since the epoch."""
        self._description = description
        self._store = store
        self._faults = faults
        self._clock = clock
        self._release = description.release
        self._delays = description.delays
        self.history = History()
        self._previous: dict[Key, Config] = {}  # what the last PUT replaced, for the fault shows-previous

    def read(self, key: Key, base: str, *, export: bool, with_state: bool) -> Document:
        """Return the persister with its defaults, or with `export` only what differs from them."""
        persister = self._shown(key, "")
        defaults = self._description.defaults.for_eventstore(key.eventstore)
        if export and self._knows_defaults(key):
            exported = config.without_defaults(defaults, persister.stored)
            shown = views.exported(key, self._with_shown_keys(key, exported))
        else:
            full = self._with_shown_keys(key, config.overlay(defaults, persister.stored))
            link = self._href(key, base) + (views.put_link(key.eventstore) if key.eventstore == LIVE_SEGMENT else "")
            shown = views.full(key, full, persister.updated, link, self._release)
        return {**shown, "state": views.state(persister)} if with_state else shown

    def _knows_defaults(self, key: Key) -> bool:
        """Return whether `export` and `imported` have an effect: not in 0.8; not documented for live-segment."""
        return self._description.release != "0.8" and key.eventstore != LIVE_SEGMENT

    def _with_shown_keys(self, key: Key, config_to_show: Config) -> Config:
        shown = self._description.properties.shown(config_to_show)
        lower = self._description.keys_on_get == "lower" and key.eventstore != LIVE_SEGMENT
        return config.with_lower_case_keys(shown) if lower else shown

    def replace_config(self, key: Key, body: bytes, base: str, path: str, *, imported: bool) -> Document:
        """Replace the stored config by the one in `body`; return the persister. Raises Problem (400, 500)."""
        with self._store.transaction():
            persister = self._find(key)
            kept = persister.stored if self._release == "0.8" else None  # its reference requires no field of the body
            submitted = parsing.config(key.eventstore, parsing.json_object(body), kept)
            self._check_version(submitted.version)
            if submitted.version is None:
                submitted = replace(submitted, version=persister.stored.version)
            if imported and self._knows_defaults(key):
                submitted = config.overlay(self._description.defaults.for_eventstore(key.eventstore), submitted)
            submitted = self._description.properties.stored(submitted, persister.stored)
            stored = self._with_config_faults(submitted, persister.stored, path)
            run = states.reconfigured(persister.run, stored, self._release)
            changed = replace(persister, stored=stored, run=run, updated=int(self._clock() * 1000))
            self._store.update(key, changed)
            self._previous[key] = persister.stored
            self.history.record_write(key, "PUT", changed=stored != persister.stored)
        link = self._href(key, base) + views.put_link(key.eventstore)
        shown = self._description.properties.shown(stored)
        return views.full(key, shown, changed.updated, link, self._release)

    def _check_version(self, version: str | None) -> None:
        registered = self._description.app_versions
        if version is not None and registered is not None and version not in registered:
            raise Problem(
                "unexpected_error", f"Stream app version '{version}' is not registered in Spring Cloud Data Flow."
            )

    def _with_config_faults(self, submitted: Config, before: Config, path: str) -> Config:
        for fault in self._faults.trigger("PUT", path, CONFIG_FAULTS):
            for name in submitted.maps:
                if isinstance(fault, IgnoreProperty):
                    kept = before.maps[name].get(fault.property)
                    submitted = config.with_property(submitted, name, fault.property, kept)
                elif fault.property in submitted.maps[name]:
                    submitted = config.with_property(submitted, name, fault.property, fault.value)
        return submitted

    def state(self, key: Key, base: str) -> Document:
        """Return the run state as the state endpoint shows it."""
        return self._shown_state(key, self._shown(key, "/state"), base)

    def _shown_state(self, key: Key, persister: Persister, base: str) -> Document:
        return {**views.state(persister), "_links": views.links(self._href(key, base) + "/state")}

    def change_state(self, key: Key, body: bytes, base: str, path: str) -> Document:
        """Run the action in `body`: START, STOP or RESTART; return the run state. Raises Problem (400, 500)."""
        with self._store.transaction():
            persister = self._find(key)
            action = parsing.action(parsing.json_object(body), key.eventstore)
            now = self._clock()  # read once: the record must not be later than what follows from it
            changed = replace(persister, run=self._run_after(action, key, persister, path, now))
            self._store.update(key, changed)
            self.history.record(key, persister.run, changed.run, now)
            self.history.record_write(key, action, changed=changed.run != persister.run)
        return self._shown_state(key, changed, base)

    def _run_after(self, action: str, key: Key, persister: Persister, path: str, now: float) -> states.Run:
        if action == "STOP":
            return states.stopped(persister.run, now, self._delays)
        if action == "START" and not self._can_start(key, persister):
            return persister.run
        _check_deployment(key, persister)
        fails = bool(self._faults.trigger("POST", path, (EndsFailed,))) or persister.fails
        return states.deployed(persister.stored, now, self._delays, fails=fails)

    def _can_start(self, key: Key, persister: Persister) -> bool:
        try:
            return states.can_start(persister.run, self._release)
        except states.RefusedError as refusal:
            raise Problem(
                "unexpected_error", f"An unexpected error occurred: persister '{key.event_type}' {refusal}."
            ) from refusal

    def logs(self, key: Key, lines: str) -> Document:
        """Return the last `lines` lines of the pod's log. Raises Problem (400; 404 if there is no pod)."""
        persister = self._find(key)
        count = parsing.log_lines(lines)
        if key.eventstore == LIVE_SEGMENT:
            raise Problem("entity_not_found", f"Logs of the live-segment persister '{key.event_type}' not found.")
        if persister.run.status not in states.HAS_LOGS:
            raise Problem(
                "entity_not_found", f"Logs of persister '{key.event_type}' not found: it is {persister.run.status}."
            )
        return {"logs": logs.tail(key, persister, self._clock(), count)}

    def find_event_type(self, project: str, name: str) -> EventType | None:
        """Return the event type `name` of `project`, None if there is none."""
        return next(iter(self._store.event_types(project, name)), None)

    def states(self, keys: Iterable[Key]) -> dict[Key, Document]:
        """Return the run states of the persisters `keys`."""
        return {key: views.state(self._find(key)) for key in keys}

    def has_project(self, project: str) -> bool:
        """Return whether there is such a project."""
        return self._store.has_project(project)

    def event_types(self, project: str | None = None, name: str | None = None) -> list[EventType]:
        """Return the event types of `project` (None: of all) with the name `name` (None: all), by project and name."""
        return self._store.event_types(project, name)

    def inspect(self, key: Key) -> Document:
        """Return the complete state of a persister, with the config that its pod runs. Not part of the API."""
        return views.inspected(key, self._find(key))

    def change_externally(self, key: Key, change: ExternalChange) -> Document:
        """Change a persister outside the API; return its complete state. Raises Problem (400)."""
        with self._store.transaction():
            now, persister = self._clock(), self._find(key)
            changed = apply_change(persister, change, now, self._release, self._delays)
            self._store.update(key, changed)
            self.history.record(key, persister.run, changed.run, now)
        return views.inspected(key, changed)

    def _find(self, key: Key) -> Persister:
        persister = self._store.get(key)
        if persister is None:
            raise persister_not_found(key.event_type, key.eventstore)
        return persister.at(self._clock())

    def _shown(self, key: Key, suffix: str) -> Persister:
        """Return the persister as a GET shows it, with the faults that change that."""
        persister, path = self._find(key), self._href(key, "") + suffix
        if key in self._previous and self._faults.trigger("GET", path, (ShowsPrevious,)):
            persister = replace(persister, stored=self._previous[key])
        for fault in self._faults.trigger("GET", path, (ShowsState,)):
            persister = replace(persister, run=replace(persister.run, status=fault.state))
        return persister

    def _href(self, key: Key, base: str) -> str:
        return base + views.persister_path(key, self._release)


def _check_deployment(key: Key, persister: Persister) -> None:
    if key.eventstore == LIVE_SEGMENT:
        return  # it is a task of Kafka Connect, and no deployment
    try:
        deployer.check(persister.stored)
    except deployer.RefusedError as refusal:
        raise Problem("unexpected_error", f"Could not install persister '{key.event_type}': {refusal}.") from refusal
