"""persync decides as the real programs do, by the table of what they did; `make conformance` runs them again."""

import pytest

from persync.errors import Severity
from persync.properties.values import equal, problem
from tests.conformance.exceptions import YEARS, is_known
from tests.conformance.verdicts import Verdict, verdicts


@pytest.mark.parametrize("verdict", verdicts())
def test_equality_and_validity(verdict: Verdict) -> None:
    definition = verdict.definition
    found = equal(definition, verdict.value, verdict.other)
    if verdict.reads == "refused":
        found_problem = problem(definition, verdict.value)
        is_refused = found_problem is not None and found_problem.severity is Severity.ERROR
        assert is_refused or YEARS.match(verdict.value)
    elif not (verdict.reads == "same" and is_known(definition, verdict.value, verdict.other)):
        assert found == (verdict.reads == "same")
