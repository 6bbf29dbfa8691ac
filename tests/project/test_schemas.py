"""The published schemas have the fields and values of the models, no more and no less."""

from enum import StrEnum
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from persync.apply.journal import lines
from persync.cli.doctor.report import CheckResult, Diagnosis, Status
from persync.cli.doctor.report import Summary as DiagnosisSummary
from persync.cli.runs.shown import Run, Runs
from persync.config.layers.layered import LayerKind
from persync.model import RunState, Section
from persync.origins import explained, explained_values
from persync.origins.models import Origin, RenderedPersister, Rendering
from persync.plan.change import PropertyChange
from persync.plan.parts.breach import Breach
from persync.plan.parts.compared import Compared
from persync.plan.parts.former_defaults import FormerDefault, FormerDefaults
from persync.plan.parts.removed import Removed
from persync.plan.parts.rollout import LimitReached, Longest, PlannedRollout, Wave, WaveKind, WaveMember
from persync.plan.parts.timing import RunWave, TimedPart, WorkPart
from persync.plan.parts.unmanaged import NotListed, Unmanaged
from persync.plan.plan import IgnoredProperties, PersisterPlan, Plan, PlannedStep, RollbackOf, Selection, Summary
from persync.plan.result import PersisterResult, Restored, Result, ResultSummary
from persync.plan.terms import Action, Attribution, ChangeKind, Difference, Outcome, StateRequest, Step
from persync.properties.shown import Visibility
from persync.published import NAMES, schema
from persync.report.status.document import PersisterStatus, StatusDocument, StatusSummary
from persync.safety import Limit

MODELS: list[tuple[str, str | None, type[BaseModel]]] = [
    ("plan", None, Plan),
    ("plan", "PersisterPlan", PersisterPlan),
    ("plan", "PropertyChange", PropertyChange),
    ("plan", "PlannedStep", PlannedStep),
    ("plan", "Summary", Summary),
    ("plan", "Selection", Selection),
    ("plan", "IgnoredProperties", IgnoredProperties),
    ("plan", "FormerDefaults", FormerDefaults),
    ("plan", "FormerDefault", FormerDefault),
    ("plan", "Breach", Breach),
    ("plan", "Removed", Removed),
    ("plan", "Compared", Compared),
    ("plan", "Unmanaged", Unmanaged),
    ("plan", "NotListed", NotListed),
    ("plan", "RollbackOf", RollbackOf),
    ("plan", "PlannedRollout", PlannedRollout),
    ("plan", "Wave", Wave),
    ("result", "RunWave", RunWave),
    ("result", "TimedPart", TimedPart),
    ("plan", "WaveMember", WaveMember),
    ("plan", "Longest", Longest),
    ("result", None, Result),
    ("result", "PersisterResult", PersisterResult),
    ("result", "PersisterPlan", PersisterPlan),
    ("result", "PropertyChange", PropertyChange),
    ("result", "ResultSummary", ResultSummary),
    ("result", "Breach", Breach),
    ("result", "Restored", Restored),
    ("result", "LimitReached", LimitReached),
    ("diagnosis", None, Diagnosis),
    ("diagnosis", "CheckResult", CheckResult),
    ("diagnosis", "Summary", DiagnosisSummary),
    ("journal", "Head", lines.Head),
    ("journal", "Before", lines.Before),
    ("journal", "Intent", lines.Intent),
    ("journal", "Answer", lines.Answer),
    ("journal", "PersisterEnd", lines.PersisterEnd),
    ("journal", "End", lines.End),
    ("journal", "Configuration", lines.Configuration),
    ("journal", "RecordedProperty", lines.RecordedProperty),
    ("journal", "RecordedValue", lines.RecordedValue),
    ("journal", "ResultSummary", ResultSummary),
    ("runs", None, Runs),
    ("runs", "Run", Run),
    ("runs", "ResultSummary", ResultSummary),
    ("status", None, StatusDocument),
    ("status", "PersisterStatus", PersisterStatus),
    ("status", "StatusSummary", StatusSummary),
    ("render", None, Rendering),
    ("render", "RenderedPersister", RenderedPersister),
    ("render", "Origin", Origin),
    ("explanation", "ExplainedName", explained.ExplainedName),
    ("explanation", "ExplainedGroup", explained.ExplainedGroup),
    ("explanation", "ExplainedProperty", explained.ExplainedProperty),
    ("explanation", "ExplainedField", explained.ExplainedField),
    ("explanation", "ExplainedPersister", explained_values.ExplainedPersister),
    ("explanation", "ExplainedValue", explained_values.ExplainedValue),
    ("explanation", "LayerValue", explained_values.LayerValue),
    ("explanation", "VariablePlace", explained_values.VariablePlace),
    ("explanation", "Ignored", explained_values.Ignored),
    ("explanation", "LiveValue", explained_values.LiveValue),
    ("explanation", "Place", explained_values.Place),
]
ENUMS: list[type[StrEnum]] = [
    Action,
    Attribution,
    ChangeKind,
    Difference,
    Limit,
    RunState,
    Section,
    Step,
    Visibility,
]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize(("name", "definition", "model"), MODELS)
def test_it_has_the_fields_of_the_model(name: str, definition: str | None, model: type[BaseModel]) -> None:
    document: dict[str, Any] = schema(name) if definition is None else schema(name)["$defs"][definition]
    fields = model.model_json_schema(mode="serialization", by_alias=True)["properties"]
    assert sorted(document["properties"]) == sorted(fields)
    assert sorted(document["required"]) == sorted(fields)


@pytest.mark.parametrize("name", ["plan", "result"])
def test_it_has_the_values_of_the_enums(name: str) -> None:
    definitions: dict[str, Any] = schema(name)["$defs"]
    enums: list[type[StrEnum]] = [*ENUMS, StateRequest, WaveKind, *([Outcome, WorkPart] if name == "result" else [])]
    assert {definition for definition, content in definitions.items() if "enum" in content} == {
        enum.__name__ for enum in enums
    }
    for enum in enums:
        assert sorted(definitions[enum.__name__]["enum"]) == sorted(enum)


def test_the_layers_and_what_is_shown_of_values() -> None:
    for name in ("render", "explanation"):
        definitions = schema(name)["$defs"]
        assert definitions["LayerKind"]["enum"] == list(LayerKind)
        assert definitions["Visibility"]["enum"] == list(Visibility)


def test_the_steps_and_outcomes_of_a_log() -> None:
    log = schema("log")
    assert (log["$defs"]["Step"]["enum"], log["properties"]["outcome"]["enum"]) == (list(Step), list(Outcome))


def test_the_values_of_events() -> None:
    definitions: dict[str, Any] = schema("events")["$defs"]
    enums: list[type[StrEnum]] = [Action, Outcome, Step]
    for enum in enums:
        assert sorted(definitions[enum.__name__]["enum"]) == sorted(enum)


def test_the_lines_of_a_journal() -> None:
    found: dict[str, Any] = schema("journal")
    kinds = [each["$ref"].rpartition("/")[2] for each in found["oneOf"]]
    assert {found["$defs"][kind]["properties"]["kind"]["const"] for kind in kinds} == lines.KINDS
    for enum in (lines.RunOutcome, Outcome, Section, StateRequest, Step):
        assert sorted(found["$defs"][enum.__name__]["enum"]) == sorted(enum)


def test_the_run_states_of_a_status() -> None:
    assert schema("status")["$defs"]["RunState"]["enum"] == list(RunState)


def test_the_results_of_checks() -> None:
    assert schema("diagnosis")["$defs"]["Status"]["enum"] == list(Status)
