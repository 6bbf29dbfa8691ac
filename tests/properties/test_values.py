from fractions import Fraction

import pytest

from persync.model import Definition, Section
from persync.properties.catalogue import identify
from persync.properties.kinds.quantities import Duration, parse_bytes, parse_duration, parse_quantity
from persync.properties.values import equal, ignored_fields, problem

FLAG = "kubernetes.hostNetwork"
BOOL = "spring.cloud.stream.bindings.input.consumer.partitioned"
INT = "count"
QUANTITY = "kubernetes.limits.cpu"
VOLUMES = "kubernetes.volumes"
MOUNTS = "kubernetes.volumeMounts"
CONTEXT = "kubernetes.podSecurityContext"
ENVIRONMENT = "kubernetes.environmentVariables"
LABELS = "kubernetes.deploymentLabels"
ANNOTATIONS = "kubernetes.podAnnotations"
TOLERATIONS = "kubernetes.tolerations"
AFFINITY = "kubernetes.affinity.nodeAffinity"
BYTES = "kubernetes.statefulSet.volumeClaimTemplate.storage"
STYLE = "kubernetes.entryPointStyle"
NODE_PORT = "kubernetes.createNodePort"
COMMAND = "kubernetes.containerCommand"
OFFSET = "spring.cloud.stream.kafka.bindings.input.consumer.startOffset"
PORTS = "kubernetes.containerPorts"
POLICY = "kubernetes.imagePullPolicy"
DURATION = "eventstore.ttlGracePeriod"
MULTIPLIER = "spring.cloud.stream.bindings.input.consumer.backOffMultiplier"

CREDENTIALS = "kubernetes.probeCredentialsSecret"
REFS = "kubernetes.secretKeyRefs"

UNREADABLE = "is not YAML that the deployer can read"
REFUSED = "is refused by the deployer"
NO_INT = "is not a whole number of 32 bits"
NO_TEXT = "is not a text: it needs quotes or a unit"
NO_VARIABLE = "is not the name of a variable: letters, digits and '_', no digit first"
TWICE = "is given twice, in two spellings"
ALIKE = "has two keys that the deployer does not tell apart"
ONLY_QUOTED = "has only quoted values, which the deployer refuses"
WRONG_NAME = "has a name that the deployer refuses: it may have letters, digits and '_', and no digit first"


