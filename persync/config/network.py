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
            _check_inside(path, root, name, scalar, findings)
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


def _check_inside(path: Path, root: Path, name: str, scalar: Scalar, findings: Findings) -> None:
    boundary, resolved = Boundary.around(root), led_to(path)
    if not boundary.contains(resolved):
        findings.error(
            "outside-repository",
            f"the file of tls.{name} is outside of the repository",
            scalar.span,
            reason=boundary.reason(resolved),
            hint="name a file in the repository, or write ${{ env.X }} and set PERSYNC_VAR_X where persync runs",
        )
