"""Strategies for hypothesis: values, keys, persisters, their files, and the live side that they meet.

What two writings of a value have in common, and where a key may be spelled freely, is known here by construction; it
is never asked of the code under test.
"""

from .live_side import NO_DELAYS, installations
from .persisters import (
    NEWEST,
    OLDER,
    DesiredPersister,
    Setting,
    desired_persister,
    documents,
    ids,
    keys,
    layouts,
    repositories,
    settings_of,
    spellings,
)
from .property_values import ALL_KNOWN, KNOWN, Value, pairs_of_values, three_texts, values

__all__ = [
    "ALL_KNOWN",
    "KNOWN",
    "NEWEST",
    "NO_DELAYS",
    "OLDER",
    "DesiredPersister",
    "Setting",
    "Value",
    "desired_persister",
    "documents",
    "ids",
    "installations",
    "keys",
    "layouts",
    "pairs_of_values",
    "repositories",
    "settings_of",
    "spellings",
    "three_texts",
    "values",
]
