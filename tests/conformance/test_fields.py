"""The catalogue has the fields of structures that the deployer's classes have."""

from typing import Any

import pytest

from persync.model import Section
from persync.properties.catalogue import definitions
from tests.conformance.judge import Judge

STRUCTURES = [known for known in definitions(Section.DEPLOYER) if known.fields is not None]
# Texts of which the deployer validates the form.
FORMS = {"label": "text", "variable": "text"}


def without_forms(fields: Any) -> Any:
    if isinstance(fields, str):
        return FORMS.get(fields, fields)
    if isinstance(fields, dict):
        return {name: without_forms(below) for name, below in fields.items()}
    return [without_forms(below) for below in fields]


@pytest.mark.parametrize("definition", STRUCTURES, ids=lambda known: known.key)
def test_fields(judge: Judge, definition: Any) -> None:
    name = definition.key.removeprefix("kubernetes.")
    assert without_forms(definition.fields) == judge.ask({"op": "fields", "value": name})["fields"]


def test_every_structure_that_this_deployer_reads_has_fields() -> None:
    structures = {known.key for known in definitions(Section.DEPLOYER) if known.kind == "structure" and not known.since}
    assert structures == {known.key for known in STRUCTURES}
