"""What is ignored is not compared, stays live as it is, and never becomes the mask that the API shows."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.keys import relaxed_form
from persync.properties.paths import covers_key, glob_covers_version
from tests.command_line import Installation
from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK, Install

_WIDE = (
    "appConfig.**",
    "deployerConfig.**",
    "**.consumer.*",
    "**.configuration.**",
    "deployer-config.kubernetes.*",
    "config.*",
    "appConfig.my.**",
    "**.*size",
    "app-version",
)
_Repository = tuple[list[some.DesiredPersister], dict[str, str], dict[str, Any], list[str]]


@st.composite
def repositories(draw: st.DrawFn) -> _Repository:
    """Persisters, their files, a live side where anything may have happened, and globs over both."""
    persisters = draw(some.repositories(some.NEWEST))
    description = draw(some.installations(persisters, twice=False))
    shown = [
        f"{section}.{key}"
        for seed in description["persisters"]
        for section in Section
        for key in seed.get(section.value, {})
    ]
    written = [f"{each.section}.{'.'.join(each.elements)}" for one in persisters for each in one.settings]
    globs = draw(st.lists(st.sampled_from((*_WIDE, *shown, *written)), min_size=1, max_size=4, unique=True))
    if draw(st.booleans()):
        properties = [
            identify(Section(name), key) for name, _, key in (path.partition(".") for path in (*shown, *written))
        ]
        masked = [prop.source for prop in properties if any(covers_key(glob, prop) for glob in globs)]
        description["properties"] = {"masked": [key.replace("[", "[[]") for key in masked if draw(st.booleans())]}
    return persisters, draw(some.layouts(persisters, relaxed=True)), description, globs


def stored(installation: Installation, persister: some.DesiredPersister) -> dict[str, Any]:
    assert installation.server is not None
    found: dict[str, Any] = json.loads(json.dumps(installation.server.persister(*persister.id)["stored"]))
    return found


def ignored(config: dict[str, Any], globs: list[str]) -> dict[tuple[str, str], str]:
    """Return what the globs cover of a stored configuration, by section and relaxed key."""
    return {
        (section, relaxed_form(key)): str(value)
        for section in Section
        for key, value in config.get(section.value, {}).items()
        if any(covers_key(glob, identify(section, key)) for glob in globs)
    }


@settings(max_examples=25, phases=UNSHRUNK)
@given(repositories())
def test_it_stays_as_it_is(install: Install, repository: _Repository) -> None:
    persisters, files, description, globs = repository
    assume(not any("service" in glob for glob in globs))
    masked = {relaxed_form(key.replace("[[]", "[")) for key in description.get("properties", {}).get("masked", [])}
    with install(description, files) as installation:
        path = installation.folder / "persync.yaml"
        path.write_text(f"{path.read_text()}    ignoreChanges: [{{properties: {json.dumps(globs)}}}]\n")
        before = {persister.id: stored(installation, persister) for persister in persisters}
        applied = installation.run("apply", "--auto-approve", "--max-resets", "4")
        again = installation.run("plan", "--report", "json")
        summary = json.loads(again.out)["summary"]
        shown = f"{globs}\n{applied.out}{applied.err}\n{again.out}{again.err}"
        assert applied.code == (1 if summary["blocked"] else 0), shown
        if summary["blocked"]:
            assert {persister.id: stored(installation, persister) for persister in persisters} == before, shown
            return
        assert (summary["apply"], summary["inSync"]) == (0, len(persisters)), shown
        for persister in persisters:
            after, kept = stored(installation, persister), before[persister.id]
            of_files = {(each.section, relaxed_form(each.key)) for each in persister.settings}
            now = ignored(after, globs)
            for name, value in ignored(kept, globs).items():
                if name in of_files and name[1] in masked:
                    continue  # its value is not known, so that of the file may be sent
                assert now.get(name) == value, f"{name}: {value!r} → {now.get(name)!r}\n{kept}\n{after}\n{shown}"
            assert "***" not in json.dumps(after), shown
            if any(map(glob_covers_version, globs)):
                assert after.get("appVersion") == kept.get("appVersion"), shown
