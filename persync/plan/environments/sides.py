"""A live persister as one side of a comparison with another live persister."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from persync.config.variables import references_in
from persync.model import Persister, Property, Section, SourceText, Span
from persync.properties.catalogue import identify
from persync.properties.keys import lower_form
from persync.properties.shown import ABSENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from persync.model import LivePersister, LiveProperty
    from persync.plan.change import PropertyChange

_NOWHERE = Span("", 1, 1)


def _may_be_secret(configured: SourceText) -> bool:
    """Return whether a text of the files has a variable of the process in it that is hidden, set or not."""
    return configured.sensitive or bool(references_in(configured.text))


def marked(live: LivePersister, desired: Sequence[Persister]) -> LivePersister:
    """Return a live persister with what the files of an environment have from a hidden variable marked as secret."""
    hidden = {
        (section, lower_form(prop.key.form))
        for each in desired
        for section, properties in each.properties.items()
        for prop in properties
        if _may_be_secret(prop)
    }
    if any(each.app_version and _may_be_secret(each.app_version) for each in desired):
        live = replace(live, version_secrets=(live.app_version or "",))
    return replace(
        live,
        properties={
            section: tuple(
                prop._replace(secrets=(*prop.secrets, prop.text))
                if (section, lower_form(prop.key.form)) in hidden
                else prop
                for prop in properties
            )
            for section, properties in live.properties.items()
        },
    )


def as_desired(live: LivePersister) -> Persister:
    """Return a live persister as one that the files configure."""
    version = live.app_version
    return Persister(
        id=live.id,
        span=_NOWHERE,
        state=None,
        app_version=None if version is None else SourceText(version, _NOWHERE, live.version_secrets),
        properties={
            section: tuple(Property(prop.text, _NOWHERE, prop.secrets, key=prop.key) for prop in properties)
            for section, properties in live.properties.items()
        },
    )


def with_common_keys(live: LivePersister, *, lowered: bool) -> LivePersister:
    """Return a live persister with each property once, in the documented spelling.

    Args:
        live: the persister.
        lowered: one of the two servers shows every key in lower case, so keys that the user chooses are compared so.
    """
    properties = {}
    for section, found in live.properties.items():
        by_form: dict[str, LiveProperty] = {}
        # of several spellings, the documented one counts, or else the last one, as in a plan
        for prop in sorted(found, key=lambda each: (each.key.source == each.key.canonical, each.key.source)):
            key = identify(section, lower_form(prop.key.source)) if lowered else prop.key
            key = identify(section, key.spelling)
            by_form[key.form] = prop._replace(key=key)
        properties[section] = tuple(by_form.values())
    return replace(live, properties=properties)


def without_set_in(persister: Persister, other: LivePersister) -> Persister:
    """Return a persister with what another one has not set."""

    def rest(section: Section, properties: Sequence[Property]) -> tuple[Property, ...]:
        forms = {prop.key.form for prop in other.properties.get(section, ())}
        return tuple(prop for prop in properties if prop.key.form not in forms)

    return replace(
        persister,
        app_version=persister.app_version if other.app_version is None else None,
        properties={section: rest(section, properties) for section, properties in persister.properties.items()},
    )


def reversed_change(change: PropertyChange) -> PropertyChange:
    """Return the change from the configured value to that of the other side, which is the default there."""
    values = (change.before, change.after) if change.before.is_hidden else (change.after, change.before)
    is_default = change.before_default or change.before == ABSENT
    before, after = values
    update = {"before": before, "after": after, "before_default": False, "after_default": is_default}
    return change.model_copy(update=update)
