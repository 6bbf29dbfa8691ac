"""The files as each environment has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.cli.session import configuration_of
from persync.config.git.checkout import checkout_settings

if TYPE_CHECKING:
    from pathlib import Path

    from persync.config.load import Configuration


def configurations_of(folder: Path | None, name: str | None) -> dict[str, Configuration]:
    """Load the files for an environment, or for each of them if none is named.

    The default environment is one of them, and no more: it says which API a command is about, and a file that is wrong
    in another environment is wrong, too.

    Args:
        folder: where the search for persync.yaml begins; it goes upwards. The working directory if ``None``.
        name: of the environment.

    Returns:
        The configurations by environment, in the order of the settings; one without a name if there is none.

    Raises:
        ConfigError: there is no persync.yaml, it is invalid, or it has no such environment.
    """
    names = (name,) if name else checkout_settings(folder).environments or (None,)
    return {each or "": configuration_of(folder, each) for each in names}
