"""The plan: what a team reviews before anything is changed. Secrets are already hidden in it.

Its JSON form is published as ``schemas/plan.schema.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, computed_field

from persync.model import RunState
from persync.plan.change import PropertyChange
from persync.plan.document import FORMAT_VERSION, Frozen, Id, Location
from persync.plan.parts.breach import Breach
from persync.plan.parts.compared import Compared
from persync.plan.parts.former_defaults import FormerDefaults
from persync.plan.parts.removed import Removed
from persync.plan.parts.rollout import PlannedRollout
from persync.plan.parts.unmanaged import Unmanaged
from persync.plan.terms import Action, Attribution, Command, Difference, StateRequest, Step
from persync.projects import with_live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.model import PersisterId


class PlannedStep(Frozen):
    """A step and the reason for it."""

    step: Step
    reason: str


class PersisterPlan(Frozen):
    """What would be done to a persister.

    Attributes:
        id: its identity.
        live_id: its identity in the installation; ``None`` where that is the same.
        base_live_id: in a diff of two environments, its identity in the installation of the first one; ``None`` where
            that is the same as in the second one.
        span: where its document begins.
        live_state: its run state as the API spelled it; ``None`` if it could not be read.
        desired_state: the run state in the files; ``None`` if they leave it alone.
        changes: the properties that differ.
        planned_steps: the steps, in order, with reasons; ``steps`` in JSON.
        reason: why anything is to be done at all, in a few words.
        difference: in a plan of kind ``diff``, how the files differ from the base.
        state_attribution: where a difference of the run state comes from; ``None`` if there is none, or no base.
        warnings: what a reviewer should know.
        resets: every property that live has falls back to its default, because the files configure none.
        blocked: why nothing can be done, though something should; then there are no steps.
        hint: what to do about a block; empty where there is no advice.
        fingerprint: of the live side that the steps were decided on; empty without steps.
        desired_fingerprint: of the desired side; empty without steps.
    """

    id: Id
    live_id: Id | None = None
    base_live_id: Id | None = None
    span: Location
    live_state: str | None
    desired_state: RunState | None
    changes: tuple[PropertyChange, ...] = ()
    planned_steps: tuple[PlannedStep, ...] = Field((), alias="steps")
    reason: str = ""
    difference: Difference | None = None
    state_attribution: Attribution | None = None
    warnings: tuple[str, ...] = ()
    resets: bool = False
    blocked: str | None = None
    hint: str = ""
    fingerprint: str = ""
    desired_fingerprint: str = ""

    @property
    def name(self) -> str:
        """Its identity as it is shown, with the live one where that differs."""
        return with_live(self.id, self.live_id, self.base_live_id)

    @property
    def has_live_name(self) -> bool:
        """Whether an installation has another name for it than the files."""
        return self.live_ids != (self.id,)

    @property
    def live_ids(self) -> tuple[PersisterId, ...]:
        """Its identities in the installations: one, or in a diff of two environments the two if they differ."""
        live = self.live_id or self.id
        return (self.base_live_id, live) if self.base_live_id else (live,)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in order."""
        return tuple(planned.step for planned in self.planned_steps)

    @property
    def in_sync(self) -> bool:
        """Whether live equals the desired side."""
        return not self.steps and self.blocked is None

    @computed_field  # type: ignore[prop-decorator] # mypy does not support decorated properties
    @property
    def action(self) -> Action:
        """What is done to it, in a word."""
        if self.blocked is not None:
            return Action.BLOCKED
        if self.difference:
            return Action(self.difference.value)
        steps = self.steps
        if Step.STOP in steps:
            return Action.RESTART if Step.START in steps else Action.STOP
        if Step.START in steps:
            return Action.START
        if Step.PUT in steps:
            return Action.UPDATE
        return Action.WAIT if steps else Action.NONE

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def wanted_state(self) -> RunState | None:
        """The desired state, for readers of format 1.0."""
        return self.desired_state

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def restarts(self) -> bool:
        """Whether it is stopped and started again: events queue until it runs again."""
        return self.action is Action.RESTART

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def starts(self) -> bool:
        """Whether it is started without being stopped first."""
        return self.action is Action.START

    @computed_field  # type: ignore[prop-decorator] # as above
    @property
    def stops(self) -> bool:
        """Whether it is stopped and stays so."""
        return self.action is Action.STOP


class Summary(Frozen):
    """Counts of persisters.

    ``apply`` counts those with steps, ``configurations`` those among them with changes, and ``resets`` those in which
    every property falls back to its default.
    """

    apply: int
    configurations: int
    restarts: int
    starts: int
    stops: int
    resets: int
    blocked: int
    in_sync: int


