"""A property that differs: the smallest part of a plan. Secrets are hidden in it already."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, computed_field, model_validator

from persync.model import Section
from persync.plan.document import Frozen, Location, SubpathParts, field_of
from persync.plan.terms import Attribution, ChangeKind
from persync.properties.shown import ABSENT, ShownValue, Visibility


def _shown(value: object) -> object:
    return ShownValue(Visibility.TEXT, value) if isinstance(value, str) else ABSENT if value is None else value


# In JSON a value is its text, or null; beside it, a field of its own says what of it may be shown.
Value = Annotated[ShownValue, BeforeValidator(_shown), PlainSerializer(lambda value: value.display, str | None)]


class PropertyChange(Frozen):
    """A property, or a scalar of a structure, that differs.

    Attributes:
        section: the configuration map; ``None`` for ``appVersion``, ``state`` and ``ignoreChanges``.
        key: the key of the property.
        subpath: the path inside a structure, ``[db-secret].secret.secretName``; empty for the whole property.
        subpath_parts: its parts; none in plans of format 1.3 and before.
        before: the live value.
        after: the desired value.
        before_default: ``before`` is the server's default.
        after_default: the property falls back to the server's default; the API does not show its value.
        sensitive: the values, or parts of them, are hidden.
        attribution: where the difference comes from; ``None`` if that was not asked for or is not known.
        span: where the desired value is configured; ``None`` for one that the files do not have.
    """

    section: Section | None = None
    key: str
    subpath: str = ""
    subpath_parts: SubpathParts = ()
    before: Value
    after: Value
    before_default: bool = False
    after_default: bool = False
    attribution: Attribution | None = None
    span: Location | None = None

    @computed_field  # type: ignore[prop-decorator] # mypy does not support decorated properties
    @property
    def path(self) -> str:
        """Section, key and subpath: ``deployerConfig.kubernetes.volumes[db-secret].secret.secretName``."""
        return f"{self.section}.{self.key}{self.subpath}" if self.section else f"{self.key}{self.subpath}"

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def kind(self) -> ChangeKind:
        """Whether a value is added, changed or removed."""
        if self.after == ABSENT:
            return ChangeKind.REMOVE
        return ChangeKind.ADD if self.before == ABSENT else ChangeKind.CHANGE

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def sensitive(self) -> bool:
        """Whether the values, or parts of them, are hidden."""
        return self.before.is_sensitive or self.after.is_sensitive

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def before_visibility(self) -> Visibility:
        """What of the live value may be shown."""
        return self.before.visibility

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def after_visibility(self) -> Visibility:
        """What of the desired value may be shown."""
        return self.after.visibility

    @model_validator(mode="before")
    @classmethod
    def _from_json(cls, data: Any) -> Any:
        """Join each value of a JSON document with the field that says what of it may be shown."""
        if not isinstance(data, dict) or "beforeVisibility" not in data:
            return data
        read = {side: _read(field_of(data, side), field_of(data, f"{side}Visibility")) for side in ("before", "after")}
        return {**data, **read}


def _read(text: str | None, visibility: str) -> ShownValue:
    read = Visibility(visibility)
    return ShownValue(read, text or "" if read in {Visibility.TEXT, Visibility.REDACTED} else "")
