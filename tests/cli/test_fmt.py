"""``persync fmt``: what it prints, what it writes, and what it leaves alone."""

import os
import resource
import stat
from pathlib import Path

import pytest

from tests.command_line import Installation

UGLY = "eventType: one\nproject: web   \nappConfig:\n    eventstore.batch-size: 5   # kept\n"
PRETTY = "project: web\neventType: one\nappConfig:\n  eventstore.batchSize: 5   # kept\n"
DIFF = """\
--- persisters/one.yaml
+++ persisters/one.yaml
@@ -1,4 +1,4 @@
+project: web
 eventType: one
-project: web   
 appConfig:
-    eventstore.batch-size: 5   # kept
+  eventstore.batchSize: 5   # kept
"""  # noqa: W291 - the blanks that fmt removes


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def repository(installation: Installation) -> Installation:
    installation.settings(url="'sandbox:'", overlays="[overlays]")
    installation.write("persisters/one.yaml", UGLY)
    installation.write("persisters/two.yml", "eventType: two\n")
    installation.write("overlays/one.yaml", "eventType:   one\nappConfig:\n    my: null\n")
    return installation


def test_persisters_and_overlays_are_formatted(repository: Installation) -> None:
    ended = repository.run("fmt")
    assert (ended.code, ended.out, ended.err) == (0, "overlays/one.yaml\npersisters/one.yaml\n", "")
    assert (repository.folder / "persisters/one.yaml").read_text() == PRETTY
    assert (repository.folder / "overlays/one.yaml").read_text() == "eventType: one\nappConfig:\n  my: null\n"
    assert names(repository.folder / "persisters") == ["one.yaml", "two.yml"]
    ended = repository.run("fmt")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_check_changes_nothing(repository: Installation) -> None:
    ended = repository.run("fmt", "--check")
    assert (ended.code, ended.out) == (1, "overlays/one.yaml\npersisters/one.yaml\n")
    assert (repository.folder / "persisters/one.yaml").read_text() == UGLY
    repository.run("fmt")
    assert repository.run("fmt", "--check").code == 0


def test_the_exit_code_tells_what_would_change_from_a_failure(repository: Installation) -> None:
    ugly, pretty, broken = "persisters/one.yaml", "persisters/two.yml", "overlays/broken.yaml"
    repository.write(broken, "eventType: [\n")
    would_change = "1 file would change: run 'persync fmt'\n"
    cases = {
        ("--check", ugly): (1, would_change),
        ("--check", "--detailed-exitcode", ugly): (2, would_change),
        ("--diff", "--detailed-exitcode", ugly): (2, ""),
        ("--check", "--diff", "--detailed-exitcode", ugly): (2, ""),
        ("--check", "--detailed-exitcode", pretty): (0, ""),
        ("--detailed-exitcode", pretty): (0, ""),
    }
    ended = {arguments: repository.run("fmt", *arguments) for arguments in cases}
    assert {arguments: (each.code, each.err) for arguments, each in ended.items()} == cases
    for options in (["--check"], ["--check", "--detailed-exitcode"], ["--diff", "--detailed-exitcode"]):
        assert repository.run("fmt", *options, ugly, broken).code == 1
    assert repository.run("fmt", "--detailed-exitcode", ugly).code == 0  # it has changed it


@pytest.mark.parametrize(("options", "code"), [(["--diff"], 0), (["--diff", "--check"], 1)])
def test_diff_changes_nothing(repository: Installation, options: list[str], code: int) -> None:
    ended = repository.run("fmt", *options, "persisters")
    assert (ended.code, ended.out, ended.err) == (code, DIFF, "")
    assert (repository.folder / "persisters/one.yaml").read_text() == UGLY


def test_diff_says_where_a_line_break_is_missing(repository: Installation) -> None:
    repository.write("persisters/two.yml", "eventType: two")
    assert repository.run("fmt", "--diff", "persisters/two.yml").out == (
        "--- persisters/two.yml\n+++ persisters/two.yml\n@@ -1 +1 @@\n"
        "-eventType: two\n\\ No newline at end of file\n+eventType: two\n"
    )


def test_diff_shows_no_secret(repository: Installation) -> None:
    repository.settings(url="'sandbox:'", sensitive="[mine]")
    text = """\
        eventType: two
        appConfig:
            my: {password: "tell-1"}   # password: tell-2
            my.token: |
                tell-3
            my.secrets: {a: tell-4, b: [tell-5]}
            url: &u jdbc:x://u:tell-6@h/?password=tell-7
            mine: tell-8
            my.credential: &c tell-9
            my.api-key: ${placeholder}
        deployerConfig:
            kubernetes.secretName: shown
            kubernetes.env: [{name: A_TOKEN, value: tell-0}, {name: A, value: shown}]
        """
    repository.write("persisters/two.yml", text)
    for arguments in (["--diff"], ["--diff", "persisters/two.yml"]):
        ended = repository.run("fmt", *arguments)
        assert (ended.code, "tell" in ended.out, ended.out.count("shown")) == (0, False, 4)
        assert "+  my.token: (sensitive)\n+  my.secrets: {a: (sensitive), b: [(sensitive)]}\n" in ended.out
        assert "+  my.api-key: ${placeholder}\n" in ended.out
    repository.run("fmt")
    assert (repository.folder / "persisters/two.yml").read_text().count("tell-") == 10


