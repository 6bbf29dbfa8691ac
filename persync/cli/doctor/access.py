"""Checks of token, clock and roles."""

from __future__ import annotations

import os
import time
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any

from persync.apply.token_end import seconds_for_restart
from persync.cli.doctor.report import Status, failed, ok, skipped, warning
from persync.config.variables import TOKEN
from persync.credentials import BearerToken, ClientCredentials, TokenCommand
from persync.errors import AccessDenied, AuthenticationFailed, HarvesterError, Interrupted, NotFound, UnknownPath
from persync.harvester.auth import claims, expiry, token_source
from persync.harvester.jwt import end_text, moment_text, span_text
from persync.harvester.probe.behaviour import clock_skews
from persync.report.wording import number

if TYPE_CHECKING:
    from persync.cli.doctor.examination import Examination
    from persync.cli.doctor.report import Result
    from persync.credentials import Credentials
    from persync.model import PersisterId

PAGE = 20
"""Event types of a first page: the API's default."""
_MOST_PROJECTS = 20
_MOST_LISTED = 1000
"""Event types that are listed to find projects: 50 requests."""
_MOST_SKEW = 30.0  # s; a token's times are checked by the server's clock, usually with some tolerance
_REMEDY = "use a fresh token, or auth with a tokenUrl, which persync renews"


def token(examination: Examination) -> Result:
    """Get a token, find out how long it is valid, and renew it if that is possible.

    Args:
        examination: with the address; gets credentials, tokens and client.

    Returns:
        Failed if there is none, or it has ended; a warning if it ends before a restart can.
    """
    session = examination.session
    if not session.environment.is_sandbox:
        examination.credentials = session.credentials()
        session.check_token_origin(examination.credentials)
    credentials = examination.credentials
    examination.tokens = tokens = token_source(credentials, examination.options, examination.clock, examination.stop)
    client = examination.new_client(project_prefix=session.environment.project_prefix)
    examination.client = examination.resources.enter_context(client)
    if isinstance(credentials, BearerToken):
        return _fixed(examination, _source(examination))
    first = tokens.token()
    if isinstance(credentials, TokenCommand):
        return ok(
            f"{credentials.argv[0]} printed a token; it runs again before a token ends{_lifetime(examination, first)}"
        )
    tokens.refresh()
    second = tokens.token()
    renewal = "renewal works" if first != second else "the second request gave the same token"
    return ok(f"signed in {_who(credentials)} at {credentials.token_url}; {renewal}{_lifetime(examination, second)}")


def _lifetime(examination: Examination, token: str) -> str:
    ends = expiry(token)
    return "" if ends is None else f"; each is valid for {span_text(ends - examination.clock.now())}"


def _source(examination: Examination) -> str:
    if examination.session.environment.is_sandbox:
        return "the sandbox's token"
    return TOKEN if os.environ.get(TOKEN) else "auth.token"


def _who(credentials: Credentials) -> str:
    if isinstance(credentials, ClientCredentials):
        return f"as client {credentials.client_id}"
    return "as a user"


def _fixed(examination: Examination, source: str) -> Result:
    ends = examination.client.token_ends_at()
    if ends is None:
        return ok(f"{source}; when it ends is not known, as it is no JWT with an end")
    left = ends - time.time()
    if left <= 0:
        return failed(f"{source} {end_text(ends, time.time())}", _REMEDY)
    timeouts = examination.session.environment.timeouts
    text = f"{source} ends at {moment_text(ends)}: an apply may last {span_text(left)}"
    if left < (needed := seconds_for_restart(timeouts)):
        limits = f"timeouts: stop {timeouts.stop:g}, update {timeouts.update:g}, read {timeouts.read:g}"
        return warning(f"{text}, and a restart may need {needed:g} s ({limits})", _REMEDY)
    return ok(text)


def access(examination: Examination) -> Result:
    """Check that the token is accepted: the list without a project, which shows the projects, too.

    Args:
        examination: with the client; gets the event types of the list.

    Returns:
        Failed if the API refuses the token, a warning if its user may not read the list.
    """
    try:
        with examination.new_client(project_prefix=False) as plain:
            examination.listed = tuple(islice(plain.event_types(None), _MOST_LISTED))
    except AuthenticationFailed as error:
        return failed(error.message, error.hint)
    except AccessDenied as error:
        return warning(f"accepted, but the list of event types may not be read: {error.message}", error.hint)
    count = number(len(examination.listed), "event type")
    more = " or more" if len(examination.listed) == _MOST_LISTED else ""
    projects = {entry.project for entry in examination.listed}
    return ok(f"accepted; the list shows {count}{more} in {number(len(projects), 'project')}")


