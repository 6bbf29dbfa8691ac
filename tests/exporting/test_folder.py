"""``persync export --to-grapp``: where files are written, and what is never touched."""

from __future__ import annotations

import json
import os
import resource
from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.unprivileged import folder_for_everybody, unprivileged

FILE = "grapp/event-types/one/eventstores/pg/persister.json"
CONFIG = "appConfig: {eventstore.batchSize: 500}\ndeployerConfig: {kubernetes.limits.cpu: 500m}\n"
EXPORTED = {"appConfig": {"eventstore.batchSize": "500"}, "deployerConfig": {"kubernetes.limits.cpu": "500m"}}


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.write("persync.yaml", "version: 1\n")
    installation.write("persisters/one.yaml", f"eventType: one\nstate: RUNNING\n{CONFIG}")
    return installation


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("there", "target", "expected"),
    [
        ([], "new/dir", "new/dir/grapp/event-types"),
        ([], "grapp", "grapp/event-types"),
        (["dir"], "dir", "dir/grapp/event-types"),
        (["dir/grapp"], "dir", "dir/grapp/event-types"),
        (["dir/event-types"], "dir", "dir/event-types"),
        (["dir/belts/b"], "dir", "dir/event-types"),
        (["dir/segments/s"], "dir", "dir/event-types"),
        (["dir/harvesters", "dir/grapp"], "dir", "dir/grapp/event-types"),
    ],
)
def test_where_the_folder_is(repository: Installation, there: list[str], target: str, expected: str) -> None:
    for name in there:
        (repository.folder / name).mkdir(parents=True)
    ended = repository.run("export", "--to-grapp", target)
    assert (ended.code, ended.out) == (0, f"{expected}/one/eventstores/pg/persister.json\n")
    imported = repository.run("import", "--from-grapp", target, "--project", "other", "--dry-run")
    assert (imported.code, imported.out) == (0, "persisters/other/one.yaml\n")


def test_the_other_files_of_a_grapp_stay_and_persisters_without_a_file_are_named(repository: Installation) -> None:
    others = {
        "grapp/belts/b/belt.json": "{}",
        "grapp/event-types/gone\x1b[1m/eventstores/pg/persister.json": "{",
        "grapp/event-types/one/event-type-version-1.json": "{}",
        "grapp/event-types/one/eventstores/pg/notes.txt": "mine",
        "grapp/harvesters/instances/h/harvester.json": "{}",
        "grapp/segments/s/segment.json": "{}",
    }
    for name, text in others.items():
        repository.write(name, text)
    ended = repository.run("export", "--to-grapp", ".")
    assert (ended.code, ended.out) == (0, f"{FILE}\n")
    found = {name: text for name, text in contents(repository.folder).items() if name.startswith("grapp/")}
    assert {**others, FILE: json.dumps(EXPORTED, indent=2) + "\n"} == found
    assert ended.err.splitlines() == [
        "1 persister of project global: 1 new",
        "the folder has 1 persister that the files do not have, left there: gone\\u001b[1m",
    ]


@pytest.mark.parametrize(
    "present",
    [
        EXPORTED,
        {"deployerConfig": {"kubernetes.limits.cpu": "0.5"}, "appConfig": {"eventstore.batchSize": "+500"}},
        {"eventTypeName": "one", **EXPORTED},
    ],
)
def test_a_file_that_means_the_same_stays_as_it_is(repository: Installation, present: object) -> None:
    repository.write(FILE, json.dumps(present))
    before = contents(repository.folder)
    ended = repository.run("export", "--to-grapp", ".", "--force")
    assert (ended.code, ended.out, ended.err.splitlines()[0]) == (0, "", "1 persister of project global: 1 unchanged")
    assert contents(repository.folder) == before


@pytest.mark.parametrize(
    "present",
    [
        json.dumps({**EXPORTED, "appVersion": "1"}),
        json.dumps({**EXPORTED, "appConfig": {"eventstore.batchSize": "501"}}),
        json.dumps({**EXPORTED, "appConfig": {}}),
        json.dumps({**EXPORTED, "appConfig": {"eventstore.batchSize": "500", "my.x": "y"}}),
        # the deployer reads no other spelling, and the importer sends what is there
        json.dumps({**EXPORTED, "deployerConfig": {"kubernetes.limits.CPU": "500m"}}),
        "{",
        "",
    ],
)
def test_a_file_that_means_something_else_is_overwritten_by_force_only(repository: Installation, present: str) -> None:
    repository.write(FILE, present)
    (repository.folder / FILE).chmod(0o640)
    before = contents(repository.folder)
    refused = repository.run("export", "--to-grapp", ".")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (f"error: {FILE} exists already and differs; nothing was written\nhelp: --force overwrites\n")
    assert contents(repository.folder) == before
    dry = repository.run("export", "--to-grapp", ".", "--force", "--dry-run")
    assert (dry.code, dry.out) == (0, f"{FILE}\n")
    assert dry.err.splitlines()[0] == "dry run, nothing was written: 1 persister of project global: 1 overwritten"
    assert contents(repository.folder) == before
    forced = repository.run("export", "--to-grapp", ".", "--force")
    assert (forced.code, json.loads((repository.folder / FILE).read_text())) == (0, EXPORTED)
    assert (repository.folder / FILE).stat().st_mode & 0o777 == 0o640


