"""Laws over generated values of every catalogued property: persync decides as the real programs do."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from persync.errors import Severity
from persync.model import Definition, Section
from persync.properties.catalogue import definitions
from persync.properties.values import equal, problem
from tests.conformance.exceptions import YEARS, is_known
from tests.conformance.judge import Judge
from tests.conformance.outcomes import REFUSED, is_judged, outcome
from tests.conformance.strategies import pairs

JUDGED = [
    pytest.param(section, definition, id=definition.key)
    for section in (Section.APP, Section.DEPLOYER)
    for definition in definitions(section)
    if is_judged(section, definition)
]


@pytest.mark.parametrize(("section", "definition"), JUDGED)
def test_persync_decides_as_the_deployer_does(judge: Judge, section: Section, definition: Definition) -> None:
    @settings(max_examples=200 if definition.fields else 100)
    @given(pairs(definition))
    def law(texts: tuple[str, str]) -> None:
        one, other = texts
        one_became = outcome(judge, section, definition, one, other)
        other_became = outcome(judge, section, definition, other, one)
        found = problem(definition, one)
        if (found is None or found.severity is Severity.WARNING) and not YEARS.match(one):
            assert one_became != REFUSED  # what is valid is taken
        if equal(definition, one, other):
            assert one_became == other_became  # what is equal is the same
        elif one_became != REFUSED and not is_known(definition, one, other):
            assert one_became != other_became  # what is different differs

    law()
