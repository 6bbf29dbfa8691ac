"""Rules about a persister as a whole, and about persisters with each other.

What they find is allowed by the schema and does not work, or not as it seems.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from persync.config.findings import Advice
from persync.config.rules.ignored import glob_advice
from persync.config.rules.keys import key_advice
from persync.config.rules.values import value_advice
from persync.config.variables import OPENING
from persync.errors import Severity
from persync.model import Section
from persync.properties.kinds.quantities import parse_quantity
from persync.properties.structures import parse_structure
from persync.selectors import meant_by, selects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Scalar
    from persync.model import Persister, PersisterId, Property, PropertyKey, Span
    from persync.projects import Projects
    from persync.properties.secrets import SecretPolicy
    from persync.properties.structures import Structure

Locate: TypeAlias = "Callable[[Property, Sequence[str | int]], Span]"
"""Gives the position of a property's key or, with the path to it, of a field of its value."""

_PATTERNS = "patterns are matched with project/event-type, such as 'webtracking/*'"
_LONGEST_EVENT_TYPE = 20
_LONGEST_OF_ALL = 40  # longer ones do not fit the schema
# The vendor's minimum for a persister.
_VENDOR_MINIMUM = {
    "kubernetes.limits.cpu": "300m",
    "kubernetes.limits.memory": "256Mi",
    "kubernetes.requests.cpu": "50m",
    "kubernetes.requests.memory": "256Mi",
}
_MEMORY = ("kubernetes.limits.memory", "kubernetes.requests.memory")
_MANY_CORES = 100
_MOST_DIGITS = 6
_LIMITS = (
    ("kubernetes.requests.cpu", "kubernetes.limits.cpu"),
    ("kubernetes.requests.memory", "kubernetes.limits.memory"),
)


def _at_value(prop: Property, _field: Sequence[str | int]) -> Span:
    return prop.span


def lint(
    persister: Persister,
    secrets: SecretPolicy,
    findings: Findings,
    known: tuple[str, ...] = (),
    locate: Locate = _at_value,
) -> bool:
    """Check one persister; return whether there are findings.

    Args:
        persister: the result of all layers.
        secrets: the policy for secrets.
        findings: is added to.
        known: ``knownProperties`` of persync.yaml.
        locate: see ``lint_properties``.

    Rules: those of ``key_advice``, ``value_advice`` and ``glob_advice``, and ``long-event-type``, ``latest-version``,
    ``requests-exceed-limits``, ``below-minimum``, ``milli-bytes``, ``many-cores``, ``unknown-volume``,
    ``two-services``.
    """
    before = len(findings)
    _check_head(persister, findings)
    lint_properties(persister, secrets, findings, known, locate)
    for glob in persister.ignored:
        findings.advise(glob_advice(glob.text, known), glob.span)
    deployer = {prop.key.canonical: prop for prop in persister.properties.get(Section.DEPLOYER, ())}
    _check_resources(deployer, findings)
    _check_volumes(deployer, findings)
    _check_service(deployer, findings)
    return len(findings) > before


def lint_properties(
    persister: Persister,
    secrets: SecretPolicy,
    findings: Findings,
    known: tuple[str, ...] = (),
    locate: Locate = _at_value,
) -> bool:
    """Check each property alone, regardless of the others; return whether there are findings.

    Args:
        persister: has the properties.
        secrets: the policy for secrets.
        findings: is added to.
        known: ``knownProperties`` of persync.yaml.
        locate: gives the position of a property's key, or of a field of its value; by default that of the value.
    """
    before = len(findings)
    for properties in persister.properties.values():
        for prop in properties:
            for advice in key_advice(prop.key, known):
                findings.advise((advice,), locate(prop, ()))
            for advice in _of_value(prop.key, prop.text, secrets, prop.sensitive):
                findings.advise((advice,), locate(prop, advice.field) if advice.field else prop.span)
    return len(findings) > before


@lru_cache(maxsize=8192)
def _of_value(
    key: PropertyKey,
    text: str,
    secrets: SecretPolicy,
    sensitive: bool,  # noqa: FBT001 - the cache is slower with keywords
) -> tuple[Advice, ...]:
    """Return what is wrong with a value. Persisters share most of theirs, so each is checked once."""
    return value_advice(key, text, secrets, sensitive=sensitive)


def _check_service(deployer: Mapping[str | None, Property], findings: Findings) -> None:
    balancer, port = (deployer.get(f"kubernetes.create{kind}") for kind in ("LoadBalancer", "NodePort"))
    if balancer and port:
        findings.error(
            "two-services",
            "kubernetes.createNodePort and kubernetes.createLoadBalancer exclude each other",
            max(balancer.span, port.span),
            reason="the deployer refuses both, even where one is false",
            hint="remove one of them",
        )


def lint_together(persisters: Iterable[Persister], findings: Findings) -> bool:
    """Check persisters with each other, in the order given; return whether there are findings: ``event-type-case``."""
    before = len(findings)
    spellings: dict[tuple[str, str], Persister] = {}
    for persister in persisters:
        project, event_type, _ = persister.id
        first = spellings.setdefault((project, event_type.lower()), persister)
        if first.id.event_type != event_type:
            findings.error(
                "event-type-case",
                f"event type {event_type} differs only in case from {first.id.event_type} at {first.span}",
                persister.span,
                reason="names of event types are unique ignoring case, so one of them does not exist",
            )
    return len(findings) > before


