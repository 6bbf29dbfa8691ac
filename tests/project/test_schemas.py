"""The published schemas say what the models write, no more and no less."""

from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from persync.plan.change import PropertyChange
from persync.plan.plan import PersisterPlan, Plan, PlannedStep, Summary
from persync.plan.result import PersisterResult, Result, ResultSummary
from persync.published import NAMES, schema

MODELS: list[tuple[str, str | None, type[BaseModel]]] = [
    ("plan", None, Plan),
    ("plan", "PersisterPlan", PersisterPlan),
    ("plan", "PropertyChange", PropertyChange),
    ("plan", "PlannedStep", PlannedStep),
    ("plan", "Summary", Summary),
    ("result", None, Result),
    ("result", "PersisterResult", PersisterResult),
    ("result", "PersisterPlan", PersisterPlan),
    ("result", "PropertyChange", PropertyChange),
    ("result", "ResultSummary", ResultSummary),
]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize(("name", "definition", "model"), MODELS)
def test_it_has_the_fields_of_the_model(name: str, definition: str | None, model: type[BaseModel]) -> None:
    document: dict[str, Any] = schema(name) if definition is None else schema(name)["$defs"][definition]
    written = model.model_json_schema(mode="serialization", by_alias=True)["properties"]
    assert sorted(document["properties"]) == sorted(written)
    assert sorted(document["required"]) == sorted(written)
