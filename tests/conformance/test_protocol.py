"""The program that the other tests here ask, at a few values."""

from typing import Any

import pytest

from tests.conformance.judge import Judge, Refusal


def container(created: Any) -> Any:
    return created[-1]["spec"]["template"]["spec"]["containers"][0]


def test_a_deployment_makes_a_service_and_a_pod(judge: Judge) -> None:
    created = judge.deploy({"kubernetes.limits.cpu": "500m", "count": "2"}, {"eventstore.batchSize": "10"})
    assert not isinstance(created, Refusal)
    assert [made["kind"] for made in created] == ["Service", "Deployment"]
    assert created[1]["spec"]["replicas"] == 2
    assert container(created)["args"] == ["--eventstore.batchSize=10"]
    assert container(created)["resources"]["limits"] == {"cpu": "0.5", "memory": "8589934592"}


@pytest.mark.parametrize(
    ("key", "value", "by"),
    [
        ("kubernetes.imagePullSecret", 'a"b', "skipper"),
        ("kubernetes.livenessProbeDelay", "120.0", "deployer"),
        ("kubernetes.limits.memory", "1 GB", "kubernetes"),
    ],
)
def test_each_part_can_refuse(judge: Judge, key: str, value: str, by: str) -> None:
    refusal = judge.deploy({key: value})
    assert isinstance(refusal, Refusal)
    assert refusal.by == by


def test_skipper_folds_line_breaks(judge: Judge) -> None:
    arrived = judge.arrived({"kubernetes.imagePullSecret": "a\nb\\n"}, {"x": "ü"})
    assert arrived == {"deployerConfig": {"kubernetes.imagePullSecret": "a b\n"}, "appConfig": {"x": "ü"}}


def test_the_binder_is_relaxed(judge: Judge) -> None:
    assert judge.bind("boolean", "On") == "true"
    assert judge.bind("int", "007") == "7"
    assert judge.bind("duration", "30s") == "PT30S"
    assert judge.bind("startOffset", "EAR-liest") == "earliest"
    refusal = judge.bind("int", "7.0")
    assert isinstance(refusal, Refusal)
    assert refusal.by == "binder"
