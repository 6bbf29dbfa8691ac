"""An editor marks nothing in which `persync validate` finds nothing."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from persync.config.load import load_configuration
from persync.config.settings import load_settings
from persync.editor.schemas import editor_schema
from persync.model import Section
from tests.laws import strategies as some

SCHEMA = Draft7Validator(editor_schema("persister"))
OVERLAYS = Draft7Validator(editor_schema("overlay"))


def findings(folder: Path, persister: str, overlay: str | None = None) -> list[str]:
    """Return what validate finds in a file of persisters, and in an overlay."""
    (folder / "persync.yaml").write_text(
        "version: 1\npersisters: [a.yaml]\nenvironments: {e: {url: 'sandbox:', overlays: [o.yaml]}}\n", encoding="utf-8"
    )
    (folder / "a.yaml").write_text(persister, encoding="utf-8")
    if overlay is not None:
        (folder / "o.yaml").write_text(overlay, encoding="utf-8")
    found = load_settings(folder / "persync.yaml")
    environment = found.environment("e", {}) if overlay is not None else None
    loaded = load_configuration(found, environment, {})
    return [f"{each.span} {each.rule}: {each.message}" for each in loaded.findings]


def marked(documents: list[Any], by: Draft7Validator = SCHEMA) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for each in documents for error in by.iter_errors(each)]


@settings(max_examples=20)
@given(some.repositories().flatmap(lambda persisters: some.layouts(persisters, relaxed=True)))
def test_valid_files_in_every_layout_and_spelling(files: dict[str, str]) -> None:
    for text in files.values():
        assert marked(list(YAML(typ="safe", pure=True).load_all(StringIO(text)))) == []


_texts = st.sampled_from(
    (
        *("", "a", "A=b", "a:b", "1", "-1", "0", "1.5", ".5", "5m", "1Gi", "1e3", "P5D", "true", "YES", "8080,90"),
        *("[]", "{}", "[{name: a}]", "{a: b}", "Always", "exec", "EXEC", "earliest", "none"),
        *("${x}", "x ${{ vars.x }}", " 1 ", "1\n"),
    )
)
_scalars = _texts | st.integers(-2, 70_000) | st.floats(-2, 2) | st.booleans() | st.none()
_names = st.sampled_from(["name", "x", "cpu", "a.b", "", "[0]", "mountPath"])
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_names, inner, max_size=2), max_leaves=4
)


_heads = st.dictionaries(st.sampled_from(["eventType", "project", "state", "appVersion"]), _scalars, max_size=1)


@st.composite
def _documents(draw: DrawFn) -> dict[str, Any]:
    """A document with properties of the catalogue, cut short, prolonged and spelled in any way, and any values."""
    section = draw(st.sampled_from(Section))
    document: dict[str, Any] = {"eventType": "e", **draw(_heads)}
    if section is Section.LIVE_SEGMENT:
        document["eventstore"] = "live-segment"
    config: dict[str, Any] = {}
    for known in draw(st.lists(st.sampled_from(some.KNOWN[section]), max_size=2)):
        setting = some.Setting(section, tuple(known.key.split(".")), draw(st.just(some.Value("", "", "", ""))))
        elements = draw(some.spellings(setting))
        cut = draw(st.integers(0, 9))
        elements = (elements[:-1] or elements) if cut == 0 else (*elements, *draw(_tails)) if cut == 1 else elements
        _insert(draw, config, elements, draw(_values))
    document[section.value] = config
    return document


_tails = st.sampled_from([("x",), ("x", "y"), ("[0]",), ("configuration", "a.b")])


def _insert(draw: DrawFn, config: dict[str, Any], elements: tuple[str, ...], value: Any) -> None:
    """Add a value, its key nested and dotted in any way; not where another value is in the way."""
    key, *rest = elements
    for element in rest:
        inner = config.get(key, {})
        if isinstance(inner, dict) and draw(st.booleans()):
            config[key] = config = inner
            key = element
        else:
            key = f"{key}.{element}"
    config.setdefault(key, value)


@settings(max_examples=120)
@given(document=_documents())
def test_what_an_editor_marks_has_a_finding(tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]) -> None:
    if found := marked([document]):
        assert findings(tmp_path_factory.mktemp("file"), json.dumps(document)) != [], found


@settings(max_examples=80)
@given(document=_documents())
def test_what_an_editor_marks_in_an_overlay_has_a_finding(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    assume(not _has_empty_map(document[list(document)[-1]]))  # it changes nothing, which is no matter for a finding
    if found := marked([document], OVERLAYS):
        persister = {name: document[name] for name in ("eventType", "project", "eventstore") if name in document}
        folder = tmp_path_factory.mktemp("file")
        assert findings(folder, json.dumps(persister), json.dumps(document)) != [], found


def _has_empty_map(node: object) -> bool:
    if isinstance(node, list):
        return any(map(_has_empty_map, node))
    return isinstance(node, dict) and (not node or any(map(_has_empty_map, node.values())))
