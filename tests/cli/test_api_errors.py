"""What persync reports when the API refuses, fails or cannot be reached: one error, or persisters that are blocked."""

import socket
import threading

import pytest

from tests.command_line import Ended, Installation
from tests.harvester.loopback import Reply, serving
from tests.processes import start

from .test_errors import FILE, ONE, plan


def test_a_missing_role_blocks_what_it_is_missing_for(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = [{"name": "vera", "roles": {"global": "viewer"}}]
    server = installation.serve({**ONE, "users": users})
    monkeypatch.setenv("PERSYNC_TOKEN", server.token("vera"))
    assert plan(installation).code == 0
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, "role 'editor'" in ended.out or "editor" in ended.out) == (1, True)
    assert ended.last_line == "Apply: 1 failed."


def test_no_role_at_all(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    server = installation.serve({**ONE, "users": [{"name": "nora", "roles": {}}]})
    monkeypatch.setenv("PERSYNC_TOKEN", server.token("nora"))
    ended = plan(installation)
    assert (ended.code, "viewer" in ended.out, ended.last_line) == (
        1,
        True,
        "Plan: 1 blocked.",
    )


def test_an_unknown_event_type_is_blocked_and_hides_no_other(installation: Installation) -> None:
    installation.serve(ONE)
    ended = plan(installation, FILE + "---\neventType: nobody\n")
    assert (ended.code, ended.last_line) == (
        1,
        "Plan: 1 to change (1 stop), 1 blocked.",
    )
    assert "event type 'nobody' does not exist in project 'global'" in ended.out


def test_an_unreachable_host(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    installation.settings(url=f"http://127.0.0.1:{port}")
    monkeypatch.setenv("PERSYNC_TOKEN", "token")
    installation.write("persisters/all.yaml", "---\n".join(f"eventType: e{number}\n" for number in range(100, 150)))
    process = start(installation, "plan")
    out, err = process.communicate(timeout=60)
    # reported once, and soon: the other threads give up
    assert err.count("error: ") == 1
    assert (process.returncode, out, err.partition("error: ")[2].splitlines()) == (
        1,
        "",
        [
            "persync.yaml:5:10: GET /projects/global/event-types/e100/eventstores/pg/persister: connection to"
            f" http://127.0.0.1:{port} refused (after 5 tries)",
            f"   5 |     url: http://127.0.0.1:{port}",
            f"     |          {'^' * len(f'http://127.0.0.1:{port}')}",
            "help: check the URL, and that this machine may connect to it (VPN, firewall, proxy)",
        ],
    )


@pytest.mark.parametrize(
    ("settings", "place", "source"),
    [
        ({"url": "http://example.com"}, "persync.yaml:5:10: ", ""),
        ({"url": "'${{ env.U }}'"}, "", "; it is from the variable PERSYNC_VAR_U"),
        ({"url": "'http://${{ env.HOST }}.com'"}, "", "; it is from the variable PERSYNC_VAR_HOST"),
        (
            {"url": "https://a", "auth": "{tokenUrl: 'http://example.com', clientId: a, clientSecret: '${{ env.S }}'}"},
            "persync.yaml:6:22: ",
            "",
        ),
    ],
)
def test_where_a_url_is_from_that_cannot_be_used(
    installation: Installation, settings: dict[str, str], place: str, source: str
) -> None:
    installation.settings(**settings)
    installation.write("persisters/one.yaml", "eventType: one\n")
    installation.monkeypatch.delenv("PERSYNC_TOKEN", raising=False)
    token = "S" if "auth" in settings else "PERSYNC_TOKEN"
    for name, value in {"PERSYNC_VAR_U": "http://example.com", "PERSYNC_VAR_HOST": "example", token: "x"}.items():
        installation.monkeypatch.setenv(name, value)
    first, *_, last = installation.run("status").err.splitlines()
    what = "the token URL" if "auth" in settings else "the Harvester API's URL"
    problem = f"{what} (http://example.com) is not encrypted, so that others could read the token"
    advice = "use https://; plain http is for this machine only (localhost, 127.0.0.1)"
    assert (first, last) == (f"error: {place}{problem}", f"help: {advice}{source}")


SEVEN = [f"e{number}" for number in range(7)]
AWAY = {"kind": "unavailable", "retryAfter": 100}  # beyond the timeout, so persync does not try again
BROKEN = {"kind": "server-error", "retryAfter": 0}  # without the pauses between the three attempts
PATH = "/projects/global/event-types/e{}/eventstores/pg/persister"
PAGE = {"kind": "html-error", "status": 500}


def plan_seven(installation: Installation, *faults: dict[str, object], release: str = "1.2") -> Ended:
    persisters = [{"eventType": name, "state": "RUNNING"} for name in SEVEN]
    server = installation.serve({"persisters": persisters, "release": release})
    installation.settings(url=server.url, projectPrefix="true" if release == "1.2" else "false")
    server.set_faults(faults)
    return plan_both_ways(installation)


def plan_both_ways(installation: Installation) -> Ended:
    """Plan seven persisters, one by one and all at a time, and make sure that the messages do not depend on it."""
    installation.write("persisters/all.yaml", "---\n".join(f"eventType: {name}\n" for name in SEVEN))
    one_by_one, together = (installation.run("plan", "--parallelism", number) for number in ("1", "7"))
    for thread in threading.enumerate():
        if thread.name.startswith("persync_"):  # an error waits for none of them, but the server must outlive them
            thread.join(30)
    assert one_by_one.out == together.out
    errors = [ended.err.partition("error:")[2] for ended in (one_by_one, together)]
    assert errors[0] == errors[1]
    return one_by_one


@pytest.mark.parametrize("release", ["0.8", "1.2"])
@pytest.mark.parametrize("failing", ["e[0-4]", "e[2-6]", "*"])
def test_failing_persisters_hide_no_other(installation: Installation, failing: str, release: str) -> None:
    ended = plan_seven(installation, {**BROKEN, "path": f"*/{failing}/*"}, release=release)
    blocked = 7 if failing == "*" or release == "0.8" else 5  # release 0.8 has no export
    assert (ended.code, "error:" in ended.err, ended.last_line) == (
        1,
        False,
        f"Plan: {blocked} blocked{'' if blocked == 7 else f', {7 - blocked} in sync'}.",
    )


def test_the_trace_of_a_request_is_in_the_log_and_not_in_the_plan(installation: Installation) -> None:
    refused = {"type": "constraint_violation", "message": "no", "traceId": "4711"}
    with serving() as api:
        api.otherwise = Reply(400, refused)
        installation.settings(url=api.url)
        installation.monkeypatch.setenv("PERSYNC_TOKEN", "x")
        ended = plan(installation)
    text = f"GET {PATH.replace('e{}', 'one')} answered 400: no"
    assert (ended.code, ended.err) == (1, f"{text} (trace 4711)\n")
    assert f"    blocked: {text}\n" in ended.out


@pytest.mark.parametrize("fault", [AWAY, PAGE])
@pytest.mark.parametrize("first", [0, 2])
def test_an_api_in_whose_place_something_else_answers_is_said_once(
    installation: Installation, fault: dict[str, object], first: int
) -> None:
    ended = plan_seven(installation, {**fault, "path": f"*/e[{first}-6]/*"})
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 2)
    assert ended.err.startswith(f"error: GET {PATH.format(first)} answered 50")


@pytest.mark.parametrize("fault", [AWAY, PAGE])
def test_a_few_that_something_else_answers_for_hide_no_other(
    installation: Installation, fault: dict[str, object]
) -> None:
    ended = plan_seven(installation, {**fault, "path": "*/e[0-3]/*"}, {**fault, "path": "*/e[56]/*"})
    assert (ended.code, ended.last_line) == (
        1,
        "Plan: 6 blocked, 1 in sync.",
    )


def test_a_wrong_token_is_said_once(installation: Installation) -> None:
    installation.serve(ONE, token=False)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "wr0ng-t0ken")
    ended = plan_both_ways(installation)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 2)


