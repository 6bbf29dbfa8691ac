"""A new configuration repository: what is written, what is kept, and that it works."""

import io
import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
import yaml

from persync.cli.init.examples import github_workflow, gitlab_pipeline
from tests.command_line import Ended, Installation
from tests.git import GitRepository
from tests.processes import ROOT, start

URL = "https://harvester.example.com"
EXAMPLES = ROOT / "examples"
ENV = "# the values of secrets; .env.example has their names only\n.env\n"
IGNORED = f"""\
# What persync writes and git must not have. The rest belongs in git:
# persync.yaml, persisters, overlays, schemas, .env.example.
# saved plans (persync plan --out): of one moment, with values of the installation
*.persync
# the journals of applies, with the values that were there before, and the lock of an apply
.persync/
{ENV}# what is left of a file that persync was writing when it was killed
.*.tmp
"""
EDITOR = [".gitignore", ".vscode/settings.json", "overlay.schema.json", "persister.schema.json", "settings.schema.json"]
NEXT = """\

Next, with a token in PERSYNC_TOKEN, or auth in persync.yaml:

  persync import   # writes the live persisters into persisters/
  persync plan     # shows that nothing differs

Where something does not work, 'persync doctor' tells why.
"""


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def environment_of(folder: Path) -> dict[str, object]:
    settings = yaml.safe_load((folder / "persync.yaml").read_text(encoding="utf-8"))
    environments: dict[str, object] = settings["environments"]
    return environments


def test_a_new_repository(installation: Installation) -> None:
    ended = installation.run("init", "--url", URL)
    created = ["persync.yaml", *(name for name in ("persister", "overlay", "settings"))]
    lines = [
        "created   persync.yaml",
        *(f"created   {name}.schema.json" for name in created[1:]),
        "created   .vscode/settings.json",
        "created   .gitignore",
    ]
    assert (ended.code, ended.out, ended.err) == (0, "\n".join(lines) + "\n" + NEXT, "")
    assert sorted(files(installation.folder)) == sorted(["persync.yaml", *EDITOR])
    assert environment_of(installation.folder) == {"production": {"url": URL}}
    assert list((installation.folder / "persisters").iterdir()) == []
    assert (installation.folder / ".gitignore").read_text(encoding="utf-8") == IGNORED


def test_the_schemas_are_the_printed_ones(installation: Installation) -> None:
    installation.run("init", "--url", URL)
    for name in ("persister", "overlay", "settings"):
        written = (installation.folder / f"{name}.schema.json").read_text(encoding="utf-8")
        assert written == installation.run("schema", name).out


def test_the_editor_settings_are_those_of_the_documentation(installation: Installation) -> None:
    installation.run("init", "--url", URL)
    documented = (ROOT / "docs" / "editor.md").read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    assert (installation.folder / ".vscode" / "settings.json").read_text(encoding="utf-8") == documented


def test_the_new_settings_and_a_persister_make_a_plan(installation: Installation) -> None:
    server = installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    (installation.folder / "persync.yaml").unlink()
    installation.run("init", "--url", server.url)
    installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\n")
    assert installation.run("plan", "--detailed-exitcode").code == 0


def test_an_installation_to_play_with(installation: Installation) -> None:
    ended = installation.run("init", "play", "--url", "sandbox:")
    next_commands = "Next, with a local installation that differs from the files:\n\n"
    assert ended.code == 0
    assert ended.out.endswith(f"{next_commands}  persync plan -C play\n  persync apply -C play\n")
    folder = installation.folder / "play"
    quickstart = EXAMPLES / "quickstart"
    examples = {name: text for name, text in files(quickstart).items() if name.startswith("persisters/")}
    examples["sandbox.yaml"] = (quickstart / "sandbox.yaml").read_text(encoding="utf-8")
    assert {name: text for name, text in files(folder).items() if name not in {"persync.yaml", *EDITOR}} == examples
    state = "# what the sandbox remembers\nsandbox.db*\n"
    assert (folder / ".gitignore").read_text(encoding="utf-8") == IGNORED + state
    assert installation.run("plan", "-C", "play", "--detailed-exitcode").code == 2
    assert installation.run("apply", "-C", "play", "--auto-approve").code == 0
    assert installation.run("plan", "-C", "play", "--detailed-exitcode").code == 0


def test_what_git_sees_of_what_persync_writes(installation: Installation) -> None:
    installation.run("init", "play", "--url", "sandbox:")
    folder = installation.folder / "play"
    git = GitRepository(folder)
    assert installation.run("plan", "-C", "play", "--out", "play/saved.persync").code == 0
    assert installation.run("apply", "-C", "play", "play/saved.persync").code == 0
    (folder / ".env").write_text("PASSWORD=x\n")
    written = git("ls-files", "--others", "--exclude-standard").split()
    persisters = [name for name in files(EXAMPLES / "quickstart") if name.startswith("persisters/")]
    assert sorted(written) == sorted([*EDITOR, *persisters, "persync.yaml", "sandbox.yaml"])


