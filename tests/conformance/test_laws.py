"""Laws over generated values of every catalogued property: persync and the real programs decide alike."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persync.model import Definition, Section
from persync.properties.catalogue import definitions
from persync.properties.values import equal, problem
from tests.conformance.exceptions import exception
from tests.conformance.judge import Judge
from tests.conformance.outcomes import REFUSED, bound, deployed, is_judged
from tests.conformance.strategies import texts

EXAMPLES = 150
JUDGED = [
    pytest.param(section, definition, id=definition.key)
    for section in (Section.APP, Section.DEPLOYER)
    for definition in definitions(section)
    if is_judged(section, definition)
]


def outcome(judge: Judge, section: Section, definition: Definition, text: str, *others: str) -> Any:
    if section is Section.APP:
        return bound(judge, definition, text)
    return deployed(judge, definition, text, others=others, skipper=False)


@pytest.mark.parametrize(("section", "definition"), JUDGED)
def test_two_values_are_equal_where_the_same_becomes_of_them(
    judge: Judge, section: Section, definition: Definition
) -> None:
    @settings(max_examples=EXAMPLES)
    @given(texts(definition), texts(definition))
    def law(one: str, other: str) -> None:
        same = outcome(judge, section, definition, one, other) == outcome(judge, section, definition, other, one)
        assert equal(definition, one, other) == same or exception(definition, one, other, same=same)

    law()


@pytest.mark.parametrize(("section", "definition"), JUDGED)
def test_what_is_valid_is_taken(judge: Judge, section: Section, definition: Definition) -> None:
    @settings(max_examples=EXAMPLES)
    @given(texts(definition))
    def law(text: str) -> None:
        taken = outcome(judge, section, definition, text) != REFUSED
        assert taken or problem(definition, text) is not None

    law()
