"""What a plan reports of a persister that does not exist: which name is wrong, and which one is right."""

import re

import pytest

from tests.command_line import Installation

EVENT_TYPES = ("invoices-0", "clicks", "visitors")
WEB = "did you mean 'web'? names are case-sensitive"


@pytest.fixture
def web(installation: Installation) -> Installation:
    """A project named web, with a persister that is in sync."""
    installation.serve({"persisters": [{"project": "web", "eventType": name} for name in EVENT_TYPES]})
    return installation


def plan(installation: Installation, *names: str, code: int = 1) -> list[str]:
    """Plan persisters with these names, and return what is reported about those that are blocked."""
    fields = [name.partition("/") for name in ("web/clicks", *names)]
    installation.write("persisters/all.yaml", "---\n".join(f"project: {p}\neventType: {e}\n" for p, _, e in fields))
    ended = installation.run("plan")
    summary = f"Plan: {len(names)} blocked, 1 in sync." if names else "No changes. 1 persister is in sync."
    assert (ended.code, ended.last_line) == (code, summary)
    return re.findall(r"^    (?:blocked|help): .*", ended.out, re.MULTILINE)


def lists(installation: Installation) -> list[str]:
    """Return the requests for lists."""
    assert installation.server is not None
    paths = [request.path.partition("?")[0] for request in installation.server.requests()]
    return [path for path in paths if path.endswith("/event-types")]


@pytest.mark.parametrize(
    ("name", "blocked", "hint"),
    [
        (
            "web/invoices",
            "event type 'invoices' does not exist in project 'web'",
            "did you mean 'invoices-0'? names are case-sensitive",
        ),
        (
            "web/Visitors",
            "event type 'Visitors' does not exist in project 'web'",
            "names are case-sensitive; there is 'visitors'",
        ),
        (
            "web/zebra",
            "event type 'zebra' does not exist in project 'web'",
            "names are case-sensitive; the event type has to be created first",
        ),
        ("webb/invoices-0", "project 'webb' does not exist", "did you mean 'web'? names are case-sensitive"),
        ("iot/invoices-0", "project 'iot' does not exist", "names are case-sensitive"),
    ],
)
def test_the_wrong_name_is_named(web: Installation, name: str, blocked: str, hint: str) -> None:
    assert plan(web, name) == [f"    blocked: {blocked}", f"    help: {hint}"]


@pytest.mark.parametrize(
    ("report", "text"),
    [
        ("json", f'"hint": "{WEB}"'),
        ("markdown", f"\n  - help: `{WEB}`\n"),
        ("html", "does not exist<br><strong>Help:</strong> did you mean &#39;web&#39;? names"),
        ("github", f"does not exist%0Ahelp: {WEB}\n"),
        ("sarif", rf"does not exist\nhelp: {WEB}"),
        ("gitlab-codequality", rf"does not exist\nhelp: {WEB}"),
        ("junit", f">help: {WEB}<"),
    ],
)
def test_every_report_has_the_help_on_a_line_of_its_own(web: Installation, report: str, text: str) -> None:
    web.write("persisters/all.yaml", "project: web\neventType: clicks\n---\nproject: webb\neventType: clicks\n")
    assert text in web.run("plan", "--report", report).out


def test_the_status_names_it_too(web: Installation) -> None:
    web.write("persisters/all.yaml", "project: web\neventType: clicks\n---\nproject: webb\neventType: clicks\n")
    ended = web.run("status")
    assert (ended.code, ended.out.splitlines()[2]) == (
        1,
        "webb/clicks  –        –        –  project 'webb' does not exist",
    )


def test_an_event_type_of_another_event_store(installation: Installation) -> None:
    persisters = [{"project": "web", "eventType": "clicks"}]
    persisters.append({"project": "web", "eventType": "visitors", "eventstore": "live-segment"})
    installation.serve({"persisters": persisters})
    assert plan(installation, "web/visitors") == [
        "    blocked: event type 'visitors' in project 'web' is of type live_segment",
        "    help: set 'eventstore: live-segment'",
    ]


def test_one_request_for_a_project(web: Installation) -> None:
    assert plan(web, "web/a", "web/b", "webb/c", "webb/d") == [  # each cause once
        "    blocked: event type '…' does not exist in project 'web'",
        "    help: names are case-sensitive; the event type has to be created first",
        "    blocked: project 'webb' does not exist",
        "    help: did you mean 'web'? names are case-sensitive",
    ]
    assert lists(web) == ["/projects/web/event-types", "/projects/webb/event-types", "/event-types"]


def test_ten_projects_at_most(web: Installation) -> None:
    plan(web, *(f"project-{index}/a" for index in range(12)))
    assert len(lists(web)) == 11


def test_none_where_nothing_is_missing(web: Installation) -> None:
    assert plan(web, code=0) == []
    assert lists(web) == []


@pytest.mark.parametrize("fault", [{"kind": "server-error"}, {"kind": "html-error", "status": 200}])
def test_a_list_that_cannot_be_read_costs_nothing(web: Installation, fault: dict[str, object]) -> None:
    assert web.server is not None
    web.server.set_faults([{**fault, "path": "*/event-types"}])
    assert plan(web, "web/invoices") == [
        "    blocked: GET /projects/web/event-types/invoices/eventstores/pg/persister answered 404:"
        " event type 'invoices' does not exist in project 'web', or is not of type data_in;"
        " Persister 'invoices' not found.",
        "    help: names are case-sensitive; the event type has to be created first",
    ]


def test_a_release_without_projects(installation: Installation) -> None:
    installation.serve({"release": "0.8", "persisters": [{"eventType": "clicks"}]})
    installation.write("persisters/all.yaml", "eventType: clicks\n")
    ended = installation.run("plan")
    hint = "check the URL; releases before 1.2 have no paths that begin with /projects (set projectPrefix: false)"
    assert (ended.code, f"    help: {hint}\n" in ended.out, len(lists(installation))) == (1, True, 0)
