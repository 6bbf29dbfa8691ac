"""Which files persisters are read from, and that no finding in a file hides another file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from persync.errors import InvalidConfig

if TYPE_CHECKING:
    from .conftest import Folder


def test_no_finding_hides_another_file(folder: Folder) -> None:
    folder.write(
        {
            "persisters/a.yaml": "a: [",
            "persisters/b.yml": "eventType: good\n",
            "persisters/c/d.yaml": b"\xff",
            "persisters/e.yaml": "eventType: e\nstate: UP\n",
            "persisters/ignored.txt": "[",
            "persisters/.hidden/x.yaml": "[",
        }
    )
    assert [str(persister.id) for persister in folder.load().persisters] == ["global/e", "global/good"]
    assert folder.positions() == [
        "persisters/a.yaml:1:5 yaml-syntax",
        "persisters/c/d.yaml:1:1 encoding",
        "persisters/e.yaml:2:8 invalid-value",
    ]
    with pytest.raises(InvalidConfig, match="3 errors in the configuration") as raised:
        folder.load().check()
    assert raised.value.findings == folder.load().findings


def test_warnings_do_not_stop(folder: Folder) -> None:
    folder.write({"persisters/a.yaml": "eventType: e\nappVersion: latest\n"})
    assert folder.positions() == ["persisters/a.yaml:2:13 latest-version"]
    folder.load().check()


def test_what_is_no_file(folder: Folder) -> None:
    folder.write({"persisters/a.yaml": "eventType: e\n"})
    os.mkfifo(folder.root / "persisters/pipe.yaml")
    (folder.root / "persisters/gone.yaml").symlink_to("nowhere")
    assert folder.positions() == [
        "persisters/gone.yaml:1:1 unreadable-file",
        "persisters/pipe.yaml:1:1 unreadable-file",
    ]


def test_links_that_lead_in_a_circle(folder: Folder) -> None:
    patterns = ["persisters", "loop", "loop/*.yaml", "loop.yaml", "l" * 300]
    folder.write(
        {
            "persync.yaml": f"version: 1\npersisters: [{', '.join(patterns)}]\n",
            "persisters/a.yaml": "eventType: a\nstate: UP\n",
        }
    )
    (folder.root / "persisters/self.yaml").symlink_to("self.yaml")
    (folder.root / "loop").symlink_to("loop")
    (folder.root / "loop.yaml").symlink_to("other.yaml")
    (folder.root / "other.yaml").symlink_to("loop.yaml")
    assert folder.positions() == [
        "loop:1:1 unreadable-file",
        "loop.yaml:1:1 unreadable-file",
        "persisters/a.yaml:2:8 invalid-value",
        "persisters/self.yaml:1:1 unreadable-file",
        "persync.yaml:2:32 missing-file",
        "persync.yaml:2:56 missing-file",
    ]


def test_where_persisters_are(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\npersisters: ['.', teams/*/p, 'teams/*/*.yaml', one.yaml]\n",
            "teams/a/p/x.yaml": "eventType: x\n",
            "teams/b/y.yaml": "eventType: y\n",
            "one.yaml": "eventType: one\n",
        }
    )
    assert [persister.id.event_type for persister in folder.load().persisters] == ["one", "x", "y"]
    folder.write({"persync.yaml": "version: 1\npersisters:\n  - teams/*/p\n  - nowhere/*\n"})
    assert folder.positions() == ["persync.yaml:4:5 missing-file"]


def test_the_default_folder_must_exist(folder: Folder) -> None:
    assert folder.positions() == ["persync.yaml:1:1 missing-file"]


IGNORED = "the file is not read, because its name does not end with .yaml or .yml"


def test_files_with_another_ending(folder: Folder) -> None:
    folder.write(
        {
            "persisters/a.yaml": "eventType: a\n",
            "persisters/B.YAML": "[",
            "persisters/x/c.Yml": "[",
            "persisters/d": "[",
        }
    )
    found = [(str(each.span), each.rule, each.message, each.hint) for each in folder.load().findings]
    assert found == [
        ("persisters/B.YAML:1:1", "ignored-file", IGNORED, "rename it to B.yaml"),
        ("persisters/x/c.Yml:1:1", "ignored-file", IGNORED, "rename it to c.yml"),
    ]
    folder.write({"persync.yaml": "version: 1\npersisters: [persisters/B.YAML]\n"})  # named, so it is read
    assert folder.positions() == ["persisters/B.YAML:1:2 yaml-syntax"]


def test_links_to_folders_are_not_followed(folder: Folder) -> None:
    folder.write({"persisters/a.yaml": "eventType: a\n", "shared/b.yaml": "eventType: b\n"})
    (folder.root / "persisters/gone").symlink_to("../nowhere")
    (folder.root / "persisters/gone.txt").symlink_to("../nowhere")
    (folder.root / "persisters/shared").symlink_to("../shared")
    assert folder.positions() == ["persisters/gone:1:1 broken-link", "persisters/shared:1:1 linked-folder"]
    (folder.root / "persisters/gone").unlink()
    folder.write({"persync.yaml": "version: 1\npersisters: [persisters, shared]\n"})
    assert folder.positions() == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("persisters/**/*", ["persisters/x:1:1 outside-repository"]),
        ("persisters/**", ["persisters/x:1:1 outside-repository"]),
        ("persisters/*/*.yaml", ["persisters/x:1:1 outside-repository"]),
        ("persisters/*/deep/*", ["persisters/x:1:1 outside-repository"]),
        ("persisters/*/b.yaml", ["persisters/x:1:1 outside-repository"]),
        ("persisters/**/*.yaml", ["persisters/x:1:1 outside-repository"]),
        ("persisters/[x]/../*", ["persisters/x:1:1 outside-repository"]),
        ("persisters/a.*", []),
    ],
)
def test_a_glob_does_not_follow_a_link_out_of_the_repository(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory, pattern: str, expected: list[str]
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "deep/er").mkdir(parents=True)
    for name in ("b.yaml", "c.YAML", "notes", "deep/b.yaml", "deep/er/b.yaml"):
        (outside / name).write_text("[", encoding="utf-8")
    (outside / "gone").symlink_to("nowhere")
    folder.write({"persync.yaml": f"version: 1\npersisters: ['{pattern}', persisters/a.yaml]\n"})
    folder.write({"persisters/a.yaml": "eventType: a\n"})
    (folder.root / "persisters/x").symlink_to(outside)
    (folder.root / "persisters/readme").symlink_to(outside / "notes")
    found = [position for position in folder.positions() if not position.startswith("persisters/readme")]
    assert found == expected


def test_a_link_to_a_file_elsewhere_that_no_pattern_matches(folder: Folder) -> None:
    folder.write({"persync.yaml": "version: 1\npersisters: ['persisters/**/*.yaml']\n"})
    folder.write({"persisters/a.yaml": "eventType: a\n"})
    (folder.root / "persisters/readme").symlink_to(__file__)
    assert folder.positions() == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (("persisters/a.yaml", "overlays/a.yaml"), []),
        (("persisters/a.md", "overlays/a.yaml"), ["persync.yaml:1:1 no-files"]),
        (("persisters/.a.yaml", "overlays/a.yaml"), ["persync.yaml:1:1 no-files"]),
        (("persisters/a.yaml", "overlays/x/a.md"), ["persync.yaml:2:51 no-files"]),
    ],
)
def test_a_folder_without_files(folder: Folder, files: tuple[str, ...], expected: list[str]) -> None:
    folder.write({"persync.yaml": "version: 1\nenvironments: {test: {url: 'sandbox:', overlays: [overlays]}}\n"})
    folder.write(dict.fromkeys(files, "eventType: a\n"))
    assert folder.positions("test") == expected


@pytest.mark.parametrize("text", ["", "# eventType: a\n", "---\n"])
def test_a_file_without_a_document(folder: Folder, text: str) -> None:
    folder.write({"persisters/a.yaml": text, "persisters/b.yaml": "eventType: b\n"})
    assert folder.positions() == ["persisters/a.yaml:1:1 no-document"]
