from fractions import Fraction

import pytest

from persync.model import Definition, Section
from persync.properties.catalogue import identify
from persync.properties.quantities import parse_duration, parse_quantity
from persync.properties.values import equal, problem

BOOL = "kubernetes.hostNetwork"
INT = "count"
QUANTITY = "kubernetes.limits.cpu"
VOLUMES = "kubernetes.volumes"
MOUNTS = "kubernetes.volumeMounts"
CONTEXT = "kubernetes.podSecurityContext"
ENVIRONMENT = "kubernetes.environmentVariables"
LABELS = "kubernetes.deploymentLabels"
PORTS = "kubernetes.containerPorts"
POLICY = "kubernetes.imagePullPolicy"
DURATION = "eventstore.ttlGracePeriod"
MULTIPLIER = "spring.cloud.stream.bindings.input.consumer.backOffMultiplier"

UNREADABLE = "is not YAML that the deployer can read"


def definition(key: str) -> Definition:
    section = Section.DEPLOYER if key.startswith(("kubernetes", "count")) else Section.APP
    found = identify(section, key).definition
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "one", "other", "expected"),
    [
        (BOOL, "true", "TRUE", True),
        (BOOL, "true", "yes", False),  # Spring says yes, the deployer does not: surely equal it is not
        (INT, "06", "6", True),
        (INT, "6", "7", False),
        (INT, "six", "Six", False),
        (QUANTITY, "0.5", "500m", True),
        (QUANTITY, "1Gi", "1024Mi", True),
        (QUANTITY, "1G", "1Gi", False),
        (DURATION, "PT24H", "P1D", True),
        (DURATION, "PT24H", "P2D", False),
        (MULTIPLIER, "2", "2.0", True),
        (POLICY, "Always", "always", False),
        (PORTS, "8080,9090", "8080, 9090", True),
        (PORTS, "8080,9090", "9090,8080", False),
        (ENVIRONMENT, "A=b,C='x,y'", "C='x,y',A='b'", True),
        (ENVIRONMENT, "A=b,C='x,y'", "A=b,C=x", False),
        (ENVIRONMENT, "A=1,A=2", "A=2", False),  # a key that comes twice is not read as the last one
        (LABELS, "k:v,k2:v2", "k2:v2, k:v", True),
        # as the deployer reads them: blanks and quotes count where it does not take them off
        (ENVIRONMENT, "A=b, C=d", "A=b,C=d", False),
        (ENVIRONMENT, "A=''", "A=", False),
        (ENVIRONMENT, "A='b'", "A=b", True),
        (ENVIRONMENT, "A=it's,B=c", "B=c,A=it's", True),
        (ENVIRONMENT, "A-B='x,y'", "A-B=x", False),
        (LABELS, "k:'v'", "k:v", False),
        (LABELS, "k:'a,b:c'", "k:'a,b:c' ", True),
        (LABELS, "k:v", "k", False),
        # structures
        (VOLUMES, "[{name: 's', readOnly : 'true' }]", "[{name: s, readOnly: true}]", True),
        (CONTEXT, "{defaultMode : '256' }", "{defaultMode: 256}", True),
        (CONTEXT, "{defaultMode: 0400}", "{defaultMode: 256}", True),
        (CONTEXT, "{defaultMode: '0400'}", "{defaultMode: 0400}", False),
        (VOLUMES, "[{name:'a'}]", "[{name: 'a'}]", False),
        (VOLUMES, "[{name: a},{name: b}]", "[{name: b},{name: a}]", True),
        (CONTEXT, "{secretName: 010}", "{secretName: '010'}", False),
        (MOUNTS, "[{name: a, mountPath: /x},{name: a}]", "[{name: a},{name: a, mountPath: /x}]", True),
        (VOLUMES, "[{name: a, x: 1},{name: a, x: 2}]", "[{name: a, x: 2},{name: a, x: 1}]", False),
        (CONTEXT, "{a: 1.50}", "{a: 1.5}", True),
        (CONTEXT, "{a: ~}", "{a: ''}", True),
        (CONTEXT, "{a: no}", "{a: 'false'}", True),
        (CONTEXT, "{a: [", "{a: [ ", False),
    ],
)
def test_equal(key: str, one: str, other: str, expected: bool) -> None:
    assert [equal(definition(key), one, other), equal(definition(key), other, one)] == [expected, expected]


def test_what_is_not_known_is_exact_text() -> None:
    assert [equal(None, "1", "1"), equal(None, "1", "01")] == [True, False]


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        (INT, "5", None),
        (INT, "${placeholder}", None),
        (INT, "five", "is not a whole number"),
        (INT, "-1", "is less than 0"),
        ("kubernetes.livenessProbePort", "65536", "is more than 65535"),
        (BOOL, "yes", "is neither true nor false"),
        (MULTIPLIER, "two", "is not a number"),
        (QUANTITY, "500 m", "is not a quantity such as 500m, 0.5 or 512Mi"),
        (DURATION, "P-5D", "is not an ISO 8601 duration such as P5D or PT30S"),
        (POLICY, "Sometimes", "is not one of Always, IfNotPresent, Never"),
        (PORTS, "80,http", "is not a list of whole numbers such as 8080,9090"),
        (ENVIRONMENT, "A", "is not a list such as A=b,C='x,y'"),
        (ENVIRONMENT, "A=b,C='x", "is not a list such as A=b,C='x,y'"),
        (LABELS, "k:'a,b'", "is not a list such as key:value,key2:value2"),
        (LABELS, "k=v", "is not a list such as key:value,key2:value2"),
        (VOLUMES, "[{name: a}]", None),
        (VOLUMES, "[{name: a}", f"{UNREADABLE}: did not find expected ',' or ']', at character 11"),
        (VOLUMES, "{[a]: b}", f"{UNREADABLE}: a key is not plain text"),
        (VOLUMES, "[" * 5000, f"{UNREADABLE}: nested too deeply"),
        (VOLUMES, "[" + "a," * 10_000 + "]", f"{UNREADABLE}: more than 10000 values"),
        (VOLUMES, "&a [*a]", f"{UNREADABLE}: nested too deeply"),
        (VOLUMES, "", None),
        ("eventstore.tableName", "anything", None),
    ],
)
def test_problem(key: str, text: str, expected: str | None) -> None:
    assert problem(definition(key), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", Fraction(1)),
        ("5.", Fraction(5)),
        ("100m", Fraction(1, 10)),
        ("2k", Fraction(2000)),
        ("2Ki", Fraction(2048)),
        ("1M", Fraction(10**6)),
        ("1Ei", Fraction(2**60)),
        ("1E", Fraction(10**18)),
        ("1E3", Fraction(1000)),
        ("1e-3", Fraction(1, 1000)),
        ("-1", None),
        ("1ki", None),
        ("", None),
        ("\u0661", None),  # digits of other scripts are none
    ],
)
def test_parse_quantity(text: str, expected: Fraction | None) -> None:
    assert parse_quantity(text) == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("P5D", 432_000),
        ("PT30S", 30),
        ("P1DT12H", 129_600),
        ("pt1.5s", Fraction(3, 2)),
        ("-PT1M", -60),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("P1M", None),
        ("5d", None),
    ],
)
def test_parse_duration(text: str, seconds: Fraction | None) -> None:
    assert parse_duration(text) == seconds
