"""Equality of values, and the forms in which keys meet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from persync.model import Definition, Kind, Section
from persync.properties.catalogue import identify
from persync.properties.keys import relaxed_form
from persync.properties.kinds.quantities import Duration
from persync.properties.structures import Keyed
from persync.properties.values import canonical, equal
from tests.laws import strategies as some

MANY = 250


@settings(max_examples=MANY)
@given(some.pairs_of_values())
def test_two_values_are_equal_where_they_mean_the_same(pair: tuple[Definition, some.Value, some.Value]) -> None:
    known, one, other = pair
    assert equal(known, one.text, other.also) == (one.meaning == other.meaning)


@settings(max_examples=MANY)
@given(some.three_texts())
def test_equality_is_an_equivalence(three: tuple[Definition, str, str, str]) -> None:
    known, one, two, three_ = three
    assert equal(known, one, one)
    assert equal(known, one, two) == equal(known, two, one)
    if equal(known, one, two) and equal(known, two, three_):
        assert equal(known, one, three_)


@pytest.mark.parametrize(
    ("one", "other"),
    [("[{name: a}]", "{a: {name: a}}"), ("[]", "{}"), ("[{name: a, b: c}]", "{a: {b: c, name: a}}")],
)
@pytest.mark.parametrize("key", ["kubernetes.volumes", "kubernetes.affinity.nodeAffinity"])
def test_a_list_never_equals_a_map(key: str, one: str, other: str) -> None:
    assert not equal(identify(Section.DEPLOYER, key).definition, one, other)


def as_text(kind: Kind, value: object) -> str:  # noqa: PLR0911 - one line per kind of form
    """Return the simplest text that says what a canonical form says."""
    match value:
        case bool():
            return str(value).lower()
        case float() | int() | str():
            return str(value)
        case Duration():
            return f"PT{value.seconds}S"
        case Fraction():
            return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
        case Keyed() if kind is Kind.STRUCTURE:
            return json.dumps(list(value.values()))
        case Mapping() if kind is not Kind.STRUCTURE:
            if kind is not Kind.ASSIGNMENTS:
                return ",".join(f"{key}:{text}" for key, text in value.items())
            items = [f"{key}='{text}'" if "," in text else f"{key}={text}" for key, text in value.items()]
            return ("," if all(item.endswith("'") for item in items) else "") + ",".join(items)
        case tuple():
            return (" " if kind is Kind.COMMAND else ",").join(map(str, value))
    return json.dumps(value, ensure_ascii=False)


@settings(max_examples=MANY)
@given(st.sampled_from(some.ALL_KNOWN).flatmap(lambda known: st.tuples(st.just(known), some.values(known))))
def test_a_canonical_form_is_its_own(pair: tuple[Definition, some.Value]) -> None:
    known, value = pair
    form = canonical(known, value.text)
    if known.kind is Kind.TEXT:
        assert form is None  # the text itself
    else:
        assert form is not None
        assert canonical(known, as_text(known.kind, form)) == form


@settings(max_examples=MANY)
@given(some.keys)
@example("a[b-[C]-]D")
def test_a_relaxed_form_is_its_own(key: str) -> None:
    assert relaxed_form(relaxed_form(key)) == relaxed_form(key)


@settings(max_examples=MANY)
@given(st.sampled_from(list(Section)), some.keys | st.sampled_from(some.ALL_KNOWN).map(lambda known: known.key))
def test_the_form_of_a_key_is_its_own(section: Section, key: str) -> None:
    form = identify(section, key).form
    assert identify(section, form).form == form


@settings(max_examples=100)
@given(st.data())
def test_all_relaxed_spellings_have_one_form(data: st.DataObject) -> None:
    section = data.draw(st.sampled_from([Section.APP, Section.DEPLOYER]))
    for setting in data.draw(some.settings_of(section)):
        spelled = ".".join(data.draw(some.spellings(setting)))
        found, documented = identify(section, spelled), identify(section, setting.key)
        assert (found.form, found.definition, found.canonical) == (
            documented.form,
            documented.definition,
            documented.canonical,
        )
