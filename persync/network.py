"""How the servers of an environment are reached, as far as its settings say so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Network:
    """The settings ``tls`` and ``proxy`` of an environment; for its API and its token endpoint, not for plain http.

    There is no setting that switches the verification of certificates off.

    Attributes:
        ca: the certificates of the authorities to trust, in PEM; ``None``: what the process environment names, or those
            that come with persync.
        certificate: the client certificate, in PEM.
        key: its private key, in PEM; ``None``: it is in the same file.
        proxy: the URL of the proxy; empty: what the process environment names. Not in the ``repr``: it may have a
            password.
        from_files: the settings that decide which server answers and that are in the files, not in the process
            environment: ``tls.ca`` and ``proxy``.
    """

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    proxy: str = field(default="", repr=False)
    from_files: tuple[str, ...] = ()
