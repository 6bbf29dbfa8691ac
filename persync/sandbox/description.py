"""sandbox.yaml: the installation that a sandbox starts with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, NonNegativeFloat, ValidationError, model_validator

from persync.sandbox import yaml_source
from persync.sandbox.consistency import Entry, check_accounts, check_release, check_roles, check_unique
from persync.sandbox.domain import defaults, roles, states
from persync.sandbox.domain.config import LIVE_SEGMENT, PG, Config, Value, overlay
from persync.sandbox.domain.faults import Fault
from persync.sandbox.domain.models import Location, StrictModel, first_invalid, invalid_part, text_matching
from persync.sandbox.domain.parsing import live_segment_values
from persync.sandbox.domain.problems import Problem
from persync.sandbox.domain.property_habits import PropertyHabits
from persync.sandbox.domain.states import Delays, Release, Status
from persync.sandbox.errors import SandboxError

Project = Annotated[str, text_matching(r"[A-Za-z0-9_-]{1,20}", "1 to 20 letters, digits, hyphens or underscores")]
EventTypeName = Annotated[str, text_matching(r"[A-Za-z0-9-]{1,40}", "1 to 40 letters, digits or hyphens")]
# The roles of each Keycloak client, or only one of them. See domain/roles.py.
Roles = dict[
    str, Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)]
]


class PartialConfig(StrictModel):
    """A part of a persister's config: `appVersion`, `appConfig`, `deployerConfig`; for live-segment `config`."""

    app_version: str | None = None
    app_config: dict[str, str] = Field(default_factory=dict)
    deployer_config: dict[str, str] = Field(default_factory=dict)
    config: dict[str, Value] = Field(default_factory=dict)

    def for_eventstore(self, eventstore: str) -> Config:
        """Return it as the config of a persister of `eventstore`.

        Raises:
            ValueError: it has fields or values that such a persister does not have.
        """
        if eventstore == PG:
            if self.config:
                raise ValueError("config is for live-segment persisters; pg has appVersion, appConfig, deployerConfig")
            return Config(self.app_version, {"appConfig": self.app_config, "deployerConfig": self.deployer_config})
        if self.app_version is not None or self.app_config or self.deployer_config:
            raise ValueError("a live-segment persister has config only: no appVersion, appConfig, deployerConfig")
        try:
            return Config(None, {"config": live_segment_values(self.config)})
        except Problem as problem:
            raise ValueError(problem.message) from problem


class Defaults(StrictModel):
    """The server's default config by event store: what a persister has that was never configured."""

    pg: PartialConfig = PartialConfig(
        app_version=defaults.VERSION,
        app_config=defaults.APP_CONFIG,
        deployer_config=defaults.DEPLOYER_CONFIG,
    )
    live_segment: Annotated[PartialConfig, Field(alias="live-segment")] = PartialConfig(
        config=defaults.LIVE_SEGMENT_CONFIG
    )

    @model_validator(mode="after")
    def _check_event_stores(self) -> Self:
        if self.pg.for_eventstore(PG).version is None:
            raise invalid_part(("pg", "appVersion"), "required field is missing")
        self.live_segment.for_eventstore(LIVE_SEGMENT)
        return self

    def for_eventstore(self, eventstore: str) -> Config:
        """Return the defaults of `eventstore`."""
        return (self.pg if eventstore == PG else self.live_segment).for_eventstore(eventstore)


class EventTypeSeed(StrictModel):
    """What every event type has; `editor` and `consumer` are the roles of releases up to 1.1 (None: the defaults)."""

    project: Project = "global"
    event_type: EventTypeName
    display_name: str | None = None
    editor: str | None = None
    consumer: str | None = None


class PersisterSeed(PartialConfig, EventTypeSeed):
    """A persister at the start of the sandbox; its config is the part that differs from the server's defaults.

    With `imported: false` this part alone is stored, without the defaults under it. `running` is the config that the
    pod was deployed with, if it is not the stored one. With `fails`, every deployment ends FAILED.
    """

    eventstore: Literal["pg", "live-segment"] = "pg"
    state: Status | None = None
    imported: bool = True
    running: PartialConfig | None = None
    fails: bool = False

    @model_validator(mode="after")
    def _check_config(self) -> Self:
        self.for_eventstore(self.eventstore)
        if self.running is not None:
            self.running.for_eventstore(self.eventstore)
        if self.state == states.RUNNING_BUT_OUTDATED and self.running is None:
            raise ValueError("RUNNING_BUT_OUTDATED needs the field running: the older config that the pod runs")
        return self

    def initial_status(self) -> str:
        """Return the run state; a live-segment persister is started with its event type, a pg persister is not."""
        return self.state or (states.RUNNING if self.eventstore == LIVE_SEGMENT else states.STOPPED)

    def stored_config(self, server: Defaults) -> Config:
        """Return the config that the service has stored."""
        return self._on_defaults(self, server)

    def pod_config(self, server: Defaults) -> Config:
        """Return the config that the pod, if there is one, was deployed with."""
        return self._on_defaults(self.running or self, server)

    def _on_defaults(self, part: PartialConfig, server: Defaults) -> Config:
        server_config, own = server.for_eventstore(self.eventstore), part.for_eventstore(self.eventstore)
        return overlay(server_config, own) if self.imported else Config(own.version or server_config.version, own.maps)


