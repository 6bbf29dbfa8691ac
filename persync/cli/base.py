"""``--base REV``: the repository at a revision of git, for the commands that compare with one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from persync.cli.terminal import say
from persync.plan.attribution import Base, attributed
from persync.report.finding import finding_text
from persync.repository.git import Git
from persync.repository.history import History
from persync.repository.revision import Revision, errors_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from persync.model import PersisterId
    from persync.plan.attribution import Evidence
    from persync.plan.plan import Plan
    from persync.repository.environment import Environment
    from persync.repository.load import Repository
    from persync.repository.settings import Settings


@contextmanager
def revision_of(
    settings: Settings, environment: Environment, name: str, environ: Mapping[str, str]
) -> Iterator[Revision]:
    """Give the repository at a revision.

    Raises:
        RepositoryError: there is no git repository, or no such revision in it.
    """
    git = Git(settings.root.absolute())
    commit = git.commit(name)
    with git.objects() as objects:
        yield Revision(git, objects, commit, settings, environment, environ)


def repository_at(revision: Revision, name: str) -> Repository:
    """Return what the revision wants; say on stderr what of it cannot be read."""
    repository = revision.repository()
    if errors := errors_of(repository):
        _warn(f"base {name} has errors in its files, so what it wants is not known where they are; the first:")
        say(f"  {finding_text(errors[0])}")
    elif repository.findings and not repository.persisters:
        _warn(f"base {name} has no environment {revision.environment.name}, so nothing of it is in the base")
    return repository


def attribute(
    plan: Plan, evidence: Mapping[PersisterId, Evidence], revision: Revision, before: Repository, name: str
) -> Plan:
    """Return the plan with its differences attributed; say on stderr where that cannot be done."""
    history = History(revision)
    base = Base(name, {one.id: one for one in before.persisters}, history.older, forgets=history.is_cut_off())
    labelled = attributed(plan, evidence, base, revision.environment.sensitive)
    if base.forgets and any(change.attribution is None for one in labelled.persisters for change in one.changes):
        _warn(
            "this clone is shallow, and its history too short to tell what is pending from what was changed by hand:"
            " some differences have no label; fetch more of it first: git fetch --deepen=50"
        )
    return labelled


def _warn(text: str) -> None:
    say(f"{click.style('warning:', fg='yellow')} {text}")
