"""The files as each environment has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from persync.cli.session import configuration_of
from persync.config.findings import in_environments, of_one_environment
from persync.config.git.checkout import checkout_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from persync.config.load import Configuration
    from persync.errors import Finding


def configurations_of(folder: Path | None, name: str | None) -> dict[str, Configuration]:
    """Load the files for an environment, or for each of them if none is named.

    The default environment is one of them, and no more: it says which API a command is about, and a file that is wrong
    in another environment is wrong, too.

    Args:
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
        name: of the environment.

    Returns:
        The configurations by environment, in the order of the settings; one without a name if there is none.

    Raises:
        ConfigError: there is no persync.yaml, it is invalid, or it has no such environment.
    """
    environments = checkout_settings(folder).environments
    if name:
        found = configuration_of(folder, name)
        return {name: replace(found, findings=of_one_environment(found.findings, len(environments)))}
    return {each or "": configuration_of(folder, each) for each in environments or (None,)}


def findings_of(configurations: Mapping[str, Configuration]) -> tuple[Finding, ...]:
    """Return the findings of all environments, each once; one that some lack names those that have it."""
    return in_environments({name: each.findings for name, each in configurations.items()})


def accepted_in(configurations: Mapping[str, Configuration]) -> int:
    """Return how many warnings comments accept, each counted once, whatever the environments that have it."""
    return len({(each.rule, each.span) for found in configurations.values() for each in found.ignored})
