"""Plans that change run states only, at a user's request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from persync.plan.compare import Evidence
from persync.plan.fingerprint import fingerprint_of_live
from persync.plan.plan import PersisterPlan, PlannedStep
from persync.plan.planner import Planned, Planner, no_transition
from persync.plan.requested.steps import requested_reason, requested_reason_of, requested_steps
from persync.plan.terms import StateRequest

if TYPE_CHECKING:
    from typing import Self

    from persync.harvester.client import Harvester
    from persync.model import Persister, Property, RunState
    from persync.properties.secrets import SecretPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPlanner(Planner):
    """Plans the run states that are requested. Configurations are neither compared nor changed.

    Attributes:
        request: what is requested of every persister.
    """

    request: StateRequest

    def verifier(self, client: Harvester) -> Self:
        """Return the planner that verifies a run: a persister that was restarted has to run, not to restart again."""
        is_restart = self.request is StateRequest.RESTART
        return replace(self, client=client, request=StateRequest.START if is_restart else self.request)

    def decide(self, desired: Persister) -> Planned:
        """Read a persister and decide what has to be done; see ``Planner``."""
        live = self.client.read(desired.id)
        steps = requested_steps(live.state, self.request)
        plan = PersisterPlan(
            id=desired.id,
            live_id=self.client.projects.differing(desired.id),
            span=desired.span,
            live_state=live.reported_state,
            desired_state=desired.state,
            planned_steps=tuple(
                PlannedStep(step=step, reason=requested_reason_of(step, live.state, self.request))
                for step in steps or ()
            ),
            reason=requested_reason(live.state, self.request),
            blocked=no_transition(live.reported_state) if steps is None else None,
            fingerprint=fingerprint_of_live(live, desired, self.url, self.secrets) if steps else "",
            desired_fingerprint=self.fingerprint(desired) if steps else "",
        )
        return Planned(plan, evidence=Evidence(desired, live, None) if steps else None)


def state_only(persister: Persister, state: RunState | None, secrets: SecretPolicy) -> Persister:
    """Return a persister of the files as a desired side without a configuration that counts.

    What is secret in the files stays, so that it is hidden in messages and journals.

    Args:
        persister: of the files.
        state: the desired run state.
        secrets: what is a secret.
    """

    def is_secret(prop: Property) -> bool:
        return prop.sensitive or any(secrets.secrets_in(prop.key, prop.text))

    version = persister.app_version
    return replace(
        persister,
        state=state,
        state_only=True,
        app_version=version if version and version.sensitive else None,
        properties={
            section: tuple(filter(is_secret, properties)) for section, properties in persister.properties.items()
        },
    )
