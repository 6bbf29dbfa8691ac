"""``persync diff ENV_A ENV_B --live``, of any two installations."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.command_line import Installation
from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK, Install

Case = tuple[list[some.DesiredPersister], dict[str, str], dict[str, Any], dict[str, Any]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Persisters, their files, and two installations where anything may have happened before."""
    persisters = draw(some.repositories(some.NEWEST))
    one, other = (draw(some.installations(persisters, twice=False)) for _ in range(2))
    same: dict[str, Any] = {key: one[key] for key in ("defaults", "appVersions") if key in one}
    rest = {key: value for key, value in other.items() if key not in {"defaults", "appVersions"}}
    return persisters, draw(some.layouts(persisters)), one, {**rest, **same}


def with_both(one: Installation, other: Installation) -> Installation:
    """Return an installation with a second environment, each with a token of its own."""
    assert one.server is not None
    assert other.server is not None
    text = "version: 1\nenvironments:\n"
    for name, server in (("one", one.server), ("other", other.server)):
        text += f"  {name}:\n    url: {server.url}\n    auth: {{token: '${{{{ env.TOKEN_OF_{name} }}}}'}}\n"
        text += "    timeouts: {start: 5, stop: 5, update: 5, poll: 0.01}\n    rollout: {settle: 0}\n"
        one.monkeypatch.setenv(f"TOKEN_OF_{name}", server.token())
    one.monkeypatch.delenv("PERSYNC_TOKEN", raising=False)
    (one.folder / "persync.yaml").write_text(text, encoding="utf-8")
    return one


def changes(installation: Installation, *names: str) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    ended = installation.run("diff", *names, "--live", "--report", "json")
    assert ended.code == 0, ended.out + ended.err
    return {
        tuple(each["id"].values()): [change for change in each["changes"] if change["key"] != "state"]
        for each in json.loads(ended.out)["persisters"]
    }


def sides(found: dict[tuple[str, str, str], list[dict[str, Any]]], *names: str) -> set[tuple[Any, ...]]:
    """Return what differs: the persister, the property, and the values that are not hidden."""
    return {
        (
            pid,
            re.sub("[-_]", "", change["path"].lower()),
            *((None, None) if change["sensitive"] else (change[name] for name in names)),
        )
        for pid, listed in found.items()
        for change in listed
    }


@settings(max_examples=15, phases=UNSHRUNK)
@given(cases())
def test_it_is_the_same_from_both_sides_and_empty_after_an_apply_of_the_same_files(
    install: Install, case: Case
) -> None:
    persisters, files, one, other = case
    with install(one, files) as first, install(other, files) as second:
        both = with_both(first, second)
        forward, backward = changes(both, "one", "other"), changes(both, "other", "one")
        assert sides(forward, "before", "after") == sides(backward, "after", "before")
        for name in ("one", "other"):
            applied = both.run("apply", "-e", name, "--auto-approve", "--max-resets", "100%")
            assert applied.code == 0, applied.out + applied.err
        left = changes(both, "one", "other")
        versions = {persister.id: persister.version for persister in persisters}
        # a live-segment persister has no export, and a version that the files leave out stays what it was
        assert [
            (pid, change["path"])
            for pid, listed in left.items()
            for change in listed
            if pid[2] == "pg" and (change["path"] != "appVersion" or versions[pid])
        ] == []
