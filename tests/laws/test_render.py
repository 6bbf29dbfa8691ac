"""What ``persync render`` prints is, read again, the same persisters."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from persync.config.fmt.format import formatted
from persync.config.load import Configuration, load_configuration
from persync.config.settings import Settings, load_settings
from persync.errors import Severity
from persync.model import Persister
from persync.origins.chain import chains
from persync.origins.document import final_document
from persync.origins.loading import load_layered
from persync.origins.yaml import yaml_of
from persync.properties.secrets import SecretPolicy
from persync.properties.values import equal
from tests.laws import strategies as some

SETTINGS = """\
version: 1
defaults:
  state: STOPPED
  appConfig: {eventstore: {batchSize: 7}, my.text: '$${{ vars.x }}', my.other: '${{ vars.x }}'}
environments:
  test: {url: 'sandbox:', overlays: [overlays], variables: {x: '$${a}'}}
"""
Files = dict[str, str]


@st.composite
def repositories(draw: st.DrawFn) -> Files:
    """The files of some persisters, with an overlay for some of them."""
    persisters = draw(some.repositories())
    chosen = draw(st.lists(st.sampled_from(persisters), unique_by=lambda each: each.id))
    overlays = [draw(some.documents(draw(some.desired_persister(each.id)), relaxed=True)) for each in chosen]
    files = {"persync.yaml": SETTINGS, **draw(some.layouts(persisters, relaxed=True))}
    return {**files, "overlays/all.yaml": "---\n".join(overlays)}


def written(files: Files) -> Settings:
    folder = Path(mkdtemp())
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_settings(folder / "persync.yaml")


def is_same(one: Persister, other: Persister) -> bool:
    """Return whether two persisters are the same, but for hidden values."""
    if (one.id, one.state) != (other.id, other.state):
        return False
    if (one.app_version and one.app_version.text) != (other.app_version and other.app_version.text):
        return False
    secrets = SecretPolicy()
    mine, theirs = (
        {(s, p.key.form): p for s, props in each.properties.items() for p in props} for each in (one, other)
    )
    return sorted(mine) == sorted(theirs) and all(
        equal(prop.key.definition, prop.text, theirs[place].text) or any(secrets.secrets_in(prop.key, prop.text))
        for place, prop in mine.items()
    )


def is_valid(configuration: Configuration) -> bool:
    return not any(finding.severity is Severity.ERROR for finding in configuration.findings)


@settings(max_examples=150)
@given(repositories())
def test_it_is_read_as_the_same_persisters(files: Files) -> None:
    repository = written(files)
    loaded = load_layered(repository, repository.environment("test", {}), {})
    assume(is_valid(loaded.configuration))
    persisters = loaded.configuration.persisters
    text = yaml_of(final_document(loaded.layered[each.id], SecretPolicy()) for each in persisters)
    assert formatted(text.encode(), "a.yaml").data == text.encode()

    for layered in loaded.layered.values():
        for section in layered.sections:
            results = [chain.result for chain in chains(layered, section) if chain.result]
            assert sorted(results, key=str) == sorted(layered.settings(section), key=str)

    again = load_configuration(written({"persync.yaml": "version: 1\n", "persisters/a.yaml": text}), None, {})
    pairs = list(zip(persisters, again.persisters, strict=True))
    assert [(one, other) for one, other in pairs if not is_same(one, other)] == []
