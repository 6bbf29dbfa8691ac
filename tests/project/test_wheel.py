"""What users install: a wheel with everything that the command needs, from the one place where it is kept."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from persync import published
from persync.editor.schemas import editor_schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(ROOT)]
    subprocess.run(command, check=True, env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"})  # noqa: S603 - our own
    [built] = folder.glob("*.whl")
    return built


def test_it_holds_the_schemas_and_the_openapi_document(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= {
        "persync/py.typed",
        "persync/sandbox/http/openapi/components.yaml",
        "persync/sandbox/http/openapi/event_types.yaml",
        "persync/sandbox/http/openapi/paths.yaml",
        "persync/sandbox/http/openapi/sandbox.yaml",
        "persync/schemas/catalogue.schema.json",
        "persync/schemas/persister.schema.json",
        "persync/schemas/settings.schema.json",
    }
    assert [name for name in names if name.startswith(("tests/", "examples/", "benchmarks/", "schemas/"))] == []


@pytest.mark.parametrize("name", published.NAMES)
def test_its_schemas_are_those_of_the_checkout(wheel: Path, name: str) -> None:
    with zipfile.ZipFile(wheel) as opened:
        shipped = json.loads(opened.read(f"persync/schemas/{name}.schema.json"))
    assert shipped == json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_the_installed_command_finds_them(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    command = [sys.executable, "-m", "persync"]
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def run(*arguments: str) -> bytes:
        return subprocess.run(  # noqa: S603 - our own
            [*command, *arguments], cwd=tmp_path, env=environ, check=True, capture_output=True
        ).stdout

    assert json.loads(run("schema", "persister")) == editor_schema("persister")
    run("init", "new", "--url", "https://harvester.example.com", "--ci", "github")
    run("init", "new", "--ci", "gitlab")
    run("init", "play", "--url", "sandbox:")
    for written, example in (
        ("new/.github/workflows/persync.yml", "github-workflow/persync.yml"),
        ("new/.gitlab-ci.yml", "gitlab-pipeline/gitlab-ci.yml"),
        ("play/sandbox.yaml", "quickstart/sandbox.yaml"),
    ):
        assert (tmp_path / written).read_bytes() == (ROOT / "examples" / example).read_bytes()
