"""What is wrong with a key alone: slips, spellings, and properties that persync.yaml names as known."""

from __future__ import annotations

import pytest

from persync.config.rules.keys import key_advice
from persync.model import Section
from persync.properties.catalogue import identify

APP, DEPLOYER = Section.APP, Section.DEPLOYER
BINDING = "spring.cloud.stream.bindings.output.consumer"


@pytest.mark.parametrize(
    ("section", "key", "expected"),
    [
        (APP, "eventstore.batchSize", []),
        (APP, "eventstore.other", []),
        (APP, "eventstore.batchSiz", ["near-miss error"]),
        (APP, "eventstore.batchSizes", ["near-miss error"]),
        (APP, "evenstore.batchSize", ["near-miss error"]),
        (APP, "eventstorebatchSize", ["near-miss error"]),
        (APP, "eventstore.bathcSize", ["near-miss error"]),
        (APP, f"{BINDING}.concurrency", ["near-miss warning"]),
        (DEPLOYER, "kubernetes.jobAnnotations", ["near-miss warning"]),
    ],
)
def test_slips(section: Section, key: str, expected: list[str]) -> None:
    assert [f"{advice.rule} {advice.severity}" for advice in key_advice(identify(section, key))] == expected


@pytest.mark.parametrize(
    ("section", "key", "expected"),
    [
        (DEPLOYER, "kubernetes.livenessprobedelay", "write kubernetes.livenessProbeDelay"),
        (DEPLOYER, "limits.cpu", "write kubernetes.limits.cpu"),
        (
            APP,
            "eventstore.bachtSize",
            "did you mean eventstore.batchSize? If eventstore.bachtSize exists, add appConfig.eventstore.bachtSize to "
            "knownProperties in persync.yaml",
        ),
    ],
)
def test_hints(section: Section, key: str, expected: str) -> None:
    assert [advice.hint for advice in key_advice(identify(section, key))] == [expected]


@pytest.mark.parametrize(
    ("key", "known", "expected"),
    [
        ("eventstore.batchSizes", ("appConfig.eventstore.batchSizes",), []),
        ("eventstore.batch-sizes", ("appConfig.eventstore.batchSizes",), []),
        ("eventstore.batchSizes", ("appConfig.event*Sizes", "appConfig.other"), []),
        ("eventstore.batchSizes", ("deployerConfig.eventstore.batchSizes",), ["near-miss"]),
        ("eventstore.batchSizes", ("appConfig.eventstore.batch",), ["near-miss"]),
        ("eventstore.batch-size", ("appConfig.*",), ["key-spelling"]),
    ],
)
def test_known_properties_are_not_misspelt(key: str, known: tuple[str, ...], expected: list[str]) -> None:
    assert [advice.rule for advice in key_advice(identify(APP, key), known)] == expected
