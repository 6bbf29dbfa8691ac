"""An export into a GrApp folder: no request is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.apply.body import put_body
from persync.cli.errors import report_findings
from persync.cli.exporting.shown import (
    say_exported,
    say_ignored,
    say_others,
    say_rest,
    say_run_states,
    say_secrets,
    show_files,
)
from persync.cli.exporting.writing import check_free, check_inside, check_one_live_project, write_all
from persync.cli.selectors import select, warn_of_excluded
from persync.cli.session import environment_of
from persync.cli.terminal import say
from persync.config.git.checkout import checkout_settings
from persync.config.load import load_configuration
from persync.config.process import Keeping
from persync.errors import ConfigError
from persync.grapp.secrets import secrets_of
from persync.grapp.write import grapp_in, persister_file, persister_path, rest_of
from persync.plan.ignoring.update import Update
from persync.projects import SAME
from persync.properties.secrets import SecretPolicy
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persync.model import Persister
    from persync.projects import Projects


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``persync export``.

    Attributes:
        target: the GrApp folder, or the one that it is in.
        selectors: shell patterns over project/event-type; none for all.
        excluded: patterns of those to pass over.
        project: the project to export; ``None`` where the selection has one only.
        with_secrets: write the values of secrets; else the references to them.
        dry_run: write nothing.
        force: overwrite files that exist.
    """

    target: Path
    selectors: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    project: str | None = None
    with_secrets: bool = False
    dry_run: bool = False
    force: bool = False


def export_grapp(request: Request, folder: Path | None, name: str | None) -> None:
    """Export the persisters of an environment.

    Args:
        request: the options.
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
        name: of the environment; the default environment if ``None``, or none if there is no default.

    Raises:
        ConfigError: persync.yaml, an option or the GrApp folder cannot be used, or a file would be overwritten; nothing
            was written.
        InvalidConfig: the files hold errors, or a variable is not set; nothing was written.
        PersyncError: a file cannot be written. Those before it are written, and whole.
    """
    settings = checkout_settings(folder)
    environment = environment_of(settings, name)
    environ = os.environ if request.with_secrets else Keeping(os.environ)
    configuration = load_configuration(settings, environment, environ)
    configuration.check()
    report_findings(configuration.findings)
    projects = environment.projects if environment else SAME
    chosen = _chosen(request, configuration.persisters, projects)
    if not chosen:
        say("nothing to export")
        return
    grapp = grapp_in(request.target)
    paths = {each.id: persister_path(grapp, projects.live(each.id)) for each in chosen}
    check_inside(request.target, paths.values())
    policy = environment.secrets if environment else SecretPolicy()
    files = [
        persister_file(
            paths[each.id],
            each,
            put_body(Update(each)),
            secrets_of(each, policy, are_kept=not request.with_secrets),
            projects.live(each.id).event_type,
        )
        for each in chosen
    ]
    check_free(files, force=request.force)
    ids = [each.id for each in configuration.persisters]
    rest = rest_of(grapp, files, (pid._replace(event_type=projects.live(pid).event_type) for pid in ids))
    if not request.dry_run:
        write_all(files)
    show_files(files)
    say_exported(files, dry_run=request.dry_run)
    say_others(chosen, configuration.persisters)
    say_rest(rest)
    say_run_states(chosen)
    say_ignored(chosen)
    say_secrets(files)


def _chosen(request: Request, persisters: Sequence[Persister], names: Projects) -> Sequence[Persister]:
    """Return the persisters that were requested: of one project.

    Raises:
        ConfigError: there is no such project, a selector matches nothing, or they are of several projects, in the files
            or in the installation.
    """
    projects = sorted({each.id.project for each in persisters})
    if request.project is not None and request.project not in projects:
        hint = did_you_mean(request.project, projects) or f"the projects are {', '.join(projects)}"
        raise ConfigError(f"no persister is in project '{request.project}'", hint=hint)
    candidates = [each for each in persisters if request.project in {None, each.id.project}]
    warn_of_excluded(candidates, request.excluded, names)
    chosen = select(candidates, request.selectors, request.excluded, projects=names)
    found = sorted({each.id.project for each in chosen})
    if len(found) > 1:
        message = f"a GrApp folder is one project, and the persisters are of {len(found)}: {', '.join(found)}"
        raise ConfigError(message, hint="choose one with --project, and another folder for each")
    check_one_live_project(chosen, names)
    return chosen
