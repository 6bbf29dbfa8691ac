"""One clear message each, exit 1, no traceback, and nothing sent."""

import re
import time
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation

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


def test_a_token_that_has_ended(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    server = installation.serve(ONE)
    monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=-242))
    ended = plan(installation)
    moment = time.strftime("%Y-%m-%d %H:%M", time.localtime(time.time() - 242))
    assert (ended.code, ended.out) == (1, "")
    assert re.search(rf"answered 401: the token ended at {moment}:\d\d \w+, 4 min [2-9] s ago; ", ended.err)
    assert "help: set PERSYNC_TOKEN or auth.token to a fresh token; " in ended.err


def test_no_token(installation: Installation) -> None:
    installation.serve(ONE, token=False)
    ended = plan(installation)
    assert (ended.code, ended.out, ended.err, sent(installation)) == (
        1,
        "",
        "error: there is no token for environment test\n"
        "help: set PERSYNC_TOKEN to a token of its realm, or give the environment an auth with a tokenUrl:"
        " persync fetches and renews tokens then; 'persync doctor' checks both\n",
        [],
    )


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
        "   2 | appConfig: {my.password: '${{ secret.PERSYNC_NO_PW }}'}\n"
        "     |                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "    plan and apply need it\n"
        "    help: set PERSYNC_NO_PW and run persync again\n"
        "Validate: 1 persister, 1 warning.\n",
    )
    assert installation.run("validate", "--strict").code == 1
    assert "environment variable PERSYNC_NO_HOST is not set" in installation.run("plan").err
    monkeypatch.setenv("PERSYNC_VAR_PERSYNC_NO_HOST", "localhost")
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
