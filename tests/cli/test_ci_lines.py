"""Lines that a CI would execute: names of files and texts of servers cannot begin one, in any command."""

import json
import re

import pytest

from tests.command_line import Installation
from tests.harvester.loopback import Reply, serving

MASK = "::add-mask::x.yaml"
# A warning, a command in a line that fmt leaves alone, and a line that it changes.
FILE = """\
eventType: one
state: RUNNING
appConfig:
  my.text: |-
    ::error::x
  spring.cloud.stream.kafka.binder.consumer.maxAttempts: 3
deployerConfig:
    kubernetes.limits.cpu: 1
"""
_COMMAND = re.compile(r"^\s*::.*::|##[a-z]*\[", re.MULTILINE)


def settings(installation: Installation) -> None:
    """Name the file in the folder itself: then its name begins every position in it."""
    text = (installation.folder / "persync.yaml").read_text(encoding="utf-8")
    installation.write("persync.yaml", f"{text}persisters: [{json.dumps(MASK)}]\n")


@pytest.mark.parametrize(
    "command",
    [("validate",), ("plan",), ("status",), ("apply", "--auto-approve"), ("fmt", "--check"), ("fmt", "--diff")],
)
def test_the_name_of_a_file(installation: Installation, command: tuple[str, ...]) -> None:
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING"}]})
    settings(installation)
    installation.write(MASK, FILE)
    ended = installation.run(*command)
    lines = f"{ended.out}\n{ended.err}"
    assert (_COMMAND.findall(lines), r"\u003a:" in lines) == ([], True)


def test_a_log(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSYNC_TOKEN", "token")
    with serving() as api:
        api.answers(
            Reply(body={"appConfig": {}, "state": {"status": "RUNNING"}}),
            Reply(body={"logs": ["::error::a", "  ::warning::b", "c ##vso[x]d", "\tat e", "::1 - -"]}),
        )
        installation.settings(url=api.url)
        installation.write("persisters/one.yaml", "eventType: one\n")
        ended = installation.run("logs", "one")
    assert (ended.code, ended.out.splitlines()) == (
        0,
        [r"\u003a:error::a", r"  \u003a:warning::b", r"c \u0023#vso[x]d", "\tat e", "::1 - -"],
    )


def test_a_message_of_the_client(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """What libraries log takes the same way as all other messages."""
    monkeypatch.setenv("PERSYNC_TOKEN", "token")
    installation.write("persisters/one.yaml", "eventType: one\n")
    error = {"type": "unexpected_error", "message": "##[error]x", "traceId": "::1::"}
    with serving() as api:
        api.otherwise = Reply(500, error)
        installation.settings(url=api.url)
        ended = installation.run("plan")
    assert (ended.code, _COMMAND.findall(ended.out + ended.err), r"\u0023#[error]x" in ended.err) == (1, [], True)
