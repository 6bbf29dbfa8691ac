"""Plans that are kept: written in one piece, and refused if a byte of them has changed.

A kept plan shows its changes as any plan does, with the secrets hidden. What is applied comes from the files, whose
fingerprint stands in the plan: so it needs no secret, and it can only be applied where the files are those that it was
made from.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationError

from persync.atomic import write_in_one_piece
from persync.errors import PlanRefused
from persync.plan.document import FORMAT_VERSION, Frozen
from persync.plan.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

_AGAIN = "make it anew with 'persync plan --out FILE'"


class SavedPlan(Frozen):
    """A plan in a file.

    Attributes:
        format_version: of the plan's model.
        kind: what the document is.
        digest: of the plan.
        plan: the plan.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["saved-plan"] = "saved-plan"
    digest: str
    plan: Plan


def digest_of(plan: Plan) -> str:
    """Return what names a plan and its content: a SHA-256 of its JSON, in hexadecimal."""
    return _digest(json.loads(plan.model_dump_json()))


def save_plan(plan: Plan, path: Path) -> None:
    """Write a plan to a file that only its owner may read.

    Raises:
        PersyncError: the file cannot be written; one that was there before is as it was.
    """
    saved = SavedPlan(digest=digest_of(plan), plan=plan)
    write_in_one_piece(path, saved.model_dump_json(indent=2) + "\n", private=True)


def load_plan(path: Path) -> Plan:
    """Read a plan from a file.

    Raises:
        PlanRefused: it is no saved plan, of a newer major version, or changed since it was saved.
    """
    try:
        text = path.read_text(encoding="utf-8")
        head = json.loads(text, object_pairs_hook=_without_twins)
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
        raise PlanRefused(f"{path} is not a whole plan: {error.error_count()} faults", hint=_AGAIN) from error
    # of the text, not of the model: a field that this version does not know counts too
    if saved.digest != _digest(head["plan"]):
        raise PlanRefused(f"{path} was changed since it was saved: its digest is another", hint=_AGAIN)
    return saved.plan


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object without two fields of one name: readers differ in which of them they believe."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError
    return fields


def _digest(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check_version(version: str, path: Path) -> None:
    ours, theirs = FORMAT_VERSION.partition(".")[0], version.partition(".")[0]
    if theirs != ours:
        raise PlanRefused(
            f"{path} has format version {version}, this persync reads {ours}.x",
            hint="apply it with the persync that made it, or make it anew",
        )


def _reason(error: Exception) -> str:
    return error.strerror or "it cannot be opened" if isinstance(error, OSError) else "it is not JSON"
