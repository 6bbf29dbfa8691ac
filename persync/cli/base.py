"""``--base REV``: the repository at a revision of git, for the commands that compare with one.

The base is the commit where this branch left REV, as in a pull request: what others committed there since is not what
this branch changes.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from persync.cli.terminal import say
from persync.config.git.cli import MOST_COMMITS, Git
from persync.config.git.history import History
from persync.config.git.revision import Revision, errors_of
from persync.plan.attribution import Base, attributed
from persync.report.printable import printable
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from persync.config.environment import Environment
    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.model import PersisterId
    from persync.plan.attribution import Evidence
    from persync.plan.plan import Plan

_MORE = f"git fetch --deepen={MOST_COMMITS}"


@dataclass(frozen=True, slots=True)
class Before:
    """What is compared with.

    Attributes:
        name: the revision as it was named.
        revision: the commit where this branch left it.
        configuration: what the files there say.
        tip: the revision itself, if it has commits that this branch lacks.
        warnings: what cannot be known of the base.
    """

    name: str
    revision: Revision
    configuration: Configuration
    tip: Revision | None
    warnings: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether all of the files could be read."""
        return not errors_of(self.configuration)


@contextmanager
def base_of(settings: Settings, environment: Environment, name: str, environ: Mapping[str, str]) -> Iterator[Before]:
    """Give what the files said where this branch left a revision.

    Args:
        settings: the settings now.
        environment: the environment now.
        name: the revision.
        environ: what ``${{ env.X }}`` and ``${{ secret.X }}`` stand for.

    Raises:
        ConfigError: there is no git configuration, or no such revision in it.
    """
    git = Git(settings.root.absolute())
    commit = git.commit(name)
    parting = git.merge_base(commit)
    with git.objects() as objects:
        tip = Revision(git, objects, commit, settings, environment, environ)
        revision = replace(tip, commit=parting or commit)
        configuration = revision.configuration()
        warnings = [] if parting else [_no_parting(git, name)]
        warnings += _gaps(revision, configuration, name)
        ahead = tip if revision.commit != commit else None
        yield Before(name, revision, configuration, ahead, tuple(warnings))


def attribute(plan: Plan, evidence: Mapping[PersisterId, Evidence], before: Before) -> Plan:
    """Return the plan with its differences attributed, and with warnings where that cannot be done."""
    revision, history = before.revision, History(before.revision)
    base = Base(
        before.name,
        {one.id: one for one in revision.known(before.configuration)},
        history.older,
        forgets=history.is_cut_off(),
        whole=before.whole,
    )
    if before.tip:
        base = replace(base, newer=History(before.tip, beyond="HEAD").of)
    labelled = attributed(plan, evidence, base, revision.environment.sensitive)
    warnings = list(before.warnings)
    if before.tip and labelled.theirs:
        warnings.append(_behind(before.tip, before.name, labelled.theirs))
    if labelled.unknown:
        warnings.append(
            "this clone is shallow, and its history too short to tell what is pending from what was changed by hand:"
            f" some differences have no label; fetch more of it first: {_MORE}"
        )
    return labelled.plan.model_copy(update={"warnings": tuple(warnings)})


def say_warnings(plan: Plan) -> None:
    """Say the warnings about the whole plan on stderr, for a report that is not for people."""
    for warning in plan.warnings:
        say(f"{click.style('warning:', fg='yellow')} {printable(warning)}")


def _no_parting(git: Git, name: str) -> str:
    if git.is_shallow():
        return (
            f"this clone is shallow, and its history too short to tell where this branch left {name}: compared with"
            f" {name} itself, so what others changed there since may count as this branch's; fetch more of it first:"
            f" {_MORE}"
        )
    return f"{name} and this branch have no commit in common: compared with {name} itself"


def _gaps(revision: Revision, configuration: Configuration, name: str) -> Iterator[str]:
    """Yield why the base may not have what it seems to lack."""
    if errors := errors_of(configuration):
        first = f"{errors[0].span}: {errors[0].message}"
        yield f"base {name} has errors in its files, so what it wants is not known where they are; the first: {first}"
    for finding in configuration.findings:
        if finding.rule == "no-settings":
            yield f"in base {name} {finding.message}, so everything counts as new{_elsewhere(revision)}"
        elif finding.rule == "unknown-environment":
            yield f"in base {name} {finding.message}, so everything counts as new"


def _elsewhere(revision: Revision) -> str:
    found = revision.settings_elsewhere()
    return f"; the base has {found[0]}" if len(found) == 1 else ""


def _behind(tip: Revision, name: str, theirs: int) -> str:
    lacking, differences = number(tip.git.count_ahead(tip.commit), "commit"), number(theirs, "difference")
    are, them = ("is", "it") if theirs == 1 else ("are", "them")
    return (
        f"{name} has {lacking} that this branch lacks, and {differences} without a label {are} live from there:"
        f" an apply would revert {them}; merge or rebase first"
    )
