"""The vendor's examples of persisters: imported, planned empty, and exported to equal JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.command_line import Installation
from tests.importing.test_live import EQUAL, SECRETS, WEB, files_of
from tests.importing.test_vendor import EMPTY, VENDOR

FILE = "event-types/eventtype-1/eventstores/pg/persister.json"
FIELDS = ("appVersion", "appConfig", "deployerConfig")


def meaning(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document with its keys in lower case and its structures read, by a library that is not ours."""
    found: dict[str, Any] = {"appVersion": document["appVersion"]}
    for section in FIELDS[1:]:
        for key, text in document[section].items():
            # the deployer flattens structures to texts
            value = yaml.load(text, yaml.BaseLoader) if text.startswith("[") else text  # noqa: S506 - of texts only
            found[f"{section}.{key.lower()}"] = value
    return found


@pytest.mark.parametrize("source", ["live", "grapp"])
@pytest.mark.parametrize("name", ["get-persister-200.json", "put-persister-200.json"])
def test_an_example_is_imported_planned_empty_and_exported_to_equal_json(
    installation: Installation, name: str, source: str
) -> None:
    answer = json.loads((VENDOR / name).read_text())
    example = {field: answer[field] for field in FIELDS}
    persister = {"eventType": "eventtype-1", "state": "RUNNING", **example}
    installation.serve({"defaults": {"pg": EMPTY}, "persisters": [persister]})
    installation.write(f"from/grapp/{FILE}", json.dumps(example))
    options = ["--from-grapp", "from", "--project", "global"] if source == "grapp" else []
    imported = installation.run("import", *options)
    assert (imported.code, imported.err.splitlines()[-1]) == (0, EQUAL)
    assert installation.run("plan", "--detailed-exitcode").code == 0

    exported = installation.run("export", "--to-grapp", "to")
    assert (exported.code, exported.out) == (0, f"to/grapp/{FILE}\n")
    document = json.loads((installation.folder / "to/grapp" / FILE).read_text())
    assert list(document) == list(FIELDS)
    assert meaning(document) == meaning(example)
    before = files_of(installation.folder)
    again = installation.run("import", "--from-grapp", "to", "--project", "global", "--force")
    assert (again.code, files_of(installation.folder)) == (0, before)


def test_secrets_come_back_as_values_and_as_references(installation: Installation) -> None:
    installation.serve({"persisters": [WEB]})
    assert installation.run("import").code == 0
    before, examples = files_of(installation.folder), (installation.folder / ".env.example").read_text()
    assert installation.run("export", "--to-grapp", "kept").code == 0
    kept = (installation.folder / "kept/grapp" / FILE.replace("eventtype-1", "snowplow-web")).read_text()
    assert [secret for secret in SECRETS.values() if secret in kept] == []
    for name, value in SECRETS.items():
        installation.monkeypatch.setenv(name, value)
    assert installation.run("export", "--to-grapp", "values", "--with-secrets").code == 0
    values = (installation.folder / "values/grapp" / FILE.replace("eventtype-1", "snowplow-web")).read_text()
    assert json.loads(values)["appConfig"] == WEB["appConfig"]
    for folder in ("kept", "values"):
        again = installation.run("import", "--from-grapp", folder, "--project", "webtracking", "--force")
        assert (again.code, files_of(installation.folder)) == (0, before), again.err
        assert (installation.folder / ".env.example").read_text() == examples


def test_an_export_over_the_folder_that_was_imported_changes_nothing(installation: Installation) -> None:
    answer = json.loads((VENDOR / "put-persister-200.json").read_text())
    text = json.dumps({field: answer[field] for field in FIELDS})
    file = installation.write(f"grapp/{FILE}", text)
    installation.write("persync.yaml", "version: 1\n")
    assert installation.run("import", "--from-grapp", ".", "--project", "global").code == 0
    ended = installation.run("export", "--to-grapp", ".")
    assert (ended.code, ended.out, Path(file).read_text()) == (0, "", text)
