"""ignoreChanges: of a document, the defaults, an overlay, an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persync.config.fmt.format import formatted
from persync.errors import InvalidConfig

if TYPE_CHECKING:
    from .conftest import Folder

SETTINGS = """\
version: 1
defaults: {ignoreChanges: [appVersion]}
environments:
  e:
    url: 'sandbox:'
    overlays: [overlays]
    ignoreChanges:
      - {persisters: ['iot/*'], properties: [appConfig.a]}
      - {properties: ['deployerConfig.**']}
"""


@pytest.mark.parametrize(
    ("document", "overlay", "expected"),
    [
        ("", "", ["appVersion"]),
        ("ignoreChanges: [appConfig.b, 'appConfig.c*']\n", "", ["appConfig.b", "appConfig.c*"]),
        ("ignoreChanges: []\n", "", []),
        ("ignoreChanges: [appConfig.b]\n", "ignoreChanges: [appConfig.c]\n", ["appConfig.c"]),
        ("ignoreChanges: [appConfig.b]\n", "ignoreChanges: ~\n", []),
        ("ignoreChanges: [appConfig.b]\n", "appConfig: {x: 1}\n", ["appConfig.b"]),
    ],
)
def test_a_list_replaces_that_of_the_layer_below(
    folder: Folder, document: str, overlay: str, expected: list[str]
) -> None:
    folder.write(
        {
            "persync.yaml": SETTINGS,
            "persisters/a.yaml": f"project: iot\neventType: a\n{document}",
            "persisters/b.yaml": "eventType: b\n",
            "overlays/a.yaml": f"project: iot\neventType: a\n{overlay}",
        }
    )
    other, iot = folder.load("e").persisters
    assert [glob.text for glob in other.ignored] == ["appVersion", "deployerConfig.**"]
    assert [glob.text for glob in iot.ignored] == [*expected, "appConfig.a", "deployerConfig.**"]
    assert folder.positions("e") == []


def test_an_entry_has_its_position(folder: Folder) -> None:
    folder.write({"persisters/a.yaml": "eventType: a\nignoreChanges:\n  - appVersion\n  - '**.b'\n"})
    [persister] = folder.load().persisters
    assert [(glob.text, str(glob.span)) for glob in persister.ignored] == [
        ("appVersion", "persisters/a.yaml:3:5"),
        ("**.b", "persisters/a.yaml:4:5"),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("appVersion", ["2:16 wrong-type: ignoreChanges must be a list"]),
        ("{a: b}", ["2:16 wrong-type: ignoreChanges must be a list"]),
        ("~", ["2:16 null-value: the value is missing or null"]),
        ("[[a]]", ["2:17 wrong-type: an entry of ignoreChanges must be a text"]),
        (
            "[appVersion, state, '', 'a${{ vars.x }}']",
            [
                "2:29 invalid-glob: 'state' of ignoreChanges is no property",
                "2:36 invalid-glob: an empty entry of ignoreChanges has an empty element or a bracket that is not"
                " closed",
                "2:40 invalid-glob: 'a${{ vars.x }}' of ignoreChanges holds a reference",
            ],
        ),
        (
            "[appConfig.eventstore.batchSizes]",
            ["2:17 near-miss: eventstore.batchSizes is not in the catalogue of properties"],
        ),
        (
            "[appConfig.spring.datasource]",
            [
                "2:17 group-value: appConfig.spring.datasource is no property, but a group of them, and"
                " ignoreChanges names properties"
            ],
        ),
        (f"[{'appVersion, ' * 201}]", ["2:16 invalid-value: ignoreChanges has more than 200 entries"]),
        ("[appConfig.eventstore.batch-size, deployerConfig.my.own, 'appConfig.eventstor.**']", []),
    ],
)
def test_what_is_wrong_with_it(folder: Folder, written: str, expected: list[str]) -> None:
    folder.write({"persisters/a.yaml": f"eventType: a\nignoreChanges: {written}\n"})
    found = folder.load().findings
    assert [f"{each.span.line}:{each.span.column} {each.rule}: {each.message}" for each in found] == expected


def test_a_known_property_is_not_misspelt(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\nknownProperties: [appConfig.eventstore.batchSizes]\n",
            "persisters/a.yaml": "eventType: a\nignoreChanges: [appConfig.eventstore.batchSizes]\n",
        }
    )
    assert folder.positions() == []


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("iot/*", "patterns are matched with project/event-type, such as 'webtracking/*'"),
        ("Global/*", "names are case-sensitive; there is 'global/*'"),
        ("globl/a", "did you mean 'global/a'?"),
    ],
)
def test_a_selector_that_selects_nothing(folder: Folder, selector: str, hint: str) -> None:
    settings = SETTINGS.replace("iot/*", selector)
    folder.write({"persync.yaml": settings, "persisters/a.yaml": "eventType: a\n", "overlays/a.yaml": "eventType: a\n"})
    assert [(str(each.span), each.rule, each.message, each.hint) for each in folder.load("e").findings] == [
        (
            "persync.yaml:8:23",
            "unknown-persister",
            f"no persister matches '{selector}'",
            hint,
        )
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{persisters: [a]}", "8:9 missing-field"),
        ("{properties: []}", "8:22 invalid-value"),
        ("{properties: [appConfig]}", "8:23 invalid-glob"),
        ("{persisters: [], properties: [appVersion]}", "8:22 invalid-value"),
        ("{properties: [appVersion], state: x}", "8:36 unknown-field"),
        (f"{{persisters: [{'a, ' * 201}], properties: [appVersion]}}", "8:7 invalid-value"),
    ],
)
def test_what_is_wrong_in_an_environment(folder: Folder, entry: str, expected: str) -> None:
    head = SETTINGS.partition("      - {persisters")[0]
    folder.write({"persync.yaml": f"{head}      - {entry}\n"})
    with pytest.raises(InvalidConfig) as raised:
        folder.load("e")
    assert [f"{each.span.line}:{each.span.column} {each.rule}" for each in raised.value.findings] == [expected]


def test_the_canonical_form_has_it_last() -> None:
    text = b"ignoreChanges:\n- appConfig.b\neventType: a\nappConfig: {b: 1}\n"
    assert formatted(text, "a.yaml").data == b"eventType: a\nappConfig: {b: 1}\nignoreChanges:\n  - appConfig.b\n"
