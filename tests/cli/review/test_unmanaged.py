"""``plan --unmanaged`` over real HTTP: what no file describes, and what could not be looked at."""

import json
import re
from typing import Any

import pytest

from tests.command_line import Ended, Installation
from tests.processes import start
from tests.schemas import validate

LIVE: list[dict[str, Any]] = [
    *({"project": "web", "eventType": name} for name in ("a", "b", "tmp-c")),
    {"project": "iot", "eventType": "d"},
    {"project": "iot", "eventType": "s", "eventstore": "live-segment"},
]
DESCRIPTION: dict[str, Any] = {
    "persisters": LIVE,
    "otherEventTypes": [{"project": "web", "eventType": "churn", "type": "segment"}],
}
ALL = ["iot/d", "iot/s/live-segment", "web/b", "web/tmp-c"]
SUMMARY = "No changes. 1 persister is in sync."
TEXT = "4 live persisters are in no file (looked at all projects that the token may see: iot, web)"


@pytest.fixture
def one_of_five(installation: Installation) -> Installation:
    """Five live persisters, of which the files describe one."""
    installation.serve(DESCRIPTION)
    installation.write("persisters/a.yaml", "{project: web, eventType: a}\n")
    return installation


def manage(installation: Installation, *patterns: str) -> None:
    text = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    installation.write("persync.yaml", f"{text}    managed: {json.dumps(patterns)}\n")


def found(ended: Ended) -> list[str] | None:
    """Return the names in a report in JSON, which is valid."""
    document = json.loads(ended.out)
    validate(document, "plan")
    if document["unmanaged"] is None:
        return None
    ids = [tuple(each.values()) for each in document["unmanaged"]["persisters"]]
    return ["/".join(each).removesuffix("/pg") for each in ids]


def listed(installation: Installation, *arguments: str) -> list[str] | None:
    return found(installation.run("plan", "--report", "json", *arguments))


def test_a_plan_lists_them(one_of_five: Installation) -> None:
    assert one_of_five.run("plan").out.count("\n") == 3
    ended = one_of_five.run("plan", "--unmanaged", "--detailed-exitcode")
    assert (ended.code, ended.err) == (0, "")
    names = "".join(f"    {name}\n" for name in ALL)
    assert ended.out.endswith(f"\n\n? {TEXT}:\n{names}  help: persync import\n\n{SUMMARY}\n")


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("markdown", f"\n> ? **`{TEXT}`**\n> - {', '.join(f'`{name}`' for name in ALL)}\n> - help: `persync import`\n"),
        ("html", f"<strong>{TEXT}</strong></summary><div><br>Help: <code>persync import</code>"),
        ("html", "<li><code>iot/s/live-segment</code></li>"),
        ("github", f"No changes. 1 persister is in sync. {TEXT}.\n"),
        ("junit", f'<property name="notices" value="{TEXT}" />'),
        ("sarif", f'"notices": "{TEXT}"'),
    ],
)
def test_every_report_has_them(one_of_five: Installation, report: str, text: str) -> None:
    ended = one_of_five.run("plan", "--unmanaged", "--report", report)
    assert (text in ended.out, ended.err) == (True, f"{TEXT}\nhelp: persync import\n")


def test_the_model_has_them(one_of_five: Installation) -> None:
    assert listed(one_of_five) is None
    document = json.loads(one_of_five.run("plan", "--unmanaged", "--report", "json").out)
    assert document["unmanaged"] == {
        "persisters": [
            {"project": "iot", "eventType": "d", "eventstore": "pg"},
            {"project": "iot", "eventType": "s", "eventstore": "live-segment"},
            {"project": "web", "eventType": "b", "eventstore": "pg"},
            {"project": "web", "eventType": "tmp-c", "eventstore": "pg"},
        ],
        "liveIds": {},
        "unnamed": [],
        "selectors": [],
        "unmatched": [],
        "projects": ["iot", "web"],
        "allProjects": True,
        "notListed": [],
        "importCommand": "persync import",
    }


def test_a_saved_plan_has_them_and_apply_ignores_them(one_of_five: Installation) -> None:
    one_of_five.run("plan", "--unmanaged", "--out", "p")
    assert f"? {TEXT}:\n" in one_of_five.run("show", "p").out
    assert one_of_five.run("apply", "p").code == 0
    assert one_of_five.writes() == []


