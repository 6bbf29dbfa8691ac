"""How the files are laid out, how keys are nested and spelled, and how many workers there are: all the same."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.laws import strategies as some
from tests.laws.conftest import UNSHRUNK, Install

Layouts = tuple[list[some.DesiredPersister], list[dict[str, str]], dict[str, Any]]

_PLACE = re.compile(r"  (?:persisters/\S+)?:\d+(?::\d+)?$", re.MULTILINE)


def layouts(*, relaxed: bool, twice: bool = True) -> st.SearchStrategy[Layouts]:
    """Persisters, two layouts of the files that want them, and an installation, with keys there ``twice`` or not."""

    @st.composite
    def made(draw: st.DrawFn) -> Layouts:
        persisters = draw(some.repositories())
        two = [draw(some.layouts(persisters)), draw(some.layouts(persisters, relaxed=relaxed))]
        return persisters, two, draw(some.installations(persisters, twice=twice))

    return made()


def plans(install: Install, description: dict[str, Any], files: dict[str, str], *commands: str) -> list[str]:
    """Return what each command line shows, without the address of the sandbox."""
    with install(description, files) as installation:
        assert installation.server is not None
        shown = []
        for command in commands:
            ended = installation.run(*command.split())
            assert ended.code in {0, 2}, ended.out + ended.err
            shown.append(ended.out.replace(installation.server.url, "URL"))
        return shown


@settings(max_examples=15, phases=UNSHRUNK)
@given(layouts(relaxed=False))
def test_neither_order_nor_nesting_matters(install: Install, made: Layouts) -> None:
    _, (one, other), description = made
    plan_of_one = plans(install, description, one, "plan")[0]
    assert _PLACE.sub("", plans(install, description, other, "plan")[0]) == _PLACE.sub("", plan_of_one)


def _documented(persisters: list[some.DesiredPersister], plan: str) -> list[str]:
    """Return the lines of a plan, sorted within each block, with every key in its documented spelling.

    A plan names a property as its file spells it, and sorts by these names.
    """
    spelled = {
        re.sub("[^a-z0-9.[]", "", f"{setting.section}.{setting.key}".lower()): f"{setting.section}.{setting.key}"
        for persister in persisters
        for setting in persister.settings
    }

    def documented(line: str) -> str:
        mark, name = line[:6], line[6:].partition(": ")[0]
        plain = re.sub("[^a-z0-9.[]", "", name.lower())
        for form, key in sorted(spelled.items(), reverse=True):  # the longest of those that begin alike
            if line.startswith("    ") and plain.startswith(form):
                return mark + key + line[6 + _length(name, form) :]
        return line

    return [line for block in plan.split("\n\n") for line in sorted(map(documented, block.splitlines()))]


def _length(name: str, form: str) -> int:
    """Return how many characters at the beginning of ``name`` spell ``form``."""
    return next(end for end in range(len(name), -1, -1) if re.sub("[^a-z0-9.[]", "", name[:end].lower()) == form)


@settings(max_examples=25, phases=UNSHRUNK)
@given(layouts(relaxed=True, twice=False))  # of two live spellings, the one of the file is compared
def test_no_relaxed_spelling_matters(install: Install, made: Layouts) -> None:
    persisters, (one, other), description = made
    plan_of_one = _PLACE.sub("", plans(install, description, one, "plan")[0])
    plan_of_other = _PLACE.sub("", plans(install, description, other, "plan")[0])
    assert _documented(persisters, plan_of_other) == _documented(persisters, plan_of_one)


@settings(max_examples=15, phases=UNSHRUNK)
@given(layouts(relaxed=True))
def test_a_plan_is_the_same_every_time(install: Install, made: Layouts) -> None:
    _, (files, _), description = made
    commands = ["plan", "plan", "plan --parallelism 1", "plan --parallelism 10", "plan --detailed-exitcode"]
    first, *others = plans(install, description, files, *commands)
    assert others == [first] * 4
