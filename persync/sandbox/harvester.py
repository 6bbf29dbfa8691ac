"""The service: what the endpoints of the Harvester API read from and do to the stored persisters. No HTTP."""

from collections.abc import Callable
from dataclasses import replace

from persync.sandbox.description import Description
from persync.sandbox.domain import config, logs, states, submitted, views
from persync.sandbox.domain.config import LIVE_SEGMENT, Config, Document
from persync.sandbox.domain.persister import Key, Persister
from persync.sandbox.domain.problems import Problem, not_found
from persync.sandbox.faults import MEDDLING, EndsFailed, FaultList, IgnoreProperty
from persync.sandbox.hand import HandChange, changed_by_hand
from persync.sandbox.store import Store


class Harvester:
    """The persisters of one installation. Every method that takes a Key raises Problem (404) for an unknown one."""

    def __init__(self, description: Description, store: Store, faults: FaultList, clock: Callable[[], float]) -> None:
        """Serve what `store` holds the way `description` says; `clock` tells seconds since the epoch."""
        self._description = description
        self._store = store
        self._faults = faults
        self._clock = clock
        self._delays = description.delays

    def read(self, key: Key, base: str, *, export: bool, with_state: bool) -> Document:
        """Return the persister as GET shows it: with its defaults, or `export`ed. `base` is the service's URL."""
        persister = self._find(key)
        defaults = self._description.defaults.of(key.eventstore)
        if export and key.eventstore != LIVE_SEGMENT:  # no export is documented for live-segment
            shown = views.exported(key, self._on_get(key, config.departures(defaults, persister.stored)))
        else:
            seen = self._on_get(key, config.overlay(defaults, persister.stored))
            shown = views.full(key, seen, persister.updated, self._href(key, base))
        return {**shown, "state": views.state(persister)} if with_state else shown

    def _on_get(self, key: Key, seen: Config) -> Config:
        lower = self._description.keys_on_get == "lower" and key.eventstore != LIVE_SEGMENT
        return config.lowered(seen) if lower else seen

    def replace(self, key: Key, body: bytes, base: str, path: str, *, imported: bool) -> Document:
        """Store the config in `body` in place of the old one; return it as stored. Raises Problem (400, 500)."""
        with self._store.transaction():
            persister = self._find(key)
            wanted = submitted.config_of(key.eventstore, submitted.json_object(body))
            self._refuse_unknown(wanted.version)
            if wanted.version is None:
                wanted = replace(wanted, version=persister.stored.version)
            if imported and key.eventstore != LIVE_SEGMENT:
                wanted = config.overlay(self._description.defaults.of(key.eventstore), wanted)
            stored = self._meddled(wanted, persister.stored, path)
            run = states.reconfigured(persister.run, stored, self._description.release)
            changed = replace(persister, stored=stored, run=run, updated=int(self._clock() * 1000))
            self._store.put(key, changed)
        return views.full(key, stored, changed.updated, self._href(key, base) + "?expand=")

    def _refuse_unknown(self, version: str | None) -> None:
        known = self._description.app_versions
        if version is not None and known is not None and version not in known:
            raise Problem(
                "unexpected_error", f"Stream app version '{version}' is not registered in Spring Cloud Data Flow."
            )

    def _meddled(self, wanted: Config, before: Config, path: str) -> Config:
        for fault in self._faults.take("PUT", path, MEDDLING):
            for name in wanted.maps:
                if isinstance(fault, IgnoreProperty):
                    kept = before.maps[name].get(fault.property)
                    wanted = config.with_property(wanted, name, fault.property, kept)
                elif fault.property in wanted.maps[name]:
                    wanted = config.with_property(wanted, name, fault.property, fault.value)
        return wanted

    def state(self, key: Key, base: str) -> Document:
        """Return the run state as the state endpoint shows it."""
        return self._state(key, self._find(key), base)

    def _state(self, key: Key, persister: Persister, base: str) -> Document:
        return {**views.state(persister), "_links": views.links(self._href(key, base) + "/state")}

    def act(self, key: Key, body: bytes, base: str, path: str) -> Document:
        """START, STOP or RESTART as `body` says; return the run state. Raises Problem (400, 500)."""
        with self._store.transaction():
            persister = self._find(key)
            action = submitted.action(submitted.json_object(body), key.eventstore)
            changed = replace(persister, run=self._acted(key, persister, action, path))
            self._store.put(key, changed)
        return self._state(key, changed, base)

    def _acted(self, key: Key, persister: Persister, action: str, path: str) -> states.Run:
        now = self._clock()
        if action == "STOP":
            return states.stopped(persister.run, now, self._delays)
        try:
            deploys = action == "RESTART" or states.can_start(persister.run, self._description.release)
        except states.RefusedError as refusal:
            raise Problem(
                "unexpected_error", f"An unexpected error occurred: persister '{key.event_type}' {refusal}."
            ) from refusal
        if not deploys:
            return persister.run
        fails = bool(self._faults.take("POST", path, (EndsFailed,))) or persister.fails
        return states.deployed(persister.stored, now, self._delays, fails=fails)

    def logs(self, key: Key, lines: str | None) -> Document:
        """Return the last `lines` lines of the pod's log. Raises Problem (400; 404 where there is no pod)."""
        persister = self._find(key)
        wanted = submitted.log_lines(lines)
        if key.eventstore == LIVE_SEGMENT:
            raise Problem("entity_not_found", f"Logs of the live-segment persister '{key.event_type}' not found.")
        if persister.run.status not in states.HAS_LOGS:
            raise Problem(
                "entity_not_found", f"Logs of persister '{key.event_type}' not found: it is {persister.run.status}."
            )
        return {"logs": logs.tail(key, persister, self._clock(), wanted)}

    def event_types(self, project: str, base: str, href: str, expand: set[str], page: tuple[int, int]) -> Document:
        """Return a page (size, offset) of the event types of `project`. Raises Problem (404)."""
        if not self._store.has_project(project):
            raise Problem("entity_not_found", f"Project '{project}' not found.")
        found = self._store.event_types(project, *page)
        release = self._description.release
        entries = views.event_types(project, found, base, release, with_persisters="persisters" in expand)
        total: Document = {"totalCount": self._store.count(project)} if "totalCount" in expand else {}
        return {"_links": views.links(href), "eventTypes": entries, **total}

    def everything(self, key: Key) -> Document:
        """Return all that is known of a persister, what its pod runs included. Not part of the API."""
        return views.by_hand(key, self._find(key))

    def change_by_hand(self, key: Key, change: HandChange) -> Document:
        """Change a persister behind its clients' backs; return all that is known of it. Raises Problem (400)."""
        with self._store.transaction():
            now = self._clock()
            changed = changed_by_hand(self._find(key), change, now, self._description.release, self._delays)
            self._store.put(key, changed)
        return views.by_hand(key, changed)

    def _find(self, key: Key) -> Persister:
        persister = self._store.get(key)
        if persister is None:
            raise not_found(key.event_type)
        return persister.at(self._clock())

    def _href(self, key: Key, base: str) -> str:
        return base + views.persister_path(key, self._description.release)