@pytest.mark.parametrize(
    ("arguments", "names", "command"),
    [
        (("web/*",), ["web/b", "web/tmp-c"], "persync import --project web 'web/*'"),
        (("*/b",), ["web/b"], "persync import '*/b'"),
        (("--exclude", "*/tmp-*"), ALL[:3], "persync import --exclude '*/tmp-*'"),
        (("s",), ["iot/s/live-segment"], "persync import s"),
    ],
)
def test_a_selection_selects_from_them_too(
    one_of_five: Installation, arguments: tuple[str, ...], names: list[str], command: str
) -> None:
    ended = one_of_five.run("plan", "--unmanaged", "--report", "json", *arguments)
    assert (found(ended), json.loads(ended.out)["unmanaged"]["importCommand"]) == (names, command)
    assert ended.err.endswith(f"\nhelp: {command}\n")


@pytest.mark.parametrize("pattern", ["nix/*", "web/x"])
def test_a_selector_that_matches_nothing_is_an_error(one_of_five: Installation, pattern: str) -> None:
    ended = one_of_five.run("plan", "--unmanaged", pattern)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"error: no persister matches '{pattern}'")


def test_the_command_leaves_none(one_of_five: Installation) -> None:
    assert one_of_five.run("import").code == 0
    ended = one_of_five.run("plan", "--unmanaged", "--fail-on-unmanaged")
    assert ended.code == 0
    text = "✓ every live persister is in a file (looked at all projects that the token may see: iot, web)"
    assert f"\n\n{text}\n\nNo changes. " in ended.out
    assert one_of_five.run("plan", "--unmanaged", "--report", "json").err == ""


@pytest.mark.parametrize(
    ("managed", "options", "names", "code"),
    [
        ((), "", None, 0),
        ((), "--fail-on-unmanaged", ALL, 1),
        ((), "--unmanaged --fail-on-unmanaged", ALL, 1),
        ((), "--unmanaged --fail-on-unmanaged web/a", [], 0),
        (("web/*",), "", ["web/b", "web/tmp-c"], 0),
        (("web/*",), "--no-unmanaged", None, 0),
        (("web/*",), "--unmanaged", ALL, 0),
        (("web/*",), "--fail-on-unmanaged", ["web/b", "web/tmp-c"], 1),
        (("web/a",), "--fail-on-unmanaged", [], 0),
        (("web/*", "s"), "--exclude web/b", ["iot/s/live-segment", "web/tmp-c"], 0),
        (("web/*",), "web/a", [], 0),
        (("iot/*",), "web/a --fail-on-unmanaged", None, 0),  # nothing of the selection is managed
    ],
)
def test_what_is_looked_for_and_when_it_fails(
    one_of_five: Installation, managed: tuple[str, ...], options: str, names: list[str] | None, code: int
) -> None:
    if managed:
        manage(one_of_five, *managed)
    ended = one_of_five.run("plan", "--report", "json", *options.split())
    assert (found(ended), ended.code) == (names, code)


def test_the_options_by_variables(one_of_five: Installation) -> None:
    one_of_five.monkeypatch.setenv("PERSYNC_FAIL_ON_UNMANAGED", "1")
    assert one_of_five.run("plan").code == 1
    ended = one_of_five.run("plan", "--no-unmanaged")
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        "error: --fail-on-unmanaged needs what --no-unmanaged switches off: give one of them",
    )
    one_of_five.monkeypatch.delenv("PERSYNC_FAIL_ON_UNMANAGED")
    one_of_five.monkeypatch.setenv("PERSYNC_UNMANAGED", "1")
    assert listed(one_of_five) == ALL


def test_what_is_managed_is_listed_in_its_projects_only(one_of_five: Installation) -> None:
    manage(one_of_five, "web/*")
    ended = one_of_five.run("plan")
    assert (
        "? 2 live persisters that web/* matches are in no file (looked at these projects only: web):\n"
        "    web/b\n    web/tmp-c\n  help: persync import --project web 'web/*'\n"
    ) in ended.out
    assert one_of_five.server is not None
    paths = {request.path.partition("?")[0] for request in one_of_five.server.requests()}
    assert {path for path in paths if path.endswith("/event-types")} == {"/projects/web/event-types"}


def test_the_command_for_a_selection_of_what_is_managed_has_names(one_of_five: Installation) -> None:
    manage(one_of_five, "web/*", "s")
    ended = one_of_five.run("plan", "*/*", "--exclude", "web/b")
    assert "\n  help: persync import iot/s/live-segment web/tmp-c\n" in ended.out


