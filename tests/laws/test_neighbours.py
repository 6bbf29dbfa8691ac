"""No secret is shown under the name of its neighbour, whatever is removed, added, reordered or renamed around it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from persync.model import Section
from persync.plan.change import PropertyChange
from persync.plan.compare import compare
from persync.plan.plan import PersisterPlan, Plan, PlannedStep
from persync.plan.result import PersisterResult, Result
from persync.plan.terms import Outcome, Step
from persync.properties.catalogue import identify
from persync.properties.values import equal
from persync.report.formats import FORMATS
from persync.report.renderer import RenderOptions
from tests.builders import ID, SECRETS, SPAN, desired, live
from tests.command_line import Installation

SECRET_NAMES = ("DB_PASSWORD", "API_TOKEN", "client.secret")
PLAIN_NAMES = ("MODE", "A", "A#2", "x.y", "1")
SECRET_VALUES = ("s3cret-one", "s3cret-two")


class Entry(NamedTuple):
    """A name and its value; the value is a secret where the name is one of ``SECRET_NAMES``."""

    name: str
    value: str


def flow(value: Any) -> str:
    """Return a value in YAML's flow style."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(flow, value)) + "]"


def named(entries: Sequence[Entry]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in entries]


AFFINITY = "kubernetes.affinity.nodeAffinity"
CONTAINERS = "kubernetes.additionalContainers"
VOLUMES = "kubernetes.volumes"

# What a structure looks like that holds these entries: the property, and its text.
STRUCTURES: dict[str, tuple[str, Callable[[Sequence[Entry]], str]]] = {
    "environment of a container": (CONTAINERS, lambda entries: flow([{"name": "side", "env": named(entries)}])),
    "environment of the init container": (
        "kubernetes.initContainer",
        lambda entries: flow({"name": "init", "env": named(entries)}),
    ),
    "environments of several containers": (
        CONTAINERS,
        lambda entries: flow([{"name": f"c-{entry.name}", "env": named([entry])} for entry in entries]),
    ),
    "arguments of a container": (
        CONTAINERS,
        lambda entries: flow(
            [{"name": "side", "args": [part for name, value in entries for part in (f"--{name}", value)]}]
        ),
    ),
    "volumes of one name": (VOLUMES, lambda entries: flow([{"name": "v", "csi": dict([entry])} for entry in entries])),
    "volumes": (
        VOLUMES,
        lambda entries: flow([{"name": f"v{at}", "csi": dict([entry])} for at, entry in enumerate(entries)]),
    ),
    "items without a name": (AFFINITY, lambda entries: flow({"terms": [dict([entry]) for entry in entries]})),
    "items of which one has no name": (
        AFFINITY,
        lambda entries: flow({"terms": [*named(entries), {"value": "plain"}]}),
    ),
    "map": (AFFINITY, lambda entries: flow({"auth": dict(entries)})),
    "values under the keys of a map": (
        AFFINITY,
        lambda entries: flow({"auth": {name: {"value": value} for name, value in entries}}),
    ),
    "values deep in an item": (
        CONTAINERS,
        lambda entries: flow([{"name": "side", "x": {name: {"y": {"value": value}}}} for name, value in entries]),
    ),
    "lists under the keys of a map": (
        AFFINITY,
        lambda entries: flow({"auth": {name: [value, "plain"] for name, value in entries}}),
    ),
    "a map under value": (
        CONTAINERS,
        lambda entries: flow(
            [{"name": "side", "env": [{"name": name, "value": {"raw": value}} for name, value in entries]}]
        ),
    ),
    "environment variables": (
        "kubernetes.environmentVariables",
        lambda entries: ",".join(f"{name}={value}" for name, value in entries),
    ),
    "annotations": (
        "kubernetes.podAnnotations",
        lambda entries: ",".join(f"{name}:{value}" for name, value in entries),
    ),
}

entries = st.one_of(
    st.builds(Entry, st.sampled_from(SECRET_NAMES), st.sampled_from(SECRET_VALUES)),
    st.builds(Entry, st.sampled_from(PLAIN_NAMES), st.sampled_from(("fast", "slow"))),
)
lists = st.lists(entries, min_size=1, max_size=5)


def outputs(changes: tuple[PropertyChange, ...]) -> dict[str, str]:
    """Return every form in which these changes are shown: a plan, a diff, and the difference after a failed apply."""
    persister = PersisterPlan(
        id=ID,
        span=SPAN,
        live_state="RUNNING",
        desired_state=None,
        changes=changes,
        planned_steps=(PlannedStep(step=Step.PUT, reason="the configuration differs"),),
    )
    plan = Plan(environment="test", url="sandbox:", persisters=(persister,), in_sync=0)
    diff = plan.model_copy(update={"kind": "diff"})
    failed = PersisterResult(plan=persister, outcome=Outcome.FAILED, problem="it still differs", difference=persister)
    result = Result(environment="test", url="sandbox:", persisters=(failed,))
    shown = {"repr": repr(plan)}
    for name, format_ in FORMATS.items():
        renderer = format_.renderer(RenderOptions())
        shown |= {f"{name} of {kind}": renderer.plan(each) for kind, each in (("plan", plan), ("diff", diff))}
        shown[f"{name} of result"] = renderer.result(result)
    return shown


@pytest.mark.parametrize("structure", STRUCTURES)
@given(before=lists, after=lists)
@example(before=[Entry("MODE", "fast"), Entry("DB_PASSWORD", "s3cret-one")], after=[Entry("DB_PASSWORD", "s3cret-one")])
@example(before=[Entry("DB_PASSWORD", "s3cret-one")], after=[Entry("MODE", "fast"), Entry("DB_PASSWORD", "s3cret-one")])
def test_no_output_shows_a_secret(structure: str, before: list[Entry], after: list[Entry]) -> None:
    key, text = STRUCTURES[structure]
    sides = desired(deployer={key: text(after)}), live(deployer={key: text(before)})
    changes = compare(*sides, secrets=SECRETS).changes
    # a difference is always shown, though not its values
    assert bool(changes) != equal(identify(Section.DEPLOYER, key).definition, text(before), text(after))
    shown = outputs(changes)
    assert {form for form, output in shown.items() if any(secret in output for secret in SECRET_VALUES)} == set()


def test_the_neighbour_of_a_secret_goes_away(installation: Installation) -> None:
    env = "[{name: MODE, value: fast}, {name: DB_PASSWORD, value: s3cret9}]"
    shown = {"kubernetes.additionalContainers": f"[{{name: side, env: {env}}}]"}
    installation.serve({"persisters": [{"eventType": "one", "state": "RUNNING", "deployerConfig": shown}]})
    installation.write(
        "persisters/one.yaml",
        """\
        eventType: one
        state: RUNNING
        deployerConfig:
          kubernetes.additionalContainers:
            - {name: side, env: [{name: DB_PASSWORD, value: s3cret9}]}
        """,
    )
    ended = installation.run("plan")
    lines = ended.out.splitlines()
    [first] = [number for number, line in enumerate(lines) if "additionalContainers" in line]
    assert lines[first : first + 6] == [
        "    - deployerConfig.kubernetes.additionalContainers  :5",
        "          [side]",
        "            env:",
        "        -     - name: MODE",
        "        -       value: fast",
        "",
    ]
    assert "s3cret9" not in ended.out + ended.err
