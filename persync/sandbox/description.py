"""sandbox.yaml: the installation that a sandbox pretends to be, before anything was done to it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, NonNegativeFloat, ValidationError, model_validator

from persync.sandbox import yaml_source
from persync.sandbox.domain import defaults, states
from persync.sandbox.domain.config import LIVE_SEGMENT, PG, Config, Value, overlay
from persync.sandbox.domain.models import Strict, first_problem
from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.states import Delays, Release
from persync.sandbox.domain.submitted import coerced_live_segment
from persync.sandbox.errors import SandboxError
from persync.sandbox.faults import Fault

Project = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,20}$")]
EventTypeName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Status = Annotated[str, Field(pattern=r"^[A-Z_]+$")]  # any: a server of tomorrow may know an eighth
Role = Literal["viewer", "editor"]
Roles = dict[str, Role]  # by project; "*" is every project


class Settings(Strict):
    """A part of a persister's config: `appVersion`, `appConfig`, `deployerConfig`; for live-segment `config`."""

    app_version: str | None = None
    app_config: dict[str, str] = Field(default_factory=dict)
    deployer_config: dict[str, str] = Field(default_factory=dict)
    config: dict[str, Value] = Field(default_factory=dict)

    def of(self, eventstore: str) -> Config:
        """Return it as the config of a persister of `eventstore`.

        Raises ValueError where it has what such a persister does not know.
        """
        if eventstore == PG:
            if self.config:
                raise ValueError("config: only live-segment persisters have it; pg has appConfig and deployerConfig")
            return Config(self.app_version, {"appConfig": self.app_config, "deployerConfig": self.deployer_config})
        if self.app_version is not None or self.app_config or self.deployer_config:
            raise ValueError("a live-segment persister has `config` only: no appVersion, appConfig, deployerConfig")
        try:
            return Config(None, {"config": coerced_live_segment(self.config)})
        except Problem as problem:
            raise ValueError(problem.message) from problem


class Defaults(Strict):
    """D: what the server gives a persister that was configured with nothing."""

    pg: Settings = Settings(
        app_version=defaults.VERSION,
        app_config=defaults.APP_CONFIG,
        deployer_config=defaults.DEPLOYER_CONFIG,
    )
    live_segment: Annotated[Settings, Field(alias="live-segment")] = Settings(config=defaults.LIVE_SEGMENT_CONFIG)

    @model_validator(mode="after")
    def _each_fits_its_eventstore(self) -> Self:
        if self.pg.of(PG).version is None:
            raise ValueError("pg.appVersion is missing")
        self.live_segment.of(LIVE_SEGMENT)
        return self

    def of(self, eventstore: str) -> Config:
        """Return the defaults of `eventstore`."""
        return (self.pg if eventstore == PG else self.live_segment).of(eventstore)


class PersisterSeed(Settings):
    """A persister as the sandbox first knows it; its settings are what departs from the server's defaults.

    `imported: false` stores the settings alone, without the defaults under them. `running` is what the pod was
    deployed with, where that is not the stored config. `fails` makes every deployment end FAILED.
    """

    project: Project = "global"
    event_type: EventTypeName
    eventstore: Literal["pg", "live-segment"] = "pg"
    state: Status | None = None
    imported: bool = True
    running: Settings | None = None
    fails: bool = False

    @model_validator(mode="after")
    def _is_of_one_piece(self) -> Self:
        self.of(self.eventstore)
        if self.running is not None:
            self.running.of(self.eventstore)
        if self.state == states.RUNNING_BUT_OUTDATED and self.running is None:
            raise ValueError("RUNNING_BUT_OUTDATED wants `running`: the older config that the pod runs")
        return self

    def status(self) -> str:
        """Return the run state; live-segment persisters are started with their event type, the others are not."""
        return self.state or (states.RUNNING if self.eventstore == LIVE_SEGMENT else states.STOPPED)

    def stored(self, server: Defaults) -> Config:
        """Return the config that the service has stored."""
        return self._over(self, server)

    def deployed(self, server: Defaults) -> Config:
        """Return the config that the pod, if there is one, was deployed with."""
        return self._over(self.running or self, server)

    def _over(self, settings: Settings, server: Defaults) -> Config:
        below, own = server.of(self.eventstore), settings.of(self.eventstore)
        return overlay(below, own) if self.imported else Config(own.version or below.version, own.maps)


class OtherEventType(Strict):
    """An event type without a persister; its persister endpoints answer 404."""

    project: Project = "global"
    event_type: EventTypeName
    type: Literal["ttl", "ttn", "profile", "segment", "custom"] = "custom"


