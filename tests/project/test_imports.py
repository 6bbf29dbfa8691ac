"""What imports what: starting is quick because most commands load little, and the contracts name every module."""

import ast
import json
import os
import pkgutil
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

import persync

ROOT = Path(__file__).parents[2]
HEAVY = ("click", "deepdiff", "jsonschema", "pydantic", "requests", "starlette", "uvicorn", "yaml")
LOADED = """
import json, sys
sys.argv = ["persync", *sys.argv[1:]]
from persync.cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


COMPLETED = {"_PERSYNC_COMPLETE": "bash_complete", "COMP_WORDS": "persync plan webtracking/ad", "COMP_CWORD": "2"}


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        (["--version"], {}, []),
        (["-V"], {}, []),
        (["--help"], {}, ["click"]),
        (["schema", "persister"], {}, ["click", "yaml"]),
        (["plan", "--help"], {}, ["click"]),
        (["apply", "--help"], {}, ["click"]),
        (["validate", "-C", "examples/quickstart"], {}, ["click", "yaml"]),
        ([], COMPLETED, ["click", "yaml"]),
    ],
)
def test_a_command_loads_what_it_needs(arguments: list[str], environ: dict[str, str], expected: list[str]) -> None:
    ran = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", LOADED, *arguments],
        env={**os.environ, **environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT / "examples/quickstart" if environ else ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    loaded = set(json.loads(ran.stderr))
    assert [name for name in HEAVY if name in loaded] == expected


@pytest.mark.parametrize("module", ["persync.harvester.client", "persync.config.load"])
def test_pydantic_is_not_imported(module: str) -> None:
    script = f"import {module}, sys; print('pydantic' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)  # noqa: S603 - our own
    assert ran.stdout == "False\n"


@pytest.mark.parametrize(
    ("contract", "field", "exceptions"),
    [
        ("the sandbox is a second opinion: it imports nothing else of persync", "forbidden_modules", {"sandbox"}),
        ("only the cli starts the sandbox", "source_modules", {"sandbox", "cli", "__main__"}),
        ("only harvester/ sends HTTP requests", "source_modules", {"harvester"}),
    ],
)
def test_a_contract_names_every_module_but_its_exceptions(contract: str, field: str, exceptions: set[str]) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    named = next(each[field] for each in contracts if each["name"] == contract)
    modules = {module.name for module in pkgutil.iter_modules(persync.__path__)}
    assert named == sorted(f"persync.{name}" for name in modules - exceptions)


LISTED = re.compile(r"^ *(\w+(?:\.py|/)) {2,}", re.MULTILINE)
"""A line about a module or a folder in the docstring of a package."""


def modules_in(paths: Iterable[Path]) -> set[str]:
    return {f"{path.parent.name}/" if path.name == "__init__.py" else path.name for path in paths}


def test_a_package_that_lists_its_modules_lists_all_of_them_and_no_others() -> None:
    wrong, packages = [], 0
    for package in (file.parent for file in (ROOT / "persync").rglob("__init__.py")):
        text = ast.get_docstring(ast.parse((package / "__init__.py").read_text(encoding="utf-8"))) or ""
        if listed := set(LISTED.findall(text)):
            packages += 1
            mine = modules_in([*package.glob("*.py"), *package.glob("*/__init__.py")]) - {f"{package.name}/"}
            wrong += [f"{package}: {name}" for name in (mine - listed) | (listed - modules_in(package.rglob("*.py")))]
    assert (wrong, packages > 5) == ([], True)