def test_a_selector_that_matches_nothing_is_named(one_of_five: Installation) -> None:
    manage(one_of_five, "*/a", "*/tpm-*")
    ended = one_of_five.run("plan", "--fail-on-unmanaged")
    looked = "looked at all projects that the token may see: iot, web"
    assert (ended.code, ended.out.count("\n!")) == (0, 1)
    assert (
        f"\n✓ every live persister that */a or */tpm-* matches is in a file ({looked})\n"
        "! '*/tpm-*' of managed matches no persister, neither of the files nor live\n"
    ) in ended.out
    assert "\n✓ every selected live persister that " in one_of_five.run("plan", "web/a").out


def test_projects_that_the_token_may_not_see_are_named(installation: Installation) -> None:
    users = [{"name": "me", "token": "t", "roles": {"web": ["viewer"]}}]
    more = [{"project": "secret", "eventType": "x"}]
    installation.serve({**DESCRIPTION, "persisters": [*LIVE, *more], "users": users}, token=False)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "t")
    installation.write("persisters/a.yaml", "{project: web, eventType: a}\n")
    ended = installation.run("plan", "--unmanaged")
    assert (
        "? 2 live persisters are in no file (looked at all projects that the token may see: web):\n"
        "    web/b\n    web/tmp-c\n  help: persync import\n"
        "! the persisters of 2 projects are not all known (iot, secret), the first:"
        " GET /projects/iot/event-types answered 403: "
    ) in ended.out
    assert installation.run("plan", "web/*", "--unmanaged", "--exclude", "web/b", "--exclude", "tmp-*").code == 0
    only = ("web/*", "--exclude", "web/b", "--exclude", "tmp-*", "--fail-on-unmanaged", "--unmanaged")
    assert installation.run("plan", *only).code == 0
    assert installation.run("plan", "--exclude", "web/b", "--exclude", "tmp-*", "--fail-on-unmanaged").code == 1
    assert installation.run("import").code == 0


def fault(path: str, status: int, **more: Any) -> dict[str, Any]:
    return {"kind": "api-error", "status": status, "method": "GET", "path": path, **more}


def test_a_list_that_fails_half_way_is_never_taken_for_the_whole(installation: Installation) -> None:
    many = [{"project": "web", "eventType": f"e{number:03}"} for number in range(150)]
    server = installation.serve({"persisters": [*many, {"project": "iot", "eventType": "d"}]})
    installation.write("persisters/a.yaml", "{project: web, eventType: e000}\n")
    server.set_faults([fault("/projects/web/event-types", 403, after=1)])
    ended = installation.run("plan", "--unmanaged", "--report", "json", "--fail-on-unmanaged")
    document = json.loads(ended.out)["unmanaged"]
    assert (ended.code, len(document["persisters"]), document["projects"]) == (1, 1 + 99, ["iot"])
    assert [(each["project"], "403" in each["reason"]) for each in document["notListed"]] == [("web", True)]
    assert "warning: the persisters of project web are not all known: GET /projects/web/event-types" in ended.err


def test_without_a_list_of_all_projects_those_of_the_files_are_looked_at(one_of_five: Installation) -> None:
    assert one_of_five.server is not None
    one_of_five.server.set_faults([fault("/event-types", 403)])
    ended = one_of_five.run("plan", "--unmanaged", "--fail-on-unmanaged")
    assert (ended.code, ended.out.count("\n!")) == (1, 1)
    assert (
        "? 2 live persisters are in no file (looked at these projects only: web):\n"
        "    web/b\n    web/tmp-c\n  help: persync import --project web\n"
        "! which projects there are is not known, so only those of the files were looked at:"
        " GET /event-types answered 403: "
    ) in ended.out


def test_before_release_1_2_there_is_one_project(installation: Installation) -> None:
    persisters = [{"eventType": "a"}, {"eventType": "b"}]
    installation.serve({"persisters": persisters, "release": "1.1"}, projectPrefix="false")
    installation.write("persisters/a.yaml", "{eventType: a}\n")
    ended = installation.run("plan", "--unmanaged")
    assert (
        "? 1 live persister is in no file (looked at these projects only: global):\n"
        "    global/b\n  help: persync import --project global\n"
    ) in ended.out
    assert installation.run("import", "--project", "global").code == 0


def test_it_is_shown_that_they_are_listed(one_of_five: Installation) -> None:
    assert one_of_five.server is not None
    # the lists of all projects and then those of each, two pages long
    one_of_five.server.set_faults([{"kind": "latency", "seconds": 1.5, "path": "*/event-types"}])
    _, err = start(one_of_five, "plan", "--unmanaged").communicate(timeout=60)
    first, last = (line.partition(" in ")[0] for line in err.splitlines())
    assert (re.sub(r"\d+", "N", first), last) == ("read N listed event types", "read 12 listed event types")
