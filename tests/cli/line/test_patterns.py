"""What a selector matches, and what was meant by one that matches nothing."""

import pytest

from persync.cli.line.patterns import PATTERNS, hint_of
from persync.model import PersisterId
from persync.projects import Projects
from persync.selectors import meant_by, selects
from tests.command_line import Installation

IDS = [
    PersisterId("webtracking", "adobe-s3", "pg"),
    PersisterId("webtracking", "clicks", "pg"),
    PersisterId("billing", "invoices", "pg"),
    PersisterId("billing", "ledger", "live-segment"),
]
FILES = {
    IDS[0]: "persisters/web/a.yaml",
    IDS[1]: "persisters/web/b.yaml",
    IDS[2]: "persisters/billing.yaml",
    IDS[3]: "persisters/billing.yaml",
}


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("*", IDS),
        ("clicks", IDS[1:2]),
        ("*s", [IDS[1], IDS[2]]),
        ("webtracking/*", IDS[:2]),
        ("webtracking/*s", IDS[1:2]),
        ("*/*[!s]", [IDS[0], IDS[3]]),
        # the event store ends in g and in t
        ("*/*g", []),
        ("billing/*t", []),
        ("*/pg", []),
        ("*/*/pg", IDS[:3]),
        ("billing/ledger/live-segment", IDS[3:]),
        ("billing/*/*t", IDS[3:]),
        ("billing/ledger/pg", []),
        ("billing", []),
        ("a/b/c/d", []),
    ],
)
def test_what_a_selector_matches(pattern: str, matched: list[PersisterId]) -> None:
    assert [pid for pid in IDS if selects(pattern, pid)] == matched


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("billng/*", "billing/*"),
        ("webtracking", "webtracking/*"),
        ("webtrackin", "webtracking/*"),
        ("billing/", "billing/*"),
        ("billng/", "billing/*"),
        ("billing.invoices", "billing/invoices"),
        ("invoice", "invoices"),
        ("billing/invoces", "billing/invoices"),
        ("biling/invoces", "billing/invoices"),
        ("billing/clicks", "webtracking/clicks"),
        ("billing/c*", None),
        ("iot/*", None),
        ("other", None),
        ("", None),
        ("/", None),
    ],
)
def test_a_similar_selector_that_matches(pattern: str, expected: str | None) -> None:
    assert meant_by(pattern, IDS) == (f"did you mean '{expected}'?" if expected else "")


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("BILLING/*", "billing/*"),
        ("billing/Invoices", "billing/invoices"),
        ("Billing/inv*", "billing/inv*"),
        ("LEDGER", "ledger"),
        ("iot/CamelCase", "Iot/camelCase"),
    ],
)
def test_only_the_case_of_letters_differs(pattern: str, expected: str) -> None:
    ids = [*IDS, PersisterId("Iot", "camelCase", "pg")]
    assert meant_by(pattern, ids) == f"names are case-sensitive; there is '{expected}'"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("bil-7/*", "billing/*"),
        ("bil-7", "billing/*"),
        ("bil-7/inv*", "billing/inv*"),
        ("bil-7/invoices/pg", "billing/invoices/pg"),
        ("web-7/clicks-x7f2", "webtracking/clicks"),
        ("clicks-x7f2", "webtracking/clicks"),
    ],
)
def test_names_of_the_installation(pattern: str, expected: str) -> None:
    projects = Projects.of({"billing": "bil-7", "webtracking/clicks": "web-7/clicks-x7f2"})
    hint = f"that is a name of the installation (projects in persync.yaml); in the files it is '{expected}'"
    assert meant_by(pattern, IDS, projects) == hint


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("persisters/billing.yaml", "that is a path; its persisters are billing/invoices, billing/ledger"),
        ("./persisters/web/a.yaml", "that is a path; its persisters are webtracking/adobe-s3"),
        ("persisters", "that is a path; its persisters are billing/invoices, billing/ledger, webtracking/adobe-s3"),
        ("persisters/none.yaml", PATTERNS),
        ("iot/*", PATTERNS),
    ],
)
def test_the_path_of_a_file(pattern: str, expected: str) -> None:
    hint = hint_of(pattern, IDS, FILES)
    assert hint == (f"{expected} and 1 more" if pattern == "persisters" else expected)


@pytest.fixture
def served(installation: Installation) -> Installation:
    seeds = [{"project": each.project, "eventType": each.event_type, "state": "RUNNING"} for each in IDS[:3]]
    installation.serve({"persisters": seeds})
    for each in IDS[:3]:
        text = f"project: {each.project}\neventType: {each.event_type}\nstate: RUNNING\n"
        installation.write(f"persisters/{each.event_type}.yaml", text)
    return installation


def test_the_hints_of_commands(served: Installation) -> None:
    cases = {
        ("status", "billng/*"): "did you mean 'billing/*'?",
        ("plan", "webtracking"): "did you mean 'webtracking/*'?",
        ("plan", "--unmanaged", "billng/*"): "did you mean 'billing/*'?",
        ("plan", "--protect", "billng/*"): "did you mean 'billing/*'?",
        ("plan", "--canary", "billng/*"): "did you mean 'billing/*'?",
        ("plan", "persisters/clicks.yaml"): "that is a path; its persisters are webtracking/clicks",
        ("apply", "--auto-approve", "persisters/clicks.yaml"): "that is a path; its persisters are webtracking/clicks",
        ("logs", "clcks"): "did you mean 'clicks'?",
        ("import", "--project", "billng"): "did you mean billing?",
        ("export", "--to-grapp", "x", "--project", "billng"): "did you mean billing?",
        ("status", "-e", "tset"): "did you mean test?",
    }
    ended = {arguments: served.run(*arguments) for arguments in cases}
    assert {arguments: (each.code, each.err.splitlines()[1:]) for arguments, each in ended.items()} == {
        arguments: (1, [f"help: {hint}"]) for arguments, hint in cases.items()
    }
    assert served.run("status", "--exclude", "billng/*").err == (
        "warning: --exclude 'billng/*' matches no persister; did you mean 'billing/*'?\n"
    )
