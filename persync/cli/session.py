"""A session: the settings, an environment, its files, and a client of its API. Most commands begin with it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from persync.cli.auth.credentials import credentials_of
from persync.cli.auth.origin import require_allowed, require_allowed_network
from persync.cli.connection.settings_position import naming_the_setting
from persync.cli.embedded import embedded_sandbox
from persync.cli.errors import check_warnings
from persync.cli.line.choice import say_unresolved
from persync.cli.log.events import Observers
from persync.cli.log.requests import RequestCounts
from persync.cli.log.started import record_start
from persync.cli.options import current_run_id
from persync.cli.selectors import select, selection, warn_of_excluded
from persync.config.findings import for_run_states, of_one_environment
from persync.config.git.checkout import checkout_settings
from persync.config.load import load_configuration
from persync.config.process import Unfailing
from persync.config.variables import UNSET
from persync.credentials import BearerToken, ClientCredentials, PasswordGrant
from persync.errors import Severity

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from persync.cli.line.choice import Choice
    from persync.config.environment import Environment
    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.credentials import Credentials
    from persync.errors import Finding
    from persync.harvester.client import Harvester
    from persync.harvester.exchange import Exchange
    from persync.model import Persister
    from persync.plan.plan import Selection
    from persync.run_id import RunId


def configuration_of(folder: Path | None, name: str | None) -> Configuration:
    """Load the files for a command that only reads them: for the chosen or default environment, or for none.

    An environment variable that is not set is only a warning: such commands run without secrets.

    Args:
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
        name: of the environment.

    Raises:
        ConfigError: there is no persync.yaml, it is invalid, or it has no such environment.
    """
    settings = checkout_settings(folder)
    configuration = load_configuration(settings, environment_of(settings, name), os.environ)
    return replace(configuration, findings=tuple(map(_unset_is_a_warning, configuration.findings)))


def environment_of(settings: Settings, name: str | None) -> Environment | None:
    """Return the environment for a command that sends no request: no variable needs to be set for it.

    Args:
        settings: of persync.yaml.
        name: of the environment; the default environment if ``None``.

    Returns:
        ``None`` where no environment is named, and none is the default.

    Raises:
        ConfigError: there is no such environment.
    """
    return settings.environment(name, Unfailing(os.environ)) if name or settings.default_environment else None


def _unset_is_a_warning(finding: Finding) -> Finding:
    warning = replace(finding, severity=Severity.WARNING, reason="plan and apply need it")
    return warning if finding.rule == UNSET else finding


@dataclass(frozen=True)
class Session:
    """A configuration repository and one of its environments.

    Attributes:
        settings: of persync.yaml.
        environment: the chosen environment.
        run_id: of this call of persync.
        fails_on_warnings: warnings about the files are errors (``--strict``).
        needs_values: variables that are not set are errors; else what refers to them keeps its reference, and errors
            about properties are warnings.
        chosen: which persisters are needed with their values; in others, references stay.
        observers: who is informed about what happens.
        request_ids: the identities of all requests of this call of persync.
    """

    settings: Settings
    environment: Environment
    run_id: RunId
    request_ids: Iterator[str] = field(repr=False)
    needs_values: bool = True
    fails_on_warnings: bool = False
    chosen: Choice = None
    observers: Observers = field(default_factory=Observers)

    @classmethod
    def open(
        cls,
        folder: Path | None,
        name: str | None,
        *,
        needs_values: bool = True,
        strict: bool = False,
        chosen: Choice = None,
    ) -> Session:
        """Find and read the settings.

        Args:
            folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
            name: of the environment; the default environment if ``None``.
            needs_values: see above; false for commands that neither compare nor send values.
            strict: warnings about the files are errors.
            chosen: see above.

        Raises:
            ConfigError: there is no persync.yaml, it is invalid, or it has no such environment.
        """
        environment = (settings := checkout_settings(folder)).environment(name, os.environ)
        run_id = current_run_id()
        observers = Observers(projects=environment.projects)
        session = cls(settings, environment, run_id, run_id.request_ids(), needs_values, strict, chosen, observers)
        record_start(settings, session.environment)
        return session

    @cached_property
    def configuration(self) -> Configuration:
        """The files, loaded once."""
        if self.needs_values:
            return load_configuration(self.settings, self.environment, os.environ, chosen=self.chosen)
        found = load_configuration(self.settings, self.environment, Unfailing(os.environ), chosen=self.chosen)
        return replace(found, findings=for_run_states(found.findings))

    def persisters(
        self, selectors: Sequence[str] = (), excluded: Sequence[str] = (), *, strict: bool = True
    ) -> tuple[Persister, ...]:
        """Return the chosen persisters; warnings about the files go to stderr.

        Args:
            selectors: patterns; none for all.
            excluded: patterns.
            strict: patterns that match nothing are reported: they can only be about the files.

        Raises:
            InvalidConfig: a file holds an error.
            ConfigError: a selector matches nothing, or there are warnings that are to be errors.
        """
        self.configuration.check()
        findings = of_one_environment(self.configuration.findings, len(self.settings.environments))
        check_warnings(findings, len(self.configuration.ignored), fail=self.fails_on_warnings)
        say_unresolved(self.configuration.persisters, self.chosen)
        projects = self.environment.projects
        if strict:
            warn_of_excluded(self.configuration.persisters, excluded, projects)
        return select(self.configuration.persisters, selectors, excluded, strict=strict, projects=projects)

    def selection(
        self, chosen: Sequence[Persister], selectors: Sequence[str], excluded: Sequence[str]
    ) -> Selection | None:
        """Return what a plan of the chosen persisters reports about the choice."""
        return selection(self.configuration.persisters, chosen, selectors, excluded)

    def parallelism(self, requested: int | None) -> int:
        """Return how many persisters to handle at a time: the option, the environment's setting, or 10."""
        return requested or self.environment.parallelism or 10

    @contextmanager
    def client(
        self,
        parallelism: int = 1,
        stop: threading.Event | None = None,
        *,
        timeout: float,
        credentials: Credentials | None = None,
    ) -> Iterator[Harvester]:
        """Open a client of the environment's API, and with it the embedded sandbox if the environment is one.

        Args:
            parallelism: the most requests at a time.
            stop: when set, nothing is retried.
            timeout: how long reads are retried, in seconds from now on.
            credentials: in place of those that ``credentials`` returns.

        Raises:
            AuthenticationFailed: there is no token.
            HarvesterError: a URL is invalid, or credentials may not be sent there.
            SandboxUnavailable: the embedded sandbox cannot be started.
        """
        counts = RequestCounts()

        def observe(exchange: Exchange) -> None:
            self.observers.exchange(exchange)
            counts(exchange)

        with (
            naming_the_setting(self.settings, self.environment.name),
            self.endpoint(credentials) as (url, used),
            self._harvester(url, used, parallelism, stop, observe) as client,
        ):
            try:
                yield client.within(timeout)
            except BaseException:
                client.stop_retrying()  # or its other threads would go on, and the process wait for them
                raise
            finally:
                counts.report()

    @contextmanager
    def endpoint(self, given: Credentials | None = None) -> Iterator[tuple[str, Credentials]]:
        """Provide the URL of the environment's API and its credentials; the embedded sandbox runs in the context.

        Args:
            given: credentials in place of those that ``credentials`` returns.

        Raises:
            AuthenticationFailed: there is no token.
            HarvesterError: a URL is invalid, or credentials may not be sent there.
            SandboxUnavailable: the embedded sandbox cannot be started.
        """
        if self.environment.is_sandbox:
            ids = [self.environment.projects.live(persister.id) for persister in self.configuration.persisters]
            with embedded_sandbox(self.settings.root, self.environment.sandbox_file, ids) as (url, token):
                yield url, BearerToken(token)
        else:
            credentials = given or self.credentials()
            self.check_origin()
            self.check_token_origin(credentials)
            yield self.environment.url, credentials

    def _harvester(
        self,
        url: str,
        credentials: Credentials,
        parallelism: int,
        stop: threading.Event | None,
        observer: Callable[[Exchange], None],
    ) -> Harvester:
        # Commands that send no request start without an HTTP library.
        from persync.harvester.auth import token_source  # noqa: PLC0415 - see above
        from persync.harvester.client import Harvester  # noqa: PLC0415 - see above
        from persync.harvester.server_clock import ServerClock  # noqa: PLC0415 - see above
        from persync.harvester.transport import HttpOptions  # noqa: PLC0415 - see above

        options = HttpOptions(
            timeouts=self.environment.timeouts,
            parallelism=parallelism,
            observer=observer,
            request_ids=self.request_ids,
            network=self.environment.network,
        )
        clock = ServerClock()
        tokens = token_source(credentials, options, clock, stop)
        prefix, projects = self.environment.project_prefix, self.environment.projects
        return Harvester.at(url, tokens, options, clock=clock, project_prefix=prefix, stop=stop, projects=projects)

    def check_origin(self) -> None:
        """Check that credentials may be sent to the API, if the process says where they may be sent.

        Raises:
            HarvesterError: they may not be sent there.
        """
        require_allowed(self.environment.url, "the Harvester API's URL")
        require_allowed_network(self.environment)

    def check_token_origin(self, credentials: Credentials) -> None:
        """Check that what is needed for a token may be sent to its URL, if the process says where it may be sent.

        Raises:
            HarvesterError: it may not be sent there.
        """
        if isinstance(credentials, ClientCredentials | PasswordGrant):
            require_allowed(credentials.token_url, "the token URL")

    def credentials(self) -> Credentials:
        """Return what to sign in with.

        Raises:
            AuthenticationFailed: there is nothing, or a command that may not be run.
            InvalidConfig: a variable is not set.
        """
        return credentials_of(self.settings, self.environment.name)