def test_diff_escapes_what_controls_a_terminal(repository: Installation) -> None:
    text = "eventType: two\nappConfig:\n    x: 'a\u202eb\u200bc'\t# \u2066\n"
    repository.write("persisters/two.yml", text)
    ended = repository.run("fmt", "--diff")
    assert [each for each in ended.out if not each.isprintable() and each not in "\n\t"] == []
    assert "-    x: 'a\\u202eb\\u200bc'\t# \\u2066\n" in ended.out


def test_files_need_no_settings(installation: Installation) -> None:
    installation.write("a/one.yaml", UGLY)
    installation.write("a/other.txt", UGLY)
    assert installation.run("fmt", "--diff", "a").code == 0
    ended = installation.run("fmt", "a", "a/one.yaml", "a/other.txt")
    assert (ended.code, ended.out, ended.err) == (0, "a/one.yaml\na/other.txt\n", "")
    ended = installation.run("fmt")
    assert (ended.code, ended.err.startswith("error: no persync.yaml in ")) == (1, True)


def test_from_another_folder(repository: Installation) -> None:
    repository.monkeypatch.chdir("/")
    repository.folder.joinpath("elsewhere").mkdir()
    elsewhere = Installation(repository.folder / "elsewhere", repository.capture, repository.monkeypatch)
    assert elsewhere.run("fmt", "-C", "..").out == (
        f"{repository.folder}/overlays/one.yaml\n{repository.folder}/persisters/one.yaml\n"
    )


def test_what_is_no_persister_is_left_alone(repository: Installation) -> None:
    settings = (repository.folder / "persync.yaml").read_text()
    repository.write("sandbox.yaml", "persisters:    []\n")
    ended = repository.run("fmt", "persync.yaml", "sandbox.yaml")
    assert (ended.code, ended.out, ended.err) == (
        0,
        "",
        "sandbox.yaml:1:1: warning: this document has no eventType, so the file is not a persister file and is left "
        "unchanged [not-a-persister]\n",
    )
    assert (repository.folder / "persync.yaml").read_text() == settings


def test_a_bad_file_hides_no_other(repository: Installation) -> None:
    repository.write("persisters/bad.yaml", "eventType:   [a\n")
    os.mkfifo(repository.folder / "persisters/pipe.yaml")
    ended = repository.run("fmt", "persisters", "nowhere")
    assert (ended.code, ended.out) == (1, "persisters/one.yaml\n")
    assert [line for line in ended.err.splitlines() if not line.startswith(" ")] == [
        "nowhere:1:1: error: nowhere does not exist [missing-file]",
        "persisters/bad.yaml:1:14: error: this [ is not closed, or a comma is missing [yaml-syntax]",
        "persisters/pipe.yaml:1:1: error: cannot be read: it is not a regular file [unreadable-file]",
    ]
    assert (repository.folder / "persisters/bad.yaml").read_text() == "eventType:   [a\n"


def test_a_finding_has_its_line_where_the_settings_tell_what_is_secret(repository: Installation) -> None:
    repository.write("persisters/bad.yaml", "eventType:   [a\n")
    finding = "persisters/bad.yaml:1:14: error: this [ is not closed, or a comma is missing [yaml-syntax]\n"
    advice = "    help: close it with ], and separate its items by commas\n"
    assert repository.run("fmt").err == f"{finding}   1 | eventType:   [a\n     |              ^\n{advice}"
    assert repository.run("fmt", "persisters").err == finding + advice


def test_links_in_a_circle_hide_no_other(repository: Installation) -> None:
    (repository.folder / "persisters/loop.yaml").symlink_to("loop.yaml")
    ended = repository.run("fmt", "--check")
    assert (ended.code, "persisters/one.yaml" in ended.out) == (1, True)
    assert "persisters/loop.yaml:1:1: error: cannot be read: Too many levels of symbolic links" in ended.out + ended.err


def test_a_link_stays_a_link_and_the_mode_stays(repository: Installation) -> None:
    one = repository.folder / "persisters/one.yaml"
    one.chmod(0o640)
    link = repository.folder / "link.yaml"
    link.symlink_to(one)
    assert repository.run("fmt", "link.yaml", "persisters/one.yaml").out == "link.yaml\n"
    assert (link.is_symlink(), one.read_text(), stat.S_IMODE(one.stat().st_mode)) == (True, PRETTY, 0o640)


def test_a_file_that_cannot_be_written_keeps_what_it_holds(repository: Installation) -> None:
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60, most[1]))  # as if the disk were full, for the greater of the files
    try:
        ended = repository.run("fmt")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert (ended.code, ended.out, ended.err) == (
        1,
        "overlays/one.yaml\n",
        "persisters/one.yaml:1:1: error: cannot be written: File too large [unwritable-file]\n",
    )
    assert (repository.folder / "persisters/one.yaml").read_text() == UGLY
    assert names(repository.folder / "persisters") == ["one.yaml", "two.yml"]
