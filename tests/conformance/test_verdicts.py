"""The table of verdicts holds what the real programs do."""

import pytest

from persync.model import Section
from tests.conformance.judge import Judge, Refusal
from tests.conformance.outcomes import REFUSED, outcome
from tests.conformance.verdicts import Verdict, verdicts


@pytest.mark.parametrize("verdict", verdicts())
def test_a_verdict_holds(judge: Judge, verdict: Verdict) -> None:
    value = outcome(judge, verdict.section, verdict.definition, verdict.value, verdict.other)
    other = outcome(judge, verdict.section, verdict.definition, verdict.other, verdict.value)
    reads = "refused" if value == REFUSED else "same" if value == other else "differs"
    assert (reads, arrives(judge, verdict)) == (verdict.reads, verdict.arrives)


def arrives(judge: Judge, verdict: Verdict) -> str:
    config = {verdict.key: verdict.value}
    arrived = judge.arrived(app=config) if verdict.section is Section.APP else judge.arrived(config)
    if isinstance(arrived, Refusal):
        return "refused"
    return "kept" if arrived[verdict.section.value] == config else "altered"
