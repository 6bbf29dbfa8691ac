"""What of a run can be rolled back: what it changed, and nobody has changed since."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from persync.apply.journal.lines import RecordedValue
from persync.apply.rollback.images import Known
from persync.model import Persister, RunState
from persync.plan.compare import compare
from persync.plan.requested.planner import state_only
from persync.plan.terms import Outcome, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from persync.apply.journal.hashing import Hashing
    from persync.apply.journal.read import PersisterRecord
    from persync.apply.rollback.images import Image
    from persync.model import LivePersister
    from persync.properties.secrets import SecretPolicy

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A persister that is not rolled back.

    Attributes:
        image: the before-image.
        reason: why it is not restored.
    """

    image: Persister
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A persister that cannot be rolled back, because values of its before-image are not known.

    Attributes:
        image: the before-image, without them.
        paths: of the values.
    """

    image: Persister
    paths: tuple[str, ...]


def before_state(record: PersisterRecord) -> RunState | None:
    """Return the run state that a rollback leads to; ``None`` if the run has left it alone."""
    if not {Step.STOP, Step.START} & {intent.write for intent in record.intents}:
        return None
    return state_to_restore(RunState.of(record.before.state))


def state_to_restore(state: RunState) -> RunState:
    """Return the run state that a persister had, or was to have: one that FAILED was to run."""
    return RunState.STOPPED if state.is_down else RunState.RUNNING


def restorable(
    record: PersisterRecord,
    files: Persister | None,
    live: LivePersister,
    read_full: Callable[[], LivePersister],
    *,
    hashing: Hashing,
    secrets: SecretPolicy,
) -> Persister | Unknown | LeftOut:
    """Return what a rollback makes of a persister.

    Args:
        record: what the run did to it.
        files: the persister in the files; ``None`` if they do not have it any more.
        live: as exported now.
        read_full: reads it with its defaults; called where it is needed.
        hashing: of the sensitive values in the journal.
        secrets: the policy for secrets.

    Returns:
        The before-image as a desired persister; its span is in the journal.

    Raises:
        HarvesterError: from ``read_full``.
    """
    if not any(intent.write is Step.PUT for intent in record.intents):
        return _state_only(record, files, live, secrets)
    full = read_full()
    known = Known(files, (live, full), hashing)
    id_, span = record.before.id, record.span
    sent = [intent.configuration for intent in record.intents if intent.configuration]
    was = record.before.configuration
    if all(each.app_version.is_absent for each in sent):  # an update without a version leaves it alone
        was = was.model_copy(update={"app_version": RecordedValue()})
    before = known.image(id_, was, before_state(record), span)
    left = known.image(id_, sent[-1], None, span) if sent else before

    def differences(image: Image) -> tuple[str, ...]:
        """Return the paths of what is not live as in an image, but for what the API hides."""
        changes = compare(image.persister, live, full, secrets=secrets).changes
        return tuple(sorted({*(change.path for change in changes), *image.unknown}))

    is_back = known.is_live(was, live) or not differences(before)
    state = before.persister.state
    if is_back and (state is None or live.state.is_down == (state is RunState.STOPPED)):
        return before.persister
    changed = () if is_back else differences(left)
    if changed:
        return LeftOut(before.persister, f"it was changed after the run: {_named(changed)}")
    if _is_certain(record) and (text := _other_state(record, live)):
        return LeftOut(before.persister, text)
    return Unknown(before.persister, before.unknown) if before.unknown else before.persister


def _state_only(
    record: PersisterRecord, files: Persister | None, live: LivePersister, secrets: SecretPolicy
) -> Persister | LeftOut:
    """Return what a rollback makes of a persister of which the run changed the run state only."""
    nothing = Persister(id=record.before.id, span=record.span, state=None, app_version=None, properties={})
    image = replace(state_only(files or nothing, before_state(record), secrets), span=record.span)
    is_back = live.state.is_down == (image.state is RunState.STOPPED)
    text = "" if is_back or not _is_certain(record) else _other_state(record, live)
    return LeftOut(image, text) if text else image


def _is_certain(record: PersisterRecord) -> bool:
    """Return whether the run left the run state that it was to lead to."""
    return record.end is not None and record.end.outcome is Outcome.DONE


def _other_state(record: PersisterRecord, live: LivePersister) -> str:
    """Return how the run state is another one than the run has left; empty if it is not."""
    states = [intent.write for intent in record.intents if intent.write is not Step.PUT]
    if not states or live.state.is_down == (states[-1] is Step.STOP):
        return ""
    left = RunState.STOPPED if states[-1] is Step.STOP else RunState.RUNNING
    return f"its run state was changed after the run: it was {left}, and is {live.reported_state}"


def _named(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - _MOST_NAMED:,} more" if len(paths) > _MOST_NAMED else ""
    return f"{', '.join(paths[:_MOST_NAMED])}{more}"
