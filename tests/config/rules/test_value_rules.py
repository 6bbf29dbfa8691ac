"""What a value must be to reach the pod and to be taken by the deployer; the real deployer gave the verdicts."""

from __future__ import annotations

import pytest

from persync.config.rules.values import value_advice
from persync.model import Section
from persync.properties.catalogue import identify
from persync.properties.secrets import SecretPolicy

APP, DEPLOYER, LIVE = Section.APP, Section.DEPLOYER, Section.LIVE_SEGMENT
ENVIRONMENT, PORTS, LABELS = (
    "kubernetes.environmentVariables",
    "kubernetes.containerPorts",
    "kubernetes.deploymentLabels",
)
REFUSED = "error structure-value: is refused by the deployer:"
SELECTOR, ANNOTATIONS = "kubernetes.deployment.nodeSelector", "kubernetes.podAnnotations"
VOLUMES, MOUNTS, CONTEXT = "kubernetes.volumes", "kubernetes.volumeMounts", "kubernetes.podSecurityContext"
TOLERATIONS, SECRET_KEYS, DELAY = "kubernetes.tolerations", "kubernetes.secretKeyRefs", "kubernetes.livenessProbeDelay"


def findings(section: Section, key: str, text: str) -> list[str]:
    """Return what is found, as ``severity rule: what the message adds to the key``."""
    advice = value_advice(identify(section, key), text, SecretPolicy(), sensitive=False)
    return [f"{each.severity} {each.rule}: {each.message.removeprefix(key).strip()}" for each in advice]


@pytest.mark.parametrize(
    ("section", "key", "text", "expected"),
    [
        (APP, "my.text", "plain: it's {x} #y \t é\N{GRINNING FACE}", []),
        (APP, "my.text", 'say "x"', ["error double-quote: contains a double quote"]),
        (APP, "my.text", r"say \"x\"", []),
        (APP, "my.text", 'a\\\\"b', ["error double-quote: contains a double quote"]),
        (LIVE, "my.text", 'say "x"\n', ["error line-break: ends with a line break"]),
        (LIVE, "my.text", 'say "x"', []),
        (APP, "my.text", r"\d+ \w* C:\\temp", []),
        (APP, "my.text", r"a\nb", ["warning backslash: contains an escape, such as \\n"]),
        (APP, "my.text", "a\\\\\\d", ["error backslash: contains backslashes that are not an escape of YAML"]),
        (APP, "my.text", "a\nb", ["warning line-break: contains a line break"]),
        (APP, "my.text", "a\n---\nb", ["error line-break: has a line that ends a YAML document"]),
        (APP, "my.text", "a\nb\n", ["error line-break: ends with a line break"]),
        (APP, "eventstore.batchSize", "5\n", ["error line-break: ends with a line break"]),
        (LIVE, "tasksMax", "5\n", ["error line-break: ends with a line break"]),
        (DEPLOYER, DELAY, "5\r\n", ["error line-break: ends with a line break"]),
        (
            DEPLOYER,
            DELAY,
            "x\n",
            ["error line-break: ends with a line break", "error invalid-value: is not a whole number"],
        ),
        (DEPLOYER, ENVIRONMENT, "A=b\n", ["error line-break: ends with a line break"]),
        (DEPLOYER, VOLUMES, "[{name: a}]\n", ["warning line-break: ends with a line break"]),
        (DEPLOYER, LABELS, "a:b\n", ["warning line-break: ends with a line break"]),
        (APP, "my.text", "a\x07", ["error control-character: contains the control character U+0007"]),
        (APP, "my.text", "a\u2028", ["error control-character: contains the control character U+2028"]),
        (
            APP,
            "my.text",
            "a\xa0b",
            ["warning invisible-character: contains a character that cannot be seen, U+00A0 (no-break space)"],
        ),
        (
            DEPLOYER,
            VOLUMES,
            "[{name:\xa0a}]",
            [
                "error invisible-character: contains a character that cannot be seen, U+00A0 (no-break space)",
                f"{REFUSED} [0] has no field that the deployer knows",
                "warning unknown-field: the deployer ignores the field name:\xa0a of kubernetes.volumes",
            ],
        ),
        (
            DEPLOYER,
            DELAY,
            "5\u200b",
            [
                "error invisible-character: contains a character that cannot be seen, U+200B (zero width space)",
                "error invalid-value: is not a whole number",
            ],
        ),
    ],
)
def test_what_reaches_the_pod(section: Section, key: str, text: str, expected: list[str]) -> None:
    assert findings(section, key, text) == expected


def test_a_trailing_line_break_has_a_remedy() -> None:
    advice = value_advice(identify(APP, "my.text"), "a\n", SecretPolicy(), sensitive=False)
    assert [each.hint for each in advice] == ["in YAML, write |- instead of |, or >- instead of >"]


