"""Reads a journal: text → what a run did. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from persync.apply.journal.lines import (
    JOURNAL_VERSION,
    KINDS,
    Answer,
    Before,
    End,
    Head,
    Intent,
    Line,
    PersisterEnd,
)
from persync.errors import JournalRefused
from persync.model import Span

if TYPE_CHECKING:
    from persync.model import PersisterId

_LINE: TypeAdapter[Head | Before | Intent | Answer | PersisterEnd | End] = TypeAdapter(Line)


@dataclass(slots=True)
class PersisterRecord:
    """What a run did to a persister.

    Attributes:
        before: what it was before the first write.
        span: where that is in the journal.
        intents: the writes that were announced, in order.
        answers: the outcomes that are known of them.
        end: its last result; ``None``: none is recorded.
    """

    before: Before
    span: Span
    intents: list[Intent] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    end: PersisterEnd | None = None


@dataclass(slots=True)
class RunRecord:
    """A run.

    Attributes:
        head: who, when, what.
        persisters: those that were written to, in the order of their first writes.
        ends: the results of all, those without a write too.
        end: how the run ended; ``None``: it is under way, or its process was killed.
    """

    head: Head
    persisters: dict[PersisterId, PersisterRecord] = field(default_factory=dict)
    ends: dict[PersisterId, PersisterEnd] = field(default_factory=dict)
    end: End | None = None

    def live_ids(self) -> dict[PersisterId, PersisterId]:
        """Return the persisters by their live identities, as the files of the run named them."""
        ends = {end.live_id or pid: pid for pid, end in self.ends.items() if pid not in self.persisters}
        return {**ends, **{record.before.live_id or pid: pid for pid, record in self.persisters.items()}}


def read_run(data: bytes, name: str) -> RunRecord:
    """Read a journal. A last line without its end was being written when the process died: it is left out.

    Args:
        data: of the file.
        name: of the file, for messages and positions.

    Raises:
        JournalRefused: it is not a journal, is damaged before its last line, or of another major version.
    """
    lines = data.split(b"\n")[:-1]  # behind the last line break is nothing, or a part of a line
    head = _parsed(lines[0], Span(name, 1, 1)) if lines else None
    if not isinstance(head, Head):
        raise JournalRefused(f"{name} is not the journal of an apply", hint=_NAMES_ONE)
    run = RunRecord(head)
    for number, line in enumerate(lines[1:], start=2):
        span = Span(name, number, 1)
        _add(run, _parsed(line, span), span)
    return run


def last_line(data: bytes) -> End | None:
    """Return the end of a run from the last bytes of its journal; ``None`` if it has none."""
    line = data[:-1].rpartition(b"\n")[2] if data.endswith(b"\n") else b""
    try:
        found = _parsed(line, Span("", 1, 1))
    except JournalRefused:
        return None
    return found if isinstance(found, End) else None


_NAMES_ONE = "'persync runs' lists those that there are"


def _parsed(line: bytes, span: Span) -> object:
    """Return a line; ``None`` if it is of a kind that this version does not know.

    Raises:
        JournalRefused: it is not a line of a journal that this version reads.
    """
    try:
        document: Any = json.loads(line)
        if not isinstance(document, dict) or document.get("kind") not in KINDS:
            if isinstance(document, dict) and span.line > 1 and isinstance(document.get("kind"), str):
                return None
            raise JournalRefused("this is not a line of a journal", span=span, hint=_NAMES_ONE)
        if document["kind"] == "head":
            _check_version(str(document.get("formatVersion")), span)
        return _LINE.validate_python(document)
    except (ValueError, RecursionError, ValidationError) as error:
        raise JournalRefused(
            "this line of the journal is damaged", span=span, hint="take the file from a backup or an artifact"
        ) from error


def _check_version(version: str, span: Span) -> None:
    if version.partition(".")[0] != JOURNAL_VERSION.partition(".")[0]:
        raise JournalRefused(
            f"the journal has format version {version}, and this persync reads {JOURNAL_VERSION.partition('.')[0]}.x",
            span=span,
            hint="use the release of persync that wrote it",
        )


def _add(run: RunRecord, line: object, span: Span) -> None:
    match line:
        case Before():
            run.persisters.setdefault(line.id, PersisterRecord(line, span))
        case Intent() | Answer():
            record = run.persisters.get(line.id)
            if record is None:
                raise JournalRefused("there is no before-image for this line", span=span)
            if isinstance(line, Intent):
                record.intents.append(line)
            else:
                record.answers.append(line)
        case PersisterEnd():
            run.ends[line.id] = line
            if line.id in run.persisters:
                run.persisters[line.id].end = line
        case End():
            run.end = line
        case _:
            pass
