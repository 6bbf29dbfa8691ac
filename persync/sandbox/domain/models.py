"""The base of all models of sandbox.yaml and of request bodies below /sandbox/, and their validation messages."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

Location = tuple[str | int, ...]  # keys and indexes, from the document's root

_INVALID_PART = "invalid_part"
_MISSING = object()

# pydantic's messages name Python types; these name what to write. By pydantic's error type.
_MESSAGES = {
    "missing": "required field is missing",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "greater_than": "must be greater than {gt:g}",
    "greater_than_equal": "must be {ge:g} or more",
    "less_than_equal": "must be {le:g} or less",
    "union_tag_invalid": "kind must be one of {expected_tags}",
    "union_tag_not_found": "required field kind is missing",
}


class StrictModel(BaseModel):
    """A frozen model with fields in camelCase; an unknown field is an error."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        str_max_length=1_000_000,
        json_schema_extra={"additionalProperties": False},
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_fields(cls, data: object) -> object:
        """Refuse unknown fields. Unlike that of pydantic's `extra="forbid"`, the error lists the fields there are."""
        if isinstance(data, Mapping):
            aliases = [field.alias or name for name, field in cls.model_fields.items()]
            unknown = next((key for key in data if key not in aliases and key not in cls.model_fields), None)
            if unknown is not None:
                raise invalid_part((unknown,), "unknown field", _existing_fields(str(unknown), aliases))
        return data


def _existing_fields(unknown: str, fields: list[str]) -> str:
    similar = get_close_matches(unknown, fields, n=1)
    question = f"did you mean {similar[0]}? " if similar else ""
    return f"{question}the fields are {', '.join(fields)}"


def invalid_part(location: Location, what: str, hint: str = "") -> PydanticCustomError:
    """Return an error for a validator to raise: `what` is wrong at `location` below the model."""
    return PydanticCustomError(_INVALID_PART, "{what}", {"what": what, "location": location, "hint": hint})


def text_matching(pattern: str, rule: str) -> AfterValidator:
    """Return a validator of text that matches all of `pattern`; `rule` says in words what the text must be."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {rule} but is '{text}'")
        return text

    return AfterValidator(check)


class Invalid(NamedTuple):
    """A part of a document that does not fit its model."""

    location: Location  # the deepest part that is in the document, or the key that is missing from it
    what: str  # what is wrong there
    hint: str  # what to do; empty if `what` already says so

    @property
    def message(self) -> str:
        """What is wrong, with its location, such as `persisters[0].stat: unknown field`."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.location]
        where = "".join(steps).removeprefix(".")
        return f"{where}: {self.what}" if where else self.what


def first_invalid(error: ValidationError, document: object) -> Invalid:
    """Return the first of the problems that pydantic found in `document`."""
    details = error.errors()[0]
    if details["type"] == _INVALID_PART:
        context = details["ctx"]
        return Invalid((*_location(details, document), *context["location"]), context["what"], context["hint"])
    return Invalid(_location(details, document), _what(details), "")


def _location(details: ErrorDetails, document: object) -> Location:
    """Return the location of the error without the steps that pydantic adds for the members of a union."""
    steps: list[str | int] = []
    for step in details["loc"]:
        inner = _child(document, step)
        if inner is not _MISSING:
            steps.append(step)
            document = inner
    if details["type"] == "missing":
        steps.append(details["loc"][-1])
    return tuple(steps)


def _child(document: object, step: str | int) -> object:
    if isinstance(document, Mapping):
        return document.get(step, _MISSING)
    if isinstance(document, list | tuple) and isinstance(step, int):
        return document[step]
    return _MISSING


def _what(details: ErrorDetails) -> str:
    template = _MESSAGES.get(details["type"])
    if template is None:
        return details["msg"].removeprefix("Value error, ")
    context = details.get("ctx", {})
    value = context.get("tag", details["input"])
    what = template.format(**context)
    return f"{what} but is '{value}'" if isinstance(value, str | int | float) else what
