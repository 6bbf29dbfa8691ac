"""What the published JSON documents have in common: plans, results and findings.

Their format is versioned: a minor version adds, a major one breaks.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

from persync.model import PersisterId, Span

FORMAT_VERSION = "1.1"

_Noun = TypeVar("_Noun", Span, PersisterId)


def _from_object(noun: type[_Noun]) -> BeforeValidator:
    return BeforeValidator(
        lambda value: (
            noun(**{field: value[to_camel(field)] for field in noun._fields}) if isinstance(value, dict) else value
        )
    )


_AS_OBJECT = PlainSerializer(lambda noun: {to_camel(name): value for name, value in noun._asdict().items()})

# In JSON these are objects with names, not lists.
Id = Annotated[PersisterId, _from_object(PersisterId), _AS_OBJECT]
Location = Annotated[Span, _from_object(Span), _AS_OBJECT]


class Frozen(BaseModel):
    """An immutable value; camelCase in JSON, where unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)