def test_a_sandbox_with_a_file_of_its_own(installation: Installation) -> None:
    installation.run("init", "--url", "sandbox:mine.db", "-e", "try")
    environment = {"url": "sandbox:mine.db", "timeouts": {"poll": 0.2}, "rollout": {"settle": "500ms"}}
    assert environment_of(installation.folder) == {"try": environment}


def test_nothing_is_overwritten(installation: Installation) -> None:
    installation.settings(url=URL)
    installation.write(".gitignore", "build\n.env")
    installation.write(".vscode/settings.json", '{\n  // mine\n  "editor.tabSize": 2\n}\n')
    installation.write("overlay.schema.json", "{}\n")
    before = files(installation.folder)
    ended = installation.run("init", "--url", "https://other.example.com")
    assert ended.code == 0
    after = files(installation.folder)
    assert {name: after[name] for name in before} == {
        **before,
        ".gitignore": "build\n.env\n" + IGNORED[IGNORED.index("# saved") :].replace(ENV, ""),
    }
    assert ended.out.splitlines()[:6] == [
        "kept      persync.yaml",
        "created   persister.schema.json",
        "kept      overlay.schema.json",
        "created   settings.schema.json",
        "kept      .vscode/settings.json",
        "extended  .gitignore",
    ]
    assert ended.err == (
        "warning: persync.yaml exists and is kept as it is: --url is not used\n"
        "help: overlay.schema.json is of another release of persync; update it:"
        " persync schema overlay > overlay.schema.json\n"
        'help: .vscode/settings.json should have: "yaml.schemas": {"persister.schema.json": "persisters/**/*.y*ml",'
        ' "overlay.schema.json": "overlays/**/*.y*ml", "settings.schema.json": "persync.yaml"}\n'
    )


def test_twice_is_like_once(installation: Installation) -> None:
    installation.run("init", "--url", URL, "--ci", "github")
    before = files(installation.folder)
    ended = installation.run("init", "--ci", "github")
    assert (ended.code, ended.err, files(installation.folder)) == (0, "", before)
    assert {line.split()[0] for line in ended.out.partition("\n\n")[0].splitlines()} == {"kept"}


def test_the_workflow_is_the_example(installation: Installation) -> None:
    ended = installation.run("init", "--url", f"{URL}/harvester", "--ci", "github")
    written = (installation.folder / ".github" / "workflows" / "persync.yml").read_text(encoding="utf-8")
    assert written == (EXAMPLES / "github-workflow" / "persync.yml").read_text(encoding="utf-8")
    assert ended.err == (
        "help: replace OWNER/persync@v1 in .github/workflows/persync.yml,"
        " and add the secrets PERSYNC_READ_TOKEN and PERSYNC_TOKEN\n"
    )


def test_the_pipeline_is_the_one_of_the_documentation(installation: Installation) -> None:
    installation.run("init", "--url", URL, "--ci", "gitlab")
    guide = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition("## GitLab")[2]
    documented = guide.partition("```yaml\n")[2].partition("```")[0]
    assert (installation.folder / ".gitlab-ci.yml").read_text(encoding="utf-8") == documented


def test_ci_for_a_repository_that_exists(installation: Installation) -> None:
    installation.folder = installation.folder / "conf"
    installation.settings(url="https://api.grnry.io:8443/x")
    top = installation.folder.parent
    subprocess.run(["git", "init", "--quiet", str(top)], check=True)  # noqa: S603, S607 - git of this machine
    assert installation.run("init", "--ci", "github").code == 0
    workflow = yaml.safe_load((top / ".github" / "workflows" / "persync.yml").read_text(encoding="utf-8"))
    steps = [step["with"] for job in workflow["jobs"].values() for step in job["steps"] if "persync@" in step["uses"]]
    common = {"environment": "test", "working-directory": "conf", "token-origin": "https://api.grnry.io:8443"}
    assert [{name: step[name] for name in common} for step in steps] == [common, common]
    assert workflow["jobs"]["apply"]["environment"] == "test"
    assert workflow["jobs"]["apply"]["concurrency"]["group"] == "persync-apply-test"
    assert installation.run("init", "--ci", "gitlab").code == 0
    pipeline = yaml.safe_load((top / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    assert pipeline["variables"] == {"PERSYNC_ENVIRONMENT": "test", "PERSYNC_FOLDER": "conf"}


def test_no_name_of_the_examples_is_left_in_a_file_for_another_environment() -> None:
    text = github_workflow("stage", "https://api.grnry.io", "a/b") + gitlab_pipeline("stage", "a/b")
    assert [word for word in ("production", "harvester.example.com") if word in text] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "--url is missing, and stdin is not a terminal; 'sandbox:' is a local installation to play with"),
        (("--url", "harvester.example.com"), "the URL is not a valid URL: write https://host or https://host/path"),
        (
            ("--url", "http://harvester.example.com"),
            "the URL (http://harvester.example.com) is not encrypted, so that others could read the token:"
            " use https://; plain http is for this machine only (localhost, 127.0.0.1)",
        ),
        (("--url", "sandbox:", "--ci", "github"), "--ci is for an installation: the environment is the sandbox"),
        (
            ("--url", URL, "-e", "my env"),
            "an environment's name has at most 64 letters, digits, '_', '.' and '-'",
        ),
    ],
)
def test_what_is_refused(installation: Installation, arguments: tuple[str, ...], error: str) -> None:
    installation.monkeypatch.setattr("sys.stdin", io.StringIO())
    ended = installation.run("init", *arguments)
    assert (ended.code, ended.out, ended.err) == (1, "", f"error: {error}\nhelp: see 'persync init --help'\n")
    assert list(installation.folder.iterdir()) == []


