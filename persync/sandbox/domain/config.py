"""What a persister is configured with, and the arithmetic of defaults. Pure.

Let D be the server's default maps and S what is stored: a full GET shows D overlaid with S, an export what in S
departs from D, and a PUT with `imported=true` stores D overlaid with the body (vendor's reference of `export` and
`imported`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

PG = "pg"
LIVE_SEGMENT = "live-segment"

# The config maps of a persister, by event store.
MAPS: dict[str, tuple[str, ...]] = {PG: ("appConfig", "deployerConfig"), LIVE_SEGMENT: ("config",)}

Value = str | int | float | bool  # always text for pg
Document = dict[str, object]  # anything that JSON can say of a thing

_OUTSIDE_BRACKETS = re.compile(r"\[[^\]]*\]|[^\[]+")


@dataclass(frozen=True, slots=True)
class Config:
    """The app version (None for live-segment) and the config maps by name, as the PUT body spells them."""

    version: str | None
    maps: Mapping[str, Mapping[str, Value]]

    def document(self) -> Document:
        """Return it the way the API writes it: `{"appVersion": …, "appConfig": {…}, …}`."""
        version: Document = {} if self.version is None else {"appVersion": self.version}
        return version | {name: dict(values) for name, values in self.maps.items()}


def from_document(document: Mapping[str, object]) -> Config:
    """Return the config that `Config.document` wrote."""
    maps = {name: cast("dict[str, Value]", values) for name, values in document.items() if name != "appVersion"}
    return Config(cast("str | None", document.get("appVersion")), maps)


def overlay(defaults: Config, own: Config) -> Config:
    """Return `defaults` overlaid with `own`, key by key. Keys are case-sensitive, as they are stored."""
    return Config(
        own.version if own.version is not None else defaults.version,
        {name: {**values, **own.maps.get(name, {})} for name, values in defaults.maps.items()},
    )


def departures(defaults: Config, stored: Config) -> Config:
    """Return what in `stored` is not as in `defaults`: the `export=true` of the persister endpoint.

    A default that `stored` lacks cannot be seen in it, just as the real export does not show it.
    """
    return Config(
        stored.version if stored.version != defaults.version else None,
        {
            name: {key: value for key, value in values.items() if defaults.maps[name].get(key) != value}
            for name, values in stored.maps.items()
        },
    )


def lowered(config: Config) -> Config:
    """Return `config` with its keys in lower case, text in `[...]` excepted: what a GET shows.

    Where two spellings of one key are stored, the one written last shows.
    """
    return Config(
        config.version,
        {name: {lower_key(key): value for key, value in values.items()} for name, values in config.maps.items()},
    )


def lower_key(key: str) -> str:
    """Return `key` in lower case, text in `[...]` kept.

    >>> lower_key("kubernetes.volumeMounts"), lower_key("a.B[C].D")
    ('kubernetes.volumemounts', 'a.b[C].d')
    """
    if "[" not in key:
        return key.lower()
    return _OUTSIDE_BRACKETS.sub(lambda part: part[0] if part[0].startswith("[") else part[0].lower(), key)


def with_property(config: Config, name: str, key: str, value: Value | None) -> Config:
    """Return `config` with the property `key` of the map `name` set to `value`, or removed where that is None."""
    values = {other: known for other, known in config.maps[name].items() if other != key}
    if value is not None:
        values = {**config.maps[name], key: value}
    return Config(config.version, {**config.maps, name: values})
