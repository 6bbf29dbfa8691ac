"""What was meant by a selector that matches nothing."""

import pytest

from persync.cli.line.patterns import PATTERNS, did_you_mean, hint_of
from persync.model import PersisterId
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
    ("pattern", "expected"),
    [
        ("billng/*", "billing/*"),
        ("BILLING/*", "billing/*"),
        ("webtracking", "webtracking/*"),
        ("webtrackin", "webtracking/*"),
        ("billing/", "billing/*"),
        ("billng/", "billing/*"),
        ("billing.invoices", "billing/invoices"),
        ("invoice", "invoices"),
        ("billing/invoces", "billing/invoices"),
        ("biling/invoces", "billing/invoices"),
        ("billing/clicks", "*/clicks"),
        ("billing/c*", None),
        ("iot/*", None),
        ("other", None),
        ("", None),
        ("/", None),
    ],
)
def test_a_similar_selector_that_matches(pattern: str, expected: str | None) -> None:
    assert did_you_mean(pattern, IDS) == (f"did you mean '{expected}'?" if expected else "")


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
