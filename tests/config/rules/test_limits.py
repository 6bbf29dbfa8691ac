"""Limits that no configuration comes near: what is beyond them is a finding, and takes no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from persync.config.findings import Findings
from persync.config.flatten import Nulls, flatten
from persync.config.rules.values import value_advice
from persync.config.settings import load_settings
from persync.config.variables import Allowance, Values, substitute
from persync.config.yaml.nodes import Map, Scalar
from persync.config.yaml.reader import read_documents
from persync.errors import InvalidConfig
from persync.model import Section, Span
from persync.properties.catalogue import identify
from persync.properties.secrets import SecretPolicy

KIB = 1024
SPAN = Span("a.yaml", 1, 1)


def rules(text: str) -> list[str]:
    return [finding.rule for finding in read_documents(text.encode(), "a.yaml").findings]


def rules_of_keys(text: str) -> list[str]:
    tree = read_documents(text.encode(), "a.yaml").trees[0]
    assert isinstance(tree, Map)
    findings = Findings()
    flatten(Section.APP, tree, findings, Nulls.ERROR)
    return [finding.rule for finding in findings]


def test_a_key_has_500_characters_at_most() -> None:
    assert (rules(f"{'k' * 500}: 1"), rules(f"{'k' * 501}: 1")) == ([], ["key-too-long"])


def test_a_key_with_the_keys_above_it_has_500_characters_at_most() -> None:
    assert rules_of_keys(f"{'k' * 250}: {{{'l' * 249}: 1}}") == []
    assert rules_of_keys(f"{'k' * 250}: {{{'l' * 250}: 1}}") == ["key-too-long"]


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("my.text", "v" * 256 * KIB, []),
        ("my.text", "v" * (256 * KIB + 1), [("value-too-long", "my.text is longer than 256 KiB")]),
        ("my.password", "v" * (256 * KIB + 1), [("value-too-long", "my.password is longer than 256 KiB")]),
        ("eventstore.batchSize", "9" * 5000, [("invalid-value", "eventstore.batchSize is not a whole number")]),
    ],
)
def test_a_value_has_256_kib_at_most(key: str, text: str, expected: list[tuple[str, str]]) -> None:
    advice = value_advice(identify(Section.APP, key), text, SecretPolicy(), sensitive=False)
    assert [(each.rule, each.message) for each in advice] == expected


@pytest.mark.parametrize(
    ("kind", "key", "text", "problem"),
    [
        ("list", "environmentVariables", ",".join(f"A{i}=b" for i in range(10_001)), "has more than 10000 items"),
        ("pairs", "podAnnotations", ",".join(f"a{i}:b" for i in range(10_001)), "has more than 10000 items"),
        ("quantity", "limits.cpu", "9" * 5000, "is not a quantity such as 500m, 0.5 or 512Mi"),
        ("quantity", "limits.memory", "1e" + "9" * 5000, "is not a quantity such as 500m, 0.5 or 512Mi"),
        ("ports", "containerPorts", "9" * 5000, "has a port that is not a whole number from 1 to 65535"),
    ],
)
def test_values_of_the_deployer_have_limits(kind: str, key: str, text: str, problem: str) -> None:
    name = f"kubernetes.{key}"
    advice = value_advice(identify(Section.DEPLOYER, name), text, SecretPolicy(), sensitive=False)
    assert [(each.rule, each.message) for each in advice] == [("invalid-value", f"{name} {problem}")], kind


def too_much(text: str, values: Values) -> tuple[int, list[str]]:
    """Return the length of a text with its references replaced, and the rules of the findings."""
    findings = Findings()
    result = substitute(Scalar(text, SPAN, plain=True), values, findings)
    return len(result.text), [finding.rule for finding in findings]


def test_references_bring_in_256_kib_at_most() -> None:
    values = Values({"x": "y" * KIB})
    assert too_much("${{ vars.x }}" * 256, values) == (256 * KIB, [])
    text = "${{ vars.x }}" * 300
    assert too_much(text, values) == (len(text), ["too-much-text"])


def test_references_of_all_texts_bring_in_16_mib_at_most() -> None:
    values = Values({"x": "y" * KIB})
    assert [too_much("${{ vars.x }}" * 256, values) for _ in range(64)] == [(256 * KIB, [])] * 64
    assert too_much("${{ vars.x }}", values) == (len("${{ vars.x }}"), ["too-much-text"])
    assert (too_much("${{ vars.x }}", Values(allowance=Allowance(0)))[1], values.allowance.left) == (["variable"], 0)


def test_a_variable_has_2000_characters_at_most(tmp_path: Path) -> None:
    file = tmp_path / "persync.yaml"
    start = "version: 1\nenvironments: {t: {url: 'http://h', variables: {x: "
    file.write_text(f"{start}{'y' * 2000}}}}}}}\n", encoding="utf-8")
    assert load_settings(file).environments == ("t",)
    file.write_text(f"{start}{'y' * 2001}}}}}}}\n", encoding="utf-8")
    with pytest.raises(InvalidConfig) as caught:
        load_settings(file)
    found = [(finding.rule, finding.message) for finding in caught.value.findings]
    assert found == [("invalid-value", "x must be at most 2000 characters long")]
