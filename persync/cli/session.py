"""What most commands begin with: the settings, the environment, the files, and a client of the API."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from persync.cli.embedded import embedded_sandbox
from persync.cli.errors import report_findings, warn
from persync.cli.selectors import select, unmatched
from persync.config.environment import ClientCredentials, PasswordGrant, TokenAuth
from persync.config.load import load_configuration
from persync.config.settings import find_settings, load_settings
from persync.config.variables import UNSET, Unfailing
from persync.errors import AuthenticationFailed, Severity
from persync.harvester import auth as tokens
from persync.harvester.client import Harvester
from persync.harvester.transport import Limits

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from persync.config.environment import Environment
    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.errors import Finding
    from persync.model import Persister

_TOKEN = "PERSYNC_TOKEN"  # noqa: S105 - the variable's name
_PARALLELISM = 10


def configuration_of(folder: Path | None, name: str | None) -> Configuration:
    """Load the files to look at them alone, of an environment if one is chosen or usual, or else as they are.

    A variable of the process that is not set is a warning: who only looks at the files has no secrets.

    Args:
        folder: where to look for persync.yaml, upwards; the working directory if ``None``.
        name: of the environment.

    Raises:
        ConfigError: there is no persync.yaml, it is wrong, or it has no such environment.
    """
    settings = load_settings(find_settings(folder or Path.cwd()))
    chosen = settings.environment(name, Unfailing(os.environ)) if name or settings.default_environment else None
    configuration = load_configuration(settings, chosen, os.environ)
    return replace(configuration, findings=tuple(map(_softened, configuration.findings)))


def _softened(finding: Finding) -> Finding:
    if finding.rule != UNSET:
        return finding
    return replace(finding, severity=Severity.WARNING, reason="plan and apply need it")


@dataclass(frozen=True)
class Session:
    """A configuration repository and one of its environments.

    Attributes:
        settings: of persync.yaml.
        environment: the chosen one.
    """

    settings: Settings
    environment: Environment

    @classmethod
    def open(cls, folder: Path | None, name: str | None) -> Session:
        """Find and read the settings.

        Args:
            folder: where to look for persync.yaml, upwards; the working directory if ``None``.
            name: of the environment; the default one if ``None``.

        Raises:
            ConfigError: there is no persync.yaml, it is wrong, or it has no such environment.
        """
        settings = load_settings(find_settings(folder or Path.cwd()))
        return cls(settings, settings.environment(name, os.environ))

    @cached_property
    def configuration(self) -> Configuration:
        """The files, loaded once."""
        return load_configuration(self.settings, self.environment, os.environ)

    def persisters(self, selectors: Sequence[str] = (), excluded: Sequence[str] = ()) -> tuple[Persister, ...]:
        """Return the chosen persisters; warnings about the files go to stderr.

        Raises:
            InvalidConfig: a file holds an error.
            ConfigError: a selector matches nothing.
        """
        self.configuration.check()
        report_findings(self.configuration.findings)
        for pattern in unmatched(self.configuration.persisters, excluded):
            warn(f"--exclude '{pattern}' matches no persister")
        return select(self.configuration.persisters, selectors, excluded)

    def parallelism(self, asked: int | None) -> int:
        """Return how many persisters to handle at a time: the option, the environment's setting, or 10."""
        return asked or self.environment.parallelism or _PARALLELISM

    @contextmanager
    def client(self, parallelism: int = 1, stop: threading.Event | None = None) -> Iterator[Harvester]:
        """Give a client of the environment's API; an embedded sandbox lives as long as it does.

        Args:
            parallelism: how many requests there may be at a time.
            stop: when set, the client neither waits nor tries again.

        Raises:
            AuthenticationFailed: there is no token.
            HarvesterError: the URL is none that a token may be sent to.
            SandboxUnavailable: the embedded sandbox cannot be started.
        """
        timeouts = self.environment.timeouts
        limits = Limits(connect=timeouts.connect, read=timeouts.read, parallelism=parallelism)
        if self.environment.is_sandbox:
            ids = [persister.id for persister in self.configuration.persisters]
            with (
                embedded_sandbox(self.settings.root, self.environment.sandbox_file, ids) as (url, token),
                self._harvester(url, tokens.StaticToken(token), limits, stop) as client,
            ):
                yield client
        else:
            with self._harvester(self.environment.url, self._tokens(limits, stop), limits, stop) as client:
                yield client

    def _harvester(
        self, url: str, token: tokens.TokenSource, limits: Limits, stop: threading.Event | None
    ) -> Harvester:
        return Harvester(url, token, limits, project_prefix=self.environment.project_prefix, stop=stop)

    def _tokens(self, limits: Limits, stop: threading.Event | None) -> tokens.TokenSource:
        if token := os.environ.get(_TOKEN):
            return tokens.StaticToken(token)
        match self.settings.auth(self.environment.name, os.environ):
            case TokenAuth(token=secret):
                return tokens.StaticToken(secret.get_secret_value())
            case ClientCredentials(token_url=url, client_id=client, client_secret=secret):
                return tokens.ClientCredentials(url, client, secret.get_secret_value(), limits=limits, stop=stop)
            case PasswordGrant(token_url=url, username=user, password=secret, client_id=client):
                return tokens.PasswordGrant(
                    url,
                    username=user,
                    password=secret.get_secret_value(),
                    client_id=client,
                    limits=limits,
                    stop=stop,
                )
        raise AuthenticationFailed(
            f"there is no token for environment {self.environment.name}",
            hint=f"set {_TOKEN}, or give the environment an auth.token such as ${{{{ env.MY_TOKEN }}}}",
        )
