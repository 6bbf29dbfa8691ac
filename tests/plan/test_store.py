from __future__ import annotations

import contextlib
import copy
import functools
import hashlib
import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from persync.atomic import write_in_one_piece
from persync.errors import PersyncError, PlanRefused
from persync.model import PersisterId, RunState, Section, Span
from persync.plan.change import PropertyChange
from persync.plan.document import FORMAT_VERSION
from persync.plan.plan import PersisterPlan, Plan, PlannedStep
from persync.plan.store import load_plan, save_plan
from persync.plan.terms import Step
from persync.properties.shown import ABSENT, ShownValue, Visibility

PLAN = Plan(
    environment="production",
    url="https://harvester.example.com",
    persisters=(
        PersisterPlan(
            id=PersisterId("webtracking", "snowplow-web", "pg"),
            span=Span("web.yaml", 1, 1),
            live_state="RUNNING",
            desired_state=RunState.RUNNING,
            changes=(PropertyChange(section=Section.APP, key="é", before="1", after="2", span=Span("web.yaml", 4, 5)),),
            planned_steps=(PlannedStep(step=Step.PUT, reason="the configuration differs"),),
            reason="the configuration differs",
            fingerprint="ab",
            desired_fingerprint="cd",
        ),
    ),
    in_sync=2,
)


VALUES = (
    (Visibility.TEXT, "(sensitive)"),
    (Visibility.TEXT, ""),
    (Visibility.REDACTED, "user:(sensitive)@host"),
    (Visibility.HIDDEN, ""),
    (Visibility.HIDDEN_CHANGED, ""),
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "plan.persync"
    save_plan(PLAN, path)
    return path


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def test_a_plan_comes_back_as_it_was(saved: Path) -> None:
    assert load_plan(saved) == PLAN


def test_only_its_owner_may_read_it(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600


def test_saving_twice_gives_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    save_plan(PLAN, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == saved.read_bytes()


@pytest.mark.parametrize(("old", "new"), [("web.yaml", "xeb.yaml"), ('"inSync": 2', '"inSync": 3'), ("ab", "ba")])
def test_a_changed_byte_is_noticed(saved: Path, old: str, new: str) -> None:
    saved.write_text(saved.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanRefused, match="was changed since it was saved: its digest does not match"):
        load_plan(saved)


def test_a_field_of_a_later_minor_version_is_ignored_and_still_protected(saved: Path) -> None:
    plan = {**json.loads(saved.read_text(encoding="utf-8"))["plan"], "news": 1}
    edit(saved, formatVersion="1.7", plan=plan)
    with pytest.raises(PlanRefused, match="its digest does not match"):
        load_plan(saved)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "plan"}, "is not a saved plan"),
        ({"formatVersion": "1.0"}, r"has format version 1\.0, and this persync reads 1\.4 and later 1\.x"),
        ({"formatVersion": "1.1"}, r"has format version 1\.1, and this persync reads 1\.4 and later 1\.x"),
        ({"formatVersion": "1.x"}, r"has format version 1\.x, and this persync reads 1\.4 and later 1\.x"),
        ({"formatVersion": "2.0"}, r"has format version 2\.0, and this persync reads 1\.4 and later 1\.x"),
        ({"plan": {"formatVersion": "2.0"}}, r"has format version 2\.0, and this persync reads 1\.4 and later 1\.x"),
        ({"plan": {}}, "is not a complete plan: 4 errors"),
    ],
)
def test_what_is_no_plan_is_refused(saved: Path, changes: dict[str, object], message: str) -> None:
    edit(saved, **changes)
    with pytest.raises(PlanRefused, match=message):
        load_plan(saved)


def test_hidden_values_come_back_as_they_were(tmp_path: Path) -> None:
    shown = [ABSENT, *(ShownValue(visibility, text) for visibility, text in VALUES)]
    changes = tuple(
        PropertyChange(section=Section.APP, key="k", before=before, after=after) for before in shown for after in shown
    )
    persister = PLAN.persisters[0].model_copy(update={"changes": changes})
    plan = PLAN.model_copy(update={"persisters": (persister,)})
    save_plan(plan, tmp_path / "hidden.persync")
    assert load_plan(tmp_path / "hidden.persync") == plan


def test_a_field_that_is_there_twice_is_refused(saved: Path) -> None:
    text = saved.read_text(encoding="utf-8")
    saved.write_text(text.replace('"plan": {', '"plan": {"persisters": []}, "plan": {', 1), encoding="utf-8")
    with pytest.raises(PlanRefused, match="cannot be read as a saved plan"):
        load_plan(saved)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 200_000])
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(PlanRefused):
        load_plan(tmp_path / "file")


def test_a_file_that_is_too_large_and_one_that_is_none(tmp_path: Path) -> None:
    with (tmp_path / "large").open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    with pytest.raises(PlanRefused, match="is larger than 64 MiB, so it is not a saved plan"):
        load_plan(tmp_path / "large")
    with pytest.raises(PlanRefused, match="/dev/zero is not a file"):
        load_plan(Path("/dev/zero"))


def fields(document: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    )
    for key, value in items:
        yield (*path, key)
        yield from fields(value, (*path, key))


def renamed(container: Any, key: str | int) -> None:
    if isinstance(key, str):
        container[f"{key}_"] = container.pop(key)


def removed(container: Any, key: str | int) -> None:
    del container[key]


def replaced(value: object) -> Callable[[Any, str | int], None]:
    def replace(container: Any, key: str | int) -> None:
        container[key] = value

    return replace


@pytest.mark.parametrize("change", [renamed, removed, *map(replaced, [None, True, -1, 10**400, "x", "\ud800", [], {}])])
def test_a_plan_with_any_field_changed_is_a_plan_or_refused(
    saved: Path, change: Callable[[Any, str | int], None]
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    for path in fields(document):
        changed = copy.deepcopy(document)
        change(functools.reduce(lambda value, key: value[key], path[:-1], changed), path[-1])
        if isinstance(changed.get("plan"), dict):
            changed["digest"] = hashlib.sha256(
                json.dumps(
                    {"formatVersion": FORMAT_VERSION, "plan": changed["plan"]}, sort_keys=True, separators=(",", ":")
                ).encode()
            ).hexdigest()
        saved.write_text(json.dumps(changed), encoding="utf-8")
        with contextlib.suppress(PlanRefused):
            assert isinstance(load_plan(saved), Plan)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PlanRefused, match="cannot be read as a saved plan: No such file or directory"):
        load_plan(tmp_path / "nothing")


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "kept").touch()
    with pytest.raises(PersyncError, match="cannot be written"):
        write_in_one_piece(tmp_path / "folder", "text")
    with pytest.raises(PersyncError, match="cannot be written: No such file or directory"):
        write_in_one_piece(tmp_path / "missing" / "file", "text")
    assert list(tmp_path.iterdir()) == [tmp_path / "folder"]
