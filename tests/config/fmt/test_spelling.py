"""The canonical form: the spelling of keys."""

from __future__ import annotations

import pytest

from persync.model import Section
from persync.properties.catalogue import definitions, identify

from .conftest import fmt

BEFORE_AND_AFTER = {
    "catalogued properties are spelled as documented, in any nesting": (
        """\
eventType: a
appConfig:
  EVENTSTORE:
    batch-size: 5     # kept
    "table_name": a   # aligned
  spring.Cloud.stream:
    bindings.input: {consumer.Concurrency: 6}
  my_own.Key: 1
deployerConfig:
  Kubernetes.Limits: {CPU: 1}
  ? kubernetes.requests.Cpu
  : 1
config:
  tasks-max: 1
""",
        """\
eventType: a
appConfig:
  eventstore:
    batchSize: 5      # kept
    "tableName": a    # aligned
  spring.cloud.stream:
    bindings.input: {consumer.concurrency: 6}
  my_own.Key: 1
deployerConfig:
  kubernetes.limits: {cpu: 1}
  ? kubernetes.requests.cpu
  : 1
config:
  tasksMax: 1
""",
    ),
    "an element above an unknown property stays": (
        "eventType: a\nappConfig:\n  Eventstore:\n    batch-size: 5\n    Own-key: 1\n",
        "eventType: a\nappConfig:\n  Eventstore:\n    batchSize: 5\n    Own-key: 1\n",
    ),
    "keys inside of structures, lists and brackets stay": (
        "eventType: a\ndeployerConfig:\n  kubernetes:\n    Volumes: [{Name: a, batch-size: 1}]\n"
        "appConfig:\n  my:\n    - batch-size: 1\n  '[eventstore]': {batch-size: 1}\n"
        "  eventstore: {'${{ vars.x }}': 1}\n",
        "eventType: a\nappConfig:\n  my:\n    - batch-size: 1\n  '[eventstore]': {batch-size: 1}\n"
        "  eventstore: {'${{ vars.x }}': 1}\ndeployerConfig:\n  kubernetes:\n"
        "    volumes: [{Name: a, batch-size: 1}]\n",
    ),
    "two spellings do not become one key": (
        "eventType: a\nappConfig:\n  eventstore: {batch-size: 1, batchSize: 2, batch_size: 3}\n",
        "eventType: a\nappConfig:\n  eventstore: {batch-size: 1, batchSize: 2, batch_size: 3}\n",
    ),
    "two maps do not become one": (
        "eventType: a\nappConfig:\n  Eventstore: {batch-size: 1}\n  eventstore: {table-name: 2}\n",
        "eventType: a\nappConfig:\n  Eventstore: {batchSize: 1}\n  eventstore: {tableName: 2}\n",
    ),
    "an anchored map that is used for two properties keeps its spelling": (
        "eventType: a\nappConfig:\n  eventstore: &x {batch-size: 1}\n  my: *x\n",
        "eventType: a\nappConfig:\n  eventstore: &x {batch-size: 1}\n  my: *x\n",
    ),
    "a key that overrides an inherited key still overrides it": (
        "eventType: a\nappConfig:\n  my: &x\n    batch-size: 1\n  eventstore:\n    <<: *x\n    batch-size: 2\n",
        "eventType: a\nappConfig:\n  my: &x\n    batch-size: 1\n  eventstore:\n    <<: *x\n    batch-size: 2\n",
    ),
    "a key that is also a value, or has escapes, stays": (
        'eventType: a\nappConfig:\n  eventstore:\n    &k batch-size: 1\n    "table\\x2dname": *k\n',
        'eventType: a\nappConfig:\n  eventstore:\n    &k batch-size: 1\n    "table\\x2dname": *k\n',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), BEFORE_AND_AFTER.values(), ids=BEFORE_AND_AFTER)
def test_the_canonical_form(before: str, after: str) -> None:
    assert fmt(before) == after


@pytest.mark.parametrize("section", Section)
def test_every_catalogued_property_gets_its_documented_spelling(section: Section) -> None:
    for definition in definitions(section):
        assert identify(section, definition.key).canonical == definition.key
        assert fmt(f"eventType: a\n{section}: {{{definition.key.upper()}: 1}}\n") == (
            f"eventType: a\n{section}: {{{definition.key}: 1}}\n"
        )
