"""Fingerprints of the live and the desired side: they tell whether either has changed since a plan was made.

Fingerprints are in saved plans, so it must not be possible to guess a secret from them: secrets are hashed with salted
scrypt, which makes each guess slow, before everything is hashed. The salt is the API's address, so that the same plan
has the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from persync.model import RunState
from persync.plan.ignoring.ignored import without_ignored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from persync.model import LivePersister, LiveProperty, Persister, Property, Section
    from persync.properties.secrets import SecretPolicy

# Within a class the state changes by itself: DEPLOYING becomes RUNNING while the plan is reviewed.
_CLASSES = {
    RunState.RUNNING: "up",
    RunState.RUNNING_BUT_OUTDATED: "up",
    RunState.DEPLOYING: "up",
    RunState.STOPPED: "down",
    RunState.STOPPING: "down",
}
_HASHING = threading.Lock()
_COST, _BLOCK, _LANES = 2**14, 8, 1  # scrypt's n, r and p: 16 MiB and some ten milliseconds for a guess


def fingerprint_of_live(live: LivePersister, desired: Persister, salt: str, secrets: SecretPolicy) -> str:
    """Return a digest of a live persister: its export in canonical form, its version and the class of its run state.

    What is ignored does not count: it may change while the plan is reviewed.

    Args:
        live: as the API shows it.
        desired: from the files; a property that is secret there is secret here.
        salt: the API's address.
        secrets: the policy for secrets.
    """
    live = without_ignored(live, desired.ignored)
    config = {
        section: _settings(properties, _secret_forms(desired, section), salt, secrets)
        for section, properties in live.properties.items()
    }
    secret = desired.version_is_secret or live.version_is_secret
    version = slow_hash(live.app_version, salt) if secret and live.app_version is not None else live.app_version
    return _digest([config, version, _CLASSES.get(live.state, live.state)])


def fingerprint_of_desired(desired: Persister, salt: str, secrets: SecretPolicy) -> str:
    """Return a digest of a persister in the files.

    Args:
        desired: from the files.
        salt: the API's address.
        secrets: the policy for secrets.
    """
    config = {
        section: _settings(properties, _secret_forms(desired, section), salt, secrets)
        for section, properties in desired.properties.items()
    }
    version = desired.app_version
    shown = version and (slow_hash(version.text, salt) if version.sensitive else version.text)
    ignored = sorted({glob.text for glob in desired.ignored})
    state_only = ["state only"] if desired.state_only else []
    return _digest([config, shown, desired.state, *([ignored] if ignored else []), *state_only])


def _settings(
    properties: Iterable[Property | LiveProperty], secret_forms: set[str], salt: str, secrets: SecretPolicy
) -> list[list[str]]:
    settings = []
    for prop in properties:
        hide = prop.sensitive or prop.key.form in secret_forms or any(secrets.secrets_in(prop.key, prop.text))
        settings.append([prop.key.form, slow_hash(prop.text, salt) if hide else prop.text])
    return sorted(settings)


def _secret_forms(desired: Persister, section: Section) -> set[str]:
    return {prop.key.form for prop in desired.properties.get(section, ()) if prop.sensitive}


def slow_hash(text: str, salt: str) -> str:
    """Return a hash of a secret from which it can only be guessed slowly: scrypt, in hexadecimal.

    Args:
        text: the secret.
        salt: equal secrets with equal salts have equal hashes.
    """
    # one at a time, and so each text only once: a call takes 16 MiB
    with _HASHING:
        return _scrypt(text, salt)


@lru_cache(maxsize=65_536)
def _scrypt(text: str, salt: str) -> str:
    return hashlib.scrypt(text.encode(), salt=salt.encode(), n=_COST, r=_BLOCK, p=_LANES, dklen=32).hex()


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
