"""Several reports of one run, in files and on stdout."""

import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from persync.published import schema
from persync.report.formats import FORMATS, FORMATS_OF_FINDINGS
from tests.command_line import Installation
from tests.schemas import validate

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
    validate(document, "plan")
    assert document["summary"] == {
        "apply": 2,
        "configurations": 2,
        "restarts": 2,
        "starts": 0,
        "stops": 0,
        "resets": 0,
        "blocked": 0,
        "inSync": 0,
    }
    assert served.run("plan", "--report", "json").out == ended.out


def test_an_apply_that_reports_to_a_machine(served: Installation) -> None:
    ended = served.run("apply", "--auto-approve", "--report", "json", "--report", "markdown=result.md")
    document = json.loads(ended.out)
    validate(document, "result")
    assert document["summary"] == {
        "done": 2,
        "failed": 0,
        "cancelled": 0,
        "notAttempted": 0,
        "blocked": 0,
        "rolledBack": 0,
        "conflict": 0,
        "inSync": 0,
        "already": 0,
    }
    assert "Plan: 2 to change" in ended.err
    (served.folder / "result.json").write_text(ended.out, encoding="utf-8")
    assert valid(served.folder, "result.json", "result")
    assert "hunter2" not in (served.folder / "result.md").read_text(encoding="utf-8") + ended.out + ended.err
    # nothing to do is a result too, in a file as well
    assert served.run("apply", "--auto-approve", "--report", "json=none.json").last_line.startswith("No changes.")
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
        (["--report", "markdown", "--limit", "gitea"], "'gitea' is neither a number from 1,000 on nor one of github"),
        (["--report", "markdown", "--limit", "999"], "'999' is neither a number from 1,000 on nor one of github"),
        (["--report", "json=same", "--report", "sarif=./same"], "two things cannot both be written to same"),
        (["--out", "same", "--report", "json=same"], "two things cannot both be written to same"),
    ],
)
def test_wishes_that_cannot_be(served: Installation, wishes: list[str], message: str) -> None:
    ended = served.run("plan", *wishes)
    assert (ended.code, ended.out, message in ended.err.replace("\n", " ")) == (1, "", True)


@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve")])
@pytest.mark.parametrize(
    ("file", "reason"), [("missing/x.json", "there is no folder missing"), ("persisters", "it is a folder")]
)
def test_a_report_that_has_no_place_is_refused_before_anything_is_done(
    served: Installation, command: tuple[str, ...], file: str, reason: str
) -> None:
    ended = served.run(*command, "--report", f"json={file}")
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        f"error: {file} cannot be written: {reason}\nhelp: check the folder and its permissions\n",
    )
    assert served.server is not None
    assert served.server.requests() == []


def test_a_report_that_cannot_be_written_costs_no_other(served: Installation) -> None:
    full = ["--report", "json=/dev/full", "--report", "junit=/dev/full"]
    ended = served.run("apply", "--auto-approve", *full, "--report", "sarif=result.sarif")
    assert (ended.code, ended.last_line) == (1, "Apply: 2 done.")
    wrong = "error: /dev/full cannot be written: No space left on device\nhelp: check the folder and its permissions\n"
    assert ended.err.endswith(wrong * 2)
    assert json.loads((served.folder / "result.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"


def test_what_is_no_file_is_written_to_and_not_replaced(served: Installation) -> None:
    pipe, target, link = (served.folder / name for name in ("pipe", "target.json", "link.json"))
    os.mkfifo(pipe)
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target.name)
    target.chmod(0o640)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(pipe.read_text, encoding="utf-8")
        ended = served.run("plan", "--report", f"json={pipe}", "--report", f"json={link}")
        through_the_pipe = reading.result()
    assert (ended.code, ended.err) == (0, "")
    assert (json.loads(through_the_pipe)["kind"], through_the_pipe) == ("plan", target.read_text(encoding="utf-8"))
    assert (pipe.is_fifo(), link.is_symlink()) == (True, True)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_report_is_as_private_as_its_user_likes_new_files(served: Installation) -> None:
    before = os.umask(0o077)
    try:
        served.run("plan", "--report", "json=plan.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((served.folder / "plan.json").stat().st_mode) == 0o600


def test_wrong_settings_are_a_report_too(served: Installation) -> None:
    served.write("persync.yaml", "version: 1\nbogus: 1\n")
    ended = served.run("validate", "--report", "github", "--report", "junit=found.xml")
    assert (ended.code, ended.err) == (1, "")
    assert "::error file=persync.yaml,line=2,col=1,title=unknown-field::" in ended.out
    assert "unknown-field" in (served.folder / "found.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("limit", ["github", "bitbucket", "1000"])
def test_a_markdown_report_fits_its_host(served: Installation, limit: str) -> None:
    out = served.run("plan", "--report", "markdown", "--limit", limit).out
    assert len(out) <= {"github": 65_536, "bitbucket": 32_768}.get(limit, 1_000)