def clock(examination: Examination) -> Result:
    """Compare this machine's clock with the server's, by the ``Date`` of the answers.

    Args:
        examination: with the exchanges so far.

    Returns:
        A warning if they differ by more than 30 s; skipped if no answer has a date.
    """
    skews = clock_skews(examination.exchanges)
    if not skews:
        return skipped("no answer has a Date")
    skew = median(skews)
    if abs(skew) <= _MOST_SKEW:
        return ok("this machine's clock agrees with the server's (Date)")
    direction = "behind" if skew > 0 else "ahead of"
    return warning(
        f"this machine's clock is {span_text(abs(skew))} {direction} the server's:"
        " the times of runs and reports are not those of its log",
        "synchronize the clock (NTP)",
    )


def roles(examination: Examination) -> Result:
    """Find out what the token's user may read, project by project.

    Args:
        examination: with the client; gets the persisters that can be read.

    Returns:
        Failed if a project cannot be read, a warning if a persister of the files does not exist.
    """
    projects = list(dict.fromkeys(pid.project for pid in examination.ids))
    projects += [entry.project for entry in examination.listed if entry.is_named and entry.project not in projects]
    projects = list(dict.fromkeys(projects))
    if not projects:
        return skipped("neither the files nor the list name a project")
    found = [_role(examination, project) for project in projects[:_MOST_PROJECTS]]
    details = [
        f"{_with_live(examination, project)}: {text}" for project, (_, text) in zip(projects, found, strict=False)
    ]
    if len(projects) > len(found):
        details.append(f"and {number(len(projects) - len(found), 'more project')}")
    denied = sum(status is Status.FAILED for status, _ in found)
    counted = number(len(found), "project")
    if denied:
        hint = "ask for the role viewer, and for apply the role editor, in these projects"
        return failed(f"{denied} of {counted} cannot be read", hint, *details)
    if any(status is Status.WARNING for status, _ in found):
        return warning(f"{counted}; not every persister of the files exists", "check the names in the files", *details)
    return ok(f"{counted} can be read", *details)


def _role(examination: Examination, project: str) -> tuple[Status, str]:
    client = examination.client
    try:
        listed = tuple(islice(client.event_types(project), PAGE))
    except Interrupted:
        raise
    except UnknownPath as error:
        return Status.FAILED, error.message
    except HarvesterError as error:
        return Status.FAILED, f"{error.message}{_named_roles(examination, project)}"
    examination.listed += tuple(entry for entry in listed if entry not in examination.listed)
    known = [pid for entry in listed if entry.is_named for pid in entry.persisters]
    chosen = [pid for pid in examination.ids if pid.project == project][:1] or known[:1]
    text = f"{number(len(listed), 'event type')}{' or more' if len(listed) == PAGE else ''}"
    for pid in chosen:
        try:
            client.read_full(pid)
        except Interrupted:
            raise
        except NotFound:
            return Status.WARNING, f"{text}; {pid} does not exist{_named_roles(examination, project)}"
        except HarvesterError as error:
            return Status.FAILED, f"{text}; {error.message}{_named_roles(examination, project)}"
    examination.readable += tuple(dict.fromkeys((*chosen, *known)))
    can = f"; can read {chosen[0]}" if chosen else "; no persister to read"
    return Status.OK, f"{text}{can}{_named_roles(examination, project)}"


def _with_live(examination: Examination, project: str) -> str:
    """Return a project as it is shown: ``web``, or ``web (live: web-dev)``."""
    live = examination.client.projects.live_projects(project)
    return project if live == (project,) else f"{project} (live: {', '.join(live)})"


def _named_roles(examination: Examination, project: str) -> str:
    """Return the roles that a JWT of Keycloak names for a project: in release 1.2 each project is a client of its."""
    clients: Any = claims(examination.tokens.token()).get("resource_access")
    live = examination.client.projects.live_projects(project)[0]
    entry = clients.get(live) if isinstance(clients, dict) else None
    named = entry.get("roles") if isinstance(entry, dict) else None
    if not isinstance(named, list) or not named:
        return ""
    return f"; the token names the roles {', '.join(map(str, named))}"


def ids_to_read(examination: Examination, most: int) -> list[PersisterId]:
    """Return some persisters that can be read, of each event store at least one."""
    by_store: dict[str, list[PersisterId]] = {}
    for pid in dict.fromkeys(examination.readable):
        by_store.setdefault(pid.eventstore, []).append(pid)
    share = max(1, most // max(1, len(by_store)))
    return [pid for ids in by_store.values() for pid in ids[:share]]
