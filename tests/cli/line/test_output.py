"""``-o FORMAT``: the same for every command that writes a document to stdout."""

from __future__ import annotations

import json
import shlex

import click
import pytest

from persync.cli.root import COMMANDS, command_of
from tests.command_line import Ended, Installation

FORMATS = "text, json, markdown, html, github, sarif, junit, gitlab-codequality, gitlab-terraform"
NAMES = "'-o' / '--report'"
NO_DOCUMENT = {"init", "import", "export", "fmt", "verify", "logs", "completion", "schema", "sandbox"}


@pytest.fixture
def served(installation: Installation) -> Installation:
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\n")
    assert installation.run("plan", "--out", "plan.persync").code == 0
    return installation


def test_every_command_with_a_document_has_it() -> None:
    of_commands = {
        name: {opt for param in command_of(name).params if isinstance(param, click.Option) for opt in param.opts}
        for name in COMMANDS
    }
    assert {name for name, opts in of_commands.items() if not {"-o", "--output"} <= opts} == NO_DOCUMENT


def test_the_document_of_a_command(served: Installation) -> None:
    kinds = {
        "plan": "plan",
        "show plan.persync": "plan",
        "apply --auto-approve": "result",
        "start one --auto-approve": "result",
        "validate": "findings",
        "status": "status",
        "runs": "runs",
        "render": "render",
        "explain one": "values",
        "doctor": "diagnosis",
    }
    found = {line: json.loads(served.run(*shlex.split(line), "-o", "json").out)["kind"] for line in kinds}
    assert found == kinds


@pytest.mark.parametrize("command", ["show plan.persync", "runs"])
def test_the_spellings(served: Installation, command: str) -> None:
    lines = [f"{command} {option}" for option in ("-o json", "-ojson", "-o=json", "--output json", "--output=json")]
    first, *others = [served.run(*shlex.split(line)) for line in lines]
    assert (first.code, others) == (0, [first] * 4)


def test_a_report_in_a_file_is_beside_the_text(served: Installation) -> None:
    text = served.run("plan").out
    for option in ("-o", "--output", "--report"):
        assert served.run("plan", option, f"json={option}.json").out == text
    first, *others = [
        (served.folder / f"{option}.json").read_text("utf-8") for option in ("-o", "--output", "--report")
    ]
    assert (json.loads(first)["kind"], others) == ("plan", [first, first])


def test_the_same_format_twice_is_one(served: Installation) -> None:
    assert served.run("plan", "-o", "json", "--report", "json") == served.run("plan", "-o", "json")


def test_the_page_of_a_status(served: Installation) -> None:
    page = served.run("status", "-o", "html").out
    assert page.startswith("<!DOCTYPE html>")
    assert served.run("status", "--report", "html").out[:200] == page[:200]


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("plan -o jsno", f"Invalid value for {NAMES}: 'jsno' is not one of {FORMATS}", "did you mean 'json'?"),
        ("plan -o yaml", f"Invalid value for {NAMES}: 'yaml' is not one of {FORMATS}", "did you mean 'json'?"),
        ("plan -o md=x", f"Invalid value for {NAMES}: 'md' is not one of {FORMATS}", "did you mean 'markdown=x'?"),
        ("plan -o xyzzy", f"Invalid value for {NAMES}: 'xyzzy' is not one of {FORMATS}", "see 'persync plan --help'"),
        (
            "plan -o plan.bin",
            f"Invalid value for {NAMES}: 'plan.bin' is not one of {FORMATS}",
            "write a report with '-o text=plan.bin'; save a plan with '--out plan.bin'",
        ),
        (
            "show plan.persync -o p.html",
            f"Invalid value for {NAMES}: 'p.html' is not one of {FORMATS}",
            "write a report with '-o html=p.html'",
        ),
        (
            "plan -o json -o html",
            "json and html cannot both go to stdout",
            "write one of them to a file: -o html=FILE",
        ),
        (
            "status --report json",
            "Invalid value for '--report': 'json' is not one of html",
            "'-o json' writes it to stdout",
        ),
        ("render --report json", "No such option '--report'.", "did you mean --output?"),
        ("status -o html --watch", "a page is about one look: leave out --watch", "see 'persync status --help'"),
    ],
)  # fmt: skip
def test_what_is_wrong(served: Installation, line: str, message: str, hint: str) -> None:
    assert served.run(*shlex.split(line)) == Ended(1, "", f"error: {message}\nhelp: {hint}\n")
