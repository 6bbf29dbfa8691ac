"""A journal that can no longer be written in the middle of a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from persync.apply.journal.hashing import Hashing
from persync.apply.journal.writer import Journal
from persync.errors import PersyncError
from persync.plan.terms import Step
from tests.builders import ID, SECRETS, desired, live


def test_only_a_start_is_sent_without_its_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "run.jsonl"
    writable, read_only = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), os.open(os.devnull, os.O_RDONLY)
    journal = Journal(writable, path, Hashing("", "00"), SECRETS)
    journal.before(desired(), live(), live())
    os.dup2(read_only, writable)  # from now on every write fails
    sent = []
    for step in (Step.STOP, Step.PUT):
        with pytest.raises(PersyncError) as refused, journal.write(ID, step, {} if step is Step.PUT else None):
            sent.append(step)
        assert refused.value.message == f"nothing was sent: the journal {path} cannot be written: Bad file descriptor"
    with journal.write(ID, Step.START):
        sent.append(Step.START)
    assert sent == [Step.START]
    assert caplog.messages == [f"the journal {path} cannot be written: Bad file descriptor; it is not complete"]
    assert len(path.read_bytes().splitlines()) == 1
    for descriptor in (writable, read_only):
        os.close(descriptor)
