"""The journal of an apply: begun before its first write, ended with its result."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from persync import __version__
from persync.apply.journal.lines import Head
from persync.apply.journal.prune import prune
from persync.apply.journal.writer import journal, now
from persync.config.journal import journals_to_keep
from persync.plan.store import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from persync.apply.journal.writer import Journal
    from persync.cli.session import Session
    from persync.plan.plan import Plan

_SALT = 16  # bytes
_USERS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN")
"""Who started a job of a CI, where every process is of the same user."""


@contextmanager
def recording(session: Session, plan: Plan, folder: Path) -> Iterator[Journal]:
    """Keep the journal of applying a plan while the context lasts; then remove the oldest ones.

    Raises:
        PersyncError: it cannot be written.
    """
    head = Head(
        run=str(session.run_id),
        time=now(),
        persync=__version__,
        user=next(filter(None, map(os.environ.get, _USERS)), None) or _user(),
        host=socket.gethostname(),
        environment=plan.environment,
        url=plan.url,
        commit=plan.commit,
        plan_digest=digest_of(plan),
        rollback_of=plan.rollback_of.run if plan.rollback_of else None,
        request=plan.request,
        salt=secrets.token_hex(_SALT),
    )
    environment = session.environment
    with journal(folder, session.run_id, head, environment.secrets, environment.projects) as written:
        yield written
    prune(folder, plan.environment, journals_to_keep(session.settings))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's process may have a user without a name
        return str(os.getuid())
