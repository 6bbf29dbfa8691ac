"""Saved plans: written atomically, and refused if they were changed.

A saved plan shows its changes as any plan does, with the secrets hidden. What is applied comes from the files.
Their fingerprints are in the plan: so the plan holds no secret, and it can only be applied where they are unchanged.
"""

from __future__ import annotations

import hashlib
import json
import stat
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from persync.atomic import write_in_one_piece
from persync.counts import number
from persync.errors import PlanRefused
from persync.plan.document import FORMAT_VERSION, Frozen
from persync.plan.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 64 * 2**20  # a plan that changes 10,000 persisters is a third of that
_AGAIN = "make a new one with 'persync plan --out FILE'"


class SavedPlan(Frozen):
    """The document in the file of a saved plan.

    Attributes:
        format_version: of the plan's model.
        kind: the kind of document.
        digest: of the format version and the plan.
        plan: the plan.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["saved-plan"] = "saved-plan"
    digest: str
    plan: Plan


def digest_of(plan: Plan) -> str:
    """Return the SHA-256 of the JSON of a plan and its format version, in hexadecimal."""
    return _digest(FORMAT_VERSION, json.loads(plan.model_dump_json()))


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan to a file that only its owner may read.

    Raises:
        PersyncError: the file cannot be written; an existing one is unchanged.
    """
    saved = SavedPlan(digest=digest_of(plan), plan=plan)
    write_in_one_piece(path, saved.model_dump_json(indent=2) + "\n", private=True)


def load_plan(path: Path) -> Plan:
    """Read a plan from a file.

    Raises:
        PlanRefused: it is not a saved plan, of another format version, or was changed since it was saved.
    """
    try:
        text = _text(path)
        head = json.loads(text, object_pairs_hook=_without_duplicates)
    except (OSError, ValueError, RecursionError) as error:
        raise PlanRefused(f"{path} cannot be read as a saved plan: {_reason(error)}", hint=_AGAIN) from error
    if not isinstance(head, dict) or head.get("kind") != "saved-plan":
        raise PlanRefused(f"{path} is not a saved plan", hint=_AGAIN)
    _check_version(str(head.get("formatVersion")), path)
    if isinstance(head.get("plan"), dict) and "formatVersion" in head["plan"]:
        _check_version(str(head["plan"]["formatVersion"]), path)
    try:
        saved = SavedPlan.model_validate_json(text)
    except ValidationError as error:
        problems = number(error.error_count(), "error")
        raise PlanRefused(f"{path} is not a complete plan: {problems}", hint=_AGAIN) from error
    # of the text, not of the model: fields that this version does not have count too
    if saved.digest != _digest(saved.format_version, head["plan"]):
        raise PlanRefused(f"{path} was changed since it was saved: its digest does not match", hint=_AGAIN)
    return saved.plan


def _text(path: Path) -> str:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe or a device may never end
        raise PlanRefused(f"{path} is not a file", hint=_AGAIN)
    if status.st_size > _MOST_BYTES:
        raise PlanRefused(f"{path} is larger than {_MOST_BYTES // 2**20} MiB, so it is not a saved plan", hint=_AGAIN)
    return path.read_text(encoding="utf-8")


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object, if no field is in it twice: parsers differ in which one they take."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError
    return fields


def _digest(version: str, plan: object) -> str:
    document = {"formatVersion": version, "plan": plan}
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check_version(version: str, path: Path) -> None:
    # an older minor version lacks fields that this one needs; a newer one may have fields that this one ignores
    (major, minor), (supported, least) = (_numbers(text) for text in (version, FORMAT_VERSION))
    if major != supported or minor < least:
        raise PlanRefused(
            f"{path} has format version {version}, and this persync reads {supported}.{least} and later {supported}.x",
            hint="apply it with the release of persync that made it, or make a new plan",
        )


def _numbers(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return (int(major), int(minor)) if major.isdecimal() and minor.isdecimal() else (0, 0)


def _reason(error: Exception) -> str:
    return error.strerror or "it cannot be opened" if isinstance(error, OSError) else "it is not JSON"