LACKS_PARTS = "error invalid-value: has an item that is not exactly a name and a value with one ':' between them"
TWICE = "warning invalid-value: has a name twice: only one of the values is used"


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        (ENVIRONMENT, "A=b,C='x,y',_D2=", None),
        (ENVIRONMENT, ",A='x,y'", None),
        (ENVIRONMENT, "A=b,", None),
        (ENVIRONMENT, "${ENVIRONMENT}", None),
        (ENVIRONMENT, "A='x,y'", "error invalid-value: has only quoted values, which the deployer refuses"),
        (ENVIRONMENT, "", "error invalid-value: is empty"),
        ("kubernetes.probeCredentialsSecret", "", "error invalid-value: is empty"),
        (ENVIRONMENT, "A=1,,B=2", "error invalid-value: has an empty item"),
        (ENVIRONMENT, "A", "error invalid-value: has an item without '='"),
        (ENVIRONMENT, "=b", "error invalid-value: has an item without a name"),
        (ENVIRONMENT, "A=b, C=d", "error invalid-value: has a blank beside a name, which becomes a part of the name"),
        (
            ENVIRONMENT,
            "1 BAD=b",
            "error invalid-value: has a name that the deployer refuses: it may have letters, digits and '_', "
            "and no digit first",
        ),
        (
            ENVIRONMENT,
            "B=1,MY-A='x'",
            "error invalid-value: has quotes within a value: the deployer reads the text "
            "before them as another variable's name",
        ),
        (ENVIRONMENT, "A=1,A=2", TWICE),
        (ANNOTATIONS, "a:b:c, prometheus.io/port:8080", None),
        (ANNOTATIONS, "", None),
        (ANNOTATIONS, "a:b,,c:d", "error invalid-value: has an empty item"),
        (ANNOTATIONS, "a:b,c", "error invalid-value: has an item without ':'"),
        (
            ANNOTATIONS,
            "a b:c",
            "error invalid-value: has a name that Kubernetes refuses: it may have at most 63 letters, digits, '-', "
            "'_' and '.', perhaps after a domain and '/'",
        ),
        (LABELS, "a:b,c:d", None),
        (LABELS, "a:b,a:c", TWICE),
        (LABELS, "a:b:c", LACKS_PARTS),
        (LABELS, "a:", LACKS_PARTS),
        (SELECTOR, "disk:ssd:fast", LACKS_PARTS),
        (
            SELECTOR,
            "disk:'ssd'",
            "error invalid-value: has a value that Kubernetes refuses: it may have at most 63 letters, digits, '-', "
            "'_' and '.'",
        ),
        (PORTS, "8080,9090", None),
        (PORTS, "8080,,9090", "error invalid-value: has a port that is not a whole number from 1 to 65535"),
        (PORTS, "0", "error invalid-value: has a port that is not a whole number from 1 to 65535"),
    ],
)
def test_lists_in_a_text(key: str, text: str, expected: str | None) -> None:
    assert findings(DEPLOYER, key, text) == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        (VOLUMES, "[{name: a,\n  secret: {secretName: s}}]", []),
        (VOLUMES, "[]", []),
        (VOLUMES, "~", []),
        (VOLUMES, ",", []),
        (VOLUMES, "[{name: a, hostPath: {path: 'a # b'}}]", []),
        (VOLUMES, "- name: a\n  emptyDir: {}", ["error structure-style: is YAML in block style"]),
        (CONTEXT, "runAsUser: 1", ["error structure-style: is YAML in block style"]),
        (VOLUMES, "[{name: a}] # mine", ["error structure-style: contains a comment"]),
        (VOLUMES, "[{name: a}, # one\n{name: b}]", ["error structure-style: contains a comment"]),
        (VOLUMES, "[{name: a},\t{name: b}]", ["error structure-style: contains a tab"]),
        (VOLUMES, '[{"name": "a"}]', ["error double-quote: contains a double quote"]),
        (
            VOLUMES,
            r"[{name: 'a\nb'}]",
            [
                "warning backslash: contains an escape, such as \\n",
                "error structure-style: does not reach the deployer as it is written",
            ],
        ),
        (
            VOLUMES,
            "[{name: a, secret: {secretName: 2020-01-01}}]",
            ["error structure-value: contains a date without quotes"],
        ),
        (VOLUMES, "[{name: a, secret: {secretName: '2020-01-01'}}]", []),
        (VOLUMES, "[{name: a, secret: {defaultMode: 0400}}]", []),
        (VOLUMES, "[{name: a, secret: {default-mode: 0x1ff}}]", []),
        (VOLUMES, "[{name: a, secret: {defaultMode: ''}}]", []),
        (
            VOLUMES,
            "[{name: a, secret: {defaultMode: 0o400}}]",
            [f"{REFUSED} [0].secret.defaultMode is not a whole number of 32 bits"],
        ),
        (
            VOLUMES,
            "[{name: a, configMap: {items: [{mode: 99999999999}]}}]",
            [f"{REFUSED} [0].configMap.items[0].mode is not a whole number of 32 bits"],
        ),
        (MOUNTS, "[{name: a, readOnly: yes}]", []),
        (
            MOUNTS,
            "[{name: a, readOnly: y}]",
            [f"{REFUSED} [0].readOnly is neither true nor false"],
        ),
        (
            MOUNTS,
            "[{name: a}, {}]",
            [f"{REFUSED} [1] has no field that the deployer knows"],
        ),
        (
            MOUNTS,
            "[{name: a, mounthPath: /x}]",
            ["warning unknown-field: the deployer ignores the field mounthPath of kubernetes.volumeMounts"],
        ),
        (CONTEXT, "{}", [f"{REFUSED} it has no field that the deployer knows"]),
        (
            CONTEXT,
            "{runAsUser: ''}",
            [f"{REFUSED} it has no field that the deployer knows"],
        ),
        (CONTEXT, "~", ["error structure-shape: must be a map"]),
        (TOLERATIONS, "[{key: a, tolerationSeconds: 12:30}]", []),
        (
            SECRET_KEYS,
            "[{envVarName: A-B, secretName: s, dataKey: k}]",
            [f"{REFUSED} [0].envVarName is not the name of a variable: letters, digits and '_', no digit first"],
        ),
        (VOLUMES, "[{name: ${x}, secret: {defaultMode: y}}]", []),
    ],
)
def test_structures(key: str, text: str, expected: list[str]) -> None:
    assert findings(DEPLOYER, key, text) == expected
