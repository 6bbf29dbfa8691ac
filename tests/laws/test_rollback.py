"""A rollback leads back to what was live before the run."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings

from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.model import LivePersister, PersisterId, Section
from persync.properties.catalogue import identify
from persync.properties.keys import shows_lower_case
from persync.properties.values import canonical
from tests.command_line import Installation
from tests.laws.conftest import UNSHRUNK, Install
from tests.laws.test_convergence import Configuration, repositories


def live(installation: Installation, ids: list[PersisterId], *, prefix: bool) -> dict[PersisterId, Any]:
    """Return what each persister has, but for what has no effect, and whether it is down."""
    assert installation.server is not None
    token = StaticToken(installation.server.token())
    with Harvester.at(installation.server.url, token, project_prefix=prefix) as client:
        read = {id_: client.read(id_) for id_ in ids}
        full = {id_: client.read_full(id_) for id_ in ids}
    return {id_: (one.state.is_down, full[id_].app_version, effective(full[id_])) for id_, one in read.items()}


def effective(live: LivePersister) -> dict[tuple[Section, str], object]:
    """Return what the deployer and Spring read, each property in one spelling."""
    lowered = shows_lower_case(live)
    found: dict[tuple[Section, str], list[tuple[bool, str, object]]] = {}
    for prop in (prop for properties in live.properties.values() for prop in properties):
        key = prop.key
        if lowered or key.section is not Section.DEPLOYER or key.source == key.spelling:
            meaning = canonical(key.definition, prop.text) if key.definition else None
            value = prop.text if meaning is None else meaning
            found.setdefault((key.section, key.form), []).append((key.source == key.spelling, key.source, value))
    return {place: max(spellings, key=lambda spelling: spelling[:2])[2] for place, spellings in found.items()}


def in_documented_spelling(described: Any) -> Any:
    """Return a description of a sandbox with each property once: what two spellings mean is the plan's matter."""
    if isinstance(described, list):
        return [in_documented_spelling(each) for each in described]
    if not isinstance(described, dict):
        return described
    return {
        name: each_once(Section(name), value) if name in set(Section) else in_documented_spelling(value)
        for name, value in described.items()
    }


def each_once(section: Section, properties: dict[str, str]) -> dict[str, str]:
    """Return properties without the further spellings of one, documented or not."""
    found = {identify(section, key).form: (identify(section, key).spelling, text) for key, text in properties.items()}
    return dict(found.values())


@settings(max_examples=25, phases=UNSHRUNK)
@given(repositories())
def test_after_apply_and_rollback_all_is_as_before(install: Install, repository: Configuration) -> None:
    persisters, files, described = repository
    description = in_documented_spelling(described)
    with install(description, files) as installation:
        prefix = description.get("release", "1.2") == "1.2"
        ids = [PersisterId(*persister.id) for persister in persisters]
        before = live(installation, ids, prefix=prefix)
        assert installation.run("apply", "--auto-approve", "--max-resets", "100%").code == 0
        runs = list(installation.folder.glob(".persync/runs/*.jsonl"))
        if not runs:  # nothing was to be done
            return
        options = ("--auto-approve", "--keep-going", "--max-resets", "100%")
        rolled = installation.run("rollback", runs[0].stem, *options, "--report", "json")
        result = json.loads(rolled.out)
        outcomes = {PersisterId(*each["plan"]["id"].values()): each["outcome"] for each in result["persisters"]}
        assert set(outcomes.values()) <= {"done", "blocked"}, rolled.err
        blocked = {id_ for id_, outcome in outcomes.items() if outcome == "blocked"}
        after = live(installation, ids, prefix=prefix)
        different = {id_: (before[id_], after[id_]) for id_ in ids if id_ not in blocked and before[id_] != after[id_]}
        assert different == {}
