"""docs/rules.md has a section for each rule of the code; its example has the finding, and its fix does not."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pytest

from persync.config.policies.check import RULE_PREFIX
from tests.command_line import Installation
from tests.docs.walkthrough import DOCS, Block, blocks_of
from tests.unprivileged import folder_for_everybody, unprivileged

CODE = Path(__file__).parents[2] / "persync"
# the functions that make a finding, and which of their arguments is the rule
MAKERS = {"error": 0, "warning": 0, "_error": 0, "_warning": 0, "Finding": 0, "Advice": 1, "_MalformedKey": 0}
# one is of a base, and decides what a plan says about it; of a file with 1,000 errors, the first 200 are shown
NOT_SHOWN = {"no-settings", "too-many-errors"}
POLICY = f"{RULE_PREFIX}NAME"
WITHOUT_EXAMPLE = {"unsafe-format", "too-many-values"}  # a bug; an example that would take a minute to read
AS_NOBODY = {"unreadable-file", "unreadable-folder", "unwritable-file"}  # nothing is hidden from root
OTHERS = {"more-findings": {"null-value"}}  # the findings that it counts
SETTINGS = 'version: 1\nenvironments:\n  production:\n    url: "sandbox:"\n'
IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b"}
FOUND = re.compile(r": (error|warning): .* \[([a-z-]+)\]$", re.MULTILINE)


class Section(NamedTuple):
    """A section of the page: its rule, its severity in words, and the blocks before and after the fix."""

    rule: str
    severity: str
    example: Sequence[Block]
    fix: Sequence[Block]


def sections() -> Iterator[Section]:
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    lines = text.partition("\n## Results of a plan")[0].splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line.startswith("### ")]
    blocks = blocks_of("rules.md")
    for start, end in zip(starts, [*starts[1:], len(lines) + 1], strict=True):
        body = lines[start:end]
        severity = re.match(r"\*(.*?)\.\*", body[1])
        fix = next((number for number, line in enumerate(body, start + 1) if line.startswith("Fix:")), end)
        yield Section(
            lines[start - 1].removeprefix("### "),
            severity[1] if severity else "",
            [block for block in blocks if start < block.line < fix],
            [block for block in blocks if fix < block.line < end],
        )


SECTIONS = list(sections())


def rules_in_code() -> set[str]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in (CODE / "config").rglob("*.py")]
    trees += [ast.parse((CODE / "cli/formatting.py").read_text(encoding="utf-8"))]
    return {
        rule for tree in trees for call in ast.walk(tree) if isinstance(call, ast.Call) for rule in named(call, tree)
    }


def named(call: ast.Call, tree: ast.Module) -> Iterator[str]:
    """Yield the rules that a call names, by themselves or by a variable."""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    index = MAKERS.get(function, 9)
    rule = call.args[index] if index < len(call.args) else None
    if isinstance(rule, ast.Name):
        assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
        rule = next((each.value for each in assigned if getattr(each.targets[0], "id", "") == rule.id), None)
    for part in (rule.body, rule.orelse) if isinstance(rule, ast.IfExp) else (rule,):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_every_rule_of_the_code_has_a_section_and_every_section_a_rule() -> None:
    assert sorted(section.rule for section in SECTIONS) == sorted({*rules_in_code() - NOT_SHOWN, POLICY})


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_everybody() as made:
        made.chmod(0o777)
        yield made


@pytest.mark.parametrize("section", [pytest.param(each, id=each.rule) for each in SECTIONS])
def test_an_example_has_the_finding_and_its_fix_has_none(
    section: Section, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if section.rule in WITHOUT_EXAMPLE:
        assert section.example == []
        return
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    installation = Installation(folder, capsys, monkeypatch)
    with unprivileged() if section.rule in AS_NOBODY else nullcontext():
        installation.write("persync.yaml", SETTINGS)
        installation.write("persisters/web.yaml", "eventType: web\n")
        found = findings_after(section.example, installation)
        assert {rule for _, rule in found} - OTHERS.get(section.rule, set()) == {section.rule}
        assert {severity for severity, _ in found} <= set(re.findall("error|warning", section.severity.lower()))
        assert findings_after(section.fix, installation) == []


def findings_after(blocks: Sequence[Block], installation: Installation) -> list[tuple[str, str]]:
    """Return severity and rule of what a command finds after the blocks: the last that they show, or ``validate``."""
    command = ["validate", "-e", "production"]
    for block in blocks:
        if block.title:
            installation.write(block.title, block.content)
            continue
        lines = block.content.splitlines(keepends=True)
        shown = [line.split()[1:] for line in lines if line.startswith("persync ")]
        command = shown[-1] if shown else command
        run(
            "".join(line for line in lines if not line.startswith("persync ")),
            installation,
        )
    ended = installation.run(*command)
    found = FOUND.findall(ended.out + ended.err)
    return [(severity, POLICY if rule.startswith(RULE_PREFIX) else rule) for severity, rule in found]


def run(script: str, installation: Installation) -> None:
    """Run a script, and take over the variables that it exports."""
    done = subprocess.run(  # noqa: S603 - what our own page shows
        ["bash", "-p", "-e", "-c", f"{script}\nenv -0 >.environment"],  # noqa: S607 - the shell on PATH
        cwd=installation.folder,
        env={**os.environ, "HOME": str(installation.folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    variables = (installation.folder / ".environment").read_text(encoding="utf-8").split("\0")
    for name, _, value in (variable.partition("=") for variable in variables):
        if name and name not in os.environ and name not in {"HOME", "_", "SHLVL", "PWD", "OLDPWD"}:
            installation.monkeypatch.setenv(name, value)
    (installation.folder / ".environment").unlink()
