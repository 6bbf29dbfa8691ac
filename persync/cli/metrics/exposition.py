"""Figures of a run in Prometheus' text format, and what the next run reads of them.

Every figure is a gauge: it is about the last run. Labels have few values: the environment, the command, the project,
and words of a fixed list. No name of a persister is one, and no value of a property.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import PersyncError
from persync.model import RunState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client.metrics_core import Metric

UNREADABLE = "unreadable"
"""In place of a run state: it could not be read."""
NO_ANSWER = "none"
"""In place of an HTTP status."""
_LAST_SUCCESS = "persync_last_success_timestamp_seconds"
_RUN = ("environment", "command")


class Projects(NamedTuple):
    """How many persisters of each project are in sync, differ and are blocked."""

    in_sync: Mapping[str, int]
    differing: Mapping[str, int]
    blocked: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)  # a registry keeps it as a key
class Figures:
    """The figures of a run.

    Attributes:
        environment: its name.
        command: such as ``plan``.
        success: whether the run succeeded: its exit code is 0, or 2 for changes.
        end: when it ended, in seconds since the epoch.
        last_success: when the last successful run ended; 0 if there was none.
        seconds: how long it took.
        requests: how many requests there were, by HTTP status.
        retries: how many of them repeated one that failed.
        states: how many persisters of a project are in a run state; ``None`` if they were not read.
        projects: what a plan found; ``None`` if there is none.
        unmanaged: how many live persisters no file describes; ``None`` if they were not looked for.
        outcomes: how the runs of persisters ended in an apply; ``None`` if there was none.
    """

    environment: str
    command: str
    success: bool
    end: float
    last_success: float
    seconds: float
    requests: Mapping[str, int] = field(default_factory=dict)
    retries: int = 0
    states: Mapping[tuple[str, str], int] | None = None
    projects: Projects | None = None
    unmanaged: int | None = None
    outcomes: Mapping[str, int] | None = None

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics (``prometheus_client.registry.Collector``)."""
        yield self._gauge("run_success", "Whether the last run succeeded: 1 or 0.", int(self.success))
        yield self._gauge("run_timestamp_seconds", "When the last run ended.", self.end)
        yield self._gauge(
            "last_success_timestamp_seconds", "When the last successful run ended; 0 if none did.", self.last_success
        )
        yield self._gauge("run_duration_seconds", "How long the last run took.", self.seconds)
        yield self._gauge("retries", "How many requests of the last run repeated one that failed.", self.retries)
        help_ = f"Requests of the last run, by HTTP status; {NO_ANSWER} without a complete answer."
        yield self._by(("code",), "requests", help_, _keys(self.requests))
        if self.states is not None:
            help_ = f"Persisters of the files by live run state; {UNREADABLE} if it cannot be read."
            yield self._by(("project", "state"), "persisters", help_, self._all_states(self.states))
        if self.projects:
            for name, help_, found in (
                ("in_sync", "Persisters that equal their files.", self.projects.in_sync),
                (
                    "differing",
                    "Persisters that an apply would change: drift, or not applied yet.",
                    self.projects.differing,
                ),
                (
                    "blocked",
                    "Persisters that differ or cannot be compared, and that no apply can change.",
                    self.projects.blocked,
                ),
            ):
                yield self._by(("project",), f"persisters_{name}", help_, _keys(found))
        if self.unmanaged is not None:
            yield self._gauge("persisters_unmanaged", "Live persisters that no file describes.", self.unmanaged)
        if self.outcomes is not None:
            help_ = "Persisters of the last apply by the outcome of their run."
            yield self._by(("outcome",), "apply_persisters", help_, _keys(self.outcomes))

    @staticmethod
    def _all_states(found: Mapping[tuple[str, str], int]) -> Mapping[tuple[str, ...], int]:
        """Return the counts with a zero for each state that no persister of a project is in."""
        projects = sorted({project for project, _ in found})
        return {
            (project, state): found.get((project, state), 0)
            for project in projects
            for state in (*RunState, UNREADABLE)
        }

    def _gauge(self, name: str, help_: str, value: float) -> Metric:
        return self._by((), name, help_, {(): value})

    def _by(self, labels: tuple[str, ...], name: str, help_: str, values: Mapping[tuple[str, ...], float]) -> Metric:
        from prometheus_client.metrics_core import GaugeMetricFamily  # noqa: PLC0415 - few runs write metrics

        family = GaugeMetricFamily(f"persync_{name}", help_, labels=(*_RUN, *labels))
        for key, value in sorted(values.items()):
            family.add_metric((self.environment, self.command, *key), value)
        return family


def _keys(counts: Mapping[str, int]) -> Mapping[tuple[str, ...], float]:
    return {(value,): count for value, count in counts.items()}


def exposition(figures: Figures) -> str:
    """Return figures in Prometheus' text format, version 0.0.4."""
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415 - as above

    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    return generate_latest(registry).decode()


class LastRun(NamedTuple):
    """What is read from the file of an earlier run: the environment, and when a run last succeeded."""

    environment: str
    last_success: float


def last_run(text: str, command: str) -> LastRun | None:
    """Return what is known of the earlier runs of a command; ``None`` if the text is not of one.

    Raises:
        PersyncError: it is not in Prometheus' text format.
    """
    from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415 - as above

    try:
        families = list(text_string_to_metric_families(text))
    except (ValueError, KeyError, IndexError) as error:
        raise PersyncError("it is not in Prometheus' text format") from error
    for family in families:
        for sample in family.samples:
            if sample.name == _LAST_SUCCESS and sample.labels.get("command") == command:
                return LastRun(sample.labels.get("environment", ""), sample.value)
    return None
