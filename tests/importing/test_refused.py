"""What validate would refuse is not written, and no name of a variable gets a second meaning."""

from __future__ import annotations

from typing import Any

import pytest

from tests.command_line import Installation
from tests.importing.test_live import EQUAL, files_of

ONE = "project: a\neventType: one\n"
INVALID = {"eventstore.batchSize": "many", "eventstore.tableName": "t"}


def live(**config: str) -> dict[str, Any]:
    return {"project": "a", "eventType": "one", "state": "STOPPED", "appConfig": config}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "appConfig: {eventstore.batchSize: 5} # mine\n",
            "appConfig: {eventstore.batchSize: 5, eventstore.tableName: t} # mine\n",
        ),
        ("", "appConfig:\n  eventstore:\n    tableName: t\n"),
    ],
)
def test_a_value_that_validate_refuses_is_not_written(installation: Installation, before: str, after: str) -> None:
    installation.serve({"persisters": [live(**INVALID)]})
    file = installation.write("persisters/f.yaml", ONE + before)
    ended = installation.run("import", "--update")
    assert (ended.code, ended.out, file.read_text()) == (1, "persisters/f.yaml\n", ONE + after)
    assert ended.err.splitlines() == [
        "warning: a/one: appConfig.eventstore.batchSize is left as it is: eventstore.batchSize is not a whole number",
        "  a/one: appConfig.eventstore.batchSize differs",
        "proof: a plan of what was written has differences in 1 persister",
    ]
    assert installation.run("validate").code == 0
    assert installation.run("import", "--update").out == ""


@pytest.mark.parametrize("place", ["overlay", "defaults", "another environment"])
def test_a_variable_that_is_in_use_is_not_used_for_another_secret(installation: Installation, place: str) -> None:
    installation.serve({"persisters": [live(**{"my.token": "t0ken"}), {"eventType": "two"}]}, overlays="[overlays]")
    use = "{my.secret: '${{ secret.MY_TOKEN }}'}"
    if place == "defaults":
        with (installation.folder / "persync.yaml").open("a") as settings:
            settings.write(f"defaults: {{appConfig: {use}}}\n")
    else:
        installation.write("elsewhere/o.yaml", f"eventType: two\nappConfig: {use}\n")
        installation.write("overlays/o.yaml", f"eventType: two\nappConfig: {use if place == 'overlay' else {}}\n")
        text = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
        other = "environments:\n  other: {url: 'sandbox:', overlays: [elsewhere]}\n"
        installation.write("persync.yaml", text.replace("environments:\n", other))
    installation.write("persisters/two.yaml", "eventType: two\n")
    installation.run("import", "-e", "test", "a/*")
    assert "my.token: ${{ secret.MY_TOKEN_2 }}" in files_of(installation.folder)["persisters/a/one.yaml"]


def test_an_example_of_variables_in_another_encoding_keeps_its_bytes(installation: Installation) -> None:
    installation.serve({"persisters": [live(**{"my.token": "t0ken"})]})
    example = installation.folder / ".env.example"
    example.write_bytes(b"# caf\xe9\nOTHER=x")
    assert installation.run("import").code == 0
    assert example.read_bytes() == b"# caf\xe9\nOTHER=x\nMY_TOKEN=\n"


def test_a_persister_that_cannot_be_read_in_full_is_passed_over(installation: Installation) -> None:
    """The answers with the defaults are read where the settings configure what live has by default."""
    path = "/projects/a/event-types/one/eventstores/pg/persister"
    fault = {"kind": "api-error", "status": 403, "method": "GET", "path": path, "after": 1}
    installation.serve(
        {"persisters": [live(), {"project": "a", "eventType": "two", "state": "STOPPED"}], "faults": [fault]}
    )
    with (installation.folder / "persync.yaml").open("a") as settings:
        settings.write("defaults: {appConfig: {eventstore.batchSize: 7}}\n")
    ended = installation.run("import")
    assert (ended.code, ended.out) == (1, "persisters/a/two.yaml\n"), ended.err
    assert "warning: a/one: it is passed over: GET " in ended.err
    for name in ("one", "two"):
        installation.write(f"persisters/a/{name}.yaml", f"project: a\neventType: {name}\nstate: STOPPED\n")
    installation.run("import", "--update", "a/two")
    ended = installation.run("import", "--update")
    assert ended.code == 1
    assert EQUAL not in ended.err
