"""The shapes of JSON answers, as pydantic models.

Lenient where releases differ (API reference and its examples), strict where a guess could do harm. Imported when the
first answer is parsed: pydantic takes half as long to import as the rest of the client.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, AliasPath, AwareDatetime, BaseModel, BeforeValidator, Field, TypeAdapter

from persync.model import Section

_LIFETIME = 300.0  # s; the vendor's guide: access tokens live 5 minutes

_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]


def _status_of(value: object) -> object:
    # Documented as an object; a bare string is accepted too, the shape under expand=state is in no example.
    return value.get("status") if isinstance(value, dict) else value


def _status_object(value: object) -> object:
    return {"status": value} if isinstance(value, str) else value


def _only_list_in(value: object) -> object:
    lists = [member for member in value.values() if isinstance(member, list)] if isinstance(value, dict) else []
    return lists[0] if len(lists) == 1 else value


class Names(BaseModel):
    """Which persister an answer is about, as far as it names one."""

    project: _Text = Field("", alias="projectName")
    event_type: _Text = Field("", alias="eventTypeName")
    # One reference page writes eventstoreType, the list's eventStoreType.
    eventstore: _Text = Field("", validation_alias=AliasChoices("eventstoreType", "eventStoreType"))
    link: _Text = Field("", validation_alias=AliasPath("_links", "self", "href"))


class Persister(Names):
    """The answer of GET persister."""

    app_version: Any = Field(None, alias="appVersion")
    app_config: dict[str, Any] | None = Field(None, alias="appConfig")
    deployer_config: dict[str, Any] | None = Field(None, alias="deployerConfig")
    config: dict[str, Any] | None = None
    state: Annotated[str | None, BeforeValidator(_status_of)] = None
    # The API generates these: an export has none of them (API reference, ``export``).
    stream_name: Any = Field(None, alias="streamName")
    last_updated: Any = Field(None, alias="lastUpdated")
    links: Any = Field(None, alias="_links")

    @property
    def generated(self) -> tuple[str, ...]:
        """The names of the generated fields that the answer has."""
        fields = {"streamName": self.stream_name, "lastUpdated": self.last_updated, "_links": self.links}
        return tuple(name for name, value in fields.items() if value is not None)

    def section(self, section: Section) -> dict[str, Any]:
        """Return one of the configuration maps; empty where the answer does not have it."""
        return self.sections.get(section, {})

    @property
    def sections(self) -> dict[Section, dict[str, Any]]:
        """The configuration maps that the answer has."""
        maps = {Section.APP: self.app_config, Section.DEPLOYER: self.deployer_config, Section.LIVE_SEGMENT: self.config}
        return {section: values for section, values in maps.items() if values is not None}


class State(Names):
    """The answer of GET persister/state."""

    status: Annotated[str, Field(min_length=1)]


class Logs(BaseModel):
    """The answer of GET persister/logs."""

    logs: list[str]


class ListedPersister(Names):
    """A persister in the answer of GET event-types."""

    eventstore: str = Field(validation_alias=AliasChoices("eventstoreType", "eventStoreType"))


class ListedEventType(BaseModel):
    """An event type in the answer of GET event-types."""

    name: str = Field(validation_alias=AliasChoices("name", "eventTypeName"))
    type: str = ""
    project: _Text = Field("", alias="projectName")
    # The reference's list puts them under the event type's outputs.
    persisters: list[ListedPersister] | None = Field(
        None, validation_alias=AliasChoices("persisters", AliasPath("outputs", "persisters"))
    )


class InvalidParameter(BaseModel):
    """A parameter that the API refuses."""

    name: _Text = ""
    reason: _Text = ""


class ErrorBody(BaseModel):
    """Both error shapes of the API, Spring's own (``error``, ``path``), and Keycloak's (``error_description``)."""

    type: _Text = ""
    message: _Text = ""
    description: _Text = Field("", validation_alias="error_description")
    error: _Text = ""
    trace: _Text = Field("", validation_alias="traceId")
    parameters: list[InvalidParameter] = Field([], validation_alias="invalidParams")
    unknown_path: _Text = Field("", validation_alias="path")


class Token(BaseModel):
    """The parts of a token endpoint's answer that persync needs (RFC 6749, 5.1)."""

    token: str = Field(alias="access_token", repr=False)
    lifetime: Annotated[float, Field(alias="expires_in", ge=0)] = _LIFETIME
    refresh: _Text = Field("", alias="refresh_token", repr=False)
    refresh_lifetime: Annotated[float | None, Field(alias="refresh_expires_in", ge=0)] = None


class CommandOutput(BaseModel):
    """What ``auth.command`` prints: ``{token, expiresAt}``, kubectl's ExecCredential, or a token endpoint's answer."""

    token: str = Field(validation_alias=AliasChoices("token", AliasPath("status", "token"), "access_token"), repr=False)
    ends_at: AwareDatetime | None = Field(
        None, validation_alias=AliasChoices("expiresAt", AliasPath("status", "expirationTimestamp"))
    )
    lifetime: Annotated[float | None, Field(alias="expires_in", ge=0)] = None


PERSISTER = TypeAdapter(Persister)
STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, BeforeValidator(_status_object)])
LOGS = TypeAdapter(Logs)
EVENT_TYPES: TypeAdapter[list[ListedEventType]] = TypeAdapter(
    Annotated[list[ListedEventType], BeforeValidator(_only_list_in)]
)
NAMES = TypeAdapter(Names)
OBJECT = TypeAdapter(dict[str, Any])
