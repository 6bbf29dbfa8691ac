"""The plan: what a team reviews before anything is changed. Secrets are already masked in it.

Its JSON form is published as ``schemas/plan.schema.json`` and versioned: a minor version adds, a major one breaks.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, computed_field
from pydantic.alias_generators import to_camel

from persync.model import PersisterId, RunState, Span

FORMAT_VERSION = "1.0"

_Noun = TypeVar("_Noun", Span, PersisterId)


def _from_object(noun: type[_Noun]) -> BeforeValidator:
    return BeforeValidator(
        lambda value: (
            noun(**{field: value[to_camel(field)] for field in noun._fields}) if isinstance(value, dict) else value
        )
    )


_AS_OBJECT = PlainSerializer(lambda noun: {to_camel(name): value for name, value in noun._asdict().items()})

# In JSON the nouns are objects with names, not lists.
Id = Annotated[PersisterId, _from_object(PersisterId), _AS_OBJECT]
Place = Annotated[Span, _from_object(Span), _AS_OBJECT]


class Step(StrEnum):
    """What can be done about a persister. Every STOP waits for STOPPED, every START for RUNNING."""

    WAIT = "wait"
    """Let a change that is under way come to its end."""
    STOP = "stop"
    PUT = "put"
    START = "start"


class ChangeKind(StrEnum):
    """How a property changes."""

    ADD = "add"
    CHANGE = "change"
    REMOVE = "remove"


class Attribution(StrEnum):
    """Where a difference comes from, seen from three sides: a base revision, the files now, and live."""

    YOURS = "yours"
    """These files change it."""
    DRIFT = "drift"
    """Live was changed by hand; the PUT reverts that."""
    PENDING = "pending"
    """It is in the base already, and not applied yet."""


class Difference(StrEnum):
    """The ``reason`` of a persister in a plan of kind ``diff``: how the files differ from the base."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Frozen(BaseModel):
    """A value that does not change once it is made; camelCase in JSON, where unknown fields are ignored."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True)


class PropertyChange(Frozen):
    """One property, or one scalar of a structure, that differs.

    Attributes:
        path: section and key, and the path inside a structure:
            ``deployerConfig.kubernetes.volumes[db-secret].secret.secretName``.
        before: the live value as it may be shown; ``None`` if there is none.
        after: the wanted value as it may be shown; ``None`` if the property goes.
        before_default: ``before`` is the server's default.
        after_default: the property falls back to the server's default, whose value the API does not tell.
        sensitive: a part of the values, or all, is hidden.
        attribution: where the difference comes from; ``None`` if no base was named.
        span: where the wanted value stands; ``None`` for one that the files do not have.
    """

    path: str
    before: str | None
    after: str | None
    before_default: bool = False
    after_default: bool = False
    sensitive: bool = False
    attribution: Attribution | None = None
    span: Place | None = None

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def kind(self) -> ChangeKind:
        """Whether a value comes, goes or changes."""
        if self.after is None:
            return ChangeKind.REMOVE
        return ChangeKind.ADD if self.before is None else ChangeKind.CHANGE


class PlannedStep(Frozen):
    """One step and why it has to be taken."""

    step: Step
    reason: str


class PersisterPlan(Frozen):
    """What would be done about one persister.

    Attributes:
        id: its name.
        span: where its document begins.
        live_state: its run state as the API spelled it; ``None`` if it could not be read.
        wanted_state: the run state that the files ask for; ``None`` if they leave it alone.
        changes: the properties that differ.
        planned_steps: what would be done, in this order, and why; ``steps`` in JSON.
        reason: why anything has to be done at all, in a few words.
        state_attribution: where a difference of the run state comes from; ``None`` if there is none, or no base.
        warnings: what a reviewer should know besides.
        blocked: why nothing can be done, though something should; then there are no steps.
        fingerprint: of the live side that the steps were decided on; empty without steps.
        desired_fingerprint: of what the files want; empty without steps.
    """

    id: Id
    span: Place
    live_state: str | None
    wanted_state: RunState | None
    changes: tuple[PropertyChange, ...] = ()
    planned_steps: tuple[PlannedStep, ...] = Field((), alias="steps")
    reason: str = ""
    state_attribution: Attribution | None = None
    warnings: tuple[str, ...] = ()
    blocked: str | None = None
    fingerprint: str = ""
    desired_fingerprint: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        """What would be done, in this order."""
        return tuple(planned.step for planned in self.planned_steps)

    @property
    def in_sync(self) -> bool:
        """Whether live is as the files want it."""
        return not self.steps and self.blocked is None

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def restarts(self) -> bool:
        """Whether events wait for a while: it is stopped and started again."""
        return Step.STOP in self.steps and Step.START in self.steps

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def starts(self) -> bool:
        """Whether it is started without having been stopped first."""
        return Step.START in self.steps and Step.STOP not in self.steps

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def stops(self) -> bool:
        """Whether it is stopped for good."""
        return Step.STOP in self.steps and Step.START not in self.steps


class Summary(Frozen):
    """How many persisters a plan says what about; ``apply`` counts those with steps, the next four overlap."""

    apply: int
    configurations: int
    restarts: int
    starts: int
    stops: int
    blocked: int
    in_sync: int


class Plan(Frozen):
    """What would be done about all persisters.

    Attributes:
        format_version: of this model.
        kind: what the document is: a plan, or a diff of the files with a base, without a live side and steps.
        environment: the name of the environment.
        url: the API's address as the settings say it.
        base: the revision that differences are attributed by, or that a diff is with; ``None`` if none was named.
        commit: the commit that the files are of, and ``-dirty`` if they differ from it; ``None`` outside git.
        persisters: those with something to do or to say, by name.
        in_sync: how many are as the files want them.
        warnings: what a reviewer should know that is about no single persister, such as a base that cannot be read.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["plan", "diff"] = "plan"
    environment: str
    url: str
    base: str | None = None
    commit: str | None = None
    persisters: tuple[PersisterPlan, ...]
    in_sync: int
    warnings: tuple[str, ...] = ()

    @property
    def to_do(self) -> tuple[PersisterPlan, ...]:
        """The persisters that an apply would act on, or that a diff finds: the one meaning of "there are changes"."""
        if self.kind == "diff":
            return self.persisters
        return tuple(persister for persister in self.persisters if persister.steps)

    @property
    def blocked(self) -> tuple[PersisterPlan, ...]:
        """The persisters that nothing can be done about."""
        return tuple(persister for persister in self.persisters if persister.blocked)

    @computed_field  # type: ignore[prop-decorator] # mypy knows no decorated properties
    @property
    def summary(self) -> Summary:
        """The counts that every report shows."""
        to_do = self.to_do
        return Summary(
            apply=len(to_do),
            configurations=sum(bool(planned.changes) for planned in to_do),
            restarts=sum(planned.restarts for planned in to_do),
            starts=sum(planned.starts for planned in to_do),
            stops=sum(planned.stops for planned in to_do),
            blocked=len(self.blocked),
            in_sync=self.in_sync,
        )