def definition(key: str) -> Definition:
    section = Section.DEPLOYER if key.startswith(("kubernetes", "count")) else Section.APP
    found = identify(section, key).definition
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("key", "one", "other", "expected"),
    [
        (FLAG, "true", "TRUE", True),
        (FLAG, "true", "yes", False),  # the deployer reads any text but true as false
        (FLAG, "yes", "no", False),  # both false, and invalid: see tests/conformance/exceptions.py
        (BOOL, "true", "YES", True),
        (BOOL, "on", " 1 ", True),
        (BOOL, "no", "off", True),
        (BOOL, "no", "n", False),
        (INT, "06", "6", True),
        (INT, "+6", "6", True),
        (INT, "6", "7", False),
        (INT, "six", "Six", False),
        (QUANTITY, "0.5", "500m", True),
        (QUANTITY, ".5", "+500m", True),
        (QUANTITY, "500000u", "500m", True),
        (QUANTITY, "1Gi", "1024Mi", True),
        (QUANTITY, "1G", "1Gi", False),
        (BYTES, "1g", "1024M", True),
        (BYTES, "10", "10m", True),
        (BYTES, "1g", "1Gi", False),
        (DURATION, "PT24H", "P1D", True),
        (DURATION, "PT24H", "24h", True),
        (DURATION, "30000", "PT30S", True),
        (DURATION, "P1Y", "P12M", True),
        (DURATION, "P1M", "P30D", False),
        (DURATION, "P1M", "PT1M", False),
        (DURATION, "PT24H", "P2D", False),
        (MULTIPLIER, "2", "2.0", True),
        (POLICY, "Always", "always", True),
        (POLICY, "if-not-present", "IF_NOT_PRESENT", True),
        (POLICY, "Sometimes", "IfNotPresent", True),
        (POLICY, "Sometimes", "Never", False),
        (OFFSET, "EAR_LIEST", "earliest", True),
        (OFFSET, "first", "earliest", False),
        (STYLE, "boot", "BOOT", True),
        (STYLE, "boot", "bo-ot", False),
        (STYLE, "x", "exec", False),  # the server's default, which need not be exec
        (PORTS, "8080,9090", "8080, 9090", True),
        (PORTS, "8080,9090", "9090,8080,9090,", True),
        (PORTS, "8080,9090", "9090", False),
        (NODE_PORT, "true", "TRUE", True),
        (NODE_PORT, "030080", "30080", True),
        (NODE_PORT, "true", "1", False),
        (COMMAND, "sh  -c 'a b'", 'sh -c "a b"', True),
        (COMMAND, "sh -c 'a b'", "sh -c a b", False),
        (COMMAND, r"a\ b c\d", r"'a b' 'c\d'", True),
        (ENVIRONMENT, "A=b,C='x,y'", "C='x,y',A=b", True),
        (ENVIRONMENT, "A=b,C='x,y'", "A=b,C=x", False),
        (ENVIRONMENT, "A=1,A=2", "A=2", True),
        (ENVIRONMENT, "A=1,B=2,,", "A=1,B=2", True),
        (ENVIRONMENT, "A=1,,B=2", "A=1,B=2", False),
        (LABELS, "k:v,k2:v2", "k2:v2, k:v,", True),
        # as the deployer reads them: blanks and quotes count where it does not take them off
        (ENVIRONMENT, "A=b, C=d", "A=b,C=d", False),
        (ENVIRONMENT, "A=''", "A=", False),
        (ENVIRONMENT, "X=1,A='b'", "X=1,A=b", True),
        (ENVIRONMENT, "A='b'", "A=b", False),  # the deployer refuses what has only quoted entries
        (ENVIRONMENT, "A=it's,B=c", "B=c,A=it's", True),
        (ENVIRONMENT, "A-B='x,y'", "A-B=x", False),
        (LABELS, "k:'v'", "k:v", False),
        (LABELS, "k:a:b", "k:a:b ", False),
        (ANNOTATIONS, "k:a:b", "k: a:b ", True),
        (ANNOTATIONS, "k:1,k:2", "k:2", True),
        (LABELS, "k:v", "k", False),
        # structures
        (VOLUMES, "", "[]", True),
        (VOLUMES, " ", "[]", True),
        (VOLUMES, "[{name: 's', nfs : {readOnly : 'true'} }]", "[{name: s, nfs: {readOnly: true}}]", True),
        (VOLUMES, "[{name: s, secret: {defaultMode: ' 256 '}}]", "[{name: s, secret: {defaultMode: 0400}}]", True),
        (VOLUMES, "[{name: s, secret: {defaultMode: '0400'}}]", "[{name: s, secret: {defaultMode: 0400}}]", False),
        (VOLUMES, "[{name: s, secret: {defaultMode: '0400'}}]", "[{name: s, secret: {default-mode: 400}}]", True),
        (VOLUMES, "[{name: s, secret: {secretName: 1.10}}]", "[{name: s, secret: {secretName: '1.1'}}]", True),
        (VOLUMES, "[{name: s, secret: {secretName: 1.10}}]", "[{name: s, secret: {secretName: '1.10'}}]", False),
        (VOLUMES, "[{name: s, secret: {secretName: 1e3}}]", "[{name: s, secret: {secretName: '1000.0'}}]", True),
        (VOLUMES, "[{name: s, nfs: {path: 2020-01-01}}]", "[{name: s, nfs: {path: '2020-01-01'}}]", False),
        (VOLUMES, "[{name: s, nfs: {path: ~}}]", "[{name: s, nfs: {path: ''}}]", True),
        (VOLUMES, "[{name: s, nfs: {path: x}, more: y}]", "[{name: s, nfs: {path: x, <<: {z: 1}}}]", True),
        (VOLUMES, "[{name: s, emptyDir: {}}]", "[{name: s}]", True),  # both an empty directory
        (VOLUMES, "[{name: s, emptyDir: {}}]", "[{name: s, emptyDir: {medium: Memory}}]", False),
        (VOLUMES, "[{name:'a'}]", "[{name: 'a'}]", False),
        (VOLUMES, "[{name: a},{name: b}]", "[{name: b},{name: a}]", True),
        (MOUNTS, "[{name: a, mount-path: /x}]", "[{NAME: a, mountPath: /x, readOnly: ''}]", True),
        (MOUNTS, "[{name: a, mountPath: /x, readOnly: yes}]", "[{name: a, mountPath: /x, readOnly: 'on'}]", True),
        (MOUNTS, "[{name: a, mountPath: /x},{name: a}]", "[{name: a},{name: a, mountPath: /x}]", True),
        (VOLUMES, "[{name: a, nfs: {path: x}},{name: a}]", "[{name: a},{name: a, nfs: {path: x}}]", False),
        (TOLERATIONS, "[{key: b, operator: Exists},{key: a}]", "[{key: a},{key: b, operator: Exists}]", True),
        (CONTEXT, "{runAsUser: '1000', fsGroup: 1000}", "{fsGroup: 1000, run-as-user: 01750}", True),
        (CONTEXT, "{runAsUser: [", "{runAsUser: [ ", False),
        (AFFINITY, "{a: no, b: 1.50}", "{b: '1.5', a: 'false'}", True),
        (AFFINITY, "{a: 010}", "{a: '010'}", False),
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
        (INT, "2147483648", "is more than 2147483647"),
        (INT, "9" * 5000, "is not a whole number"),
        ("spring.datasource.hikari.maxLifetime", "2147483648", None),
        (FLAG, "yes", "is neither true nor false"),
        (BOOL, "yes", None),
        (BOOL, "y", "is neither true nor false"),
        (MULTIPLIER, "two", "is not a number"),
        (QUANTITY, "500 m", "is not a quantity such as 500m, 0.5 or 512Mi"),
        (QUANTITY, "9" * 5000, "is not a quantity such as 500m, 0.5 or 512Mi"),
        (QUANTITY, "-1", "is less than 0"),
        (BYTES, "1Gi", "is not a size in mebibytes such as 10m or 1g"),
        (DURATION, "5 days", "is not a duration such as P5D, PT30S or 30s"),
        (DURATION, "P1Y", "is in years or months, which Spring does not read: only the app may"),
        (POLICY, "Sometimes", "is not one of Always, IfNotPresent, Never"),
        (POLICY, "always", None),
        (PORTS, "80,http", "has a port that is not a whole number from 1 to 65535"),
        (PORTS, "80,99999999999", "has a port that is not a whole number from 1 to 65535"),
        (NODE_PORT, "x", "is neither true nor the number of a port"),
        (NODE_PORT, "True", None),
        (NODE_PORT, "2147483648", "is more than 2147483647"),
        (COMMAND, "sh -c 'a", "has a quote that is not closed, or ends with a backslash"),
        (CREDENTIALS, "", "is empty"),
        (ENVIRONMENT, "A", "has an item without '='"),
        (ENVIRONMENT, "", "is empty"),
        (ENVIRONMENT, "A=b,C='x", None),
        (ENVIRONMENT, "A='x,y'", ONLY_QUOTED),
        (ENVIRONMENT, ",A='x,y'", None),
        (ENVIRONMENT, "1 BAD=x", WRONG_NAME),
        (LABELS, "k:'a,b'", "has an item without ':'"),
        (LABELS, "k:a:b", "has an item that is not exactly a name and a value with one ':' between them"),
        (LABELS, "k=v", "has an item without ':'"),
        (VOLUMES, "[{name: a}]", None),
        (VOLUMES, "[{name: a}", f"{UNREADABLE}: did not find expected ',' or ']', at character 11"),
        (VOLUMES, "- name: a", f"{UNREADABLE}: did not find expected node content, at character 1"),
        (VOLUMES, "[{name: a}] # b", f"{UNREADABLE}: did not find expected ',' or '}}', at character 16"),
        (VOLUMES, "[], x: y", f"{UNREADABLE}: more than one value, or brackets that do not match"),
        (VOLUMES, "[{name: a?}]", f"{UNREADABLE}: a '?' outside of quotes, at character 9"),
        (VOLUMES, "{[a]: b}", f"{UNREADABLE}: a key is not a text: put it in quotes"),
        (VOLUMES, "[{yes: b}]", f"{UNREADABLE}: a key is not a text: put it in quotes"),
        (VOLUMES, "[!x {name: a}]", f"{UNREADABLE}: a tag that the deployer does not know"),
        (VOLUMES, "[{name: !!int a}]", f"{UNREADABLE}: a value does not fit its tag"),
        (VOLUMES, "[{<<: x}]", f"{UNREADABLE}: << does not refer to a map"),
        (VOLUMES, "[" * 5000, f"{UNREADABLE}: nested too deeply"),
        (VOLUMES, "[" + "a," * 10_000 + "]", f"{UNREADABLE}: more than 10000 values"),
        (VOLUMES, "[" * 101 + "]" * 101, f"{UNREADABLE}: nested too deeply"),
        (VOLUMES, "[&a " + "a" * 9000 + ", *a" * 200 + "]", f"{UNREADABLE}: more than 1024 KiB of text"),
        (VOLUMES, "&a [*a]", f"{UNREADABLE}: nested too deeply"),
        (VOLUMES, "[" * (256 * 1024 + 1), "is longer than 256 KiB"),
        (ENVIRONMENT, "A=b," * 10_000 + "A=b", "has more than 10000 items"),
        (ENVIRONMENT, ",".join(f"A{number}=b" for number in range(10_000)), None),
        (VOLUMES, "", None),
        (VOLUMES, "{name: a}", f"{REFUSED}: it is not a list"),
        (VOLUMES, "[a]", f"{REFUSED}: [0] is not a map"),
        (VOLUMES, "[{}]", f"{REFUSED}: [0] has no field that the deployer knows"),
        (VOLUMES, "[{name: A}]", f"{REFUSED}: [0].name is not a name of at most 63 lower-case letters, digits and '-'"),
        (VOLUMES, "[{a.b: c}]", f"{REFUSED}: [0] has a key with a dot or a bracket"),
        (VOLUMES, "[{name: [a]}]", f"{REFUSED}: [0].name is a map or a list, where a plain value is read"),
        (VOLUMES, "[{secret: {defaultMode: 0o400}}]", f"{REFUSED}: [0].secret.defaultMode {NO_INT}"),
        (VOLUMES, "[{secret: {defaultMode: 99999999999}}]", f"{REFUSED}: [0].secret.defaultMode {NO_INT}"),
        (VOLUMES, "[{secret: {secretName: a, secret-name: b}}]", f"{REFUSED}: [0].secret.secretName {TWICE}"),
        (VOLUMES, "[{emptyDir: {sizeLimit: 1}}]", f"{REFUSED}: [0].emptyDir.sizeLimit {NO_TEXT}"),
        (VOLUMES, "[{flexVolume: {options: a}}]", f"{REFUSED}: [0].flexVolume.options is not a map"),
        (VOLUMES, "[{flexVolume: {options: {a-b: 1, ab: 2}}}]", f"{REFUSED}: [0].flexVolume.options {ALIKE}"),
        (VOLUMES, "[{flexVolume: {options: {a: 1}}, iscsi: {portals: 'a, b'}}]", None),
        (MOUNTS, "[{readOnly: y}]", f"{REFUSED}: [0].readOnly is neither true nor false"),
        (MOUNTS, "[{readOnly: 1}]", f"{REFUSED}: [0].readOnly is neither true nor false"),
        (REFS, "[{envVarName: 1 BAD}]", f"{REFUSED}: [0].envVarName {NO_VARIABLE}"),
        (CONTEXT, "{}", f"{REFUSED}: it has no field that the deployer knows"),
        ("eventstore.tableName", "anything", None),
    ],
)
def test_problem(key: str, text: str, expected: str | None) -> None:
    found = problem(definition(key), text)
    assert (found.why if found else None) == expected


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
        ("-1", Fraction(-1)),
        ("+.5", Fraction(1, 2)),
        ("1n", Fraction(1, 10**9)),
        ("1ki", None),
        ("", None),
        ("\u0661", None),  # digits of other scripts are none
    ],
)
def test_parse_quantity(text: str, expected: Fraction | None) -> None:
    assert parse_quantity(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P5D", Duration(0, Fraction(432_000))),
        ("PT30S", Duration(0, Fraction(30))),
        ("P1DT12H", Duration(0, Fraction(129_600))),
        ("P1dT1,5s", Duration(0, Fraction(172_803, 2))),
        ("-PT1M", Duration(0, Fraction(-60))),
        ("-PT-1M", Duration(0, Fraction(60))),
        ("P-1DT1H", Duration(0, Fraction(-82_800))),
        ("PT-1.5S", Duration(0, Fraction(-3, 2))),
        ("P1Y1M1D", Duration(13, Fraction(86_400))),
        ("5d", Duration(0, Fraction(432_000))),
        ("-5S", Duration(0, Fraction(-5))),
        ("250", Duration(0, Fraction(1, 4))),
        ("p5d", None),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("P1W", None),
        ("PT.5S", None),
        ("5 d", None),
    ],
)
def test_parse_duration(text: str, expected: Duration | None) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10", 10), ("10m", 10), ("2G", 2048), ("007m", 7), ("1Gi", None), ("1.5g", None), ("", None)],
)
def test_parse_bytes(text: str, expected: int | None) -> None:
    assert parse_bytes(text) == expected


def test_ignored_fields() -> None:
    volumes = "[{name: a, secret: {secretName: s, colour: red}, flavour: {x: y}}]"
    found = ignored_fields(definition(VOLUMES), volumes)
    assert [field.path for field in found] == [(0, "secret", "colour"), (0, "flavour")]
    assert found[0].known == ("defaultMode", "items", "optional", "secretName")
    assert [ignored_fields(definition(key), "{a: b") for key in (VOLUMES, AFFINITY, INT)] == [(), (), ()]
