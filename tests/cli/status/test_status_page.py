"""``persync status --report html``: run states, what differs, and the last runs, read over HTTP."""

from __future__ import annotations

import re

import pytest

from tests.command_line import Installation
from tests.report.html.page import Page

PASSWORD = "open-sesame"
NAMES = ("changed", "fine", "gone", "stopped")


@pytest.fixture
def four(installation: Installation) -> Installation:
    """One is changed after an apply, one is as its file says, one does not exist, and one was stopped."""
    states = {"changed": "RUNNING", "fine": "RUNNING", "stopped": "RUNNING"}
    installation.serve({"persisters": [{"eventType": name, "state": state} for name, state in states.items()]})
    for name in states:
        installation.write(f"persisters/{name}.yaml", f"eventType: {name}\nstate: RUNNING\nappConfig: {{my.name: a}}\n")
    installation.write(
        "persisters/fine.yaml",
        "eventType: fine\nstate: RUNNING\nappConfig: {my.password: '${{ env.PASSWORD }}', my.name: a}\n",
    )
    installation.monkeypatch.setenv("PASSWORD", PASSWORD)
    assert installation.run("apply", "--auto-approve").code == 0
    assert installation.server is not None
    installation.server.change_externally("global", "changed", set={"appConfig": {"my.name": "<b>"}})
    installation.server.change_externally("global", "stopped", state="STOPPED")
    installation.write("persisters/gone.yaml", "eventType: gone\nstate: RUNNING\n")
    return installation


def page_of(installation: Installation, *options: str) -> Page:
    installation.run("status", "--report", "html=status.html", *options)
    return Page((installation.folder / "status.html").read_text(encoding="utf-8"))


def test_what_the_page_shows(four: Installation) -> None:
    ended = four.run("status", "--report", "html=status.html")
    text = (four.folder / "status.html").read_text(encoding="utf-8")
    page = Page(text)
    assert (ended.code, ended.out.splitlines()[0].split()) == (1, ["PERSISTER", "STATE", "DESIRED", "VERSION"])
    assert "Status of test http://127.0.0.1:" in page.text
    assert "2 RUNNING 1 STOPPED 1 unreadable 1 run state differs 1 configuration differs" in page.text
    assert "1 persister is failed or unreadable: global/gone" in page.text
    rows = [re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d [\w-]+", "TIME USER", row) for row in rows_of(page)]
    rows = [re.sub(r"updated \S+", "updated DAY", row) for row in rows]
    assert rows == [
        "global/gone persisters/gone.yaml:1 unreadable RUNNING not compared"
        " event type 'gone' does not exist in project 'global' – none known",
        "global/stopped persisters/stopped.yaml:1 STOPPED updated DAY RUNNING in sync latest done TIME USER",
        "global/changed persisters/changed.yaml:1 RUNNING updated DAY RUNNING differs latest done TIME USER"
        " 1 property differs What differs in global/changed Property Before live After files appConfig"
        " ~changed: my.name persisters/changed.yaml:3 <b> a",
        "global/fine persisters/fine.yaml:1 RUNNING updated DAY RUNNING in sync latest done TIME USER",
    ]
    assert PASSWORD not in text


def rows_of(page: Page) -> list[str]:
    """Return the texts of the rows, which begin with the identities."""
    _, _, table = page.text.partition("App version Last run UTC ")
    return re.split(r" (?=global/\w+ persisters/)", table.partition(" Nothing matches")[0])


def test_a_run_that_failed_is_shown(four: Installation) -> None:
    assert four.server is not None
    journal = next((four.folder / ".persync/runs").glob("*.jsonl"))
    lines = journal.read_text(encoding="utf-8").replace('"outcome":"done"', '"outcome":"failed"')
    journal.write_text(lines.replace('"outcome": "done"', '"outcome": "failed"'), encoding="utf-8")
    page = page_of(four, "fine")
    assert "failed" in rows_of(page)[0]
    assert [attrs["data-attention"] for attrs in page.all("tbody") if "data-attention" in attrs] == ["run"]


def test_a_journal_that_cannot_be_read_is_reported(four: Installation) -> None:
    (four.folder / ".persync/runs/zzz.jsonl").write_text("no journal\n", encoding="utf-8")
    ended = four.run("status", "--report", "html=status.html", "fine")
    assert "warning:" in ended.err
    assert "zzz.jsonl" in ended.err
    text = Page((four.folder / "status.html").read_text(encoding="utf-8")).text
    assert "1 journal cannot be read, so a last run may be missing." in text
    assert "as the files have it" in text


def test_figures_count_each_persister_once(four: Installation) -> None:
    four.run("status", "--report", "html=status.html", "--metrics-file", "figures.prom")
    figures = (four.folder / "figures.prom").read_text(encoding="utf-8")
    counts = re.findall(r'^persync_persisters\{.*state="(\w+)"\} ([1-9]\S*)', figures, re.MULTILINE)
    assert sorted(counts) == [("RUNNING", "2.0"), ("STOPPED", "1.0"), ("unreadable", "1.0")]


def test_on_stdout_it_takes_the_place_of_the_table(four: Installation) -> None:
    ended = four.run("status", "fine", "--report", "html")
    assert (ended.code, ended.out.startswith("<!DOCTYPE html>"), "PERSISTER " in ended.out) == (0, True, False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--report", "html=a.html", "--report", "html=a.html"), "two pages cannot be written to one place"),
        (("--report", "html", "--watch"), "a page is about one look: leave out --watch"),
        (("--report", "json"), "'json' is not one of html"),
        (("--report", "html=no/such/folder/a.html"), "no/such/folder"),
    ],
)
def test_what_is_refused_before_anything_is_read(four: Installation, options: tuple[str, ...], message: str) -> None:
    assert four.server is not None
    before = len(four.server.requests())
    ended = four.run("status", *options)
    assert (ended.code, message in ended.err) == (1, True)
    assert len(four.server.requests()) == before


def test_a_value_that_is_not_set_is_an_error_because_configurations_are_compared(four: Installation) -> None:
    four.monkeypatch.delenv("PASSWORD")
    assert four.run("status", "fine").code == 0
    ended = four.run("status", "fine", "--report", "html=status.html")
    assert (ended.code, "PASSWORD" in ended.err) == (1, True)
