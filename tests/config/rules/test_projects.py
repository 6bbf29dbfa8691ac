"""``projects`` of an environment: the translation of names, and what can be wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.files import shown_from
from persync.config.load import load_configuration
from persync.config.settings import load_settings
from persync.errors import InvalidConfig
from persync.model import LIVE_SEGMENT, PG, PersisterId
from persync.projects import SAME, Projects, with_live

EXAMPLE = Projects.of({"web": "web-dev", "web/clicks": "web_0001/clicks-x7f2", "global": "global_0000"})


def pid(name: str) -> PersisterId:
    project, _, event_type = name.partition("/")
    return PersisterId(project, event_type, PG)


@pytest.mark.parametrize(
    ("files", "live"),
    [
        ("web/views", "web-dev/views"),
        ("web/clicks", "web_0001/clicks-x7f2"),
        ("global/a", "global_0000/a"),
        ("iot/a", "iot/a"),
        ("web_0001/other", "web_0001/other"),
    ],
)
def test_a_name_there_and_back(files: str, live: str) -> None:
    assert (EXAMPLE.live(pid(files)), EXAMPLE.files(pid(live))) == (pid(live), pid(files))
    shown = files if files == live else f"{files} (live: {live})"
    assert with_live(pid(files), EXAMPLE.differing(pid(files))) == shown


@pytest.mark.parametrize("live", ["web/views", "web/clicks", "global/a"])
def test_what_the_files_cannot_name(live: str) -> None:
    assert EXAMPLE.files(pid(live)) is None


def test_the_event_store_stays() -> None:
    segment = PersisterId("web", "clicks", LIVE_SEGMENT)
    assert EXAMPLE.live(segment) == PersisterId("web_0001", "clicks-x7f2", LIVE_SEGMENT)


@pytest.mark.parametrize(
    ("project", "live", "of_live"),
    [
        ("web", ("web-dev", "web_0001"), ()),
        ("web-dev", ("web-dev",), ("web", "web-dev")),
        ("web_0001", ("web_0001",), ("web", "web_0001")),
        ("iot", ("iot",), ("iot",)),
    ],
)
def test_where_the_persisters_of_a_project_may_be(
    project: str, live: tuple[str, ...], of_live: tuple[str, ...]
) -> None:
    assert (EXAMPLE.live_projects(project), EXAMPLE.files_projects(project)) == (live, of_live)


NAMES = st.sampled_from(["a", "b", "c"])
EVENT_TYPES = st.builds("{}/{}".format, NAMES, NAMES)
MAPPINGS = st.builds(
    lambda projects, event_types: Projects.of({**projects, **event_types}),
    st.permutations(["a", "b", "c"]).map(lambda names: dict(zip("abc", names, strict=True))) | st.just({"a": "b"}),
    st.dictionaries(EVENT_TYPES, EVENT_TYPES).filter(lambda names: len(set(names.values())) == len(names)),
)


@given(projects=MAPPINGS | st.just(SAME), name=EVENT_TYPES)
def test_a_name_of_the_files_means_one_live_persister_and_is_among_its_projects(projects: Projects, name: str) -> None:
    persister = pid(name)
    live = projects.live(persister)
    back = projects.files(live)
    assert back is not None  # at least this name
    assert projects.live(back) == live
    assert live.project in projects.live_projects(persister.project)
    assert back.project in projects.files_projects(live.project)
    assert (found := projects.files(persister)) is None or projects.live(found) == persister


def findings(folder: Path, projects: str, *ids: str) -> list[str]:
    (folder / "persisters").mkdir(exist_ok=True)
    text = f"version: 1\nenvironments:\n  dev:\n    url: 'sandbox:'\n    projects: {projects}\n"
    (folder / "persync.yaml").write_text(text, encoding="utf-8")
    documents = [f"project: {each.project}\neventType: {each.event_type}\n" for each in map(pid, ids)]
    (folder / "persisters/all.yaml").write_text("---\n".join(documents), encoding="utf-8")
    try:
        settings = load_settings(folder / "persync.yaml", shown_from(folder))
    except InvalidConfig as raised:
        found = raised.findings
    else:
        found = load_configuration(settings, settings.environment("dev", {}), {}).findings
    return [f"{each.span}: {each.message} [{each.rule}]" for each in found]


ALLOWED = "must be a name without references, project or project/event-type [invalid-value]"
LEFT = "projects must be named with project or project/event-type [invalid-value]"
TWICE = "is the live name of another entry, too, at persync.yaml:5:21 [mapped-twice]"


@pytest.mark.parametrize(
    ("projects", "found"),
    [
        ("{web: web-dev}", []),
        ("{web: 2026}", []),
        ("{web: ..}", [f"persync.yaml:5:21: web {ALLOWED}"]),
        ("{web: ''}", [f"persync.yaml:5:21: web {ALLOWED}"]),
        ("{web: a.b/c}", [f"persync.yaml:5:21: web {ALLOWED}"]),
        (
            "{web: 1.5}",
            ["persync.yaml:5:21: web must be a name without references, project or project/event-type [invalid-value]"],
        ),
        ("{web: '${{ env.X }}'}", [f"persync.yaml:5:21: web {ALLOWED}"]),
        ("{web: '${{ vars.x }}'}", [f"persync.yaml:5:21: web {ALLOWED}"]),
        ("{web/*: web-dev/a}", [f"persync.yaml:5:16: {LEFT}"]),
        ("{web: [a]}", ["persync.yaml:5:21: web must be a text or a number or true or false, not a list [wrong-type]"]),
        ("{web: a/b}", ["persync.yaml:5:21: web must be a project, as its name is [invalid-value]"]),
        ("{web/a: b}", ["persync.yaml:5:23: web/a must be project/event-type, as its name is [invalid-value]"]),
        ("{web: x, iot: x}", [f"persync.yaml:5:29: x {TWICE}"]),
        ("{w/a: x/a, w/b: x/A}", [f"persync.yaml:5:31: x/A {TWICE}"]),
        (
            "{web: web-dev, iot: iot-dev, web/b: x/y}",
            [
                "persync.yaml:5:30: no persister is in project iot [unknown-persister]",
                "persync.yaml:5:44: no persister is of web/b [unknown-persister]",
            ],
        ),
    ],
)
def test_what_is_wrong_with_a_mapping(tmp_path: Path, projects: str, found: list[str]) -> None:
    assert findings(tmp_path, projects, "web/a", "w/a", "w/b") == found


@pytest.mark.parametrize(
    ("projects", "ids", "found"),
    [
        (
            "{web: web-dev}",
            ["web/a", "web-dev/a", "web-dev/b"],
            [
                "persisters/all.yaml:4:1: web-dev/a is web-dev/a in the installation, and so is web/a at"
                " persisters/all.yaml:1:1 [mapped-twice]",
                "persisters/all.yaml:7:1: web-dev/b is web-dev/b in the installation, and so is web/b by projects in"
                " persync.yaml [mapped-twice]",
            ],
        ),
        (
            "{web: x, iot/a: x/a}",
            ["web/a", "iot/a"],
            [
                "persisters/all.yaml:1:1: web/a is x/a in the installation, and so is iot/a at"
                " persisters/all.yaml:4:1 [mapped-twice]"
            ],
        ),
        ("{web: iot, iot: web}", ["web/a", "iot/a"], []),
    ],
)
def test_two_documents_of_one_live_persister(tmp_path: Path, projects: str, ids: list[str], found: list[str]) -> None:
    assert findings(tmp_path, projects, *ids) == found
