"""A new persync.yaml has every setting of the schema once."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from persync.cli.init.settings_file import settings_text
from persync.config.settings import load_settings
from persync.config.yaml.reader import read_documents
from persync.published import schema

USED = {
    "version": 1,
    "persisters": ["persisters"],
    "defaultEnvironment": "production",
    "environments": {"production": {"url": "https://harvester.example.com"}},
}
# each of them is read as a list of settings below; what persisters configure is in their own schema
VALUES = ("appConfig", "deployerConfig", "config", "variables", "projects")


def in_use(text: str) -> str:
    """Return the file with every setting in use."""
    return re.sub(r"^( *)#(?=\S)", r"\1", text, flags=re.MULTILINE)


def settings_of(published: dict[str, Any], entry: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the schema of every setting."""
    if "$ref" in entry and "catalogue" not in entry["$ref"]:
        entry = {**published["$defs"][entry["$ref"].rpartition("/")[2]], **entry}
    if path == "environments":
        yield from settings_of(published, published["$defs"]["environment"], "environments.production")
    for name, member in entry.get("properties", {}).items():
        below = f"{path}.{name}".removeprefix(".")
        inside = list(settings_of(published, member, below))
        yield from inside or [(below, member)]


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and path.rpartition(".")[2] not in VALUES:
        for name, member in value.items():
            yield from leaves(member, f"{path}.{name}".removeprefix("."))
    else:
        yield path, value


def test_every_setting_is_shown_once_with_its_default() -> None:
    published = schema("settings")
    text = in_use(settings_text(USED))
    assert read_documents(text.encode(), "persync.yaml").findings == ()  # a key twice is one
    shown = dict(leaves(yaml.safe_load(text)))
    expected = dict(settings_of(published, published))
    assert sorted(shown) == sorted(expected)
    used = dict(leaves(USED))
    defaults = {path: entry["default"] for path, entry in expected.items() if "default" in entry}
    assert {path: shown[path] for path in defaults} == {**defaults, **{p: v for p, v in used.items() if p in defaults}}


def test_every_setting_is_described() -> None:
    published = schema("settings")
    words = " ".join(line.strip().removeprefix("# ") for line in settings_text(USED).splitlines())
    assert [path for path, entry in settings_of(published, published) if entry["description"] not in words] == []


def test_what_is_in_use_is_what_was_chosen() -> None:
    assert yaml.safe_load(settings_text(USED)) == USED


@pytest.mark.parametrize(
    "auth", [("token",), ("tokenUrl", "clientId", "clientSecret"), ("tokenUrl", "username", "password")]
)
def test_each_way_to_sign_in_is_valid_when_it_is_used(tmp_path: Path, auth: tuple[str, ...]) -> None:
    text = settings_text(USED)
    for name in ("auth", *auth):
        text = re.sub(rf"^( *)#({name}:)", r"\1\2", text, flags=re.MULTILINE)
    (tmp_path / "persync.yaml").write_text(text, encoding="utf-8")
    assert load_settings(tmp_path / "persync.yaml").environments == ("production",)


def test_all_else_is_valid_when_it_is_used(tmp_path: Path) -> None:
    lines = [
        line
        for line in in_use(settings_text(USED)).splitlines()
        if not re.match(r" +(tokenUrl|client|user|pass|command)", line)
    ]
    (tmp_path / "persync.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert load_settings(tmp_path / "persync.yaml").environments == ("production",)


def test_lines_are_not_too_long() -> None:
    assert [line for line in settings_text(USED).splitlines() if len(line) > 120] == []