class Selection(Frozen):
    """Which of the persisters a plan is about.

    Attributes:
        selectors: the patterns that were given; none for all persisters.
        excluded: the patterns of those that are left out.
        selected: how many persisters were compared.
        others: how many of the files were not.
    """

    selectors: tuple[str, ...]
    excluded: tuple[str, ...]
    selected: int
    others: int


class IgnoredProperties(Frozen):
    """The properties of a persister that are not compared, by path (``ignoreChanges``)."""

    id: Id
    properties: tuple[str, ...]


class RollbackOf(Frozen):
    """What a plan rolls back.

    Attributes:
        run: the identity of the run.
        journal: the file of its journal, relative to the folder of persync.yaml.
        left: the persisters of the run that are left as they are, because they were changed after it.
    """

    run: str
    journal: str
    left: tuple[Id, ...] = ()


class Plan(Frozen):
    """What would be done to all persisters.

    Attributes:
        format_version: of this model.
        kind: a plan, or a diff of the files with a base, which has no live side and no steps.
        environment: the name of the environment.
        url: the API's address as the settings have it.
        base: the revision that differences are attributed by, or that a diff is with; ``None`` if none was named.
        commit: the commit that the files are of, and ``-dirty`` if they differ from it; ``None`` outside git.
        persisters: those with steps, warnings or a block, sorted by identity.
        in_sync: how many equal their desired side.
        in_sync_persisters: which these are; empty in a diff.
        ignored: what is not compared, of all persisters, also of those in sync.
        selection: which persisters it is about; ``None`` for all.
        warnings: what a reviewer should know about the plan as a whole, such as a base that cannot be read.
        import_command: the command that imports the persisters that the plan resets, and keeps what they have; empty
            where it resets none.
        former_defaults: properties that most persisters have live with the same value, and no file: probably the
            installation's defaults have changed; ``None`` if there are none.
        breaches: the limits that it exceeds.
        removed: persisters that the base describes and the files do not any more; none where no base was named.
        unmanaged: the live persisters that no file describes; ``None`` if they were not looked for.
        rollback_of: the run that it rolls back: its desired side is then the journal's; ``None`` for the files.
        request: the run state that a user requests: then only run states are planned; ``None`` for the files.
        rollout: the order in which an apply changes the persisters; ``None`` in a diff.
        compared: the environment that a diff is with; ``None`` if it is with a revision.
    """

    format_version: str = FORMAT_VERSION
    kind: Literal["plan", "diff"] = "plan"
    environment: str
    url: str
    base: str | None = None
    commit: str | None = None
    persisters: tuple[PersisterPlan, ...]
    in_sync: int
    in_sync_persisters: tuple[Id, ...] = ()
    ignored: tuple[IgnoredProperties, ...] = ()
    selection: Selection | None = None
    warnings: tuple[str, ...] = ()
    import_command: str = ""
    former_defaults: FormerDefaults | None = None
    breaches: tuple[Breach, ...] = ()
    removed: tuple[Removed, ...] = ()
    unmanaged: Unmanaged | None = None
    rollback_of: RollbackOf | None = None
    request: StateRequest | None = None
    rollout: PlannedRollout | None = None
    compared: Compared | None = None

    @property
    def command(self) -> Command:
        """The command that it is a plan of."""
        return Command.of(self.request, is_rollback=self.rollback_of is not None)

    def ignored_paths(self) -> Mapping[PersisterId, tuple[str, ...]]:
        """Return ``ignored`` by persister."""
        return {each.id: each.properties for each in self.ignored}

    @property
    def not_restored(self) -> tuple[PersisterId, ...]:
        """The persisters that a rollback leaves as they are, because they were changed after the run."""
        return self.rollback_of.left if self.rollback_of else ()

    @property
    def to_do(self) -> tuple[PersisterPlan, ...]:
        """The persisters that an apply would change, or that a diff finds: "there are changes" means just these."""
        if self.kind == "diff":
            return tuple(persister for persister in self.persisters if persister.difference)
        return tuple(persister for persister in self.persisters if persister.steps)

    @property
    def blocked(self) -> tuple[PersisterPlan, ...]:
        """The persisters that are blocked."""
        return tuple(persister for persister in self.persisters if persister.blocked)

    @computed_field  # type: ignore[prop-decorator] # as above
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
            resets=sum(planned.resets for planned in to_do),
            blocked=len(self.blocked),
            in_sync=self.in_sync,
        )
