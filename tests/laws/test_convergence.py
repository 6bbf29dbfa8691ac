"""What an apply leaves behind, and what a plan makes of the server's defaults."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from persync.model import Definition, Section
from tests.command_line import Installation
from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK, Install

Configuration = tuple[list[some.DesiredPersister], dict[str, str], dict[str, Any]]


@st.composite
def repositories(draw: st.DrawFn) -> Configuration:
    """Persisters, the files that want them, and an installation where anything may have happened before."""
    release = draw(st.sampled_from([some.NEWEST, some.NEWEST, *some.OLDER]))
    persisters = draw(some.repositories(release))
    return persisters, draw(some.layouts(persisters, relaxed=True)), draw(some.installations(persisters, release))


def in_sync(installation: Installation, count: int) -> str:
    assert installation.server is not None
    persisters = "1 persister is" if count == 1 else f"{count} persisters are"
    return f"Plan for environment test ({installation.server.url})\n\nNo changes. {persisters} in sync.\n"


@settings(max_examples=25, phases=UNSHRUNK)
@given(repositories())
def test_after_an_apply_there_is_nothing_to_do(install: Install, repository: Configuration) -> None:
    persisters, files, description = repository
    with install(description, files) as installation:
        applied = installation.run("apply", "--auto-approve", "--max-resets", "100%")
        assert applied.code == 0, applied.out + applied.err
        again = installation.run("plan", "--detailed-exitcode")
        assert (again.code, without_warnings(again.out)) == (0, in_sync(installation, len(persisters)))
        assert installation.server is not None
        states = {persister.id: installation.server.persister(*persister.id)["state"] for persister in persisters}
        assert states == {persister.id: persister.state or states[persister.id] for persister in persisters}


def without_warnings(out: str) -> str:
    """Return a plan without what it only warns of: a persister without a configured run state."""
    blocks = out.split("\n\n")
    return "\n\n".join([blocks[0].partition("\n")[0], *(block for block in blocks[1:] if not block.startswith("!"))])


@st.composite
def defaults_written_out(draw: st.DrawFn) -> Configuration:
    """Persisters whose files configure only the server's defaults, each in a form and a spelling of its own."""
    names = [name for name in draw(some.ids) if name[2] == "pg"] or [("global", "one", "pg")]
    default = some.DesiredPersister(
        ("", "", "pg"), None, "1.10", tuple(draw(some.desired_persister(names[0], 8)).settings)
    )
    persisters = [
        some.DesiredPersister(name, "STOPPED", draw(st.sampled_from([None, "1.10"])), default.settings)
        for name in names
    ]
    described = {"appVersion": "1.10", "appConfig": {}, "deployerConfig": {}}
    for setting in default.settings:
        described[setting.section.value][setting.key] = setting.value.text  # type: ignore[index] # a map
    description = {
        "keysOnGet": draw(st.sampled_from(["lower", "as-stored"])),
        "defaults": {"pg": described},
        "persisters": [
            {"project": project, "eventType": event_type, "state": "STOPPED", "imported": draw(st.booleans())}
            for project, event_type, _ in names
        ],
    }
    return persisters, draw(some.layouts(persisters, relaxed=True)), description


@settings(max_examples=15, phases=UNSHRUNK)
@given(defaults_written_out())
def test_a_value_that_is_the_default_is_no_change(install: Install, repository: Configuration) -> None:
    persisters, files, description = repository
    with install(description, files) as installation:
        planned = installation.run("plan", "--detailed-exitcode")
        assert (planned.code, planned.out) == (0, in_sync(installation, len(persisters)))


@settings(max_examples=25, phases=UNSHRUNK)
@given(some.pairs_of_values(), st.booleans())
def test_a_value_is_a_change_where_it_means_something_else(
    install: Install, pair: tuple[Definition, some.Value, some.Value], by_default: bool
) -> None:
    known, live, desired = pair
    section = Section.APP if known in some.KNOWN[Section.APP] else Section.DEPLOYER
    setting = some.Setting(section, tuple(known.key.split(".")), desired)
    config = {section.value: {known.key: live.text}}
    empty = {"appVersion": "1", "appConfig": {}, "deployerConfig": {}}
    description = {
        "defaults": {"pg": {**empty, **config} if by_default else empty},
        "persisters": [{"eventType": "one", **({} if by_default else config)}],
    }
    files = {"persisters/one.yaml": f"eventType: one\n{section}: {{{setting.key}: {desired.written}}}\n"}
    with install(description, files) as installation:
        planned = installation.run("plan", "--detailed-exitcode")
        assert planned.code == (0 if live.meaning == desired.meaning else 2), planned.out + planned.err
