"""A persister's config, and how it is combined with the server's defaults. Pure.

With D, the server's default maps, and S, the stored config: a full GET shows D overlaid with S; an export shows what
differs between S and D; a PUT with `imported=true` stores D overlaid with the body (vendor's reference of `export`
and `imported`).
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
Document = dict[str, object]  # a JSON object

_OUTSIDE_BRACKETS = re.compile(r"\[[^\]]*\]|[^\[]+")


@dataclass(frozen=True, slots=True)
class Config:
    """The app version (None for live-segment) and the config maps by name, as the PUT body spells them."""

    version: str | None
    maps: Mapping[str, Mapping[str, Value]]

    def document(self) -> Document:
        """Return the config as the API shows it: `{"appVersion": …, "appConfig": {…}, …}`."""
        version: Document = {} if self.version is None else {"appVersion": self.version}
        return version | {name: dict(values) for name, values in self.maps.items()}


def from_document(document: Mapping[str, object]) -> Config:
    """Return the config of a `Config.document`."""
    maps = {name: cast("dict[str, Value]", values) for name, values in document.items() if name != "appVersion"}
    return Config(cast("str | None", document.get("appVersion")), maps)


def overlay(defaults: Config, own: Config) -> Config:
    """Return `defaults` overlaid with `own`, key by key. Keys are case-sensitive."""
    return Config(
        own.version if own.version is not None else defaults.version,
        {name: {**values, **own.maps.get(name, {})} for name, values in defaults.maps.items()},
    )


def without_defaults(defaults: Config, stored: Config) -> Config:
    """Return the part of `stored` that differs from `defaults`: the persister endpoint's `export=true`.

    It does not show which defaults `stored` lacks; neither does the real export.
    """
    return Config(
        stored.version if stored.version != defaults.version else None,
        {
            name: {key: value for key, value in values.items() if defaults.maps[name].get(key) != value}
            for name, values in stored.maps.items()
        },
    )


def with_lower_case_keys(config: Config) -> Config:
    """Return `config` with its keys in lower case, except text in `[...]`: what a GET shows.

    If two spellings of one key are stored, the value of the later one is shown.
    """
    return Config(
        config.version,
        {name: {lower_case_key(key): value for key, value in values.items()} for name, values in config.maps.items()},
    )


def lower_case_key(key: str) -> str:
    """Return `key` in lower case, except text in `[...]`.

    >>> lower_case_key("kubernetes.volumeMounts"), lower_case_key("a.B[C].D")
    ('kubernetes.volumemounts', 'a.b[C].d')
    """
    if "[" not in key:
        return key.lower()
    return _OUTSIDE_BRACKETS.sub(lambda part: part[0] if part[0].startswith("[") else part[0].lower(), key)


def with_property(config: Config, name: str, key: str, value: Value | None) -> Config:
    """Return `config` with the property `key` of the map `name` set to `value`, or removed if that is None."""
    values = dict(config.maps[name])
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value
    return Config(config.version, {**config.maps, name: values})
