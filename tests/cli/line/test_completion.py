"""Completion in a shell: of the command line of a process, and with a real bash."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from persync.cli import main
from persync.cli.completion.known import persisters
from persync.cli.completion.shell import SHELLS, VARIABLE
from persync.cli.root import COMMANDS
from persync.config.load import load_configuration
from persync.config.settings import load_settings
from tests.command_line import Installation

SETTINGS = "version: 1\nenvironments:\n  production: {url: 'https://a'}\n  staging: {url: 'https://b'}\n"
DOCUMENTS = {
    "persisters/web.yaml": "---\nproject: web\neventType: clicks  # here\n---\neventType: 'views'\nproject: \"web\"\n",
    "persisters/other/one.yml": "# alone\neventType: one\nappConfig:\n  project: nested\n",
    "persisters/flow.yaml": "{project: iot, eventType: tpm}\n",
    "persisters/odd.yaml": "eventType: >-\n  odd\nproject: iot\n",
    "persisters/empty.yaml": "# nothing\n",
    "persisters/broken.yaml": "eventType: [\n",
}


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", SETTINGS)
    for name, text in DOCUMENTS.items():
        installation.write(name, text)
    for run in ("20261126T044250Z-3f9a1c", "20261127T044250Z-4f9a1c"):
        installation.write(f".persync/runs/{run}.jsonl", "")
    return installation


def completed(installation: Installation, shell: str, line: str, folder: str = ".") -> list[str]:
    """Return what a shell gets for a line, whose last word is incomplete."""
    words = re.split(" |(?<==)|(?==)", line) if shell == "bash" else line.split(" ")
    environ = {
        VARIABLE: f"{shell}_complete",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    for name, value in environ.items():
        installation.monkeypatch.setenv(name, value)
    installation.monkeypatch.chdir(installation.folder / folder)
    installation.monkeypatch.setattr(sys, "argv", ["persync"])
    installation.capture.readouterr()
    main()
    captured = installation.capture.readouterr()
    assert captured.err == ""
    return captured.out.splitlines()


CASES = [
    ("persync val", ["validate"]),
    ("persync sta", ["status", "start"]),
    ("persync plan -o m", ["markdown"]),
    ("persync plan --output js", ["json"]),
    ("persync status -o w", ["wide"]),
    ("persync --vers", ["--version"]),
    ("persync plan --max-re", ["--max-restarts", "--max-resets"]),
    ("persync validate -e ", ["production", "staging"]),
    ("persync -e sta", ["staging"]),
    ("persync -e production validate -e s", ["staging"]),
    ("persync plan web", ["web/*", "web/clicks", "web/views"]),
    ("persync plan web/c", ["web/clicks"]),
    ("persync plan o", ["odd", "one"]),
    ("persync plan --exclude iot/", ["iot/*", "iot/odd", "iot/tpm"]),
    ("persync plan web/clicks iot/t", ["iot/tpm"]),
    ("persync rollback 2026 web/v", ["web/views"]),
    ("persync logs web/", ["web/*", "web/clicks", "web/views"]),
    ("persync import --project ", ["global", "iot", "web"]),
    ("persync export --project w", ["web"]),
    ("persync runs show 2026", ["20261127T044250Z-4f9a1c", "20261126T044250Z-3f9a1c"]),
    ("persync runs 2026", ["20261127T044250Z-4f9a1c", "20261126T044250Z-3f9a1c"]),
    ("persync runs s", ["show"]),
    ("persync rollback l", ["last"]),
    ("persync explain eventstore.b", ["eventstore.batchSize", "eventstore.batchTimeout"]),
    ("persync explain appConfig.eventstore.batchS", ["appConfig.eventstore.batchSize"]),
    ("persync explain app", ["appVersion", "appConfig"]),
    ("persync explain web/c", ["web/clicks"]),
    ("persync explain web/clicks kubernetes.limits.", ["kubernetes.limits.cpu", "kubernetes.limits.memory"]),
    ("persync rollback 20261126", ["20261126T044250Z-3f9a1c"]),
    ("persync rollback --journal . 20261126", []),
    ("persync plan --report m", ["markdown"]),
    ("persync validate --report m", []),
    ("persync plan --limit git", ["github", "gitlab"]),
    ("persync --color al", ["always"]),
    ("persync completion ", ["bash", "zsh", "fish"]),
    ("persync xyzzy ", []),
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_what_is_completed(repository: Installation, line: str, expected: list[str]) -> None:
    commands = list(COMMANDS) if "xyzzy" in line else expected
    escaped = [value.replace("*", "\\*") for value in commands]
    assert completed(repository, "bash", line) == [f"plain,{value}" for value in escaped]
    assert [each.partition("\t")[0] for each in completed(repository, "fish", line)] == [
        f"plain,{value}" for value in commands
    ]
    assert completed(repository, "zsh", line)[1::3] == commands


def test_no_request_is_sent(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": "one"}]})
    installation.write("persisters/one.yaml", "eventType: one\n")
    assert completed(installation, "bash", "persync apply --auto-approve o") == ["file,o", "plain,one"]
    assert completed(installation, "bash", "persync import --project ") == ["plain,global"]
    assert server.requests() == []


def test_a_property_is_completed_without_a_repository(installation: Installation) -> None:
    assert completed(installation, "bash", "persync explain eventstore.batchS") == ["plain,eventstore.batchSize"]
    assert completed(installation, "bash", "persync explain ")[0] == "plain,project"


def test_a_value_behind_an_equals_sign(repository: Installation) -> None:
    assert completed(repository, "bash", "persync plan --environment=st") == ["plain,staging"]
    assert completed(repository, "bash", "persync plan --environment=") == ["plain,production", "plain,staging"]
    assert completed(repository, "bash", "persync plan --report=js") == ["plain,json"]
    assert completed(repository, "bash", "persync plan --report json=pla") == ["file,pla"]
    assert completed(repository, "bash", "persync plan --report=json=pla") == ["file,pla"]
    assert completed(repository, "zsh", "persync plan --environment=st")[1] == "--environment=staging"
    assert completed(repository, "fish", "persync plan --environment=st") == ["plain,--environment=staging"]


def test_files_and_folders(repository: Installation) -> None:
    assert completed(repository, "bash", "persync -C ") == ["dir,"]
    assert completed(repository, "bash", "persync plan --out pl") == ["file,pl"]
    assert completed(repository, "bash", "persync apply web/c") == ["file,web/c", "plain,web/clicks"]


def test_a_word_in_quotes_needs_no_backslash(repository: Installation) -> None:
    assert completed(repository, "bash", "persync plan 'iot/") == ["plain,iot/*", "plain,iot/odd", "plain,iot/tpm"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "name", ["c$(touch x)", "c`touch x`", "c'; touch x; '", 'c"', "c d", "c\\", "c;x", "c&x", "c\nx"]
)
def test_no_word_is_completed_that_a_shell_could_run(installation: Installation, shell: str, name: str) -> None:
    document = json.dumps({"project": "web", "eventType": name})
    environments = json.dumps({"dev": {}, f"d{name}": {}})
    installation.write("persync.yaml", f"persisters: [persisters]\nenvironments: {environments}\n")
    installation.write("persisters/a.yaml", f"{document}\n---\nproject: web\neventType: clicks\n")
    for quote in ("", '"', "'"):
        words = [line.partition("\t")[0] for line in completed(installation, shell, f"persync plan {quote}web/c")]
        assert [word.rpartition(",")[2] for word in words if "clicks" in word or "touch" in word] == ["web/clicks"]
        found = [line.partition("\t")[0] for line in completed(installation, shell, f"persync plan -e {quote}d")]
        assert [word.rpartition(",")[2] for word in found if "d" in word] == ["dev"]


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("project: ${{ vars.p }}\neventType: clicks\n", []),
        ('"project": web\neventType: clicks\n', [("web", "clicks")]),
        ("eventType: clicks\nproject: >-\n  web\n", [("web", "clicks")]),
        ("eventType: ${{ vars.p }}\n", []),
    ],
)
def test_a_project_in_another_form(installation: Installation, head: str, names: list[tuple[str, str]]) -> None:
    installation.write("persync.yaml", "persisters: [persisters]\nenvironments: {dev: {}}\n")
    installation.write("persisters/a.yaml", head)
    assert persisters(installation.folder) == names


@pytest.mark.parametrize("line", ["persync -C .. plan web/c", "persync plan -C .. web/c", "persync plan web/c"])
def test_the_folder_counts(repository: Installation, line: str) -> None:
    assert completed(repository, "bash", line, folder="persisters") == ["plain,web/clicks"]


@pytest.mark.parametrize("settings", [None, "", "- a list\n", "version: [\n", "environments: 1\n"])
def test_what_cannot_be_read_completes_nothing(installation: Installation, settings: str | None) -> None:
    if settings is not None:
        installation.write("persync.yaml", settings)
    assert completed(installation, "bash", "persync plan -e ") == []
    assert completed(installation, "bash", "persync plan we") == []
    assert completed(installation, "bash", "persync plan --max-ch") == ["plain,--max-changes"]


def test_settings_that_are_not_valid_yet(installation: Installation) -> None:
    installation.write("persync.yaml", "environments:\n  dev: {}\nnonsense: 1\n")
    assert completed(installation, "bash", "persync plan -e ") == ["plain,dev"]


@pytest.mark.parametrize("instruction", ["powershell_complete", "x", "bash", "bash_x"])
def test_other_instructions_do_no_harm(installation: Installation, instruction: str) -> None:
    installation.monkeypatch.setenv(VARIABLE, instruction)
    installation.monkeypatch.setattr(sys, "argv", ["persync", "apply", "--auto-approve"])
    main()
    assert installation.capture.readouterr() == ("", "")


def test_the_heads_are_those_that_are_loaded(repository: Installation) -> None:
    (repository.folder / "persisters/broken.yaml").unlink()
    path = repository.write("persync.yaml", f"{SETTINGS}defaults: {{project: shop}}\n")
    loaded = load_configuration(load_settings(path), None, {}).persisters
    assert persisters(repository.folder) == [(each.id.project, each.id.event_type) for each in loaded]
    assert ("shop", "one") in persisters(repository.folder)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_the_one_that_is_asked_for_in_the_old_way(installation: Installation, shell: str) -> None:
    printed = installation.run("completion", shell)
    assert (printed.code, printed.err) == (0, "")
    installation.monkeypatch.setenv(VARIABLE, f"{shell}_source")
    installation.monkeypatch.setattr(sys, "argv", ["persync"])
    main()
    assert installation.capture.readouterr().out.strip() == printed.out.strip()


def test_a_real_bash(repository: Installation) -> None:
    repository.write("iot/file", "")  # which bash would insert in place of a pattern that is not quoted
    lines = {
        "persync val": "persync validate",
        "persync plan -e st": "persync plan -e staging",
        "persync plan --environment=st": "persync plan --environment=staging",
        "persync plan web/c": "persync plan web/clicks",
        "persync plan 'web/c": "persync plan web/clicks",
        "persync plan iot/\\*": "persync plan iot/*",
        "persync plan 'iot/*": "persync plan iot/*",
        "persync plan --report json=persy": "persync plan --report json=persync.yaml",
    }
    assert dict(zip(lines, typed_in_bash(repository.folder, list(lines)), strict=True)) == lines


def typed_in_bash(folder: Path, lines: list[str]) -> list[str]:
    """Return what lines become when they are typed, and TAB after them."""
    script = subprocess.run(
        [sys.executable, "-m", "persync", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout
    (folder / "bashrc").write_text(f"PS1='> '\n{script}\nbind 'set bell-style none'\n", encoding="utf-8")
    terminal, inside = pty.openpty()
    environ = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "TERM": "dumb", "HOME": str(folder)}
    shell = subprocess.Popen(
        ["bash", "--noprofile", "--rcfile", "bashrc", "-i"],  # noqa: S607 - the shell on PATH
        cwd=folder, env=environ, stdin=inside, stdout=subprocess.PIPE, stderr=inside, start_new_session=True, text=True,
    )  # fmt: skip
    assert shell.stdout is not None
    found = []
    for line in lines:
        # TAB; then to the beginning of the line, and have it printed in place of run
        os.write(terminal, f"{line}\t\x01echo \n".encode())
        while not select.select([shell.stdout], [], [], 0)[0]:  # readline waits until what it writes is read
            if select.select([terminal], [], [], 0.1)[0]:
                os.read(terminal, 65536)
        found.append(shell.stdout.readline().rstrip())
    os.write(terminal, b"exit\n")
    shell.stdout.close()
    os.close(inside)
    os.close(terminal)
    shell.wait(timeout=60)
    return found
