"""What a service does to the values of some properties: it hides them, or does not store them as they are sent. Pure.

Examples of properties that a real service may treat so: passwords, and what it sets by itself.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from persync.sandbox.domain.config import Config, Value
from persync.sandbox.domain.models import StrictModel

MASK = "******"


class PropertyHabits(StrictModel):
    """Shell patterns of keys, of any map, without regard to case.

    `masked`: a response shows `******` in place of the value. `hidden`: a response leaves the property out.
    `trimmed`: a PUT stores the value without white space at its ends. `dropped`: a PUT does not change the stored
    property.
    """

    masked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    trimmed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()

    def shown(self, config: Config) -> Config:
        """Return `config` as a response shows it."""
        if not (self.masked or self.hidden):
            return config
        return Config(
            config.version,
            {
                name: {
                    key: MASK if _matches(key, self.masked) else value
                    for key, value in values.items()
                    if not _matches(key, self.hidden)
                }
                for name, values in config.maps.items()
            },
        )

    def stored(self, submitted: Config, before: Config) -> Config:
        """Return what a PUT of `submitted` stores in place of `before`."""
        if not (self.trimmed or self.dropped):
            return submitted
        return Config(
            submitted.version,
            {name: self._stored(values, before.maps[name]) for name, values in submitted.maps.items()},
        )

    def _stored(self, submitted: Mapping[str, Value], before: Mapping[str, Value]) -> dict[str, Value]:
        kept = {key: value for key, value in before.items() if _matches(key, self.dropped)}
        taken = {key: value for key, value in submitted.items() if not _matches(key, self.dropped)}
        return kept | {
            key: value.strip() if isinstance(value, str) and _matches(key, self.trimmed) else value
            for key, value in taken.items()
        }


def _matches(key: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(key.lower(), pattern.lower()) for pattern in patterns)
