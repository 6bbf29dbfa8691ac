"""What the files configure in two environments. No request, no token, no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.cli.errors import report_findings
from persync.cli.selectors import select, selection
from persync.config.git.cli import commit_of
from persync.config.load import load_configuration
from persync.config.process import Unfailing
from persync.plan.diff import diff, pairs
from persync.plan.parts.compared import Compared
from persync.properties.secrets import SecretPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from persync.cli.comparing.arguments import Comparison
    from persync.config.environment import Environment
    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.plan.plan import Plan


def compare_files(settings: Settings, comparison: Comparison, excluded: Sequence[str]) -> Plan:
    """Return what differs between two environments in the files, as a plan of kind ``diff``.

    A reference to a variable of the process is not replaced: two are equal if they name the same variable.

    Raises:
        ConfigError: a selector matches nothing.
        InvalidConfig: the files hold errors in one of the environments.
    """
    unset = Unfailing()
    before, after = (settings.environment(name, unset) for name in comparison[:2])
    older, newer = valid_configurations(settings, (before, after), unset)
    everything = pairs(older.persisters, newer.persisters, before.projects, after.projects)
    chosen = select(everything, comparison.selectors, excluded, projects=after.projects)
    plan = diff(
        chosen,
        environment=after.name,
        url=after.url,
        base=base_name(before),
        commit=commit_of(settings.root, patterns_of(settings, comparison)),
        secrets=common_policy(before, after),
    )
    update = {
        "compared": Compared(environment=before.name, url=before.url),
        "selection": selection(everything, chosen, comparison.selectors, excluded),
    }
    return plan.model_copy(update=update)


def valid_configurations(
    settings: Settings, environments: Sequence[Environment], environ: Mapping[str, str]
) -> tuple[Configuration, ...]:
    """Return the files as they are in each environment; the findings go to stderr, each once.

    Raises:
        InvalidConfig: the files hold errors in one of the environments.
    """
    found = tuple(load_configuration(settings, environment, environ) for environment in environments)
    for configuration in found:
        configuration.check()
    findings = tuple(dict.fromkeys(finding for configuration in found for finding in configuration.findings))
    report_findings(findings, max(len(configuration.ignored) for configuration in found))
    return found


def base_name(environment: Environment) -> str:
    """Return what a report shows as the base of a diff."""
    return f"environment {environment.name}"


def patterns_of(settings: Settings, comparison: Comparison) -> tuple[str, ...]:
    """Return the folders and files of both environments."""
    return tuple(dict.fromkeys(pattern for name in comparison[:2] for pattern in settings.patterns(name)))


def common_policy(*environments: Environment) -> SecretPolicy:
    """Return the policy for secrets that hides what one of the environments hides."""
    return SecretPolicy(tuple(dict.fromkeys(key for each in environments for key in each.secrets.patterns)))