def test_an_invalid_file_of_settings_stays(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 2\n")
    ended = installation.run("init")
    assert (ended.code, ended.out, sorted(files(installation.folder))) == (1, "", ["persync.yaml"])
    assert ended.err.startswith("persync.yaml:1:10: error: ")


def test_a_folder_that_is_a_file(installation: Installation) -> None:
    installation.write("a", "")
    ended = installation.run("init", "a/b", "--url", URL)
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        "error: the folder a/b cannot be created: Not a directory\nhelp: check the path and its permissions\n",
    )


def asked(installation: Installation, answers: str, *arguments: str) -> Ended:
    terminal, inside = pty.openpty()
    process = start(installation, "init", *arguments, stdin=inside)
    os.write(terminal, answers.encode())
    out, err = process.communicate(timeout=60)
    os.close(terminal)
    os.close(inside)
    return Ended(process.returncode, out, err)


def test_on_a_terminal_the_url_is_asked_for(installation: Installation) -> None:
    ended = asked(installation, f"harvester.example.com\n{URL}\n")
    assert (ended.code, environment_of(installation.folder)) == (0, {"production": {"url": URL}})
    assert ended.err == (
        "The URL of the Harvester API, such as https://harvester.example.com, or sandbox: for a local one to try.\n"
        "URL: Error: the URL is not a valid URL: write https://host or https://host/path\n"
        "URL: "
    )


def test_on_a_terminal_nothing_is_asked_for_that_is_known(installation: Installation) -> None:
    assert asked(installation, "", "--url", URL).err == ""
    assert asked(installation, "").err == ""


def test_the_editor_settings_are_json(installation: Installation) -> None:
    installation.run("init", "--url", URL)
    schemas = json.loads((installation.folder / ".vscode" / "settings.json").read_text(encoding="utf-8"))[
        "yaml.schemas"
    ]
    assert [name for name in schemas if not (installation.folder / name).is_file()] == []


def test_a_url_of_the_process_environment(installation: Installation) -> None:
    ended = installation.run("init", "--url", "${{ env.PERSYNC_VAR_URL }}", "--ci", "github")
    workflow = (installation.folder / ".github" / "workflows" / "persync.yml").read_text(encoding="utf-8")
    assert (ended.code, "token-origin: https://harvester.example.com" in workflow) == (0, True)
    assert environment_of(installation.folder) == {"production": {"url": "${{ env.PERSYNC_VAR_URL }}"}}


def test_a_pipeline_that_exists(installation: Installation) -> None:
    installation.write(".gitlab-ci.yml", "build: {script: make}\n")
    ended = installation.run("init", "--url", URL, "--ci", "gitlab")
    assert (ended.code, ended.err) == (
        0,
        "help: .gitlab-ci.yml was there already; docs/ci.md of persync has what to add to it\n",
    )


def test_a_gitignore_that_is_a_folder(installation: Installation) -> None:
    (installation.folder / ".gitignore").mkdir()
    ended = installation.run("init", "--url", URL)
    assert (ended.code, ended.err) == (
        1,
        "error: .gitignore cannot be extended: Is a directory\nhelp: add to it: *.persync .persync/ .env .*.tmp\n",
    )


@pytest.mark.parametrize("name", ["persisters", ".vscode", ".gitignore"])
def test_nothing_is_written_outside_of_the_repository(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    before = {path: path.read_bytes() for path in installation.folder.rglob("*") if path.is_file()}
    (installation.folder / name).symlink_to(outside / name)
    ended = installation.run("init", "--url", URL)
    assert (ended.code, list(outside.iterdir())) == (1, []), ended.out
    assert "is outside of the repository: it leads to" in ended.err
    assert {path: path.read_bytes() for path in installation.folder.rglob("*") if path.is_file()} == before


def test_settings_without_an_environment(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n")
    assert installation.run("init", "--ci", "gitlab").code == 0
    assert "PERSYNC_ENVIRONMENT: production" in (installation.folder / ".gitlab-ci.yml").read_text(encoding="utf-8")
