"""The types that every package of persync shares: what a persister is, in the files and in the live system.

Nothing here knows YAML, HTTP or terminals, and nothing here computes.
"""

from persync.model.identity import LIVE_SEGMENT, PG, PersisterId, RunState, Section, Span, sections_of
from persync.model.persisters import LivePersister, Persister
from persync.model.properties import (
    Definition,
    Fields,
    FieldType,
    Kind,
    LiveProperty,
    Property,
    PropertyGlob,
    PropertyKey,
    Shape,
    SourceText,
)
from persync.model.timeouts import Timeouts

__all__ = [
    "LIVE_SEGMENT",
    "PG",
    "Definition",
    "FieldType",
    "Fields",
    "Kind",
    "LivePersister",
    "LiveProperty",
    "Persister",
    "PersisterId",
    "Property",
    "PropertyGlob",
    "PropertyKey",
    "RunState",
    "Section",
    "Shape",
    "SourceText",
    "Span",
    "Timeouts",
    "sections_of",
]
