"""The parts of pages that are made from the code are up to date, and complete."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docs_tools.reference import PARTS, pages, regenerated
from persync.cli.root import COMMANDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == regenerated(text), "run make reference"


def test_every_part_is_in_a_page() -> None:
    used = [name for page in pages() for name in re.findall("<!-- generated: (.+?) -->", page.read_text("utf-8"))]
    assert sorted(used) == sorted(PARTS)


def test_every_setting_is_in_the_reference() -> None:
    schema = json.loads((ROOT / "schemas/settings.schema.json").read_text(encoding="utf-8"))
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert [name for name in named_in(schema) if f"| `{name}` |" not in page] == []


def named_in(schema: object) -> list[str]:
    """Return the names of all properties of a schema, in any depth."""
    if isinstance(schema, list):
        return [name for part in schema for name in named_in(part)]
    if not isinstance(schema, dict):
        return []
    properties = schema.get("properties", {})
    names = [name for name, of_it in properties.items() if isinstance(of_it, dict) and "description" in of_it]
    return names + [name for keyword, part in schema.items() if keyword != "examples" for name in named_in(part)]


def test_every_command_is_in_the_reference() -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / "commands.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(COMMANDS)