def check_selectors(
    selectors: Iterable[Scalar], persisters: Iterable[PersisterId], projects: Projects, findings: Findings
) -> bool:
    """Check that each selector matches a persister; return whether there are findings: ``unknown-persister``.

    Args:
        selectors: of a setting that is about persisters of the files.
        persisters: all of them.
        projects: their names in the installation.
        findings: is added to.
    """
    before = len(findings)
    names = tuple(persisters)
    for selector in selectors:
        if not any(selects(selector.text, name) for name in names):
            message = f"no persister matches '{selector.text}'"
            hint = meant_by(selector.text, names, projects) or _PATTERNS
            findings.error("unknown-persister", message, selector.span, hint=hint)
    return len(findings) > before


def _check_head(persister: Persister, findings: Findings) -> None:
    event_type = persister.id.event_type
    if _LONGEST_EVENT_TYPE < len(event_type) <= _LONGEST_OF_ALL and OPENING not in event_type:
        message = f"the event type's name is longer than {_LONGEST_EVENT_TYPE} characters"
        reason = "only releases 0.8 and 0.9 allow up to 40"
        findings.warning("long-event-type", message, persister.span, reason=reason)
    version = persister.app_version
    if version is not None and version.text == "latest":
        reason = "any restart can change which version runs, and no plan shows it"
        findings.warning("latest-version", "appVersion is latest", version.span, reason=reason, hint="name a version")


def _check_resources(deployer: Mapping[str | None, Property], findings: Findings) -> None:
    for request_key, limit_key in _LIMITS:
        request, limit = deployer.get(request_key), deployer.get(limit_key)
        if request and limit and _is_less(limit.text, request.text):
            message = f"{request.key.source} is more than {limit.key.source} at {limit.span}"
            reason, hint = "Kubernetes refuses such a pod", "lower the request, or raise the limit"
            findings.error("requests-exceed-limits", message, request.span, reason=reason, hint=hint)
    for key, minimum in _VENDOR_MINIMUM.items():
        if prop := deployer.get(key):
            findings.advise(
                _quantity_advice(key, prop.key.source, prop.text, minimum, hidden=prop.sensitive), prop.span
            )


@lru_cache(maxsize=4096)
def _is_less(text: str, other: str) -> bool:
    """Return whether both texts are quantities, and the first is less."""
    quantity, other_quantity = parse_quantity(text), parse_quantity(other)
    return quantity is not None and other_quantity is not None and quantity < other_quantity


@lru_cache(maxsize=4096)
def _quantity_advice(key: str, source: str, text: str, minimum: str, *, hidden: bool) -> tuple[Advice, ...]:
    if (quantity := parse_quantity(text)) is None:
        return ()
    number = text.rstrip("mMki")
    known = number.isdecimal() and len(number) <= _MOST_DIGITS and not hidden
    if key in _MEMORY and text.endswith("m"):
        hint = f"write {number}Mi" if known else "write Mi for mebibytes"
        reason = "m is a thousandth, here of a byte"
        return (Advice(Severity.ERROR, "milli-bytes", f"{source} is in milli-bytes", reason, hint),)
    if key not in _MEMORY and quantity >= _MANY_CORES:
        hint = f"write {number}m" if known else "write m for thousandths of a core"
        reason = "without m, the number is that of whole cores"
        return (Advice(Severity.WARNING, "many-cores", f"{source} is {_MANY_CORES} cores or more", reason, hint),)
    if _is_less(text, minimum):
        reason, hint = "the vendor's minimum for a persister", f"write {minimum} or more"
        if key in _MEMORY and known and number == text:
            reason, hint = f"without a suffix, it is in bytes; {reason}", f"write {number}Mi for mebibytes"
        return (Advice(Severity.WARNING, "below-minimum", f"{source} is less than {minimum}", reason, hint),)
    return ()


def _check_volumes(deployer: Mapping[str | None, Property], findings: Findings) -> None:
    mounts = deployer.get("kubernetes.volumeMounts")
    if mounts is None:
        return
    volumes = deployer.get("kubernetes.volumes")
    for name in _unknown_volumes(mounts.text, volumes.text if volumes else ""):
        shown = "a volume" if mounts.sensitive else name
        message = f"{mounts.key.source} mounts {shown}, which is not among the volumes"
        reason = "the pod cannot start unless the server adds this volume by default"
        findings.warning("unknown-volume", message, mounts.span, reason=reason)


@lru_cache(maxsize=4096)
def _unknown_volumes(mounts: str, volumes: str) -> tuple[str, ...]:
    """Return the names that are mounted and are no volumes; none where not every volume's name is known."""
    names = _names(volumes)
    if None in names:
        return ()
    return tuple(sorted(name for name in _names(mounts) - names if name))


def _names(text: str) -> set[str | None]:
    """Return the names of a list's items, and ``None`` for an item without a name that can be read.

    That a text cannot be read is another rule's finding.
    """
    try:
        items = parse_structure(text)
    except ValueError:
        return {None}
    if not items:
        return set()
    if "${" in text or not isinstance(items, list):
        return {None}
    return {_name(item) for item in items}


def _name(item: Structure) -> str | None:
    name = item.get("name") if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else None
