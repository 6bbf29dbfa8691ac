"""Laws over generated values: persync knows what reaches the deployer, and what `validate` passes is taken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from persync.config.rules.skipper import arrives
from persync.config.rules.values import value_advice
from persync.errors import Severity
from persync.model import Definition, Section
from persync.properties.catalogue import definitions, identify
from persync.properties.secrets import SecretPolicy
from tests.conformance.judge import Judge, Refusal
from tests.conformance.outcomes import REFUSED, deployed
from tests.conformance.strategies import texts

# What YAML between double quotes reads as something else, or not at all.
HOSTILE = ['"', "\\", "\\n", "\\\\", '\\"', "\\x41", "\\u0041", "\n", "\n\n", "\r\n", "\t", " ", "\x00", "\x7f", "\x85"]
HOSTILE += ["\xa0", "\u200b", "\ufeff", "\\\n", "\n---\n", "# ", ": ", "{{x}}", "\N{GRINNING FACE}"]
JUDGED = [known for known in definitions(Section.DEPLOYER) if not known.no_effect and not known.since]
ANY = st.lists(st.sampled_from([*HOSTILE, "a", "b", "'", "0", "\\ "]), max_size=6).map("".join)


@st.composite
def hostile(draw: DrawFn, known: Definition) -> str:
    text = draw(texts(known))
    where = draw(st.sampled_from([0, len(text) // 2, len(text), len(text)]))
    return text[:where] + draw(st.sampled_from(["", "", *HOSTILE])) + text[where:]


@settings(max_examples=500)
@given(ANY)
def test_what_arrives(judge: Judge, text: str) -> None:
    arrived = judge.arrived(app={"my.text": text})
    if arrives(text) is not None:
        assert not isinstance(arrived, Refusal)
        assert arrived["appConfig"] == {"my.text": arrives(text)}
    elif not isinstance(arrived, Refusal):  # control characters become an array of bytes
        assert arrived["appConfig"] != {"my.text": text}


@pytest.mark.parametrize("definition", JUDGED, ids=lambda known: known.key)
def test_what_validate_passes_the_deployer_takes(judge: Judge, definition: Definition) -> None:
    @settings(max_examples=80 if definition.fields else 30)
    @given(hostile(definition))
    def law(text: str) -> None:
        found = value_advice(identify(Section.DEPLOYER, definition.key), text, SecretPolicy(), sensitive=False)
        if not any(advice.severity is Severity.ERROR for advice in found):
            assert deployed(judge, definition, text, skipper=True) != REFUSED

    law()
