"""Advice on a persister: what is allowed by the schema and will still not work, or not as it looks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from persync.config.findings import error, warning
from persync.config.rules.keys import key_advice
from persync.config.rules.values import value_findings
from persync.config.variables import OPENING
from persync.model import Section
from persync.properties.quantities import parse_quantity
from persync.properties.structures import parse_structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from persync.errors import Finding
    from persync.model import Persister, Property
    from persync.properties.secrets import SecretPolicy
    from persync.properties.structures import Structure

_LONGEST_EVENT_TYPE = 20
# The vendor's minimum for a persister.
_VENDOR_MINIMUM = {
    "kubernetes.limits.cpu": "300m",
    "kubernetes.limits.memory": "256Mi",
    "kubernetes.requests.cpu": "50m",
    "kubernetes.requests.memory": "256Mi",
}


# persisters share most of their quantities
_parse = lru_cache(maxsize=4096)(parse_quantity)


def lint(persister: Persister, secrets: SecretPolicy) -> Iterator[Finding]:
    """Yield the findings about one persister.

    Args:
        persister: as the files add up to it.
        secrets: the policy for secrets.

    Rules: those of ``key_rules`` and ``value_rules``, and ``long-event-type``, ``latest-version``,
    ``requests-exceed-limits``, ``below-minimum``, ``milli-bytes``, ``unknown-volume``.
    """
    yield from _head(persister)
    yield from lint_each(persister, secrets)
    deployer = _by_key(persister.properties.get(Section.DEPLOYER, ()))
    yield from _resources(deployer)
    yield from _volumes(deployer)


def lint_each(persister: Persister, secrets: SecretPolicy) -> Iterator[Finding]:
    """Yield what ``lint`` finds about each property alone, whatever the others are."""
    for properties in persister.properties.values():
        for prop in properties:
            for advice in key_advice(prop.key):
                yield advice.at(prop.span)
            yield from value_findings(prop, secrets)


def lint_together(persisters: Iterable[Persister]) -> Iterator[Finding]:
    """Yield what is wrong between persisters, in the order given: ``event-type-case``."""
    spellings: dict[tuple[str, str], Persister] = {}
    for persister in persisters:
        project, event_type, _ = persister.id
        first = spellings.setdefault((project, event_type.lower()), persister)
        if first.id.event_type != event_type:
            yield error(
                "event-type-case",
                f"event type {event_type} differs only in case from {first.id.event_type} at {first.span}",
                persister.span,
                reason="names of event types are unique ignoring case, so one of them does not exist",
            )


def _head(persister: Persister) -> Iterator[Finding]:
    event_type = persister.id.event_type
    if len(event_type) > _LONGEST_EVENT_TYPE and OPENING not in event_type:
        yield warning(
            "long-event-type",
            f"the event type's name is longer than {_LONGEST_EVENT_TYPE} characters",
            persister.span,
            reason="only releases 0.8 and 0.9 allow up to 40",
        )
    version = persister.app_version
    if version is not None and version.text == "latest":
        reason = "what runs changes with every restart, and no plan shows it"
        yield warning("latest-version", "appVersion is latest", version.span, reason=reason, hint="name a version")


def _by_key(properties: Iterable[Property]) -> dict[str, Property]:
    """Return the properties by their documented spelling, or by their own."""
    return {prop.key.spelling: prop for prop in properties}


def _resources(deployer: Mapping[str, Property]) -> Iterator[Finding]:
    for resource in ("cpu", "memory"):
        limit = deployer.get(f"kubernetes.limits.{resource}")
        request = deployer.get(f"kubernetes.requests.{resource}")
        if limit and request:
            most, least = _parse(limit.text), _parse(request.text)
            if most is not None and least is not None and least > most:
                yield error(
                    "requests-exceed-limits",
                    f"{request.key.source} is more than {limit.key.source} at {limit.span}",
                    request.span,
                    reason="Kubernetes refuses such a pod",
                )
    for key, minimum in _VENDOR_MINIMUM.items():
        if prop := deployer.get(key):
            yield from _quantity(prop, minimum, is_memory=key.endswith("memory"))


def _quantity(prop: Property, minimum: str, *, is_memory: bool) -> Iterator[Finding]:
    quantity, least = _parse(prop.text), _parse(minimum)
    if quantity is None or least is None:
        return
    if is_memory and prop.text.endswith("m"):
        reason = "m is a thousandth, here of a byte"
        yield error(
            "milli-bytes",
            f"{prop.key.source} is in milli-bytes",
            prop.span,
            reason=reason,
            hint="write Mi for mebibytes",
        )
    elif quantity < least:
        reason = "the vendor's minimum for a persister"
        yield warning("below-minimum", f"{prop.key.source} is less than {minimum}", prop.span, reason=reason)


def _volumes(deployer: Mapping[str, Property]) -> Iterator[Finding]:
    mounts = deployer.get("kubernetes.volumeMounts")
    if mounts is None:
        return
    volumes = deployer.get("kubernetes.volumes")
    known = _names(volumes) if volumes else set()
    if None in known:
        return  # it may be the one
    for name in sorted(name for name in _names(mounts) - known if name):
        reason = "the pod cannot start unless the server adds this volume by default"
        yield warning(
            "unknown-volume", f"{mounts.key.source} mounts {name}, which is no volume here", mounts.span, reason=reason
        )


def _names(prop: Property) -> set[str | None]:
    """Return the names of a list's items; ``None`` is among them where one is not known, which is said elsewhere."""
    try:
        items = parse_structure(prop.text)
    except ValueError:
        return {None}
    if not items:
        return set()
    if "${" in prop.text or not isinstance(items, list):
        return {None}
    return {_name(item) for item in items}


def _name(item: Structure) -> str | None:
    name = item.get("name") if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else None
