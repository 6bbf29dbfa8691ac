"""What an import leaves behind: valid files, that say the same as live."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from persync.model import Section
from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK, Install

EQUAL = "proof: a plan of what was written has 0 differences"
_SETTLED = st.sampled_from(["RUNNING", "STOPPED"])


@st.composite
def seeds(draw: st.DrawFn, persister: some.DesiredPersister) -> dict[str, Any]:
    """A persister that the deployer would take: documented spellings, valid values."""
    project, event_type, eventstore = persister.id
    seed: dict[str, Any] = {
        "project": project,
        "eventType": event_type,
        "eventstore": eventstore,
        "state": draw(_SETTLED),
        "imported": draw(st.booleans()),
    }
    for setting in persister.settings:
        text = setting.value.text
        if setting.known and not text:
            continue  # refused for some of them
        if setting.section is Section.LIVE_SEGMENT:
            meaning = setting.value.meaning
            text = str(meaning).lower() if isinstance(meaning, bool) else str(meaning)
        seed.setdefault(setting.section.value, {})[setting.key] = text
    if persister.version:
        seed["appVersion"] = persister.version
    return seed


@st.composite
def installations(draw: st.DrawFn) -> dict[str, Any]:
    release = draw(st.sampled_from([some.NEWEST, some.NEWEST, *some.OLDER]))
    persisters = draw(some.repositories(release))
    return {
        "release": release,
        "delays": some.NO_DELAYS,
        "keysOnGet": draw(st.sampled_from(["lower", "as-stored"])),
        "persisters": [draw(seeds(persister)) for persister in persisters],
    }


_SECRETS = {
    "my.token": st.sampled_from(["t0ken", "a b: c # d", "${{ x", "${placeholder}", ""]),
    "spring.datasource.url": st.sampled_from(["jdbc:pg://u:p4ss@h/d", "jdbc:pg://h/d?user=u&password=x&ssl=true"]),
    "spring.datasource.password": st.sampled_from(["s3cr3t", "0400", "null", "$${{", "${{ secret.X }}"]),
}


@st.composite
def with_secrets(draw: st.DrawFn) -> dict[str, Any]:
    description = draw(installations())
    for seed in description["persisters"]:
        if seed["eventstore"] == "pg":
            seed.setdefault("appConfig", {}).update(draw(st.fixed_dictionaries({}, optional=_SECRETS)))
            if draw(st.booleans()):
                seed.setdefault("deployerConfig", {})["kubernetes.environmentVariables"] = "A=b,DB_PASSWORD='x,${{y'"
    return description


@settings(max_examples=12, phases=UNSHRUNK)
@given(installations())
def test_after_an_import_the_files_are_valid_and_the_plan_is_empty(
    install: Install, description: dict[str, Any]
) -> None:
    with install(description, {}) as installation:
        imported = installation.run("import")
        assert (imported.code, imported.err.splitlines()[-1]) == (0, EQUAL), imported.err
        validated = installation.run("validate")
        assert validated.code == 0, validated.out
        assert installation.run("fmt", "--check").code == 0
        if not (installation.folder / ".env.example").exists():
            planned = installation.run("plan", "--detailed-exitcode")
            assert planned.code == 0, planned.out + planned.err


@settings(max_examples=10, phases=UNSHRUNK)
@given(with_secrets())
def test_an_import_writes_no_secret(install: Install, description: dict[str, Any]) -> None:
    with install(description, {}) as installation:
        imported = installation.run("import")
        assert (imported.code, imported.err.splitlines()[-1]) == (0, EQUAL), imported.err
        assert installation.run("validate").code == 0
        assert installation.run("fmt", "--check").code == 0
        files = "".join(path.read_text() for path in installation.folder.rglob("*.yaml"))
        for secret in ("t0ken", "a b: c # d", "p4ss", "=x&", "s3cr3t", "x,${{y"):
            assert secret not in files + imported.err + imported.out


@st.composite
def any_live_side(draw: st.DrawFn) -> dict[str, Any]:
    """Any live side: keys in any spelling and twice, any run state."""
    release = draw(st.sampled_from([some.NEWEST, some.NEWEST, *some.OLDER]))
    return draw(some.installations(draw(some.repositories(release)), release))


@settings(max_examples=12, phases=UNSHRUNK)
@given(any_live_side())
def test_what_an_import_does_not_express_is_named(install: Install, description: dict[str, Any]) -> None:
    with install(description, {}) as installation:
        imported = installation.run("import")
        validated = installation.run("validate")
        assert validated.code == 0, validated.out
        assert installation.run("fmt", "--check").code == 0
        is_equal = imported.err.splitlines()[-1] == EQUAL
        assert (imported.code == 0) == is_equal
        assert is_equal == ("is left out" not in imported.err), imported.err


@settings(max_examples=12, phases=UNSHRUNK)
@given(st.data())
def test_an_update_makes_any_files_equal_to_live_and_a_second_changes_nothing(
    install: Install, data: st.DataObject
) -> None:
    description = data.draw(installations())
    ids = [(seed["project"], seed["eventType"], seed["eventstore"]) for seed in description["persisters"]]
    persisters = [data.draw(some.desired_persister(name)) for name in ids]
    files = data.draw(some.layouts(persisters, relaxed=True))
    with install(description, files) as installation:
        first = installation.run("import", "--update")
        after = {name: (installation.folder / name).read_text() for name in files}
        assert first.code == 0 or "left as it is" in first.err, first.err
        assert installation.run("validate").code == 0
        second = installation.run("import", "--update")
        assert (second.code, second.out) == (first.code, "")
        assert {name: (installation.folder / name).read_text() for name in files} == after
