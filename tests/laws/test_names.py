"""``projects``: with other names in the installation, everything is as with the same names."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from persync.model import PersisterId
from persync.projects import Projects
from tests.command_line import Installation, without_times
from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK, Install

Case = tuple[list[some.DesiredPersister], dict[str, str], dict[str, Any], dict[str, str]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Persisters, their files, an installation with the same names, and the names of another one like it."""
    persisters = draw(some.repositories(some.NEWEST))
    names: dict[str, str] = {}
    for number, (project, event_type, _) in enumerate(sorted(each.id for each in persisters)):
        match draw(st.sampled_from(["same", "project", "event type"])):
            case "project":  # which then exists
                names.setdefault(project, f"live-{number}")
                names.pop(f"{project}/{event_type}", None)
            case "event type" if project not in names:
                names.setdefault(f"{project}/{event_type}", f"other/e{number}-x7f2")
    return persisters, draw(some.layouts(persisters)), draw(some.installations(persisters)), names


def renamed(description: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """Return an installation like another one, with these names."""
    projects = Projects.of(names)

    def live(entry: dict[str, Any]) -> dict[str, Any]:
        pid = projects.live(PersisterId(entry.get("project", "global"), entry["eventType"], ""))
        return {**entry, "project": pid.project, "eventType": pid.event_type}

    return {**description, "persisters": [live(entry) for entry in description["persisters"]]}


def shown(installation: Installation, *arguments: str) -> str:
    """Return what a command shows, without the address, live names and times."""
    ended = installation.run(*arguments)
    assert ended.code in {0, 2}, ended.out + ended.err
    assert installation.server is not None
    out = without_times(ended.out.replace(installation.server.url, "URL"))
    return re.sub(r" \(live: [^)]*\)", "", out)


@settings(max_examples=15, phases=UNSHRUNK)
@given(cases())
def test_a_plan_and_an_apply_are_the_same(install: Install, case: Case) -> None:
    _, files, description, names = case
    commands = (
        ("plan", "--expand"),
        ("apply", "--expand", "--auto-approve", "--max-resets", "100%", "--parallelism", "1"),
        ("plan", "--expand", "--detailed-exitcode"),
        ("plan", "--expand", "--unmanaged"),
    )
    with install(description, files) as same:
        expected = [shown(same, *command) for command in commands]
    with install(renamed(description, names), files) as other:
        settings_file = other.folder / "persync.yaml"
        mapping = "".join(f"      {name}: {live}\n" for name, live in names.items())
        text = settings_file.read_text(encoding="utf-8") + (f"    projects:\n{mapping}" if names else "")
        settings_file.write_text(text, encoding="utf-8")
        assert [shown(other, *command) for command in commands] == expected
    assert "No changes. " in expected[2]
