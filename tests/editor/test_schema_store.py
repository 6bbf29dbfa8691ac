"""The schema of persync.yaml as SchemaStore wants it, judged by ajv in strict mode, the judge that SchemaStore has."""

from __future__ import annotations

import json
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from docs_tools.schema_store import ENTRY, SCHEMA, files

AJV = Path(__file__).parents[2] / "build/editor/node_modules/ajv"
JUDGE = Path(__file__).parent / "judge.js"
FILES = dict(files())
ENVIRONMENT = {"url": "https://harvester.example.com"}
VALID: list[dict[str, Any]] = [
    {"auth": {"token": "${{ env.T }}"}},
    {"auth": {"tokenUrl": "https://id", "clientId": "persync", "clientSecret": "${{ env.S }}"}},
    {"rollout": {"canary": 1, "batch": "20%", "pause": "prompt", "settle": 5}},
    {"rollout": {"canary": ["webtracking/*"]}},
    {"safety": {"maxRestarts": "20%", "maxStops": 2}},
    {"tls": {"certificate": "c.pem", "key": "k.pem"}},
]
INVALID: list[dict[str, Any]] = [
    {"auth": {"token": "${{ env.T }}", "command": ["x"]}},
    {"auth": {"tokenUrl": "https://id"}},
    {"rollout": {"canary": True}},
    {"rollout": {"settle": "5 minutes"}},
    {"safety": {"maxRestarts": "120%"}},
    {"tls": {"key": "k.pem"}},
]


def judged(tmp_path: Path, documents: list[Any]) -> list[bool]:
    schema = tmp_path / "persync.json"
    schema.write_text(FILES[SCHEMA], encoding="utf-8")
    command = ["node", str(JUDGE), str(AJV), str(schema)]
    ended = subprocess.run(  # noqa: S603 - our own
        command, input=json.dumps(documents), capture_output=True, check=False, text=True
    )
    assert ended.stderr == ""
    verdicts: list[bool] = json.loads(ended.stdout)
    return verdicts


@pytest.mark.parametrize(("environments", "expected"), [(VALID, True), (INVALID, False)])
def test_settings(tmp_path: Path, environments: list[dict[str, Any]], *, expected: bool) -> None:
    documents = [{"version": 1, "environments": {"production": {**ENVIRONMENT, **each}}} for each in environments]
    assert judged(tmp_path, documents) == [expected] * len(documents)


@pytest.mark.parametrize(("folder", "expected"), [("src/test/", True), ("src/negative_test/", False)])
def test_its_own_files(tmp_path: Path, folder: str, *, expected: bool) -> None:
    yaml = YAML(typ="safe", pure=True)
    texts = [text for name, text in FILES.items() if name.startswith(folder)]
    assert {text.partition("\n")[0] for text in texts} == {
        "# yaml-language-server: $schema=../../schemas/json/persync.json"
    }
    assert len(texts) > 1
    assert judged(tmp_path, [yaml.load(StringIO(text)) for text in texts]) == [expected] * len(texts)


def test_the_schema_and_its_entry() -> None:
    schema, entry = json.loads(FILES[SCHEMA]), json.loads(FILES[ENTRY])
    assert (schema["$schema"], schema["$id"]) == ("http://json-schema.org/draft-07/schema#", entry["url"])
    assert entry["fileMatch"] == ["persync.yaml"]
    for text in (entry["name"], entry["description"]):
        assert "schema" not in text.lower()
        assert text[-1] not in ",. \t-"
