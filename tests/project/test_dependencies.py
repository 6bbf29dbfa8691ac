"""The lowest versions that pyproject.toml admits are those that `make test-lowest` installs."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DIRECT = [Requirement(text) for text in (*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["sandbox"])]


def pinned(file: str) -> dict[str, Version]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): Version(version) for name, version in pairs}


@pytest.mark.parametrize("requirement", DIRECT, ids=str)
def test_the_lowest_version_is_installed(requirement: Requirement) -> None:
    [lowest] = requirement.specifier
    assert (lowest.operator, Version(lowest.version)) == (
        ">=",
        pinned("constraints-lowest.txt")[canonicalize_name(requirement.name)],
    )


@pytest.mark.parametrize("requirement", DIRECT, ids=str)
def test_the_tested_version_is_admitted(requirement: Requirement) -> None:
    assert pinned("constraints.txt")[canonicalize_name(requirement.name)] in requirement.specifier