class OtherEventType(EventTypeSeed):
    """An event type without a persister; its persister endpoints respond with 404."""

    type: Literal["ttl", "ttn", "profile", "segment", "custom"] = "custom"


class User(StrictModel):
    """A user with a password, or with a fixed token that never expires, or (for embedded use) with neither."""

    name: str
    password: str | None = None
    token: str | None = None
    roles: Roles = Field(default_factory=dict)


class Client(StrictModel):
    """A Keycloak client that can request tokens for itself (client credentials)."""

    id: str
    secret: str
    roles: Roles = Field(default_factory=dict)


class Description(StrictModel):
    """Everything that a sandbox starts with. `Description()` is an installation without event types."""

    release: Release = "1.2"
    keys_on_get: Literal["lower", "as-stored"] = "lower"
    properties: PropertyHabits = PropertyHabits()
    empty_state_answer: bool = False  # live-segment's POST of a state responds with 200 and no body
    realm: str = defaults.REALM
    issuer: str = ""  # of a Keycloak realm; its tokens are accepted too, with their roles, if its keys verify them
    token_lifetime: NonNegativeFloat = 300.0  # seconds
    refresh_token_lifetime: NonNegativeFloat = 1800.0  # seconds; 0: a user gets no refresh token
    delays: Delays = Delays()
    defaults: Defaults = Defaults()
    app_versions: tuple[str, ...] | None = None  # the versions registered in SCDF; any version if omitted
    users: tuple[User, ...] = ()
    clients: tuple[Client, ...] = ()
    persisters: tuple[PersisterSeed, ...] = ()
    other_event_types: tuple[OtherEventType, ...] = ()
    faults: tuple[Fault, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the description in the YAML file `path`.

        Raises:
            SandboxError: the file cannot be read or is not a valid description.
        """
        node = yaml_source.read(path)
        document = yaml_source.plain(node, path)
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            invalid = first_invalid(error, document)
            where = f"{path}:{yaml_source.position(node, invalid.location)}"
            raise SandboxError(f"{where}: {invalid.message}", invalid.hint) from error

    @classmethod
    def for_event_types(cls, ids: Sequence[tuple[str, str, str]]) -> Self:
        """Return an installation with these `(project, event type, event store)`, all stopped and with the defaults.

        Raises:
            SandboxError: a name is not valid in Granary.
        """
        seeds = [
            {"project": project, "eventType": name, "eventstore": eventstore, "state": states.STOPPED}
            for project, name, eventstore in ids
        ]
        try:
            return cls.model_validate({"persisters": seeds})
        except ValidationError as error:
            invalid = first_invalid(error, {"persisters": seeds})
            index = next(step for step in invalid.location if isinstance(step, int))
            project, name, _eventstore = ids[index]
            field = "".join(f"{step} " for step in invalid.location[2:])
            raise SandboxError(f"{project}/{name}: {field}{invalid.what}", invalid.hint) from error

    @classmethod
    def demo(cls) -> Self:
        """Return a small installation with a persister in each run state that a plan acts on."""
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
    def _check_consistency(self) -> Self:
        entries = [
            *(
                Entry(("persisters", index), seed.project, seed.event_type, seed.eventstore)
                for index, seed in enumerate(self.persisters)
            ),
            *(
                Entry(("otherEventTypes", index), other.project, other.event_type, None)
                for index, other in enumerate(self.other_event_types)
            ),
        ]
        check_unique(entries)
        check_release(entries, self.release)
        check_accounts([user.name for user in self.users], [client.id for client in self.clients])
        accounts: dict[Location, roles.Roles] = {("users", i, "roles"): user.roles for i, user in enumerate(self.users)}
        accounts |= {("clients", i, "roles"): client.roles for i, client in enumerate(self.clients)}
        check_roles(accounts, self.release)
        return self
