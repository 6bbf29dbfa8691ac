"""Which setting a URL is from that cannot be used: its position in persync.yaml, or the variable that has it."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from persync.config.findings import Findings
from persync.config.process import OFFERED
from persync.config.variables import Values, substitute, variables_in
from persync.config.yaml.nodes import Scalar, find
from persync.errors import HarvesterError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.config.settings import Settings

_URLS = (("url",), ("auth", "tokenUrl"))


@contextmanager
def naming_the_setting(settings: Settings, environment: str) -> Iterator[None]:
    """Add to an error about a URL where the URL is from.

    Args:
        settings: of persync.yaml.
        environment: its name.

    Raises:
        HarvesterError: that error. It has the position of the setting, or its hint names the variables.
    """
    try:
        yield
    except HarvesterError as error:
        setting = _setting(settings, environment, error.url) if error.url else None
        if setting is None:
            raise
        if variables := sorted(variables_in(setting.text)):
            named = " and ".join(OFFERED + name if OFFERED + name in os.environ else name for name in variables)
            error.hint += f"; it is from the variable{'s' if len(variables) > 1 else ''} {named}"
        else:
            error.span, error.excerpt = setting.span, settings.excerpts.excerpt(setting.span)
        error.url = ""  # named: with two environments, the error passes here twice
        raise


def _setting(settings: Settings, environment: str, url: str) -> Scalar | None:
    """Return the setting that has a URL, or one with that origin; ``None`` if none has."""
    for path in _URLS:
        node = find(settings.document, "environments", environment, *path)
        if isinstance(node, Scalar) and url in _spellings(node):
            return node
    return None


def _spellings(node: Scalar) -> Iterator[str]:
    """Yield a URL of the settings, and its origin."""
    from persync.harvester.address import Address  # noqa: PLC0415 - commands that send nothing start without HTTP

    text = substitute(node, Values(environ=os.environ), Findings(), ("env",), always_shown=True).text
    yield text
    with suppress(HarvesterError):
        yield Address.of(text, "").origin
