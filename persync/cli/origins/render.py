"""The run of ``persync render``."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from persync.cli.errors import report_findings
from persync.cli.selectors import select, warn_of_excluded
from persync.cli.session import environment_of
from persync.cli.terminal import color_of, say, show
from persync.config.git.checkout import checkout_settings
from persync.origins.document import final_document
from persync.origins.loading import load_layered
from persync.projects import SAME
from persync.properties.secrets import SecretPolicy
from persync.report.printable import json_text
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from persync.origins.document import FinalDocument


def render(
    selectors: Sequence[str], excluded: Sequence[str], output: str, folder: Path | None, name: str | None
) -> None:
    """Show the final documents of the chosen persisters.

    Args:
        selectors: patterns; none for all.
        excluded: patterns.
        output: ``yaml`` or ``json``.
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
        name: of the environment; the default environment if ``None``, or none if there is no default.

    Raises:
        ConfigError: there is no persync.yaml or environment, or a pattern matches nothing.
        InvalidConfig: a file holds an error.
    """
    settings = checkout_settings(folder)
    environment = environment_of(settings, name)
    loaded = load_layered(settings, environment, os.environ)
    loaded.configuration.check()
    report_findings(loaded.configuration.findings)
    persisters = loaded.configuration.persisters
    projects = environment.projects if environment else SAME
    warn_of_excluded(persisters, excluded, projects)
    chosen = select(persisters, selectors, excluded, projects=projects)
    policy = environment.secrets if environment else SecretPolicy()
    documents = [final_document(loaded.layered[each.id], policy) for each in chosen]
    if environment is None:
        say("no environment is chosen: no overlays, no variables; choose one with -e")
    if output == "json":
        from persync.origins.models import rendering_of  # noqa: PLC0415 - pydantic is slow to import

        rendering = rendering_of(documents, environment.name if environment else None)
        show(json_text(rendering.model_dump(mode="json")), verbatim=True)
    else:
        from persync.origins.yaml import yaml_of  # noqa: PLC0415 - as above

        dim = partial(click.style, dim=True)
        show(yaml_of(documents, dim if color_of(sys.stdout) else str))
    _say_hidden(documents)


def _say_hidden(documents: Sequence[FinalDocument]) -> None:
    if hidden := sum(len(document.hidden) for document in documents):
        say(f"{number(hidden, 'secret')} hidden: this output is for reading, not for an apply")