def test_a_file_is_compared_in_the_documented_spelling_whatever_that_of_the_yaml(repository: Installation) -> None:
    relaxed = CONFIG.replace("batchSize", "batch-size")
    repository.write("persisters/one.yaml", f"eventType: one\nstate: RUNNING\n{relaxed}")
    repository.write(FILE, json.dumps(EXPORTED))
    assert repository.run("export", "--to-grapp", ".").code == 0
    respelled = {**EXPORTED, "appConfig": {"eventstore.batch-size": "500"}}
    repository.write(FILE, json.dumps(respelled))
    assert repository.run("export", "--to-grapp", ".").code == 1


def test_of_many_files_nothing_is_written_if_one_would_be_overwritten(repository: Installation) -> None:
    for number in range(7):
        repository.write(f"persisters/e{number}.yaml", f"eventType: e{number}\n")
        repository.write(f"grapp/event-types/e{number}/eventstores/pg/persister.json", "[]")
    before = contents(repository.folder)
    ended = repository.run("export", "--to-grapp", ".")
    names = ", ".join(f"grapp/event-types/e{number}/eventstores/pg/persister.json" for number in range(5))
    assert ended.err.splitlines()[-2] == f"error: {names} and 2 more exist already and differ; nothing was written"
    assert contents(repository.folder) == before


def test_a_link_that_leads_out_of_the_folder_is_refused(repository: Installation) -> None:
    out = repository.folder / "out"
    (out / "eventstores/pg").mkdir(parents=True)
    links = {"dir/grapp": out, "dir/grapp/event-types/one": out, FILE.replace("grapp", "dir/grapp", 1): out / "file"}
    for name, target in links.items():
        path = repository.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
        ended = repository.run("export", "--to-grapp", "dir", "--force")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.splitlines()[0].startswith("error: dir/grapp/event-types/one/eventstores/pg/persister.json is")
        assert f" is outside of dir: it leads to {out}" in ended.err
        path.unlink()
    assert contents(out) == {}


def test_a_link_within_the_folder_and_the_folder_itself_as_a_link_are_followed(repository: Installation) -> None:
    (repository.folder / "real/grapp/types/one").mkdir(parents=True)
    (repository.folder / "real/grapp/event-types").symlink_to("types")
    (repository.folder / "dir").symlink_to("real")
    assert repository.run("export", "--to-grapp", "dir").code == 0
    assert contents(repository.folder / "real/grapp/types").keys() == {"one/eventstores/pg/persister.json"}


@pytest.mark.parametrize(
    ("obstacle", "error"),
    [
        ("grapp/event-types/one/eventstores", "cannot be written: {} is not a folder"),
        ("grapp", "cannot be written: {} is not a folder"),
    ],
)
def test_a_file_in_the_way_is_an_error_and_nothing_is_written(
    repository: Installation, obstacle: str, error: str
) -> None:
    repository.write("persisters/a.yaml", "eventType: a\n")
    repository.write(obstacle, "")
    before = contents(repository.folder)
    ended = repository.run("export", "--to-grapp", ".")
    file = FILE if obstacle != "grapp" else FILE.replace("one", "a")
    assert ended.err.splitlines()[0] == f"error: {file} {error.format(repository.folder / obstacle)}"
    assert (ended.code, contents(repository.folder)) == (1, before)


def test_a_full_disk_leaves_whole_files_only(repository: Installation) -> None:
    repository.write("persisters/two.yaml", f"eventType: two\nappConfig: {{my.x: {'y' * 500}}}\n")
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400, most[1]))  # as if the disk were full, for the greater of the files
    try:
        ended = repository.run("export", "--to-grapp", ".")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == (
        f"error: {FILE.replace('one', 'two')} cannot be written: File too large\n"
        "help: check the folder and its permissions; then export again\n"
    )
    assert contents(repository.folder / "grapp") == {FILE.removeprefix("grapp/"): json.dumps(EXPORTED, indent=2) + "\n"}


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_not_a_file_is_not_overwritten(repository: Installation, make: object) -> None:
    path = repository.folder / FILE
    path.parent.mkdir(parents=True)
    assert callable(make)
    make(path)
    ended = repository.run("export", "--to-grapp", ".", "--force")
    assert (ended.code, ended.err) == (1, f"error: {FILE} is not a file\nhelp: remove what is there\n")


def test_a_folder_that_may_not_be_written_to_is_an_error_and_nothing_is_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with folder_for_everybody() as folder:
        installation = Installation(folder, capsys, monkeypatch)
        installation.write("persync.yaml", "version: 1\n")
        for name in ("one", "two"):
            installation.write(f"persisters/{name}.yaml", f"eventType: {name}\nstate: RUNNING\n")
        (folder / "grapp/event-types/one").mkdir(parents=True)
        (folder / "grapp/event-types/one").chmod(0o777)
        (folder / "grapp/event-types").chmod(0o555)
        with unprivileged():
            ended = installation.run("export", "--to-grapp", ".")
        monkeypatch.undo()
        assert (ended.code, ended.out, contents(folder / "grapp")) == (1, "", {})
        event_types = folder / "grapp/event-types"
        assert ended.err.splitlines()[-2:] == [
            f"error: {FILE.replace('one', 'two')} cannot be written: this user may not write to {event_types}",
            "help: check the folder and its permissions",
        ]
