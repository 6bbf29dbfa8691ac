"""What differs between the same persisters of two installations, as their servers hold them.

Compared is what was set explicitly, as in a plan: the export. What only one side has set is compared with the default
of the other side, which the full answer shows. Defaults that neither side has set are not compared.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from persync.concurrency import in_parallel
from persync.errors import HarvesterError, NotFound, PersisterError, UnknownPath
from persync.model import LIVE_SEGMENT, Persister
from persync.plan.change import PropertyChange
from persync.plan.compare import compare
from persync.plan.environments.sides import as_desired, marked, reversed_change, with_common_keys, without_set_in
from persync.plan.events import PersisterRead, ignore
from persync.plan.ignoring.ignored import ignored_paths
from persync.plan.plan import PersisterPlan
from persync.plan.terms import Difference
from persync.properties.keys import shows_lower_case
from persync.properties.shown import ShownValue, Visibility
from persync.properties.values import MASK, is_masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from persync.harvester.client import Harvester
    from persync.model import LivePersister, PersisterId
    from persync.plan.events import Observer
    from persync.properties.secrets import SecretPolicy


class Installation(NamedTuple):
    """One of the two sides.

    Attributes:
        environment: its name.
        client: of its API.
        desired: its persisters in the files, by identity: they tell what is secret, and what is ignored.
    """

    environment: str
    client: Harvester
    desired: Mapping[PersisterId, Persister]


@dataclass(frozen=True, slots=True)
class Found:
    """The comparison of a persister.

    Attributes:
        plan: what differs; ``None`` if nothing does.
        ignored: the paths that are not compared.
        warnings: values that one of the APIs hides, where nothing differs; else they are in the plan.
    """

    plan: PersisterPlan | None
    ignored: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def compare_all(
    before: Installation,
    after: Installation,
    ids: Sequence[PersisterId],
    secrets: SecretPolicy,
    parallelism: int,
    observer: Observer = ignore,
) -> tuple[Found, ...]:
    """Read persisters on both sides, and return what differs, in the order of ``ids``.

    Args:
        before: the side to compare with.
        after: the other side.
        ids: persisters of the files.
        secrets: the policy for secrets of both sides.
        parallelism: how many persisters are read at a time.
        observer: receives ``PersisterRead`` for each, from any thread.

    Raises:
        HarvesterError: an API cannot be used. An error about one persister blocks that one only.
    """

    def compare_one(pid: PersisterId) -> Found:
        try:
            return _Pair(before, after, pid, secrets).compared()
        finally:
            observer(PersisterRead(pid))

    for side in (before, after):
        with _naming(side):
            side.client.authenticate()
    return tuple(in_parallel(compare_one, ids, parallelism))


@contextmanager
def _naming(side: Installation) -> Iterator[None]:
    """Let errors name the environment."""
    try:
        yield
    except HarvesterError as error:
        raise error.reworded(f"{side.environment}: {error.summary}") from error


@dataclass(frozen=True, slots=True)
class _Side:
    """A persister on one side: its export, and how to read the full answer."""

    export: LivePersister
    read_full: Callable[[], LivePersister]

    def with_common_keys(self, *, lowered: bool) -> _Side:
        """Return it with the keys that both sides have in common; the full answer is read once."""
        full = cache(lambda: with_common_keys(self.read_full(), lowered=lowered))
        return _Side(with_common_keys(self.export, lowered=lowered), full)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A persister on both sides."""

    before: Installation
    after: Installation
    pid: PersisterId
    secrets: SecretPolicy

    def compared(self) -> Found:
        sides = [self._read(side) for side in (self.before, self.after)]
        errors = [side for side in sides if isinstance(side, PersisterError)]
        found = [side for side in sides if isinstance(side, _Side)]
        if not errors:
            try:
                return self._compare(*found)
            except PersisterError as error:
                return Found(self._blocked(self._redacted(error)))
        if all(isinstance(error, NotFound) and not isinstance(error, UnknownPath) for error in errors):
            return Found(self._missing(*(isinstance(side, PersisterError) for side in sides), hint=errors[0].hint))
        return Found(self._blocked(*errors))

    def _read(self, side: Installation) -> _Side | PersisterError:
        def read_full() -> LivePersister:
            with _naming(side):
                return marked(side.client.read_full(self.pid), self._desired())

        try:
            with _naming(side):
                return _Side(marked(side.client.read(self.pid), self._desired()), read_full)
        except PersisterError as error:
            return self._redacted(error)

    def _redacted(self, error: PersisterError) -> PersisterError:
        return error.redacted(lambda text: self.secrets.redact(text, *self._desired()))

    def _desired(self) -> list[Persister]:
        return [found for side in (self.before, self.after) if (found := side.desired.get(self.pid))]

    def _compare(self, before: _Side, after: _Side) -> Found:
        lowered = any(shows_lower_case(side.export) for side in (before, after))
        before, after = (side.with_common_keys(lowered=lowered) for side in (before, after))
        desired = self._desired()
        ignored = tuple(dict.fromkeys(glob for each in desired for glob in each.ignored))
        older, newer = (replace(as_desired(side.export), ignored=ignored) for side in (before, after))
        masked = {
            f"{section}.{prop.key.spelling}"
            for side in (before, after)
            for section, properties in side.export.properties.items()
            for prop in properties
            if is_masked(prop.text)
        }
        # what one side alone has set is compared with the other side's default, from either side
        differing = (
            *self._changes(newer, before),
            *map(reversed_change, self._changes(without_set_in(older, after.export), after)),
        )
        changes = [
            change.model_copy(update={"span": None})
            for change in differing
            if f"{change.section}.{change.key}" not in masked
        ]
        if before.export.state is not after.export.state:
            states = [ShownValue(Visibility.TEXT, side.export.reported_state) for side in (before, after)]
            changes.append(PropertyChange(key="state", before=states[0], after=states[1]))
        paths = ignored_paths(newer, before.export)
        warnings = tuple(f"live shows {MASK} for {path}: not compared" for path in sorted(masked))
        if not changes:
            return Found(None, paths, tuple(f"{self._plan().name}: {warning}" for warning in warnings))
        plan = self._plan(
            changes=tuple(sorted(changes, key=lambda change: change.path)),
            reason=Difference.CHANGED,
            difference=Difference.CHANGED,
            warnings=warnings,
        )
        return Found(plan, paths)

    def _changes(self, desired: Persister, side: _Side) -> tuple[PropertyChange, ...]:
        found = compare(desired, side.export, secrets=self.secrets)
        if found.needs_full and self.pid.eventstore != LIVE_SEGMENT:
            found = compare(desired, side.export, side.read_full(), secrets=self.secrets)
        return tuple(change for change in found.changes if not change.after_default)

    def _missing(self, before: bool, after: bool, *, hint: str) -> PersisterPlan:  # noqa: FBT001 - of each side
        """Return the plan of a persister that does not exist on these sides."""
        names = (self.before.environment, self.after.environment)
        if before and after:
            return self._plan(blocked=f"it exists neither in {names[0]} nor in {names[1]}", hint=hint)
        difference, where = (Difference.ADDED, names[0]) if before else (Difference.REMOVED, names[1])
        return self._plan(reason=difference, difference=difference, warnings=(f"it does not exist in {where}",))

    def _blocked(self, *errors: PersisterError) -> PersisterPlan:
        return self._plan(blocked="; ".join(error.summary for error in errors), hint=errors[0].hint)

    def _plan(self, **fields: object) -> PersisterPlan:
        before, after = (side.client.projects.live(self.pid) for side in (self.before, self.after))
        plan = PersisterPlan(
            id=self.pid,
            live_id=None if after == self.pid else after,
            base_live_id=None if before == after else before,
            span=self._desired()[-1].span,
            live_state=None,
            desired_state=None,
        )
        return plan.model_copy(update=fields)
