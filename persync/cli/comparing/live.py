"""What the servers of two environments hold."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from persync.cli.auth.credentials import auth_of
from persync.cli.auth.origin import ORIGINS
from persync.cli.comparing.files import base_name, common_policy, patterns_of, valid_configurations
from persync.cli.log.events import Observers
from persync.cli.progress import ReadProgress
from persync.cli.selectors import select, selection
from persync.cli.session import Session
from persync.cli.signals import signals
from persync.config.git.cli import commit_of
from persync.config.process import Unfailing
from persync.config.variables import TOKEN
from persync.credentials import BearerToken
from persync.errors import AuthenticationFailed
from persync.plan.environments.live import Installation, compare_all
from persync.plan.events import both
from persync.plan.parts.compared import Compared
from persync.plan.plan import IgnoredProperties, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persync.cli.comparing.arguments import Comparison
    from persync.credentials import Credentials
    from persync.model import PersisterId


class _Named(NamedTuple):
    id: PersisterId


def compare_live(
    comparison: Comparison, excluded: Sequence[str], folder: Path | None, parallelism: int | None, timeout: float
) -> Plan:
    """Return what differs between the servers of two environments, as a plan of kind ``diff``.

    Args:
        comparison: which environments and persisters.
        excluded: patterns.
        folder: where the search for persync.yaml begins.
        parallelism: how many persisters are read at a time; ``None``: that of the second environment.
        timeout: how long reads are retried, in seconds.

    Raises:
        ConfigError: a selector matches nothing.
        InvalidConfig: the files hold errors in one of the environments.
        HarvesterError: an API cannot be used, or credentials may not be sent there.
    """
    before = Session.open(folder, comparison.before, needs_values=False)
    after = _beside(before, comparison.after)
    settings, environments = before.settings, (before.environment, after.environment)
    older, newer = valid_configurations(settings, environments, Unfailing(os.environ))
    everything = [_Named(each.id) for each in newer.persisters]
    chosen = select(everything, comparison.selectors, excluded, projects=after.environment.projects)
    credentials = credentials_of(before, after)
    at_a_time = after.parallelism(parallelism)
    with (
        signals() as received,
        before.client(
            at_a_time, received.interruption.immediately, timeout=timeout, credentials=credentials[0]
        ) as first,
        after.client(
            at_a_time, received.interruption.immediately, timeout=timeout, credentials=credentials[1]
        ) as second,
        ReadProgress(len(chosen), second.throttling) as progress,
    ):
        found = compare_all(
            Installation(before.environment.name, first, {each.id: each for each in older.persisters}),
            Installation(after.environment.name, second, {each.id: each for each in newer.persisters}),
            [each.id for each in chosen],
            common_policy(*environments),
            at_a_time,
            both(progress, after.observers.event),
        )
    pairs = zip(chosen, found, strict=True)
    return Plan(
        kind="diff",
        environment=after.environment.name,
        url=after.environment.url,
        base=base_name(before.environment),
        commit=commit_of(settings.root, patterns_of(settings, comparison)),
        persisters=tuple(each.plan for each in found if each.plan),
        in_sync=sum(each.plan is None for each in found),
        ignored=tuple(IgnoredProperties(id=named.id, properties=each.ignored) for named, each in pairs if each.ignored),
        warnings=tuple(warning for each in found for warning in each.warnings),
        compared=Compared(environment=before.environment.name, url=before.environment.url, live=True),
        selection=selection(everything, chosen, comparison.selectors, excluded),
    )


def _beside(session: Session, name: str) -> Session:
    """Return a session of another environment, in the same call of persync: no two requests have the same identity.

    Raises:
        ConfigError: there is no such environment.
    """
    environment = session.settings.environment(name, os.environ)
    return replace(session, environment=environment, observers=Observers())  # what is read is read of both


def credentials_of(before: Session, after: Session) -> tuple[Credentials | None, Credentials | None]:
    """Return what each environment signs in with; ``None`` for a sandbox, which has its own token.

    No token goes to a server that it may not be for: ``auth`` of an environment goes before ``PERSYNC_TOKEN``, which
    is used only where it is certain which server it is for. Nothing has been sent when this raises.

    Raises:
        AuthenticationFailed: one has no token, or the same one would be sent to two servers.
        HarvesterError: credentials may not be sent to one of the servers.
        InvalidConfig: a variable is not set.
    """
    bound = os.environ.get(ORIGINS) is not None or _same_server(before, after)
    found = (_own(before, bound=bound), _own(after, bound=bound))
    if not bound and isinstance(found[0], BearerToken) and found[0] == found[1]:
        raise AuthenticationFailed(
            f"environments {before.environment.name} and {after.environment.name} have the same token, and it would be"
            " sent to two servers: nothing was sent",
            hint=f"give each a token of its own; or name both origins in {ORIGINS}, if it is for both",
        )
    for session, credentials in zip((before, after), found, strict=True):
        if credentials:
            session.check_origin()
            session.check_token_origin(credentials)
    return found


def _own(session: Session, *, bound: bool) -> Credentials | None:
    environment = session.environment
    if environment.is_sandbox:
        return None
    if credentials := auth_of(session.settings, environment.name):
        return credentials
    if not (token := os.environ.get(TOKEN)):
        return session.credentials()  # raises
    if not bound:
        raise AuthenticationFailed(
            f"{TOKEN} may be for either of two servers, so it is not sent to that of environment {environment.name}",
            hint=f"set {ORIGINS} to the origin that it is for, and give the other environment auth",
        )
    return BearerToken(token)


def _same_server(before: Session, after: Session) -> bool:
    """Return whether there is one server that credentials may be sent to."""
    if before.environment.is_sandbox or after.environment.is_sandbox:
        return True
    from persync.harvester.address import Address  # noqa: PLC0415 - commands that send no request start without it

    first, second = (Address.of(each.environment.url, "the Harvester API's URL") for each in (before, after))
    return first.origin == second.origin
