"""The values of a persister, and which layer gives each: as text, and with what the server holds."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import TYPE_CHECKING

from persync.cli.origins.shown import heading, unknown
from persync.cli.selectors import select
from persync.cli.session import Session, environment_of
from persync.config.git.checkout import checkout_settings
from persync.config.layers.layered import LayerKind
from persync.config.rules.ignored import IGNORED
from persync.config.yaml.nodes import find
from persync.errors import ConfigError, HarvesterError
from persync.origins.display import Display
from persync.origins.explained_values import ExplainedPersister, Values, chosen_values
from persync.origins.live import with_live
from persync.origins.loading import load_layered
from persync.origins.lookup import find_anywhere
from persync.projects import SAME
from persync.properties.secrets import HIDDEN, SecretPolicy
from persync.properties.shown import Visibility
from persync.report.printable import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from persync.model import Persister, PersisterId, Section, Span
    from persync.origins.explained_values import ExplainedValue, LayerValue, LiveValue
    from persync.projects import Projects


def explained_persister(
    pattern: str, name: str, folder: Path | None, environment_name: str | None, live: float | None
) -> ExplainedPersister:
    """Return which layer gives values of a persister; the arguments are those of ``explain``.

    Raises:
        ConfigError: there is no such persister, or it has nothing of that name.
        InvalidConfig: a file holds an error.
        HarvesterError: the API cannot be used, or has no such persister.
    """
    settings = checkout_settings(folder)
    environment = environment_of(settings, environment_name)
    loaded = load_layered(settings, environment, os.environ)
    loaded.configuration.check()
    persister = _only(pattern, loaded.configuration.persisters, environment.projects if environment else SAME)
    layered, policy = loaded.layered[persister.id], environment.secrets if environment else SecretPolicy()

    def variable(key: str) -> Span | None:
        node = environment and find(settings.document, "environments", environment.name, "variables", key)
        return node.span if node else None

    explainer = Values(layered, policy, variable)
    values = chosen_values(explainer, name, layered.sections)
    if not values:
        paths = [value.path for value in chosen_values(explainer, "", layered.sections)]
        raise _unknown(persister.id, name, paths, layered.sections)
    if live is not None:
        values = _with_live(
            values,
            persister.id,
            Session.open(folder, environment_name, needs_values=False),
            Display(policy, layered.values),
            explainer.from_process,
            live,
        )
    return ExplainedPersister(environment=environment.name if environment else None, id=persister.id, values=values)


def _unknown(persister: PersisterId, name: str, paths: Iterable[str], sections: tuple[Section, ...]) -> ConfigError:
    """Return the error about a name for which a persister has no values."""
    if elsewhere := [each.path for each in find_anywhere(name).exact]:
        message = f"{persister} has no property {', '.join(elsewhere)}"
        of = " and ".join(sections)
        return ConfigError(message, hint=f"a persister with the event store {persister.eventstore} has {of}")
    message = f"{persister} has no property {name}, and neither has the catalogue"
    return unknown(name, message, paths, sections)


def _with_live(
    values: tuple[ExplainedValue, ...],
    persister: PersisterId,
    session: Session,
    display: Display,
    hidden: Collection[str],
    timeout: float,
) -> tuple[ExplainedValue, ...]:
    from persync.harvester.not_found import NotFoundExplainer  # noqa: PLC0415 - reads of files need no HTTP library

    with session.client(timeout=timeout) as client:
        try:
            return with_live(
                values, client.read(persister), cache(partial(client.read_full, persister)), display, hidden
            )
        except HarvesterError as error:
            # with the values of variables that are set: the API may repeat one
            known = next(each for each in session.configuration.persisters if each.id == persister)
            explained = NotFoundExplainer(client, set()).explain(persister, error)
            raise explained.redacted(lambda text: display.policy.redact(text, known)) from None


def _only(pattern: str, persisters: Sequence[Persister], projects: Projects) -> Persister:
    found = select(persisters, [pattern], projects=projects)
    if len(found) > 1:
        names = ", ".join(str(each.id) for each in found)
        message = f"'{pattern}' matches {len(found)} persisters: {names}"
        raise ConfigError(message, hint="give the full name of one of them")
    return found[0]


def values_text(explained: ExplainedPersister) -> str:
    """Return which layer gives each value of a persister."""
    where = f" in {explained.environment}" if explained.environment else ""
    parts = [heading(f"{explained.id}{where}"), *("\n".join(_value_lines(value)) for value in explained.values)]
    return "\n\n".join(parts) + "\n"


def _value_lines(value: ExplainedValue) -> Iterator[str]:
    yield heading(value.path) + f" = {_shown(value.value, value.visibility, _nothing(value))}"
    last_whole = max((index for index, layer in enumerate(value.layers) if not layer.merged), default=0)
    is_alone = len(value.layers) == 1 and value.layers[0].value == value.value  # the line above has the value
    rows: list[tuple[str, str, str]] = []
    for index, layer in enumerate(value.layers):
        role = _role(value, layer, is_overridden=index < last_whole)
        rows.append((str(layer.place), role, "" if is_alone else _given(layer)))
        rows += [(str(each.place or ""), f"vars.{each.name}", "") for each in layer.variables]
    widths = [max((len(row[column]) for row in rows), default=0) for column in (0, 1)]
    for place, role, given in rows:
        yield printable(f"  {place:<{widths[0]}}  {role:<{widths[1]}}  {given}".rstrip())
    if not rows:
        yield "  no file sets it"
    for ignored in value.ignored:
        yield printable(f"  ignored by {ignored.glob} ({ignored.place})")
    if value.live:
        yield printable(f"  live: {_live_text(value.live)}")


def _nothing(value: ExplainedValue) -> str:
    if "." in value.path:
        return "the server's default" + (f", in the catalogue {value.default}" if value.default is not None else "")
    return "not set" + (f": {value.default}" if value.default is not None else "")


def _role(value: ExplainedValue, layer: LayerValue, *, is_overridden: bool) -> str:
    name = str(layer.layer)
    if layer.layer is LayerKind.SETTINGS and value.path != IGNORED:
        name = "defaults"
    if is_overridden:
        return f"{name}, overridden"
    return f"{name}, merged" if layer.merged else name


def _given(layer: LayerValue) -> str:
    return _shown(layer.value, layer.visibility, "removed (null)")


def _live_text(live: LiveValue) -> str:
    shown = _shown(live.value, live.visibility, "not set, and the server shows no default")
    kinds = {True: " (the server's default)", False: " (configured)", None: ""}
    return f"{shown}{kinds[live.is_default]}"


def _shown(value: str | None, visibility: Visibility, absent: str) -> str:
    if visibility is Visibility.ABSENT:
        return absent
    return HIDDEN if value is None else printable(value) or '""'
