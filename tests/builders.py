"""Desired and live persisters for tests of pure functions."""

from collections.abc import Mapping

from persync.model import (
    LIVE_SEGMENT,
    PG,
    LivePersister,
    Persister,
    PersisterId,
    Property,
    RunState,
    Section,
    Span,
)

SPAN = Span("persisters/web.yaml", 1, 1)
ID = PersisterId("webtracking", "snowplow-web", PG)
SEGMENT_ID = PersisterId("webtracking", "visitors", LIVE_SEGMENT)


def prop(key: str, text: str, *, line: int = 1, sensitive: bool = False) -> Property:
    return Property(key, text, Span(SPAN.file, line, 1), (text,) if sensitive else ())


def properties(texts: Mapping[str, str]) -> tuple[Property, ...]:
    return tuple(prop(key, text, line=line) for line, (key, text) in enumerate(texts.items(), start=2))


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
        app_version=prop("appVersion", version) if version else None,
        properties={Section.APP: properties(app or {}), Section.DEPLOYER: properties(deployer or {})},
    )


def live(
    app: Mapping[str, str] | None = None,
    deployer: Mapping[str, str] | None = None,
    *,
    version: str | None = None,
    state: RunState = RunState.RUNNING,
) -> LivePersister:
    return LivePersister(ID, state, str(state), version, {Section.APP: app or {}, Section.DEPLOYER: deployer or {}})
