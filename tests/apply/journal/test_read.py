"""A journal, read as far as it goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from persync.apply.journal.read import read_run
from persync.errors import JournalRefused
from persync.model import PersisterId
from persync.plan.terms import Outcome, Step

ID = {"project": "web", "eventType": "clicks", "eventstore": "pg"}
NONE = {"text": None, "hash": None}
HEAD = {
    "kind": "head",
    "formatVersion": "1.0",
    "run": "20261126T044250Z-3f9a1c",
    "time": "2026-11-26T04:42:50.000Z",
    "persync": "1.0",
    "user": "ann",
    "host": "build",
    "environment": "test",
    "url": "https://harvester.example.com",
    "commit": None,
    "planDigest": "00",
    "rollbackOf": None,
    "salt": "11",
}
TIME = {"time": "2026-11-26T04:42:51.000Z"}
SIZE = {"section": "appConfig", "key": "eventstore.batchSize", "text": "200", "hash": None}
BEFORE = {
    "kind": "before",
    **TIME,
    "id": ID,
    "state": "RUNNING",
    "configuration": {"appVersion": NONE, "properties": [SIZE]},
}
STOP = {"kind": "intent", **TIME, "id": ID, "write": "stop", "configuration": None}
ANSWER = {"kind": "answer", **TIME, "id": ID, "write": "stop", "accepted": True, "problem": ""}
DONE = {
    "kind": "persister",
    **TIME,
    "id": ID,
    "outcome": "done",
    "problem": "",
    "leftStopped": False,
    "restored": False,
}
COUNTS = {"done": 1, "failed": 0, "cancelled": 0, "notAttempted": 0, "blocked": 0}
END = {"kind": "end", **TIME, "outcome": "finished", "summary": COUNTS}
LINES = (HEAD, BEFORE, STOP, ANSWER, DONE, END)


def text(*lines: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_a_whole_journal() -> None:
    run = read_run(text(*LINES), "run.jsonl")
    [(name, record)] = run.persisters.items()
    assert name == PersisterId("web", "clicks", "pg")
    assert str(record.span) == "run.jsonl:2:1"
    assert [intent.write for intent in record.intents] == [Step.STOP]
    assert [answer.accepted for answer in record.answers] == [True]
    assert record.end is not None
    assert record.end.outcome is Outcome.DONE
    assert run.end is not None


def test_a_journal_that_ends_at_any_byte() -> None:
    data = text(*LINES)
    ends = [index + 1 for index, byte in enumerate(data) if byte == ord("\n")]
    for length in range(ends[0], len(data)):
        run = read_run(data[:length], "run.jsonl")
        whole = sum(end <= length for end in ends)
        found = len(run.persisters) + sum(
            len(record.intents) + len(record.answers) + (record.end is not None) for record in run.persisters.values()
        )
        assert (run.end, found) == (None, whole - 1)


def test_what_a_newer_version_adds_is_ignored() -> None:
    newer = {**HEAD, "formatVersion": "1.9", "more": 1}
    run = read_run(text(newer, {"kind": "pause", **TIME}, {**BEFORE, "more": 1}), "run.jsonl")
    assert [*run.persisters] == [PersisterId("web", "clicks", "pg")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "run.jsonl is not the journal of an apply"),
        (b"{}", "run.jsonl is not the journal of an apply"),
        (b"hello\n", "this line of the journal is damaged"),
        (b"[]\n", "this is not a line of a journal"),
        (text({"kind": "saved-plan"}), "this is not a line of a journal"),
        (text(BEFORE), "run.jsonl is not the journal of an apply"),
        (text({**HEAD, "formatVersion": "2.0"}), "the journal has format version 2.0, and this persync reads 1.x"),
        (text(HEAD) + b'{"kind": "bef\n' + text(END), "this line of the journal is damaged"),
        (text(HEAD, {"kind": "before"}), "this line of the journal is damaged"),
        (text(HEAD, STOP), "there is no before-image for this line"),
        (text(HEAD) + b"[" * 100_000 + b"\n", "this line of the journal is damaged"),
    ],
    ids=str,
)
def test_what_is_not_a_journal(data: bytes, message: str) -> None:
    with pytest.raises(JournalRefused) as raised:
        read_run(data, "run.jsonl")
    assert raised.value.message == message