@pytest.mark.parametrize("fault", [{"kind": "server-error"}, PAGE, AWAY, None])
def test_a_token_endpoint_that_is_none_is_said_once(installation: Installation, fault: dict[str, object]) -> None:
    server = installation.serve(ONE, token=False)
    server.set_faults([{**fault, "method": "POST", "path": "/auth/*"}] if fault else [])
    url = f"{server.url}/auth/realms/none/protocol/openid-connect/token"
    auth = f"{{tokenUrl: {url}, clientId: ci, clientSecret: '${{{{ secret.MINE }}}}'}}"
    installation.settings(url=server.url, auth=auth)
    installation.monkeypatch.setenv("MINE", "s3cret")
    ended = plan_both_ways(installation)
    assert (ended.code, ended.out) == (1, "")
    error = ended.err.partition("error: ")[2]
    assert (len(error.splitlines()), error.count(f" at {server.url} answered ")) == (2, 1)


@pytest.mark.parametrize(
    "fault", [{"kind": "html-error", "status": 403}, {"kind": "html-error", "status": 200}, {"kind": "redirect"}]
)
def test_something_else_answers(installation: Installation, fault: dict[str, object]) -> None:
    installation.serve(ONE).set_faults([fault])
    ended = plan(installation)
    assert (ended.code, ended.out.count("<"), ended.err.count("<")) == (1, 0, 0)
    assert len((ended.err + ended.out).splitlines()) <= 8
