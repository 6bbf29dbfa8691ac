"""A GrApp folder has the event types of an installation, and no project."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Installation

SETTINGS = """\
version: 1
environments:
  dev:
    url: 'sandbox:'
    projects: {web/clicks: web_0001/clicks-x7f2, web/views: web_0001/clicks}
"""
FOLDER = "grapp/event-types/{}/eventstores/pg/persister.json"


@pytest.fixture
def repository(installation: Installation) -> Installation:
    (installation.folder / "persync.yaml").write_text(SETTINGS, encoding="utf-8")
    for name in ("clicks", "views"):
        text = f"project: web\neventType: {name}\nstate: RUNNING\nappConfig: {{eventstore.tableName: {name}}}\n"
        installation.write(f"persisters/web/{name}.yaml", text)
    return installation


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_export_and_its_import(repository: Installation) -> None:
    exported = repository.run("export", "--to-grapp", "out")
    assert exported.code == 0, exported.err
    assert files(repository.folder / "out") == [FOLDER.format("clicks-x7f2"), FOLDER.format("clicks")]
    for path in (repository.folder / "persisters/web").iterdir():
        path.unlink()
    ended = repository.run("import", "--from-grapp", "out", "--project", "web")
    assert (ended.code, ended.out.split()) == (0, ["persisters/web/clicks.yaml", "persisters/web/views.yaml"]), (
        ended.err
    )
    after = [path.read_text(encoding="utf-8") for path in sorted((repository.folder / "persisters/web").iterdir())]
    assert [text.split("appConfig:")[1].split() for text in after] == [
        ["eventstore:", "tableName:", "clicks"],
        ["eventstore:", "tableName:", "views"],
    ]


def test_a_full_answer_names_the_live_event_type(repository: Installation) -> None:
    for path in (repository.folder / "persisters/web").iterdir():
        path.unlink()
    answer = '{"projectName": "web_0001", "eventTypeName": "clicks-x7f2", "appConfig": {}, "streamName": "s"}'
    repository.write(f"out/{FOLDER.format('clicks-x7f2')}", answer)
    ended = repository.run("import", "--from-grapp", "out", "--project", "web")
    assert ended.out == "persisters/web/clicks.yaml\n", ended.err


def test_an_event_type_that_the_files_cannot_name(repository: Installation) -> None:
    repository.write(f"out/{FOLDER.format('views')}", '{"appConfig": {}}')
    ended = repository.run("import", "--from-grapp", "out", "--project", "web")
    assert (ended.code, ended.out) == (0, "")
    assert "passed over 1 live persister that the files cannot name" in ended.err
    refused = repository.run("import", "--from-grapp", "out", "--project", "web_0001")
    assert refused.code == 0, refused.err


@pytest.mark.parametrize(
    ("names", "arguments", "message"),
    [
        (
            "{web: web-dev, web/clicks: other/thing}",
            ("--project", "web"),
            "error: a GrApp folder is one project, and the persisters are of 2 in the installation (projects in"
            " persync.yaml): other, web-dev\n"
            "help: leave out those of other with --exclude web/clicks, and export them to another folder\n",
        ),
        ("{web: web-dev, web/clicks: other/thing}", ("web/views",), ""),
        ("{web/clicks: other/thing, web/views: other/views}", (), ""),
    ],
)
def test_a_folder_has_one_project_of_the_installation(
    repository: Installation, names: str, arguments: tuple[str, ...], message: str
) -> None:
    text = SETTINGS.replace("{web/clicks: web_0001/clicks-x7f2, web/views: web_0001/clicks}", names)
    (repository.folder / "persync.yaml").write_text(text, encoding="utf-8")
    ended = repository.run("export", "--to-grapp", "out", *arguments)
    assert (ended.code, ended.err if message else "", bool(files(repository.folder / "out"))) == (
        1 if message else 0,
        message,
        not message,
    )
