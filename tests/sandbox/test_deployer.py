"""The sandbox refuses at START what the real deployer refuses."""

import pytest

from persync.model import Section
from persync.sandbox.domain import deployer
from persync.sandbox.domain.config import Config
from tests.conformance.verdicts import Verdict, verdicts
from tests.sandbox.support import Client, path_of, running

VOLUMES, MOUNTS, CONTEXT = "kubernetes.volumes", "kubernetes.volumeMounts", "kubernetes.podSecurityContext"
ENVIRONMENT, COMMAND, STORAGE = (
    "kubernetes.environmentVariables",
    "kubernetes.containerCommand",
    "kubernetes.statefulSet.volumeClaimTemplate.storage",
)


def is_refused(key: str, text: str, section: str = "deployerConfig", **beside: str) -> bool:
    # a volume claim is read for a stateful set alone
    indexed = {"indexed": "true"} if "statefulSet" in key else {}
    try:
        deployer.check(Config("1.0", {section: {**indexed, **beside, key: text}}))
    except deployer.RefusedError:
        return True
    return False


@pytest.mark.parametrize("verdict", [verdict for verdict in verdicts() if verdict.section is Section.DEPLOYER])
def test_the_verdicts_of_the_real_deployer(verdict: Verdict) -> None:
    # an altered value can be read where the value itself cannot
    if verdict.arrives != "altered":
        assert is_refused(verdict.key, verdict.value) == ("refused" in {verdict.reads, verdict.arrives})


@pytest.mark.parametrize(
    ("key", "text", "refused"),
    [
        (ENVIRONMENT, ",A='x,y'", False),
        (ENVIRONMENT, "A='x,y'", True),
        (ENVIRONMENT, "", True),
        (ENVIRONMENT, "1 BAD=x", True),
        (COMMAND, "sh -c 'a", True),
        (COMMAND, r"sh -c \d", False),
        (COMMAND, "a\x07", True),
        (STORAGE, "10", False),
        ("kubernetes.createNodePort", "TRUE", False),
        ("kubernetes.createNodePort", "many", True),
        ("kubernetes.limits.memory", "512 Mi", True),
        ("kubernetes.bootMajorVersion", "99999999999", True),
        ("count", "", True),
        ("count", "${count}", False),
        ("kubernetes.count", "x", False),  # not a property of the deployer
        (VOLUMES, "[" * 3000, True),
        (VOLUMES, "[a]", True),
        (VOLUMES, "[], y: 1", True),
        (VOLUMES, "[{name: a, name: b}]", True),
        (VOLUMES, "[{name: a, configMap: {items: [{mode: 0400}], optional: 'On'}}]", False),
        (VOLUMES, "[{name: a, secret: {defaultMode: 99999999999}}]", True),
        (VOLUMES, "[{name: a, secret: {defaultMode: '0x1FF'}}]", False),
        (VOLUMES, "[{name: a, secret: {defaultMode: 2020-01-01}}]", True),
        (MOUNTS, "[{name: a}, {}]", False),
        (MOUNTS, "[{}, {name: a}]", True),
        (MOUNTS, "~", False),
        (MOUNTS, "text", True),
        (CONTEXT, "~", True),
        (CONTEXT, " ", False),
        (CONTEXT, "{runAsUser: ''}", True),
        (CONTEXT, "{runAsUser: 2020-01-01, fsGroup: ' 1 '}", False),
        ("kubernetes.secretKeyRefs", "[{envVarName: A-B}]", True),
    ],
)
def test_more_values(key: str, text: str, refused: bool) -> None:
    assert is_refused(key, text) == refused


def test_properties_together() -> None:
    assert not is_refused("kubernetes.createLoadBalancer", "true")
    assert is_refused("kubernetes.createLoadBalancer", "true", **{"kubernetes.createNodePort": "true"})
    assert [is_refused("server.port", port, "appConfig") for port in ("8080", "http")] == [False, True]


def test_start_is_refused_and_the_persister_stays_stopped() -> None:
    seeds = [
        {"eventType": "bad", "deployerConfig": {ENVIRONMENT: "A='x,y'"}},
        {"eventType": "quoted", "appConfig": {"my.text": 'say "x"'}},
        {"eventType": "segment", "eventstore": "live-segment", "config": {"tasksMax": 2}},
    ]
    with running(persisters=seeds) as server:
        client = Client(server)
        answers = [client.act(path_of(name), "START") for name in ("bad", "quoted")]
        assert [(answer.status_code, answer.json()["type"], answer.json()["message"]) for answer in answers] == [
            (
                500,
                "unexpected_error",
                f"Could not install persister 'bad': Invalid value of property '{ENVIRONMENT}'.",
            ),
            (
                500,
                "unexpected_error",
                "Could not install persister 'quoted': Skipper cannot read the manifest with property 'my.text'.",
            ),
        ]
        assert client.get(f"{path_of('bad')}/state").json()["status"] == "STOPPED"
        assert client.act(path_of("segment", eventstore="live-segment"), "START").status_code == 200
