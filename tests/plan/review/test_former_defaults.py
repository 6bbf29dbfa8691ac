"""Drift to one value in most persisters is reported once, with the command that takes it over."""

from __future__ import annotations

import pytest

from persync.plan.change import PropertyChange
from persync.plan.parts.former_defaults import FormerDefault, FormerDefaults
from persync.plan.plan import Plan
from persync.plan.review.former_defaults import former_defaults, persisters_with
from persync.plan.terms import Attribution
from tests.builders import change
from tests.command_line import Installation
from tests.report.test_text import PUT, planned

URL = change("appConfig.url", "old", None, after_default=True)
SECRET = change("appConfig.password", "(sensitive)", None, after_default=True)
FOUND = FormerDefault(path="appConfig.url", value="old", persisters=3)


def plan(*changes: PropertyChange | None, in_sync: int = 0, resets: bool = False) -> Plan:
    persisters = [
        planned(f"p{n}", PUT, changes=[each] if each else [], resets=resets) for n, each in enumerate(changes)
    ]
    return Plan(environment="e", url="u", persisters=tuple(persisters), in_sync=in_sync)


def labelled(label: Attribution) -> PropertyChange:
    return URL.model_copy(update={"attribution": label})


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (plan(URL, URL, URL), FormerDefaults(properties=(FOUND,), compared=3)),
        (plan(URL, URL, URL, None, in_sync=1), FormerDefaults(properties=(FOUND,), compared=5)),
        (plan(*[labelled(Attribution.DRIFT)] * 3), FormerDefaults(properties=(FOUND,), compared=3)),
        (plan(URL, URL, URL, in_sync=3), None),
        (plan(URL, URL), None),
        (plan(URL, URL, change("appConfig.url", "other", None, after_default=True)), None),
        (plan(*[change("appConfig.url", "old", "new")] * 3), None),
        (plan(*[labelled(Attribution.THIS_BRANCH)] * 3), None),
        (plan(*[labelled(Attribution.PENDING)] * 3), None),
        (plan(SECRET, SECRET, SECRET), None),
        (plan(URL, URL, URL, resets=True), None),
        (plan(), None),
    ],
)
def test_what_is_found(found: Plan, expected: FormerDefaults | None) -> None:
    assert former_defaults(found) == expected


def test_who_has_them() -> None:
    found = plan(URL, None, URL, URL, change("appConfig.url", "other", None, after_default=True), URL)
    assert (reported := former_defaults(found)) is not None
    assert sorted(pid.event_type for pid in persisters_with(found, reported)) == ["p0", "p2", "p3", "p5"]


STORED = {"spring.datasource.url": "jdbc:postgresql://grnry-pg-citus/x"}


def test_the_command_takes_them_over(installation: Installation) -> None:
    names = [f"e{number}" for number in range(4)]
    persisters = [{"project": "web", "eventType": name, "appConfig": STORED} for name in names]
    installation.serve({"persisters": [*persisters, {"project": "iot", "eventType": "x"}]})
    for name in names:
        installation.write(f"persisters/{name}.yaml", f"project: web\neventType: {name}\nappConfig: {{my.own: 1}}\n")
    installation.write("persisters/x.yaml", "project: iot\neventType: x\nappConfig: {my.own: 1}\n")
    assert installation.run("plan").out.split("\n\n")[-2] == (
        "! most persisters have this property live, with the same value, and no file has it: probably the"
        " installation's defaults have changed since these were stored:\n"
        "    appConfig.spring.datasource.url: jdbc:postgresql://grnry-pg-citus/x (4 of 5 persisters)\n"
        "  help: an apply resets them to the defaults of today\n"
        "  help: to keep the values, take over into the files what these persisters have live:"
        " persync import --update 'web/*'"
    )
    assert installation.run("import", "--update", "web/*").code == 0
    assert installation.run("plan").last_line == "Plan: 1 to change (1 update only), 4 in sync."
