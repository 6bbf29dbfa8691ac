"""What the published JSON documents have in common: plans, results and findings.

Their format is versioned: a minor version adds, a major one breaks.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel as _to_camel

from persync.model import PersisterId, Span
from persync.properties.structures import SubpathPart

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT_VERSION = "1.4"

to_camel = lru_cache(_to_camel)  # of few names, for each of many values

_Noun = TypeVar("_Noun", Span, PersisterId, SubpathPart)


def field_of(document: Mapping[str, Any], name: str) -> Any:
    """Return a field of a JSON object.

    Raises:
        ValueError: it has no such field; a KeyError would not be a ValidationError to pydantic.
    """
    if name not in document:
        raise ValueError(f"there is no field {name}")
    return document[name]


def _from_object(noun: type[_Noun]) -> BeforeValidator:
    def read(value: object) -> object:
        if not isinstance(value, dict):
            return value
        return noun(**{field: field_of(value, to_camel(field)) for field in noun._fields})

    return BeforeValidator(read)


_AS_OBJECT = PlainSerializer(lambda noun: {to_camel(name): value for name, value in noun._asdict().items()})

# In JSON these are objects with names, not lists.
Id = Annotated[PersisterId, _from_object(PersisterId), _AS_OBJECT]
Location = Annotated[Span, _from_object(Span), _AS_OBJECT]
SubpathParts = tuple[Annotated[SubpathPart, _from_object(SubpathPart), _AS_OBJECT], ...]


class Frozen(BaseModel):
    """An immutable value; camelCase in JSON, where unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)
