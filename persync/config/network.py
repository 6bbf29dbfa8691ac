"""Reads how the servers of an environment are reached: ``tls`` and ``proxy``.

A path in the files leads to a file of the repository. A private key is no such file: its path comes from the process
environment (``${{ env.X }}``), and may lead anywhere, because whoever starts persync chooses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.atomic import led_to
from persync.config.boundary import Boundary
from persync.config.variables import Values, is_reference, substitute
from persync.config.yaml.nodes import Scalar, find
from persync.network import Network

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Node
    from persync.model import Span

_OFFER = "name a file in the repository, or write ${{ env.X }} and set PERSYNC_VAR_X where persync runs"


def read_network(environment: Node, root: Path, environ: Mapping[str, str], findings: Findings) -> Network:
    """Return how the servers of an environment are reached.

    Args:
        environment: its fields in persync.yaml, valid by the schema.
        root: the folder that paths are relative to.
        environ: the values of ``${{ env.X }}``, which are shown: only what the process offers can be read.
        findings: is added to: ``outside-repository``, and those of ``substitute``.
    """

    def text_of(scalar: Scalar) -> str:
        return substitute(scalar, Values(environ=environ), findings, ("env",), always_shown=True).text

    def path_of(name: str) -> Path | None:
        scalar = find(environment, "tls", name)
        if not isinstance(scalar, Scalar):
            return None
        path = root / text_of(scalar)
        if not is_reference(scalar.text):
            check_inside(root, path, f"the file of tls.{name}", scalar.span, findings, hint=_OFFER)
        return path

    proxy = find(environment, "proxy")
    deciding = {"tls.ca": find(environment, "tls", "ca"), "proxy": proxy}
    return Network(
        ca=path_of("ca"),
        certificate=path_of("certificate"),
        key=path_of("key"),
        proxy=text_of(proxy) if isinstance(proxy, Scalar) else "",
        from_files=tuple(
            name for name, node in deciding.items() if isinstance(node, Scalar) and not is_reference(node.text)
        ),
    )


def check_inside(root: Path, file: Path, what: str, span: Span, findings: Findings, *, hint: str) -> None:
    """Add a finding if a file that persync will read or write is outside of the repository.

    Args:
        root: the folder of persync.yaml.
        file: the file.
        what: what it is, for the message.
        span: where it is named.
        findings: is added to: ``outside-repository``.
        hint: what to do about that.
    """
    boundary, resolved = Boundary.around(root), led_to(file)
    if not boundary.contains(resolved):
        message, reason = f"{what} is outside of the repository", boundary.reason(resolved)
        findings.error("outside-repository", message, span, reason=reason, hint=hint)
