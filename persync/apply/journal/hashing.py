"""The hash of a sensitive value in a journal: it recognises the value, and does not restore it."""

from __future__ import annotations

import hmac
from typing import NamedTuple

from persync.plan.fingerprint import slow_hash


class Hashing(NamedTuple):
    """How the values of a run are hashed.

    Attributes:
        url: the API's address. It is the salt of a slow hash, which plans have, too, so that it is computed already.
        salt: of the run, so that no two journals can be compared.
    """

    url: str
    salt: str

    def of(self, text: str) -> str:
        """Return the hash of a value, in hexadecimal."""
        return hmac.digest(self.salt.encode(), slow_hash(text, self.url).encode(), "sha256").hex()
