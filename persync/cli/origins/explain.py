"""The run of ``persync explain``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from persync.cli.origins.shown import name_text, overview_text, unknown
from persync.cli.selectors import unmatched
from persync.cli.session import configuration_of
from persync.cli.terminal import show
from persync.errors import PersyncError
from persync.origins.explained import ExplainedName, explained, explained_name
from persync.origins.lookup import find, find_anywhere, overview
from persync.report.printable import json_text

if TYPE_CHECKING:
    from pathlib import Path

    from persync.plan.document import Frozen


def explain(
    name: str, property_name: str, output: str, folder: Path | None, environment: str | None, live: float | None
) -> None:
    """Explain a property, or the values of a persister.

    A name with a slash, or with a property behind it, is that of a persister. So is one that the catalogue does not
    have, and a persister does.

    Args:
        name: of a property, of a persister, or empty.
        property_name: of a property or field of the persister, or the beginning of some; empty for all.
        output: ``text`` or ``json``.
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
        environment: its name; the default environment if ``None``, or none if there is no default.
        live: ask the server, and retry for so many seconds; ``None`` sends no request.

    Raises:
        click.UsageError: the live side of no persister was asked for.
        ConfigError: there is nothing of that name.
        PersyncError: a file holds an error, or the API cannot be used.
    """
    if "/" in name or property_name or (name and not find(name) and _is_persister(name, folder, environment)):
        from persync.cli.origins.values import explained_persister, values_text  # noqa: PLC0415 - not for a property

        persister = explained_persister(name, property_name, folder, environment, live)
        _show(persister, values_text(persister), output)
    elif live is not None:
        raise click.UsageError("--live is about a persister: persync explain PERSISTER [PROPERTY] --live")
    elif not name:
        fields = tuple(map(explained, overview()))
        _show(ExplainedName(properties=fields, groups=()), overview_text(fields), output)
    elif found := find_anywhere(name):
        known = explained_name(found)
        _show(known, name_text(known), output)
    else:
        raise unknown(name, f"the catalogue has no property {name}")


def _is_persister(name: str, folder: Path | None, environment: str | None) -> bool:
    """Return whether there is a repository with a persister that a name matches; errors in it do not matter here."""
    try:
        configuration = configuration_of(folder, environment)
    except PersyncError:
        return False
    return not unmatched(configuration.persisters, [name])


def _show(model: Frozen, text: str, output: str) -> None:
    if output == "json":
        show(json_text(model.model_dump(mode="json")), verbatim=True)
    else:
        show(text)
