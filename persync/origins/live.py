"""What the server holds of the values that are explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.document import IDENTITY
from persync.config.rules.ignored import IGNORED
from persync.model import LIVE_SEGMENT, Section
from persync.origins.explained_values import LiveValue, shown_fields
from persync.properties.catalogue import identify
from persync.properties.paths import VERSION
from persync.properties.shown import ABSENT, ShownValue, Visibility

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from persync.model import LivePersister, LiveProperty, PropertyKey
    from persync.origins.display import Display
    from persync.origins.explained_values import ExplainedValue

_NOT_LIVE = {*IDENTITY, IGNORED}


def with_live(
    values: Sequence[ExplainedValue],
    live: LivePersister,
    full: Callable[[], LivePersister],
    display: Display,
    hidden: Collection[str],
) -> tuple[ExplainedValue, ...]:
    """Return values with what the server holds; fields that only the files have stay without.

    Args:
        values: of a persister.
        live: its export.
        full: reads the answer with the server's defaults; called where the export lacks a value.
        display: hides secrets.
        hidden: the paths of further values that are hidden: they may come from a variable of the process.
    """
    found = []
    for value in values:
        if value.path not in _NOT_LIVE:
            shown = _live(value.path, live, full, display)
            if value.path in hidden and shown.visibility is not Visibility.ABSENT:
                shown = shown.model_copy(update=shown_fields(ShownValue(Visibility.HIDDEN)))
            value = value.model_copy(update={"live": shown})  # noqa: PLW2901 - the same, and more
        found.append(value)
    return tuple(found)


def _live(path: str, live: LivePersister, full: Callable[[], LivePersister], display: Display) -> LiveValue:
    if path == "state":
        return _value(ShownValue(Visibility.TEXT, live.reported_state), is_default=None)
    shown, is_default = _shown(path, live, display), False
    if shown == ABSENT:
        shown, is_default = _shown(path, full(), display), True
    # the API has no export of a live segment
    is_known = shown != ABSENT and live.id.eventstore != LIVE_SEGMENT
    return _value(shown, is_default=is_default if is_known else None)


def _shown(path: str, live: LivePersister, display: Display) -> ShownValue:
    return _version(live) if path == VERSION else _property(path, live, display)


def _value(shown: ShownValue, *, is_default: bool | None) -> LiveValue:
    return LiveValue(**shown_fields(shown), is_default=is_default)


def _version(live: LivePersister) -> ShownValue:
    if live.app_version is None:
        return ABSENT
    hidden = ShownValue(Visibility.HIDDEN)
    return hidden if live.version_is_secret else ShownValue(Visibility.TEXT, live.app_version)


def _property(path: str, live: LivePersister, display: Display) -> ShownValue:
    section, _, spelling = path.partition(".")
    key = identify(Section(section), spelling)
    found = [prop for prop in live.properties.get(key.section, ()) if prop.key.form == key.form]
    return display.live(max(found, key=lambda prop: _rank(prop, key))) if found else ABSENT


def _rank(prop: LiveProperty, key: PropertyKey) -> tuple[bool, str]:
    """Return what is greatest for the spelling that counts: the documented one, which the deployer reads."""
    return prop.key.source == key.spelling, prop.key.source
