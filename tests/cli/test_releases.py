"""persync against the sandbox of each release, with the roles that the release has."""

import pytest

from tests.command_line import Installation

FILE = "eventType: one\nstate: RUNNING\nappConfig: {eventstore.batchSize: 7}\n"
PERSISTER = {"eventType": "one", "state": "RUNNING"}
ROLES = {
    "1.1": {"ed": {"harvester-api": "event_type_data_in_edit"}, "vera": {}},
    "1.2": {"ed": {"global": "editor"}, "vera": {"global": "viewer"}},
}
PATHS = {
    "1.1": "/event-types/one/eventstores/pg/persister",
    "1.2": "/projects/global/event-types/one/eventstores/pg/persister",
}
EDITOR = {
    "1.1": "the editor role in project 'global' (before release 1.2: the role that the event type names as its editor)",
    "1.2": "the editor role in project 'global'",
}


def serve(installation: Installation, monkeypatch: pytest.MonkeyPatch, release: str, user: str) -> None:
    users = [{"name": name, "roles": roles} for name, roles in ROLES[release].items()]
    description = {"release": release, "persisters": [PERSISTER], "users": users}
    server = installation.serve(description, projectPrefix=str(release == "1.2").lower())
    monkeypatch.setenv("PERSYNC_TOKEN", server.token(user))
    installation.write("persisters/one.yaml", FILE)


@pytest.mark.parametrize("release", ["1.1", "1.2"])
def test_the_editor_of_a_release_applies(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    serve(installation, monkeypatch, release, "ed")
    ended = installation.run("apply", "--auto-approve")
    state, put = f"POST {PATHS[release]}/state", f"PUT {PATHS[release]}"
    assert (ended.code, installation.writes()) == (0, [state, put, state])
    assert installation.run("plan").last_line == "No changes. 1 persister is in sync."


@pytest.mark.parametrize("release", ["1.1", "1.2"])
def test_who_may_only_read_in_a_release_plans(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    serve(installation, monkeypatch, release, "vera")
    assert installation.run("plan").code == 0
    ended = installation.run("apply", "--auto-approve")
    refused = f"POST {PATHS[release]}/state answered 403: {EDITOR[release]} is missing; Access forbidden"
    assert (ended.code, refused in " ".join(ended.out.split())) == (1, True)


def test_an_unknown_event_type_in_release_0_8(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    server = installation.serve({"release": "0.8", "persisters": []}, projectPrefix="false")
    monkeypatch.setenv("PERSYNC_TOKEN", server.token())
    installation.write("persisters/one.yaml", FILE)
    ended = installation.run("status")
    assert ended.code == 1
    assert "event type 'one' does not exist in project 'global'\n" in ended.out
