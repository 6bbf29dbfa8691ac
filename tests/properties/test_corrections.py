"""What was meant by a value that is none of its property."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.model import Section
from persync.properties.catalogue import definitions, identify
from persync.properties.corrections import corrected, plain_meant
from persync.properties.values import problem

if TYPE_CHECKING:
    from persync.model import Definition

DEPLOYER: dict[str, dict[str, str | None]] = {
    "kubernetes.limits.memory": {
        "512MB": "512Mi",
        "512 MiB": "512Mi",
        "512mi": "512Mi",
        "512 M": "512Mi",
        "1GB": "1Gi",
        "1g": "1Gi",
        "1,5Gi": "1.5Gi",
        "2 TB": "2Ti",
        "512KB": "512Ki",
        "512 bytes": "512",
        "512.": "512",
        "512XB": None,
        "lots": None,
    },
    "kubernetes.limits.cpu": {
        "500 m": "500m",
        "500mcpu": "500m",
        "500 millicores": "500m",
        "0,5": "0.5",
        "2 cores": "2",
        "1 vCPU": "1",
        "50%": None,
    },
    "kubernetes.statefulSet.volumeClaimTemplate.storage": {
        "10Mi": "10m",
        "10 MB": "10m",
        "1Gi": "1g",
        "1.5g": "1536m",
        "1Ti": "1024g",
        "0.3g": None,
        "512k": None,
    },
    "kubernetes.livenessProbeDelay": {
        "10s": "10",
        "2m": "120",
        "1 min 30 sec": "90",
        "PT30S": "30",
        "120.0": "120",
        "1,000": "1000",
        "500ms": None,
        "soon": None,
    },
    "kubernetes.hostNetwork": {"yes": "true", "1": "true", "Enabled": "true", "off": "false", "perhaps": None},
    "kubernetes.createNodePort": {"yes": "true", "node": None},
    "count": {"2.0": "2", "1_000": "1000", "1s": None, "two": None},
    "kubernetes.imagePullPolicy": {"Alway": "Always", "sometimes": None},
    "kubernetes.containerPorts": {"8080;9090": "8080,9090", "[8080, 9090]": "8080,9090", "a b": None},
}
APP: dict[str, dict[str, str | None]] = {
    "eventstore.ttlGracePeriod": {
        "5 minutes": "PT5M",
        "30sec": "PT30S",
        "1.5 hours": "PT1H30M",
        "7 days": "P7D",
        "1w": "P7D",
        "1d 2h": "P1DT2H",
        "1h30m": "PT1H30M",
        "100 msec": "PT0.1S",
        "P30S": "PT30S",
        "PT5D": "P5D",
        "p5d": "P5D",
        "-5 minutes": None,
        "1h 5x": None,
        "5 years": None,
    },
    "eventstore.batchTimeout": {
        "5s": "5000",
        "5 seconds": "5000",
        "1.5s": "1500",
        "1000ms": "1000",
        "1 week": "604800000",
        "1 fortnight": None,
    },
    "spring.cloud.stream.bindings.input.consumer.backOffMultiplier": {"2,0": "2.0", "2x": None},
    "spring.cloud.stream.bindings.input.consumer.partitioned": {"y": "true", "disabled": "false", "maybe": None},
    "spring.cloud.stream.kafka.bindings.input.consumer.startOffset": {"Earliest": "earliest", "first": None},
    "eventstore.tableName": {"x": None},
}
CASES = [
    (section, key, text, meant)
    for section, keys in ((Section.DEPLOYER, DEPLOYER), (Section.APP, APP))
    for key, texts in keys.items()
    for text, meant in texts.items()
]


@pytest.mark.parametrize(("section", "key", "text", "meant"), CASES)
def test_the_value_that_was_meant(section: Section, key: str, text: str, meant: str | None) -> None:
    definition = identify(section, key).definition
    assert definition is not None
    assert corrected(definition, text) == meant


ALL = [definition for section in Section for definition in definitions(section)]


@given(st.sampled_from(ALL), st.text("0123456789.,_ PTmMgGiKbsdhHouryeso-+", max_size=12) | st.text(max_size=8))
def test_what_is_meant_is_a_value(definition: Definition, text: str) -> None:
    meant = corrected(definition, text)
    assert meant is None or (meant != text and problem(definition, meant) is None)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("4", [4]),
        ("1,5", [1.5]),
        ("yes", [True]),
        ("0", [0, False]),
        ("30s", ["30s", 30]),
        ("5 minutes", ["5m", 300]),
        ("500 ms", ["500ms", 0.5]),
        ("1h30m", [5400]),
        ("50 %", ["50%"]),
        ("many", []),
    ],
)
def test_numbers_truth_values_and_times_of_settings(text: str, meant: list[object]) -> None:
    assert list(plain_meant(text)) == meant
