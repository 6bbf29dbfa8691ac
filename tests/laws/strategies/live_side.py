"""Strategies for the live side that the files meet: persisters, the server's defaults, and its behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from persync.model import Section

from .persisters import NEWEST, DesiredPersister, Setting, form, sections, settings_of, spellings
from .property_values import Value, plain_texts, values

_STATES = ("RUNNING", "STOPPED", "DEPLOYING", "STOPPING", "FAILED", "RUNNING_BUT_OUTDATED")
NO_DELAYS = {"deploying": 0, "stopping": 0, "failing": 0}


@st.composite
def _maps(draw: DrawFn, eventstore: str, asked_for: Sequence[Setting], *, twice: bool) -> dict[str, dict[str, str]]:
    """Config maps: some of the configured keys, with these or other values, other keys, some keys in two spellings."""
    maps: dict[str, dict[str, str]] = {section.value: {} for section in sections[eventstore]}
    for section in sections[eventstore]:
        chosen = [setting for setting in asked_for if setting.section is section and draw(st.booleans())]
        once = {form(setting): setting for setting in (*chosen, *draw(settings_of(section, 3)))}
        for setting in once.values():
            for _ in range(draw(st.sampled_from([1, 1, 2])) if twice else 1):
                value = draw(st.just(setting.value) | _another_value(setting))
                text = value.text if section is not Section.LIVE_SEGMENT else _as_the_api_takes_it(value)
                maps[section.value][".".join(draw(spellings(setting)))] = text
    return maps


def _another_value(setting: Setting) -> SearchStrategy[Value]:
    return values(setting.known) if setting.known else plain_texts(None)


def _as_the_api_takes_it(value: Value) -> str:
    return str(value.meaning).lower() if isinstance(value.meaning, bool) else str(value.meaning)


@st.composite
def seeds(draw: DrawFn, persister: DesiredPersister, *, twice: bool) -> dict[str, Any]:
    """A persister as a sandbox first knows it."""
    project, event_type, eventstore = persister.id
    state = draw(st.sampled_from(_STATES))
    seed: dict[str, Any] = {
        "project": project,
        "eventType": event_type,
        "eventstore": eventstore,
        "state": state,
        "imported": draw(st.booleans()),
        **draw(_maps(eventstore, persister.settings, twice=twice)),
    }
    if eventstore == "pg" and draw(st.booleans()):
        seed["appVersion"] = draw(st.sampled_from(["1.9", "1.10", "latest"]))
    if state == "RUNNING_BUT_OUTDATED":
        seed["running"] = {}
    return seed


@st.composite
def defaults(draw: DrawFn, persisters: Sequence[DesiredPersister]) -> dict[str, Any]:
    """The server's own defaults: some of what is configured, and other things, in the documented spelling."""
    all_settings = [setting for persister in persisters for setting in persister.settings]
    pg: dict[str, Any] = {
        "appVersion": draw(st.sampled_from(["latest", "1.10"])),
        "appConfig": {},
        "deployerConfig": {},
    }
    for section in sections["pg"]:
        chosen = [setting for setting in all_settings if setting.section is section and draw(st.booleans())]
        once = {form(setting): setting for setting in (*chosen, *draw(settings_of(section, 3)))}
        # a default service and another one in the files: the deployer refuses both, and no file is wrong
        pg[section.value] = {
            setting.key: setting.value.text
            for setting in once.values()
            if not form(setting).endswith(("createloadbalancer", "createnodeport"))
        }
    return {"pg": pg}


@st.composite
def installations(
    draw: DrawFn, persisters: Sequence[DesiredPersister], release: str = NEWEST, *, twice: bool = True
) -> dict[str, Any]:
    """A sandbox's description: any live side of these persisters, any behaviour of the release.

    ``twice``: a live property may be there in two spellings, with two values.
    """
    description: dict[str, Any] = {
        "release": release,
        "delays": NO_DELAYS,
        "keysOnGet": draw(st.sampled_from(["lower", "as-stored"])),
        "emptyStateAnswer": draw(st.booleans()),
        "persisters": [draw(seeds(persister, twice=twice)) for persister in persisters],
    }
    if draw(st.booleans()):
        description["defaults"] = draw(defaults(persisters))
    return description
