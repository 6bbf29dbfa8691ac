"""``--base REV``: the configuration at a revision of git, for the commands that compare with it.

The base is the merge base of this branch and REV, as in a pull request: commits that were added to REV since then are
not changes of this branch.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from persync.config.git.cli import MOST_COMMITS, Git
from persync.config.git.history import History
from persync.config.git.revision import Revision, errors_of
from persync.config.load import Configuration
from persync.config.settings_changes import changed_settings
from persync.config.yaml.typed import typed
from persync.plan.attribution import Base, attributed
from persync.projects import identified, moved
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from persync.config.environment import Environment
    from persync.config.settings import Settings
    from persync.model import Persister, PersisterId
    from persync.plan.compare import Evidence
    from persync.plan.plan import Plan
    from persync.projects import Projects

_MOST_SETTINGS = 8
"""The most changed settings to name in a warning."""
_FETCH_MORE = f"git fetch --deepen={MOST_COMMITS}"


@dataclass(frozen=True, slots=True)
class BaseConfiguration:
    """The configuration to compare with.

    Attributes:
        name: the revision as given by the user.
        revision: the merge base of this branch and the revision.
        configuration: the configuration at the merge base.
        projects: the names of the installation at the merge base.
        tip: the revision itself, if it has commits that are not in this branch.
        warnings: what is unknown about the base, for the user.
    """

    name: str
    revision: Revision
    configuration: Configuration
    projects: Projects
    tip: Revision | None
    warnings: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether the configuration is complete: no file has errors that hide a part of it."""
        return not errors_of(self.configuration)


@contextmanager
def base_of(
    settings: Settings,
    environment: Environment,
    name: str,
    environ: Mapping[str, str],
    described: Iterable[Persister],
) -> Iterator[BaseConfiguration]:
    """Provide the configuration at the merge base of this branch and a revision.

    Args:
        settings: the current settings.
        environment: the current environment.
        name: the revision.
        environ: the variables for ``${{ env.X }}`` and ``${{ secret.X }}``.
        described: all persisters of the files.

    Raises:
        ConfigError: the configuration is not in a git repository, or the revision does not exist.
    """
    git = Git(settings.root.absolute())
    commit = git.commit(name)
    merge_base = git.merge_base(commit)
    with git.objects() as objects:
        tip = Revision(git, objects, commit, settings, environment, environ)
        revision = replace(tip, commit=merge_base or commit)
        configuration, projects = revision.configuration(), revision.projects()
        both = {each.id for each in described} & {each.id for each in configuration.persisters}
        warnings = [*_settings_changes(revision), *_moved(both, projects, environment)]
        warnings += [] if merge_base else [_no_merge_base(git, name)]
        warnings += _incomplete(revision, configuration, name)
        is_ahead = revision.commit != commit
        yield BaseConfiguration(name, revision, configuration, projects, tip if is_ahead else None, tuple(warnings))


def attribute(plan: Plan, evidence: Mapping[PersisterId, Evidence], before: BaseConfiguration) -> Plan:
    """Return the plan with an attribution for each difference, and with warnings about those that cannot be attributed.

    Args:
        plan: the plan, without attributions.
        evidence: the desired and live persisters that the plan was made from.
        before: the configuration to compare with.
    """
    revision, history = before.revision, History(before.revision)
    complete = revision.complete_persisters(before.configuration)
    base = Base(
        before.name,
        {persister.id: persister for persister in identified(complete, before.projects, revision.environment.projects)},
        history.older,
        forgets=history.is_cut_off(),
        whole=before.whole,
    )
    if before.tip:
        base = replace(base, newer=History(before.tip, exclude="HEAD").newest_first)
    labelled = attributed(plan, evidence, base, revision.environment.secrets)
    warnings = list(before.warnings)
    if before.tip and labelled.newer:
        warnings.append(_behind(before.tip, before.name, labelled.newer))
    if labelled.unknown:
        warnings.append(
            "this clone is shallow and its history is too short to tell pending changes from drift,"
            f" so some differences have no label; fetch more history first: {_FETCH_MORE}"
        )
    return labelled.plan.model_copy(update={"warnings": (*plan.warnings, *warnings)})


def _settings_changes(revision: Revision) -> Iterator[str]:
    """Yield a warning if the settings are not those of the revision: they decide how everything else is read."""
    at_revision = revision.open(revision.tree())
    if isinstance(at_revision, Configuration):
        return  # they are missing or have errors, which has warnings of its own
    before, now = (typed(settings.document) for settings in (at_revision[0], revision.settings))
    if changed := changed_settings(before, now, revision.environment.name):
        more = number(len(changed) - _MOST_SETTINGS, "more setting") if len(changed) > _MOST_SETTINGS else ""
        names = ", ".join((*changed[:_MOST_SETTINGS], *filter(None, (more,))))
        yield (
            f"this branch changes the settings in {revision.settings.shown(revision.settings.path)}: {names};"
            " review them first: they decide where the token is sent, which files count, what is hidden and what an"
            " apply may do"
        )


def _moved(ids: Iterable[PersisterId], then: Projects, environment: Environment) -> Iterator[str]:
    """Yield a warning if names of the files mean other live persisters than at the base."""
    if found := moved(ids, then, environment.projects):
        named = [
            f"{name} was {before} in the installation at the base, and is {now} now" for name, before, now in found
        ]
        more = [number(len(found) - _MOST_SETTINGS, "more name")] if len(found) > _MOST_SETTINGS else []
        yield (
            f"this branch leads files to other live persisters (projects of environment {environment.name}):"
            f" {'; '.join((*named[:_MOST_SETTINGS], *more))}"
        )


def _no_merge_base(git: Git, name: str) -> str:
    if git.is_shallow():
        return (
            f"this clone is shallow and its history is too short to find the merge base of this branch and {name},"
            f" so the base is {name} itself; changes that others made there may be attributed to this branch;"
            f" fetch more history first: {_FETCH_MORE}"
        )
    return f"{name} and this branch have no common commit, so the base is {name} itself"


def _incomplete(revision: Revision, configuration: Configuration, name: str) -> Iterator[str]:
    """Yield warnings about persisters that the base may have although they were not found there."""
    if errors := errors_of(configuration):
        first = f"{errors[0].span}: {errors[0].message}"
        yield f"base {name} has errors in its files, so a part of its configuration is unknown; first error: {first}"
    for finding in configuration.findings:
        if finding.rule == "no-settings":
            yield f"in base {name} {finding.message}, so everything counts as new{_elsewhere(revision)}"
        elif finding.rule == "unknown-environment":
            yield f"in base {name} {finding.message}, so everything counts as new"


def _elsewhere(revision: Revision) -> str:
    """Return where the base has its persync.yaml, if there is exactly one."""
    found = revision.settings_elsewhere()
    return f"; the base has {found[0]}" if len(found) == 1 else ""


def _behind(tip: Revision, name: str, theirs: int) -> str:
    ahead = tip.git.count_ahead(tip.commit)
    commits, differences = number(ahead, "commit"), number(theirs, "difference")
    are = "is" if ahead == 1 else "are"
    come, have, them = ("comes", "has", "it") if theirs == 1 else ("come", "have", "them")
    return (
        f"{name} has {commits} that {are} not in this branch; {differences} {come} from there and {have} no label:"
        f" an apply would revert {them}; merge or rebase first"
    )
