"""An environment: a Granary installation, and how to reach it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from persync.credentials import BearerToken, ClientCredentials, PasswordGrant, TokenCommand
from persync.model import Timeouts
from persync.network import Network
from persync.projects import SAME, Projects
from persync.properties.secrets import SecretPolicy
from persync.rollout import Rollout
from persync.safety import Safety

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from persync.credentials import Credentials

SANDBOX = "sandbox:"


@dataclass(frozen=True, slots=True)
class Environment:
    """A Granary installation.

    Attributes:
        name: its name in persync.yaml.
        url: base address of the Harvester API; ``sandbox:`` for the local sandbox.
        sandbox_file: the file in which the sandbox stores its state, of ``sandbox:FILE``.
        project_prefix: paths begin with ``/projects/{project}``; releases before 1.2 have only the project ``global``
            and paths without it.
        overlays: folders with overlays, as in the file.
        variables: the values of ``${{ vars.x }}``.
        timeouts: how long to wait for the API and for run states.
        rollout: the order in which an apply changes persisters, and how many may be down.
        parallelism: the most requests at one time; ``None``: not configured.
        secrets: its policy for secrets.
        safety: what an apply may not do.
        managed: selectors of what the files describe completely.
        projects: the names of the installation, where they are not those of the files.
        network: how its servers are reached: ``tls`` and ``proxy``.
    """

    name: str
    url: str
    sandbox_file: Path | None = None
    project_prefix: bool = True
    overlays: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    timeouts: Timeouts = field(default_factory=Timeouts)
    rollout: Rollout = field(default_factory=Rollout)
    parallelism: int | None = None
    secrets: SecretPolicy = field(default_factory=SecretPolicy)
    safety: Safety = field(default_factory=Safety)
    managed: tuple[str, ...] = ()
    projects: Projects = SAME
    network: Network = field(default_factory=Network)

    @property
    def is_sandbox(self) -> bool:
        """Whether the environment is the local sandbox."""
        return self.url.startswith(SANDBOX)


def read_environment(fields: Mapping[str, Any]) -> Environment:
    """Return an environment.

    Args:
        fields: its fields as in persync.yaml, valid by the schema, and ``name``, ``sandboxFile`` and ``network``.
    """
    parallelism = fields.get("parallelism")
    return Environment(
        name=fields["name"],
        url=fields["url"],
        sandbox_file=fields.get("sandboxFile"),
        project_prefix=fields.get("projectPrefix", True),
        overlays=tuple(fields.get("overlays", ())),
        variables=fields.get("variables", {}),
        timeouts=Timeouts(**{name: float(seconds) for name, seconds in fields.get("timeouts", {}).items()}),
        rollout=Rollout.of(fields.get("rollout", {})),
        parallelism=None if parallelism is None else int(parallelism),
        secrets=SecretPolicy(tuple(fields.get("sensitive", ()))),
        safety=Safety.of(fields.get("safety", {})),
        managed=tuple(fields.get("managed", ())),
        projects=Projects.of(fields.get("projects", {})),
        network=fields.get("network", Network()),
    )


def read_credentials(fields: Mapping[str, str], command: tuple[str, ...] = ()) -> Credentials:
    """Return credentials.

    Args:
        fields: the fields of ``auth`` in persync.yaml, valid by the schema, references to variables replaced.
        command: its ``command``: a program and its arguments.
    """
    if command:
        return TokenCommand(command)
    if "token" in fields:
        return BearerToken(fields["token"])
    if "username" not in fields:
        return ClientCredentials(fields["tokenUrl"], fields["clientId"], fields["clientSecret"])
    grant = PasswordGrant(fields["tokenUrl"], fields["username"], fields["password"])
    if "clientId" in fields:
        return replace(grant, client_id=fields["clientId"], client_secret=fields.get("clientSecret", ""))
    return grant
