"""Loads the files with their layers, without any variable of the process but those that it offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from persync.config.layers.unread import Unread
from persync.config.load import load_configuration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.config.environment import Environment
    from persync.config.layers.layered import Layered
    from persync.config.load import Configuration
    from persync.config.settings import Settings
    from persync.model import PersisterId


class Loaded(NamedTuple):
    """The configuration of an environment, and the layers of each persister."""

    configuration: Configuration
    layered: Mapping[PersisterId, Layered]


def load_layered(settings: Settings, environment: Environment | None, environ: Mapping[str, str]) -> Loaded:
    """Return the persisters of an environment with their layers.

    Args:
        settings: the repository's persync.yaml.
        environment: its overlays and variables apply; ``None``: no overlays, no variables.
        environ: the variables of the process; only ``PERSYNC_VAR_…`` are read.
    """
    layered: dict[PersisterId, Layered] = {}
    configuration = load_configuration(settings, environment, Unread(environ), layered=layered)
    return Loaded(configuration, layered)
