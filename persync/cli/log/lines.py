"""A record of a logger as a line: a JSON object (``schemas/log.schema.json``), text, or an event.

A record may have ``fields``: what it is about, for programs, with names as in JSON.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from persync.report.printable import printable, without_commands

if TYPE_CHECKING:
    from collections.abc import Mapping
    from logging import LogRecord

    from persync.run_id import RunId


def json_line(record: LogRecord, run_id: RunId) -> str:
    """Return a record as one JSON object in ASCII, without commands of a CI."""
    return without_commands(json.dumps(_document(record, run_id)))


def event_line(record: LogRecord, run_id: RunId) -> str | None:
    """Return a record as a line of ``--events json`` (``schemas/events.schema.json``); ``None`` if it is no event.

    A warning or an error that is not about an event is one of its own, ``message``.
    """
    if record.levelno <= logging.DEBUG or getattr(record, "only_people", False):
        return None
    document = _document(record, run_id)
    if "event" not in document:
        if record.levelno < logging.WARNING:
            return None
        document["event"] = "message"
    return without_commands(json.dumps(document))


def text_line(record: LogRecord, run_id: RunId) -> str:
    """Return a record as text: time, level, run, message; further lines of the message are indented.

    A request has its own identity, which begins with that of the run.
    """
    fields = _fields(record)
    message = "\n    ".join(map(printable, record.getMessage().splitlines()))
    hint = fields.get("help")
    more = f"\n    help: {printable(hint)}" if hint else ""
    return without_commands(
        f"{_timestamp(record)} {record.levelname} {fields.get('requestId') or run_id} {message}{more}"
    )


def _document(record: LogRecord, run_id: RunId) -> dict[str, Any]:
    return {
        "timestamp": _timestamp(record),
        "level": record.levelname.lower(),
        "logger": record.name,
        "runId": str(run_id),
        "message": record.getMessage(),
        **_fields(record),
    }


def _timestamp(record: LogRecord) -> str:
    """Return when it was made: UTC, RFC 3339."""
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fields(record: LogRecord) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(record, "fields", {})
    return fields
