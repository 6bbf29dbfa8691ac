"""Each suppression of a linter or of the type checker has its reason where it is."""

import re
from pathlib import Path

import pytest

from tests.processes import ROOT

SUPPRESSION = re.compile(r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?)(.*)")


def without_reason(text: str) -> list[int]:
    """Return the lines, from 1, with a suppression and no reason there or in a comment of its own on the line above."""
    lines = ["", *text.splitlines()]
    return [
        number
        for number, line in enumerate(lines)
        if (found := SUPPRESSION.search(line))
        and not re.search(r"\w", SUPPRESSION.sub("", found[1]))
        and not (lines[number - 1].lstrip().startswith("#") and not SUPPRESSION.search(lines[number - 1]))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import os  # noqa: F401\n", [1]),
        ("x\nimport os  # noqa: F401, E402 - for its effect\n", []),
        ("# for its effect\nimport os  # noqa: F401\n", []),
        ("# noqa: F401\nimport os  # noqa: F401\n", [1, 2]),
        ("x = 1  # type: ignore\n", [1]),
        ("x = 1  # type: ignore[attr-defined, misc]  # noqa: S1\n", [1]),
        ("x = 1  # type: ignore[attr-defined]  # it is set\n", []),
    ],
)
def test_what_a_suppression_without_a_reason_is(text: str, expected: list[int]) -> None:
    assert without_reason(text) == expected


def test_each_suppression_has_a_reason() -> None:
    folders = ("benchmarks", "ci", "docs_tools", "persync", "tests")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py") if file != Path(__file__)]
    assert [f"{file}:{number}" for file in files for number in without_reason(file.read_text(encoding="utf-8"))] == []
