"""What of a persister's secrets gets into its file of a GrApp folder."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from persync.config.variables import references_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Persister, Property, SourceText
    from persync.properties.secrets import SecretPolicy

_PLACEHOLDER = "${reference}"


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets of a persister.

    Attributes:
        in_clear: whether the value of one is in the file.
        kept: the names of the variables that the file has references to.
        look_alikes: the paths of values with a text that is none, but that an import reads as a reference.
    """

    in_clear: bool
    kept: frozenset[str]
    look_alikes: tuple[str, ...]


def secrets_of(desired: Persister, policy: SecretPolicy, *, are_kept: bool) -> Secrets:
    """Return what of a persister's secrets gets into its file.

    Args:
        desired: the persister.
        policy: what is a secret.
        are_kept: the references to secrets were kept, and are the texts in ``SourceText.secrets``.
    """
    properties = [prop for props in desired.properties.values() for prop in props]
    named = [(f"{prop.key.section}.{prop.key.source}", prop) for prop in properties]
    values: list[tuple[str, SourceText]] = [*named]
    if desired.app_version:
        values.append(("appVersion", desired.app_version))
    is_clear = not are_kept and any(value.sensitive for _, value in values)
    kept = {found.name for _, value in values for text in value.secrets for found in references_in(text)}
    return Secrets(
        is_clear or any(_holds_a_secret(prop, policy) for prop in properties),
        frozenset(kept if are_kept else ()),
        tuple(path for path, value in values if _has_look_alike(value, are_kept=are_kept)),
    )


def _holds_a_secret(prop: Property, policy: SecretPolicy) -> bool:
    """Return whether a value is or holds a secret, beside its references."""
    return any(policy.secrets_in(prop.key, "".join(_without_references(prop.text))))


def _without_references(text: str) -> Iterator[str]:
    done = 0
    for found in references_in(text):
        yield text[done : found.start]
        yield _PLACEHOLDER
        done = found.stop
    yield text[done:]


def _has_look_alike(value: SourceText, *, are_kept: bool) -> bool:
    return bool(Counter(found.text for found in references_in(value.text)) - Counter(value.secrets if are_kept else ()))
