"""Values as a journal may have them: a sensitive one as a salted hash, which recognises it and does not restore it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from persync.apply.journal.lines import Configuration, RecordedProperty, RecordedValue
from persync.harvester.responses import text_of
from persync.model import LiveProperty, sections_of
from persync.properties.catalogue import identify
from persync.properties.keys import shows_lower_case
from persync.properties.secrets import redact, worth_hiding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from persync.apply.journal.hashing import Hashing
    from persync.model import LivePersister, Persister, Section
    from persync.properties.secrets import SecretPolicy


@dataclass(frozen=True, slots=True)
class Concealer:
    """Records the values of a persister.

    Attributes:
        desired: from the files.
        policy: the environment's policy for secrets.
        hashing: of sensitive values.
        secrets: every secret of the persister that is known: no value that has one in it is recorded in clear.
        references: the properties of the files with a secret reference, by section and relaxed form of the key.
    """

    desired: Persister
    policy: SecretPolicy
    hashing: Hashing
    secrets: frozenset[str] = field(repr=False)
    references: frozenset[tuple[Section, str]]

    @classmethod
    def of(cls, desired: Persister, policy: SecretPolicy, hashing: Hashing, *sides: LivePersister) -> Self:
        """Return the concealer of a persister; ``sides`` is what the API shows of it."""
        references = frozenset(
            (section, prop.key.form)
            for section, properties in desired.properties.items()
            for prop in properties
            if prop.sensitive
        )
        return cls(desired, policy, hashing, frozenset(worth_hiding(policy.secrets_of(desired, *sides))), references)

    def live(self, live: LivePersister, stored: LivePersister) -> Configuration:
        """Return the configuration of a live persister, and without a value what only the files have.

        The version is that of ``stored`` where the export leaves it out: an update without one does not reset it.
        """
        properties: list[RecordedProperty] = []
        lowered = shows_lower_case(live)
        for section in sections_of(live.id.eventstore):
            shown = live.properties.get(section, ())
            properties += (self._property(prop, prop.key.spelling if lowered else prop.key.source) for prop in shown)
            forms = {prop.key.form for prop in shown}
            properties += (
                RecordedProperty(section=section, key=prop.key.spelling)
                for prop in self.desired.properties.get(section, ())
                if prop.key.form not in forms
            )
        version, side = RecordedValue(), live if live.app_version is not None else stored
        if side.app_version is not None:
            secret = side.version_is_secret or self.desired.version_is_secret
            version = RecordedValue(**self._value(side.app_version, hide=secret))
        return Configuration(app_version=version, properties=tuple(properties))

    def body(self, body: Mapping[str, Any]) -> Configuration:
        """Return the body of a PUT."""
        properties = [
            self._property(LiveProperty(identify(section, key), text_of(value)), key)
            for section in sections_of(self.desired.id.eventstore)
            for key, value in body.get(section, {}).items()
        ]
        version = body.get("appVersion")
        recorded = {} if version is None else self._value(text_of(version), hide=self.desired.version_is_secret)
        return Configuration(app_version=RecordedValue(**recorded), properties=tuple(properties))

    def text(self, text: str) -> str:
        """Return a message without secrets."""
        return redact(text, self.secrets)

    def _property(self, prop: LiveProperty, shown: str) -> RecordedProperty:
        key = prop.key
        hide = prop.sensitive or (key.section, key.form) in self.references
        hide = hide or any(self.policy.secrets_in(key, prop.text))
        return RecordedProperty(section=key.section, key=shown, **self._value(prop.text, hide=hide))

    def _value(self, text: str, *, hide: bool) -> dict[str, str]:
        if hide or any(secret in text for secret in self.secrets):
            return {"hash": self.hashing.of(text)}
        return {"text": text}
