"""What the files configure, and what they configured at a revision of git. No request, no token, no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.cli.base import base_of
from persync.cli.errors import report_findings
from persync.cli.selectors import select, selection
from persync.config.git.cli import commit_of
from persync.config.load import load_configuration
from persync.config.process import Unfailing
from persync.plan.diff import diff, pairs_by_live
from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.config.settings import Settings
    from persync.plan.plan import Plan


def compare_with_revision(
    settings: Settings, environment: str | None, base: str, selectors: Sequence[str], excluded: Sequence[str]
) -> Plan:
    """Return what differs, as a plan of kind ``diff``.

    Args:
        settings: of persync.yaml.
        environment: its name; the default environment if ``None``.
        base: the revision.
        selectors: patterns; none for all persisters.
        excluded: patterns.

    Raises:
        ConfigError: there is no such environment or revision, or a selector matches nothing.
        InvalidConfig: the files hold errors.
    """
    unset = Unfailing()
    now = settings.environment(environment, unset)
    configuration = load_configuration(settings, now, unset)
    configuration.check()
    report_findings(configuration.findings, len(configuration.ignored))
    with base_of(settings, now, base, unset, configuration.persisters) as before:
        secrets = SecretPolicy(tuple(dict.fromkeys((*now.secrets.patterns, *before.revision.sensitive()))))
    # what the checkout leaves out is not removed
    base_persisters = [each for each in before.configuration.persisters if each.span.file not in configuration.absent]
    everything = pairs_by_live(base_persisters, configuration.persisters, before.projects, now.projects)
    chosen = select(everything, selectors, excluded, projects=now.projects)
    plan = diff(
        chosen,
        environment=now.name,
        url=now.url,
        base=base,
        commit=commit_of(settings.root, settings.patterns(now.name)),
        secrets=secrets,
        whole=before.whole,
    )
    update = {"warnings": before.warnings, "selection": selection(everything, chosen, selectors, excluded)}
    return plan.model_copy(update=update)
