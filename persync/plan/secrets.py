"""The secrets among the values: no message, of whoever's making, may repeat them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.properties.catalogue import identify
from persync.properties.secrets import is_placeholder, leaf_names_secret, names_secret, secrets_within
from persync.properties.structures import leaves
from persync.properties.values import structure_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import LivePersister, Persister, Property, Section


def secrets_of(desired: Persister, sensitive: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the secrets of a persister: whole values, parts of structures, and passwords inside URLs.

    Args:
        desired: from the files.
        sensitive: more regular expressions for keys whose values are hidden.
    """
    version = (desired.app_version,) if desired.app_version else ()
    written: list[tuple[Section | None, Property]] = [(None, prop) for prop in version]
    written += [(section, prop) for section, properties in desired.properties.items() for prop in properties]
    found: set[str] = set()
    for section, prop in written:
        if prop.sensitive:
            found |= {prop.text, *prop.secrets}
        if section:
            found |= set(secrets_in(section, prop.key, prop.text, sensitive))
    return frozenset(found - {""})


def secrets_of_live(live: LivePersister, sensitive: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the secrets of a persister as the API shows it.

    Args:
        live: from the API.
        sensitive: more regular expressions for keys whose values are hidden.
    """
    return frozenset(
        secret
        for section, properties in live.config.items()
        for key, text in properties.items()
        for secret in secrets_in(section, key, text, sensitive)
    ) - {""}


def secrets_in(section: Section, key: str, text: str, sensitive: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the secrets that a value is or holds, by what its key and its parts say of themselves.

    Args:
        section: where it stands.
        key: its dotted key.
        text: the value.
        sensitive: more regular expressions for keys whose values are hidden.
    """
    known = identify(section, key).known
    if not (known and known.reference) and names_secret(key, sensitive) and not is_placeholder(text):
        yield text
    structure = structure_of(known, text) if known else None
    if structure is not None:
        secret = (part for path, part in leaves(structure) if leaf_names_secret(path, sensitive))
        yield from (part for part in secret if not is_placeholder(part))
    yield from secrets_within(text)
