"""One clear message each, exit 1, no traceback, and nothing sent."""

import re
import socket
import threading
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation
from tests.processes import start

ONE = {"persisters": [{"eventType": "one", "state": "RUNNING"}]}
FILE = "eventType: one\nstate: STOPPED\n"


def sent(installation: Installation) -> list[str]:
    assert installation.server is not None
    return [request.path for request in installation.server.requests()]


def plan(installation: Installation, text: str = FILE) -> Ended:
    installation.write("persisters/one.yaml", text)
    ended = installation.run("plan")
    assert "Traceback" not in ended.err + ended.out
    return ended


def test_a_wrong_token(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    installation.serve(ONE)
    monkeypatch.setenv("PERSYNC_TOKEN", "wr0ng-t0ken")
    ended = plan(installation)
    assert (ended.code, ended.out, "wr0ng" in ended.err) == (1, "", False)
    assert ended.err.splitlines()[0].startswith("error: ")
    assert "401" in ended.err
    assert "PERSYNC_TOKEN" in ended.err


def test_no_token(installation: Installation) -> None:
    installation.serve(ONE, token=False)
    ended = plan(installation)
    assert (ended.code, ended.out, ended.err, sent(installation)) == (
        1,
        "",
        "error: there is no token for environment test\n"
        "help: set PERSYNC_TOKEN, or give the environment an auth.token such as ${{ env.MY_TOKEN }}\n",
        [],
    )


def test_a_missing_role_blocks_what_it_is_missing_for(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    users = [{"name": "vera", "roles": {"global": "viewer"}}]
    server = installation.serve({**ONE, "users": users})
    monkeypatch.setenv("PERSYNC_TOKEN", server.token("vera"))
    assert plan(installation).code == 0
    ended = installation.run("apply", "--auto-approve")
    assert (ended.code, "role 'editor'" in ended.out or "editor" in ended.out) == (1, True)
    assert ended.last_line == "Apply: 0 done, 1 failed, 0 not attempted, 0 blocked."


def test_no_role_at_all(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    server = installation.serve({**ONE, "users": [{"name": "nora", "roles": {}}]})
    monkeypatch.setenv("PERSYNC_TOKEN", server.token("nora"))
    ended = plan(installation)
    assert (ended.code, "viewer" in ended.out, ended.last_line) == (
        1,
        True,
        "Plan: 0 to apply (0 configurations, 0 restarts, 0 starts, 0 stops), 1 blocked, 0 in sync.",
    )


def test_an_unknown_event_type_is_blocked_and_hides_no_other(installation: Installation) -> None:
    installation.serve(ONE)
    ended = plan(installation, FILE + "---\neventType: nobody\n")
    assert (ended.code, ended.last_line) == (
        1,
        "Plan: 1 to apply (0 configurations, 0 restarts, 0 starts, 1 stops), 1 blocked, 0 in sync.",
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
    # said once, and soon: who is still trying gives up
    assert err.count("error: ") == 1
    assert (process.returncode, out, err.partition("error: ")[2].splitlines()[:2]) == (
        1,
        "",
        [
            "GET /projects/global/event-types/e100/eventstores/pg/persister: connection to"
            f" http://127.0.0.1:{port} refused (after 5 tries)",
            "help: check the URL, and that this machine may connect to it (VPN, firewall, proxy)",
        ],
    )


SEVEN = [f"e{number}" for number in range(7)]
AWAY = {"kind": "unavailable", "retryAfter": 100}  # longer than persync waits, so it does not try again
PATH = "/projects/global/event-types/e{}/eventstores/pg/persister"
PAGE = {"kind": "html-error", "status": 500}


def plan_seven(installation: Installation, *faults: dict[str, object], release: str = "1.2") -> Ended:
    persisters = [{"eventType": name, "state": "RUNNING"} for name in SEVEN]
    server = installation.serve({"persisters": persisters, "release": release})
    installation.settings(url=server.url, projectPrefix="true" if release == "1.2" else "false")
    server.set_faults(faults)
    return plan_both_ways(installation)


def plan_both_ways(installation: Installation) -> Ended:
    """Plan seven persisters, one by one and all at a time, and make sure that what is said does not depend on it."""
    installation.write("persisters/all.yaml", "---\n".join(f"eventType: {name}\n" for name in SEVEN))
    one_by_one, together = (installation.run("plan", "--parallelism", number) for number in ("1", "7"))
    for thread in threading.enumerate():
        if thread.name.startswith("persync_"):  # an error waits for none of them, but the server must outlive them
            thread.join(30)
    assert one_by_one.out == together.out
    errors = [re.sub(r" \(trace \d+\)", "", ended.err.partition("error:")[2]) for ended in (one_by_one, together)]
    assert errors[0] == errors[1]
    return one_by_one


@pytest.mark.parametrize("release", ["0.8", "1.2"])
@pytest.mark.parametrize("failing", ["e[0-4]", "e[2-6]", "*"])
def test_failing_persisters_hide_no_other(installation: Installation, failing: str, release: str) -> None:
    ended = plan_seven(installation, {"kind": "server-error", "path": f"*/{failing}/*"}, release=release)
    blocked = 7 if failing == "*" else 5
    assert (ended.code, "error:" in ended.err, ended.last_line) == (
        1,
        False,
        "Plan: 0 to apply (0 configurations, 0 restarts, 0 starts, 0 stops),"
        f" {blocked} blocked, {7 - blocked} in sync.",
    )


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
        "Plan: 0 to apply (0 configurations, 0 restarts, 0 starts, 0 stops), 6 blocked, 1 in sync.",
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


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("eventType: one\nstate: [\n", "persisters/one.yaml:2:9", "yaml-syntax"),
        ("eventType: one\nstate: RUNNING\nstate: STOPPED\n", "persisters/one.yaml:3:1", "duplicate-key"),
        ("eventType: one\n---\neventType: one\n", "persisters/one.yaml:3:1", "duplicate-persister"),
        ("eventType: one\nfoo: 1\n", "persisters/one.yaml:2:1", "unknown-field"),
        ("eventType: one\nstate: running\n", "persisters/one.yaml:2:8", "invalid-value"),
        (
            "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
            + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
            "persisters/one.yaml",
            "too-many-nodes",
        ),
    ],
)
def test_a_bad_file_sends_nothing(installation: Installation, text: str, place: str, rule: str) -> None:
    installation.serve(ONE)
    ended = plan(installation, text)
    assert (ended.code, ended.out, sent(installation)) == (1, "", [])
    assert ended.err.startswith(place), ended.err
    assert f"[{rule}]" in ended.err
    assert ended.err.endswith("in the configuration; nothing was sent\n")


def test_every_finding_of_every_file_is_said(installation: Installation) -> None:
    installation.serve(ONE)
    installation.write("persisters/two.yaml", "eventType: two\nstate: no\n---\neventType: three\nfoo: 1\n")
    ended = plan(installation, "eventType: [\n")
    assert [line.partition(": ")[0].rpartition(":")[0] for line in ended.err.splitlines() if line.startswith("p")] == [
        "persisters/one.yaml:1",
        "persisters/two.yaml:2",
        "persisters/two.yaml:5",
    ]


def test_a_variable_that_is_not_set_is_an_error_only_to_those_who_need_it(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.settings(url="'https://${{ env.PERSYNC_NO_HOST }}'")
    installation.write("persisters/a.yaml", "eventType: a\nappConfig: {my.password: '${{ secret.PERSYNC_NO_PW }}'}\n")
    monkeypatch.setenv("PERSYNC_NO_PW", "")
    ended = installation.run("validate")
    assert (ended.code, ended.out) == (
        0,
        "persisters/a.yaml:2:26: warning: environment variable PERSYNC_NO_PW is empty [unset-variable]\n"
        "    plan and apply need it\n"
        "    set PERSYNC_NO_PW and run persync again\n"
        "Validate: 1 persisters, 0 errors, 1 warnings.\n",
    )
    assert installation.run("validate", "--strict").code == 1
    assert "environment variable PERSYNC_NO_HOST is not set" in installation.run("plan").err
    monkeypatch.setenv("PERSYNC_NO_HOST", "localhost")
    assert "environment variable PERSYNC_NO_PW is empty" in installation.run("plan").err


def test_no_persync_yaml(installation: Installation) -> None:
    ended = installation.run("plan")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("error: no persync.yaml in ")


def test_a_selector_that_matches_nothing(installation: Installation) -> None:
    installation.serve(ONE)
    installation.write("persisters/one.yaml", FILE)
    ended = installation.run("plan", "webtrakcing/*")
    assert (ended.code, ended.err, sent(installation)) == (
        1,
        "error: no persister matches 'webtrakcing/*'\n"
        "help: patterns are matched with project/event-type, e.g. 'webtracking/*'; quote them for the shell\n",
        [],
    )


def test_excluding_everything(installation: Installation) -> None:
    installation.serve(ONE)
    installation.write("persisters/one.yaml", FILE)
    ended = installation.run("plan", "--exclude", "*")
    assert (ended.code, ended.err) == (
        1,
        "error: --exclude leaves no persister\nhelp: narrow the patterns of --exclude\n",
    )


def test_an_unknown_command(installation: Installation) -> None:
    ended = installation.run("plna")
    assert (ended.code, "No such command 'plna'" in ended.err) == (1, True)


def test_a_wrong_option_is_a_usage_error(installation: Installation) -> None:
    ended = installation.run("plan", "--nonsense")
    assert (ended.code, "No such option" in ended.err and "--nonsense" in ended.err) == (1, True)


def test_a_token_is_not_sent_over_plain_http(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    installation.settings(url="http://harvester.example.com")
    monkeypatch.setenv("PERSYNC_TOKEN", "token")
    ended = plan(installation)
    assert (ended.code, "https" in ended.err) == (1, True)


def test_a_bug_is_one_line(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("hunter2")

    monkeypatch.setattr(Path, "cwd", broken)
    ended = installation.run("plan")
    assert (ended.code, ended.err) == (
        1,
        "error: a bug in persync (RuntimeError)\nhelp: report it, with the traceback that --debug shows\n",
    )
    assert "RuntimeError: hunter2" in installation.run("--debug", "plan").err
