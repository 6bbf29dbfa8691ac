"""Documents of other programs among the files of persisters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.yaml.nodes import Scalar, find

if TYPE_CHECKING:
    from persync.config.yaml.nodes import Map

# the fields that tell a document, and what it is then
_KINDS = (
    ({"apiVersion", "kind"}, "a Kubernetes resource"),
    ({"apiVersion", "name", "version"}, "a Helm chart"),
    ({"on", "jobs"}, "a GitHub workflow"),
    ({"runs", "inputs"}, "a GitHub action"),
    ({"stages"}, "a GitLab pipeline"),
    ({"services"}, "a Docker Compose file"),
    ({"resources", "kustomize"}, "a kustomization"),
    ({"environments", "version"}, "a persync.yaml"),
    ({"persisters"}, "a description of the sandbox"),
)
_NAME = re.compile(r"[A-Z][A-Za-z]{1,40}", re.ASCII)


def foreign_kind(document: Map) -> str:
    """Return what a document is by its fields (``a Kubernetes Deployment``); empty where it may be a persister's."""
    fields = {entry.key.text for entry in document.entries}
    if "eventType" in fields:
        return ""
    kind = next((kind for needed, kind in _KINDS if needed <= fields), "")
    named = find(document, "kind")
    if kind == "a Kubernetes resource" and isinstance(named, Scalar) and _NAME.fullmatch(named.text):
        return f"a Kubernetes {named.text}"
    return kind
