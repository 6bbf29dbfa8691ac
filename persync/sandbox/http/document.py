"""The OpenAPI 3.1 document of the sandbox, for the release that it serves.

The files in openapi/ describe all releases together. `x-releases` marks what only some releases have: a mapping with
it is left out for the others, and so is its name in `required` beside it. `x-in-project` marks a path that release 1.2
also has below `/projects/{project}`.
"""

from functools import cache
from importlib import resources
from typing import Any

import yaml

from persync.sandbox.domain.faults import FAULTS
from persync.sandbox.domain.states import Release

_FILES = ("paths", "sandbox", "components", "event_types")
_SCHEMAS = "#/components/schemas/{model}"
_RELEASES = "x-releases"
_IN_PROJECT = "x-in-project"
_PROJECT = {"$ref": "#/components/parameters/project"}

Json = Any  # what YAML and JSON hold


@cache
def openapi(release: Release) -> dict[str, Json]:
    """Return the document of `release`."""
    document: dict[str, Json] = {}
    for name in _FILES:
        text = resources.files("persync.sandbox.http").joinpath("openapi", f"{name}.yaml").read_text(encoding="utf-8")
        document = _merged(document, yaml.safe_load(text))
    document = _merged(document, {"components": {"schemas": _faults()}})
    document["info"]["version"] = release
    paths = document["paths"].items()
    document["paths"] = dict(pair for path, item in paths for pair in _with_project(path, item, release))
    pruned: dict[str, Json] = _of_release(document, release)
    return pruned


def _merged(document: Json, other: Json) -> Json:
    if not (isinstance(document, dict) and isinstance(other, dict)):
        return other
    return {**document, **{key: _merged(document.get(key), value) for key, value in other.items()}}


def _faults() -> dict[str, Json]:
    """Return the schemas of the faults as the models accept them."""
    schema = FAULTS.json_schema(ref_template=_SCHEMAS)
    return {**schema["$defs"], "Fault": schema["items"]}


def _with_project(path: str, item: dict[str, Json], release: Release) -> list[tuple[str, dict[str, Json]]]:
    plain = {key: value for key, value in item.items() if key != _IN_PROJECT}
    if release != "1.2" or _IN_PROJECT not in item:
        return [(path, plain)]
    return [(path, plain), (f"/projects/{{project}}{path}", {**plain, "parameters": [_PROJECT, *plain["parameters"]]})]


def _of_release(value: Json, release: Release) -> Json:
    """Return `value` without what `release` does not have."""
    if isinstance(value, list):
        return [_of_release(item, release) for item in value if _is_in(item, release)]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _of_release(item, release) for key, item in value.items() if key != _RELEASES and _is_in(item, release)
    }
    properties = value.get("properties")
    if isinstance(properties, dict) and "required" in kept:
        kept["required"] = [name for name in kept["required"] if _is_in(properties.get(name), release)]
    return kept


def _is_in(item: Json, release: Release) -> bool:
    return not isinstance(item, dict) or release in item.get(_RELEASES, [release])
