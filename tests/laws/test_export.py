"""What an export leaves behind: a GrApp folder that an import makes the same files of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command_line import Ended, Installation
from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK
from tests.laws.test_import import EQUAL, with_secrets

SECTIONS = ("appVersion", "appConfig", "deployerConfig", "config")
New = Callable[[], Installation]


@pytest.fixture
def new(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> New:
    """Return what makes an empty configuration repository."""

    def made() -> Installation:
        one = Installation(Path(mkdtemp(dir=tmp_path)), capsys, monkeypatch)
        one.write("persync.yaml", "version: 1\n")
        return one

    return made


def imported(new: New, source: Installation) -> tuple[Installation, Ended]:
    """Return a repository with what is in the GrApp folder of another."""
    one = new()
    ended = one.run("import", "--from-grapp", str(source.folder), "--project", "web")
    return one, ended


def exported(source: Installation, target: Installation) -> Ended:
    return source.run("export", "--to-grapp", str(target.folder))


def files_of(one: Installation) -> dict[str, str]:
    files = [*one.folder.glob("persisters/**/*.yaml"), one.folder / ".env.example"]
    return {str(path.relative_to(one.folder)): path.read_text() for path in files if path.exists()}


@st.composite
def of_one_project(draw: st.DrawFn) -> list[some.DesiredPersister]:
    names = draw(st.lists(some.ids.map(lambda ids: ids[0]), min_size=1, max_size=3, unique_by=lambda name: name[1]))
    return [draw(some.desired_persister(("web", *name[1:]))) for name in names]


@settings(max_examples=12, phases=UNSHRUNK)
@given(st.data())
def test_an_import_of_an_export_means_the_same(new: New, data: st.DataObject) -> None:
    persisters = data.draw(of_one_project())
    first = new()
    for name, text in data.draw(some.layouts(persisters, relaxed=True)).items():
        first.write(name, text)
    ended = exported(first, first)
    assert (ended.code, len(ended.out.splitlines())) == (0, len(persisters)), ended.err
    for persister in persisters:
        _, event_type, eventstore = persister.id
        file = first.folder / f"grapp/event-types/{event_type}/eventstores/{eventstore}/persister.json"
        document = json.loads(file.read_text())
        keys = {(section, key) for section in SECTIONS[1:] for key in document.get(section, {})}
        assert len(keys) == len(persister.settings)
        assert keys >= {(setting.section.value, setting.key) for setting in persister.settings if setting.known}
        assert document.get("appVersion") == persister.version
    second, ended = imported(new, first)
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL), ended.err
    if (second.folder / ".env.example").exists():
        return  # secrets in clear became references to variables
    before = {path: path.read_bytes() for path in first.folder.rglob("*.json")}
    again = exported(second, first)
    assert (again.code, again.out) == (0, ""), again.err
    assert {path: path.read_bytes() for path in first.folder.rglob("*.json")} == before


@st.composite
def grapps(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """The documents of a GrApp folder, with secrets, and with references where an export kept them."""
    found = draw(with_secrets())["persisters"]
    files = {}
    for seed in found:
        document = {field: seed[field] for field in SECTIONS if field in seed}
        files[f"grapp/event-types/{seed['eventType']}/eventstores/{seed['eventstore']}/persister.json"] = document
    return files


@settings(max_examples=12, phases=UNSHRUNK)
@given(grapps())
def test_an_import_of_an_export_of_an_import_has_the_same_files(new: New, documents: dict[str, Any]) -> None:
    first = new()
    for name, document in documents.items():
        first.write(name, json.dumps(document))
    second, ended = imported(new, first)
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL), ended.err
    assert exported(second, second).code == 0
    third, ended = imported(new, second)
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL), ended.err
    assert files_of(third) == files_of(second)
