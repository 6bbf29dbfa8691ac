from hypothesis import given
from hypothesis import strategies as st

from persync.sandbox.domain.config import (
    Config,
    from_document,
    lower_case_key,
    overlay,
    with_lower_case_keys,
    with_property,
    without_defaults,
)

maps = st.fixed_dictionaries(
    {"appConfig": st.dictionaries(st.sampled_from("abcABC"), st.sampled_from("123"))},
)
configs = st.builds(Config, st.sampled_from(["latest", "1.10"]), maps)


def config(**values: str) -> Config:
    return Config("latest", {"appConfig": values})


@given(configs, configs)
def test_an_overlay_keeps_the_defaults_that_are_not_overridden(defaults: Config, own: Config) -> None:
    merged = overlay(defaults, own)
    assert merged.maps["appConfig"] == {**defaults.maps["appConfig"], **own.maps["appConfig"]}
    assert merged.version == own.version


@given(configs, configs)
def test_an_export_sent_back_as_imported_restores_the_stored_config(defaults: Config, own: Config) -> None:
    stored = overlay(defaults, own)
    assert overlay(defaults, without_defaults(defaults, stored)) == stored


@given(configs)
def test_defaults_do_not_differ_from_themselves(defaults: Config) -> None:
    assert without_defaults(defaults, defaults) == Config(None, {"appConfig": {}})


@given(configs)
def test_a_config_equals_that_of_its_document(original: Config) -> None:
    assert from_document(original.document()) == original


def test_an_export_does_not_show_missing_defaults() -> None:
    defaults, stored = config(a="1", b="2"), config(a="1")
    assert without_defaults(defaults, stored) == Config(None, {"appConfig": {}})
    assert overlay(defaults, stored) == defaults


def test_keys_are_stored_with_their_spelling() -> None:
    assert overlay(config(batchSize="1"), config(batchsize="2")) == config(batchSize="1", batchsize="2")


def test_a_get_shows_the_later_of_two_spellings() -> None:
    assert with_lower_case_keys(config(batchSize="1", batchsize="2")) == config(batchsize="2")


def test_text_in_brackets_keeps_its_case() -> None:
    assert lower_case_key("kubernetes.volumeMounts") == "kubernetes.volumemounts"
    assert lower_case_key("A.B[Max.Poll].C[D]") == "a.b[Max.Poll].c[D]"
    assert lower_case_key("A[B") == "A[B".lower()


def test_a_property_is_set_and_removed() -> None:
    assert with_property(config(a="1"), "appConfig", "a", "2") == config(a="2")
    assert with_property(config(a="1"), "appConfig", "b", "2") == config(a="1", b="2")
    assert with_property(config(a="1", b="2"), "appConfig", "b", None) == config(a="1")


def test_without_a_version_a_document_has_none() -> None:
    assert Config(None, {"config": {"tasksMax": 1}}).document() == {"config": {"tasksMax": 1}}
