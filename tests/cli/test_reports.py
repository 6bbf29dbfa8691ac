"""Several reports of one run, in files and on stdout."""

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from persync.cli.reports import FORMATS, FORMATS_OF_FINDINGS
from persync.published import schema
from tests.command_line import Installation

ROOT = Path(__file__).parents[2]
NAMES = ("a", "b")
FILE = "eventType: {}\nstate: RUNNING\nappConfig: {{eventstore.batchSize: 500, my.password: '${{{{ secret.PW }}}}'}}\n"
BEGINNINGS = {
    "text": "Plan for environment test",
    "json": "{",
    "markdown": "<!-- persync: environment=",
    "html": "<!doctype html>",
    "github": "::",
    "sarif": "{",
    "junit": "<?xml",
    "gitlab-codequality": "[",
    "gitlab-terraform": "{",
}


@pytest.fixture
def served(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("PW", "hunter2-hunter2")
    installation.serve({"persisters": [{"eventType": name, "state": "RUNNING"} for name in NAMES]})
    installation.write("persisters/all.yaml", "---\n".join(FILE.format(name) for name in NAMES))
    return installation


def valid(folder: Path, file: str, name: str) -> bool:
    """Ask an independent validator."""
    (folder / "schema.json").write_text(json.dumps(schema(name)), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", "schema.json", file]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0  # noqa: S603 - our own


def test_all_in_one_run(served: Installation) -> None:
    wishes = [option for name in FORMATS for option in ("--report", f"{name}=plan.{name}")]
    ended = served.run("plan", *wishes, "--out", "plan.persync")
    assert (ended.code, ended.out) == (0, (served.folder / "plan.text").read_text(encoding="utf-8"))
    for name, beginning in BEGINNINGS.items():
        text = (served.folder / f"plan.{name}").read_text(encoding="utf-8")
        assert text.lower().startswith(beginning.lower()), name
        assert "hunter2" not in text
    assert valid(served.folder, "plan.json", "plan")
    # what is saved says the same as what was shown
    for name in FORMATS:
        assert served.run("show", "plan.persync", "--report", name).out == (served.folder / f"plan.{name}").read_text(
            encoding="utf-8"
        )


def test_the_validator_would_notice(served: Installation) -> None:
    served.run("plan", "--report", "json=plan.json")
    plan = json.loads((served.folder / "plan.json").read_text(encoding="utf-8"))
    del plan["persisters"][0]["fingerprint"]
    (served.folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    assert not valid(served.folder, "plan.json", "plan")


def test_stdout_is_one_document(served: Installation) -> None:
    ended = served.run("plan", "--report", "json")
    document = json.loads(ended.out)
    jsonschema.validate(document, schema("plan"))
    assert document["summary"] == {
        "apply": 2,
        "configurations": 2,
        "restarts": 2,
        "starts": 0,
        "stops": 0,
        "blocked": 0,
        "inSync": 0,
    }
    assert served.run("plan", "--report", "json").out == ended.out


def test_an_apply_that_reports_to_a_machine(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--report", "json", "--report", "markdown=result.md")
    document = json.loads(ended.out)
    jsonschema.validate(document, schema("result"))
    assert document["summary"] == {"done": 2, "failed": 0, "notAttempted": 0}
    assert "Plan: 2 to apply" in ended.err
    (served.folder / "result.json").write_text(ended.out, encoding="utf-8")
    assert valid(served.folder, "result.json", "result")
    assert "hunter2" not in (served.folder / "result.md").read_text(encoding="utf-8") + ended.out + ended.err
    # nothing to do is a result too, in a file as well
    assert served.run("apply", "--auto-approve", "--report", "json=none.json").last_line.startswith("Plan: 0 to apply")
    assert json.loads((served.folder / "none.json").read_text(encoding="utf-8"))["persisters"] == []
    assert json.loads(served.run("apply", "--auto-approve", "--report", "json").out)["persisters"] == []


@pytest.mark.parametrize("name", FORMATS_OF_FINDINGS)
def test_findings(served: Installation, name: str) -> None:
    served.write("persisters/more.yaml", "eventType: two\nfoo: 1\n")
    ended = served.run("validate", "--report", f"{name}=found")
    assert (ended.code, (served.folder / "found").stat().st_size > 0) == (1, True)
    assert "unknown-field" in (served.folder / "found").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        (["--report", "json", "--report", "sarif"], "json and sarif cannot both go to stdout"),
        (["--report", "xml"], "'xml' is not one of text, json, "),
        (["--report", "json="], "'json=' names no file"),
        (["--report", "markdown", "--limit", "gitea"], "'gitea' is neither a number nor one of github"),
    ],
)
def test_wishes_that_cannot_be(served: Installation, wishes: list[str], message: str) -> None:
    ended = served.run("plan", *wishes)
    assert (ended.code, ended.out, message in ended.err.replace("\n", " ")) == (1, "", True)


def test_a_report_that_cannot_be_written(served: Installation) -> None:
    ended = served.run("plan", "--report", "json=missing/plan.json")
    assert (ended.code, ended.err) == (
        1,
        "error: missing/plan.json cannot be written: No such file or directory\n"
        "  check the folder and its permissions\n",
    )


@pytest.mark.parametrize("limit", ["github", "bitbucket", "500"])
def test_a_markdown_report_fits_its_host(served: Installation, limit: str) -> None:
    out = served.run("plan", "--report", "markdown", "--limit", limit).out
    assert len(out) <= {"github": 65_536, "bitbucket": 32_768}.get(limit, 500)