class User(Strict):
    """Somebody with a password, or with a fixed token that never expires, or (for embedded use) with neither."""

    name: str
    password: str | None = None
    token: str | None = None
    roles: Roles = Field(default_factory=dict)


class Client(Strict):
    """A Keycloak client that may ask for tokens of its own (client credentials)."""

    id: str
    secret: str
    roles: Roles = Field(default_factory=dict)


class Description(Strict):
    """Everything that a sandbox starts with. `Description()` is an installation without event types."""

    release: Release = "1.2"
    keys_on_get: Literal["lower", "as-stored"] = "lower"
    empty_state_answer: bool = False  # live-segment's POST of a state answers 200 with no body
    realm: str = defaults.REALM
    token_lifetime: NonNegativeFloat = 300.0
    delays: Delays = Delays()
    defaults: Defaults = Defaults()
    app_versions: tuple[str, ...] | None = None  # what SCDF knows; every version where left out
    users: tuple[User, ...] = ()
    clients: tuple[Client, ...] = ()
    persisters: tuple[PersisterSeed, ...] = ()
    other_event_types: tuple[OtherEventType, ...] = ()
    faults: tuple[Fault, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the description in the YAML file `path`; raises SandboxError, with file:line where there is one."""
        node = yaml_source.read(path)
        try:
            return cls.model_validate(yaml_source.plain(node, path))
        except ValidationError as error:
            location, what = first_problem(error)
            raise SandboxError(f"{path}:{yaml_source.line_of(node, location)}: {what}") from error

    @classmethod
    def for_event_types(cls, ids: Iterable[tuple[str, str, str]]) -> Self:
        """Return an installation that knows just these `(project, event type, event store)`, stopped, on defaults.

        Raises SandboxError where a name is not one that Granary allows.
        """
        seeds = [
            {"project": project, "eventType": name, "eventstore": eventstore, "state": states.STOPPED}
            for project, name, eventstore in ids
        ]
        try:
            return cls.model_validate({"persisters": seeds})
        except ValidationError as error:
            location, what = first_problem(error)
            index = next((step for step in location if isinstance(step, int)), None)
            raise SandboxError(what if index is None else f"{seeds[index]['eventType']}: {what}") from error

    @classmethod
    def demo(cls) -> Self:
        """Return a small installation with something to look at in every run state that needs doing something."""
        return cls(
            app_versions=("latest", "1.10", "1.11"),
            persisters=(
                PersisterSeed(event_type="snowplow-web", project="webtracking", state=states.RUNNING),
                PersisterSeed(
                    event_type="adobe-s3",
                    project="webtracking",
                    state=states.RUNNING,
                    app_config={"eventstore.batchSize": "500"},
                ),
                PersisterSeed(event_type="call-records", state=states.STOPPED),
                PersisterSeed(event_type="invoices", state=states.FAILED, app_version="1.10"),
                PersisterSeed(event_type="user-visits", eventstore=LIVE_SEGMENT),
            ),
            other_event_types=(OtherEventType(event_type="churn", type="segment"),),
        )

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        persisters = [(seed.project, seed.event_type, seed.eventstore) for seed in self.persisters]
        others = [(other.project, other.event_type, "") for other in self.other_event_types]
        spelled: dict[tuple[str, str], str] = {}
        known: set[tuple[str, str, str]] = set()
        for project, name, eventstore in [*persisters, *others]:
            if spelled.setdefault((project, name.lower()), name) != name:
                _fail(f"{name}: event types are unique ignoring case, and {spelled[project, name.lower()]} exists")
            if (project, name, eventstore) in known or (not eventstore and (project, name, PG) in known):
                _fail(f"{name}: described twice in project {project}")
            known.add((project, name, eventstore))
        if self.release != "1.2":
            self._fits_an_old_release(known)
        longest = 40 if self.release == "0.8" else 20
        for _project, name, _eventstore in sorted(known):
            if len(name) > longest:
                _fail(f"{name}: an event type has at most {longest} characters in release {self.release}")
        self._has_its_accounts_once()
        return self

    def _fits_an_old_release(self, known: Iterable[tuple[str, str, str]]) -> None:
        for project, name, eventstore in sorted(known):
            if project != "global":
                _fail(f"{name}: release {self.release} knows no project but `global`")
            if eventstore == LIVE_SEGMENT:
                _fail(f"{name}: release {self.release} knows no live-segment persisters")

    def _has_its_accounts_once(self) -> None:
        names = [user.name for user in self.users] + [client.id for client in self.clients]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            _fail(f"{twice}: two users or clients of one name")


def _fail(message: str) -> None:
    raise ValueError(message)
