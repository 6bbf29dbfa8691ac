"""An environment: a Granary installation, and how to reach it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter
from pydantic.alias_generators import to_camel

from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

SANDBOX = "sandbox:"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class TokenAuth(_Frozen):
    """A bearer token."""

    token: SecretStr


class ClientCredentials(_Frozen):
    """OAuth 2.0 client credentials."""

    token_url: str
    client_id: str
    client_secret: SecretStr


class PasswordGrant(_Frozen):
    """OAuth 2.0 password grant; Granary's guides do it with the client ``profile-api``."""

    token_url: str
    username: str
    password: SecretStr
    client_id: str = "profile-api"


Auth: TypeAlias = TokenAuth | ClientCredentials | PasswordGrant


_AUTH: TypeAdapter[Auth] = TypeAdapter(Auth)


def read_auth(fields: Mapping[str, str]) -> Auth:
    """Return what the fields of ``auth`` say, once the schema has judged them."""
    return _AUTH.validate_python(fields)


class Timeouts(_Frozen):
    """Patience, in seconds; ``start`` comes on top of the readiness probe's delay."""

    connect: float = 5
    read: float = 30
    start: float = 120
    stop: float = 120
    poll: float = 2


class Environment(_Frozen):
    """A Granary installation.

    Attributes:
        name: its name in persync.yaml.
        url: base address of the Harvester API; ``sandbox:`` for the local one.
        sandbox_file: the file that the sandbox remembers in, of ``sandbox:FILE``.
        project_prefix: paths begin with ``/projects/{project}``; releases before 1.2 know only the project ``global``
            and paths without it.
        overlays: folders that are laid over the persisters, as written.
        variables: what ``${{ vars.x }}`` stands for.
        timeouts: patience.
        parallelism: the most requests at one time; ``None``: not said.
        sensitive: regular expressions of more keys whose values are never shown.
    """

    name: str
    url: str
    sandbox_file: Path | None = None
    project_prefix: bool = True
    overlays: tuple[str, ...] = ()
    variables: dict[str, str] = Field(default_factory=dict)
    timeouts: Timeouts = Timeouts()
    parallelism: int | None = None
    sensitive: tuple[str, ...] = ()

    @property
    def secrets(self) -> SecretPolicy:
        """The environment's policy for secrets."""
        return SecretPolicy(self.sensitive)

    @property
    def is_sandbox(self) -> bool:
        """Whether the environment is the local sandbox."""
        return self.url.startswith(SANDBOX)
