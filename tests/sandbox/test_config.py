from hypothesis import given
from hypothesis import strategies as st

from persync.sandbox.domain.config import (
    Config,
    departures,
    from_document,
    lower_key,
    lowered,
    overlay,
    with_property,
)

maps = st.fixed_dictionaries(
    {"appConfig": st.dictionaries(st.sampled_from("abcABC"), st.sampled_from("123"))},
)
configs = st.builds(Config, st.sampled_from(["latest", "1.10"]), maps)


def config(**values: str) -> Config:
    return Config("latest", {"appConfig": values})


@given(configs, configs)
def test_an_overlay_has_every_default_that_was_not_set(defaults: Config, own: Config) -> None:
    merged = overlay(defaults, own)
    assert merged.maps["appConfig"] == {**defaults.maps["appConfig"], **own.maps["appConfig"]}
    assert merged.version == own.version


@given(configs, configs)
def test_an_export_put_back_as_imported_gives_what_was_stored(defaults: Config, own: Config) -> None:
    stored = overlay(defaults, own)
    assert overlay(defaults, departures(defaults, stored)) == stored


@given(configs)
def test_defaults_depart_from_themselves_in_nothing(defaults: Config) -> None:
    assert departures(defaults, defaults) == Config(None, {"appConfig": {}})


@given(configs)
def test_a_config_survives_its_document(known: Config) -> None:
    assert from_document(known.document()) == known


def test_a_stored_default_that_is_missing_does_not_show() -> None:
    defaults, stored = config(a="1", b="2"), config(a="1")
    assert departures(defaults, stored) == Config(None, {"appConfig": {}})
    assert overlay(defaults, stored) == defaults


def test_keys_are_stored_as_they_are_written() -> None:
    assert overlay(config(batchSize="1"), config(batchsize="2")) == config(batchSize="1", batchsize="2")


def test_a_get_shows_the_spelling_written_last() -> None:
    assert lowered(config(batchSize="1", batchsize="2")) == config(batchsize="2")


def test_text_in_brackets_keeps_its_case() -> None:
    assert lower_key("kubernetes.volumeMounts") == "kubernetes.volumemounts"
    assert lower_key("A.B[Max.Poll].C[D]") == "a.b[Max.Poll].c[D]"
    assert lower_key("A[B") == "A[B".lower()


def test_a_property_is_set_and_removed() -> None:
    assert with_property(config(a="1"), "appConfig", "a", "2") == config(a="2")
    assert with_property(config(a="1"), "appConfig", "b", "2") == config(a="1", b="2")
    assert with_property(config(a="1", b="2"), "appConfig", "b", None) == config(a="1")


def test_without_a_version_a_document_has_none() -> None:
    assert Config(None, {"config": {"tasksMax": 1}}).document() == {"config": {"tasksMax": 1}}
