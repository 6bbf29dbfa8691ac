"""Where persync knowingly decides otherwise than the real programs.

``validate`` may refuse more than they do: it also knows ranges, and spellings that they take for something else.
Equality is exact, except for the texts below: persync calls them different, and applying such a change once ends it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from persync.model import Definition, Kind
from persync.properties.values import problem
from tests.conformance.outcomes import volume_names


class Known(NamedTuple):
    """A reason why two texts of a property may be the same to the pod and not to persync."""

    reason: str
    covers: Callable[[Definition, str], bool]


_JAVA_NUMBER = re.compile(r"\s|0[xX]|#|[dDfF]$")
KNOWN: Sequence[Known] = (
    Known(
        "any text but true is read as false: validate refuses it, and what a server reads as nonsense may change",
        lambda definition, text: definition.kind is Kind.FLAG and text.lower() not in {"true", "false"},
    ),
    Known(
        "any other text is read as the server's own default, which is not known",
        lambda definition, text: definition.kind is Kind.ENUM and problem(definition, text) is not None,
    ),
    Known(
        "Java's own ways to write a number: blanks inside and around it, hexadecimal, a suffix for its type",
        lambda definition, text: definition.kind in {Kind.INT, Kind.NUMBER} and _JAVA_NUMBER.search(text) is not None,
    ),
    Known(
        "a structure that validate refuses, and that the deployer takes only in part, is compared as a text",
        lambda definition, text: definition.kind is Kind.STRUCTURE and problem(definition, text) is not None,
    ),
    Known(
        "a volume reaches the pod only if it is mounted, by its name",
        lambda definition, text: (
            definition.key == "kubernetes.volumes" and any(not name for name in volume_names(text))
        ),
    ),
    Known(
        "only version 1 of Spring Boot makes a difference",
        lambda definition, _: definition.key == "kubernetes.bootMajorVersion",
    ),
    Known(
        "blanks around the name of a secret are lost in the request for it",
        lambda definition, text: definition.key == "kubernetes.probeCredentialsSecret" and text != text.strip(),
    ),
    Known(
        "port 8080 is opened in any case",
        lambda definition, text: definition.key == "kubernetes.containerPorts" and "8080" in text,
    ),
)


# The vendor's times to live have years, which Spring's binder refuses: the sink may read them itself.
YEARS = re.compile(r"[+-]?P[^T]*[YM]")


def is_known(definition: Definition, one: str, other: str) -> bool:
    """Return whether two texts that persync calls different may be the same to the pod."""
    return any(known.covers(definition, text) for known in KNOWN for text in (one, other))
