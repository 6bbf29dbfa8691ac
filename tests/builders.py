"""Desired and live persisters for tests of pure functions."""

import re
from collections.abc import Mapping
from typing import Any

from persync.model import (
    LIVE_SEGMENT,
    PG,
    LivePersister,
    LiveProperty,
    Persister,
    PersisterId,
    Property,
    RunState,
    Section,
    SourceText,
    Span,
)
from persync.plan.change import PropertyChange
from persync.properties.catalogue import identify
from persync.properties.secrets import SecretPolicy
from persync.properties.shown import HIDDEN_CHANGED, ShownValue, Visibility
from persync.properties.structures import SubpathPart

SECRETS = SecretPolicy()
SPAN = Span("persisters/web.yaml", 1, 1)
ID = PersisterId("webtracking", "snowplow-web", PG)
SEGMENT_ID = PersisterId("webtracking", "visitors", LIVE_SEGMENT)
VOLUMES = "kubernetes.volumes"


def prop(
    key: str, text: str, *, section: Section = Section.APP, span: Span = SPAN, sensitive: bool = False
) -> Property:
    return Property(text, span, (text,) if sensitive else (), key=identify(section, key))


def properties(section: Section, texts: Mapping[str, str]) -> tuple[Property, ...]:
    return tuple(
        prop(key, text, section=section, span=Span(SPAN.file, line, 1))
        for line, (key, text) in enumerate(texts.items(), start=2)
    )


def live_properties(section: Section, texts: Mapping[str, str]) -> tuple[LiveProperty, ...]:
    return tuple(LiveProperty(identify(section, key), text) for key, text in texts.items())


def shown(text: str | None) -> ShownValue:
    """Return the value that is shown so."""
    if text is None:
        return ShownValue(Visibility.ABSENT)
    if text in {"(sensitive)", HIDDEN_CHANGED}:
        return ShownValue(Visibility.HIDDEN if text == "(sensitive)" else Visibility.HIDDEN_CHANGED)
    return ShownValue(Visibility.REDACTED if "(sensitive" in text else Visibility.TEXT, text)


def change(path: str, before: str | None, after: str | None, *, subpath: str = "", **more: Any) -> PropertyChange:
    """Return the change of a property: ``path`` is section and key, or the key of the head alone.

    ``in_both`` says of how many parts of ``subpath`` both sides have; without it, the parts are not known.
    """
    if (in_both := more.pop("in_both", None)) is not None:
        parts = re.findall(r"\[(.*?)\]|\.([^.\[]+)", subpath)
        more["subpath_parts"] = tuple(
            SubpathPart(item or key, bool(item), index < in_both) for index, (item, key) in enumerate(parts)
        )
    name, _, key = path.partition(".")
    section = Section(name) if name in set(Section) and key else None
    return PropertyChange(
        section=section,
        key=key if section else path,
        subpath=subpath,
        before=shown(before),
        after=shown(after),
        **more,
    )


def desired(
    app: Mapping[str, str] | None = None,
    deployer: Mapping[str, str] | None = None,
    *,
    version: str | None = None,
    state: RunState | None = RunState.RUNNING,
) -> Persister:
    return Persister(
        id=ID,
        span=SPAN,
        state=state,
        app_version=SourceText(version, SPAN) if version else None,
        properties={
            Section.APP: properties(Section.APP, app or {}),
            Section.DEPLOYER: properties(Section.DEPLOYER, deployer or {}),
        },
    )


def live(
    app: Mapping[str, str] | None = None,
    deployer: Mapping[str, str] | None = None,
    *,
    version: str | None = None,
    state: RunState = RunState.RUNNING,
) -> LivePersister:
    sections = {Section.APP: app or {}, Section.DEPLOYER: deployer or {}}
    return LivePersister(
        ID,
        state,
        str(state),
        version,
        {section: live_properties(section, texts) for section, texts in sections.items()},
    )


def segment(texts: Mapping[str, str], state: RunState | None = None) -> Persister:
    settings = properties(Section.LIVE_SEGMENT, texts)
    return Persister(SEGMENT_ID, SPAN, state, None, {Section.LIVE_SEGMENT: settings})


def volumes(**names: str) -> dict[str, str]:
    return {
        VOLUMES: "[" + ", ".join(f"{{name: {name}, secret: {{secretName: {of}}}}}" for name, of in names.items()) + "]"
    }
