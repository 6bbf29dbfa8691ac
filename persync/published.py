"""The JSON Schemas that persync publishes.

A wheel carries ``schemas/`` inside the package; a checkout (and so an editable install) has it beside the package.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent
_CATALOGUE = "catalogue.schema.json"

NAMES = (
    *("persister", "settings", "plan", "result", "diagnosis", "log", "journal", "runs", "status", "events"),
    *("render", "explanation"),
)


def schema_folder() -> Path:
    """Return the folder that holds the ``*.schema.json`` files."""
    shipped = _PACKAGE / "schemas"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "schemas"


@cache
def schema(name: str) -> dict[str, Any]:
    """Return a published schema as one self-contained document.

    The catalogue of properties, a separate file in the folder, is included under ``$defs/catalogue``.

    Args:
        name: one of ``NAMES``.

    Raises:
        FileNotFoundError: there is no schema of that name.
    """
    text = _read(f"{name}.schema.json")
    if f'"{_CATALOGUE}#' not in text:
        return _parse(text)
    bundled = _parse(text.replace(f'"{_CATALOGUE}#/', '"#/$defs/catalogue/'))
    bundled["$defs"]["catalogue"] = _parse(_read(_CATALOGUE).replace('"#/', '"#/$defs/catalogue/'))
    return bundled


@cache
def catalogue() -> dict[str, Any]:
    """Return the catalogue of properties, a JSON Schema with annotations of persync (``x-…``)."""
    return _parse(_read(_CATALOGUE))


def _read(file: str) -> str:
    return (schema_folder() / file).read_text(encoding="utf-8")


def _parse(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    return document
