"""The layers of a persister: the defaults below it, the overlays above it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persync.model import PersisterId, RunState, Section, SourceText, Span

from .test_load import WITH_DEV, app, only, texts

if TYPE_CHECKING:
    from .conftest import Folder


def test_defaults_lie_under_every_persister(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\ndefaults:\n  project: web\n  state: RUNNING\n  appVersion: 2\n"
            "  appConfig: {a: {batch-size: 1, b: 2}, l: [1, 2]}\n"
            "  deployerConfig: {count: 2}\n  config: {tasksMax: 3}\n",
            "persisters/a.yaml": "eventType: a\nappConfig: {a.batchSize: 9, l: [3]}\n",
            "persisters/b.yaml": "eventType: b\neventstore: live-segment\nproject: other\nstate: STOPPED\n",
        }
    )
    other, web = folder.load().persisters
    assert (other.id, other.state, other.app_version) == (
        PersisterId("other", "b", "live-segment"),
        RunState.STOPPED,
        None,
    )
    assert texts(other, Section.LIVE_SEGMENT) == {"tasksMax": "3"}
    assert (web.id, web.state) == (PersisterId("web", "a", "pg"), RunState.RUNNING)
    assert web.app_version == SourceText("2", Span("persync.yaml", 5, 15))
    assert texts(web) == {"a.batchSize": "9", "a.b": "2", "l[0]": "3"}
    assert texts(web, Section.DEPLOYER) == {"count": "2"}
    assert folder.positions() == []


def test_the_event_store_may_come_from_the_defaults(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\ndefaults: {eventstore: live-segment}\n",
            "persisters/a.yaml": "eventType: a\nconfig: {}\n",
            "persisters/b.yaml": "eventType: b\nappConfig: {}\n",
        }
    )
    assert folder.positions() == ["persisters/b.yaml:2:1 misplaced-field"]


def test_what_is_wrong_in_the_defaults_is_said_once(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\ndefaults:\n  appConfig: {a: '${{ vars.x }}', eventstore.batchSize: x, b: ~}\n",
            "persisters/a.yaml": "eventType: a\n---\neventType: b\n",
        }
    )
    assert folder.positions() == [
        "persync.yaml:3:18 variable",
        "persync.yaml:3:57 invalid-value",
        "persync.yaml:3:63 null-value",
    ]


def test_a_variable_under_a_value_that_is_replaced_harms_nobody(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\ndefaults:\n  state: '${{ vars.s }}'\n  appConfig: {a: '${{ vars.x }}'}\n"
            "environments: {dev: {url: 'sandbox:', variables: {s: STOPPED}}}",
            "persisters/a.yaml": "eventType: a\nappConfig: {a: 1}\n",
        }
    )
    assert only(folder.load("dev")).state is RunState.STOPPED


def test_overlays(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": WITH_DEV.replace("[overlays/dev]", "[overlays/dev, overlays/more]"),
            "persisters/a.yaml": "eventType: a\nstate: RUNNING\nappVersion: 1\n"
            "appConfig: {a: {x-y: 1, z: 2}, b: 3, l: [1, 2]}\n"
            "deployerConfig:\n  kubernetes:\n    limits: {cpu: 1, memory: 1Gi}\n"
            "    podSecurityContext: {runAsUser: 1, fsGroup: 2}\n    podAnnotations: {a: b}\n"
            "    volumes: [{name: v}]\n",
            "overlays/dev/a.yaml": "eventType: a\nstate: ~\nappVersion: null\nappConfig: {a.xY: 9, a: {z: }, l: [3]}\n"
            "deployerConfig:\n  kubernetes:\n    limits: ~\n    podSecurityContext: {runAsUser: ~, new: {n: ~}}\n"
            "    podAnnotations: {a: ~}\n    volumes: [{name: w}]\n    initContainer: {x: 1, y: ~}\n",
            "overlays/more/a.yaml": "eventType: a\nappConfig: {b: 4}\n",
        }
    )
    (persister,) = folder.load("dev").persisters
    assert folder.positions("dev") == [
        "overlays/dev/a.yaml:8:40 unknown-field",
        "overlays/dev/a.yaml:11:5 newer-deployer",
    ]
    assert (persister.span, persister.state, persister.app_version) == (Span("persisters/a.yaml", 1, 1), None, None)
    assert persister.properties[Section.APP] == (
        app("a.xY", "9", Span("overlays/dev/a.yaml", 4, 19)),
        app("b", "4", Span("overlays/more/a.yaml", 2, 16)),
        app("l[0]", "3", Span("overlays/dev/a.yaml", 4, 36)),
    )
    assert texts(persister, Section.DEPLOYER) == {
        "kubernetes.podSecurityContext": "{fsGroup: 2, new: {}}",
        "kubernetes.volumes": "[{name: w}]",
        "kubernetes.initContainer": "{x: 1}",
    }
    assert texts(only(folder.load()))["b"] == "3"


def test_an_overlay_can_remove_a_whole_section(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": WITH_DEV,
            "persisters/a.yaml": "eventType: a\nappConfig: {a: 1}\n",
            "overlays/dev/a.yaml": "eventType: a\nappConfig: ~\n",
        }
    )
    assert texts(only(folder.load("dev"))) == {}


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("eventType: b\n", ["1:1 unknown-persister"]),
        ("eventType: a\n---\neventType: a\n", ["3:1 duplicate-persister"]),
        ("eventType: ~\n", ["1:12 null-value"]),
        ("eventType: a\ndeployerConfig: {kubernetes.volumes: [{name: ~}]}\n", ["2:46 null-value"]),
        ("eventType: a\nappConfig: {a.b: ~, a: {B: 1}}\n", ["2:25 duplicate-key"]),
        ("eventType: a\nappConfig: {a.b: 1, a: {B: ~}}\n", ["2:25 duplicate-key"]),
        ("appConfig: [", ["1:13 yaml-syntax"]),
    ],
)
def test_what_is_wrong_in_an_overlay(folder: Folder, overlay: str, expected: list[str]) -> None:
    folder.write({"persync.yaml": WITH_DEV, "persisters/a.yaml": "eventType: a\n", "overlays/dev/a.yaml": overlay})
    assert folder.positions("dev") == [f"overlays/dev/a.yaml:{place}" for place in expected]
    assert folder.positions() == []


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        ("eventType: b\n{}", ["1:1 unknown-persister", "2:25 invalid-value"]),
        ("eventType: a\n---\neventType: a\n{}", ["3:1 duplicate-persister", "4:25 invalid-value"]),
        ("project: global\n{}", ["1:1 missing-field", "2:25 invalid-value"]),
        ("project: '${{ env.X }}'\neventType: a\n{}", ["1:10 variable", "3:25 invalid-value"]),
    ],
)
def test_an_overlay_that_is_laid_over_nothing_is_looked_at(folder: Folder, overlay: str, expected: list[str]) -> None:
    # no finding about what it mounts and requests: that depends on the layers below
    values = "deployerConfig: {count: x, kubernetes: {requests.cpu: 2, volumeMounts: [{name: v}], volumes: ~}}\n"
    folder.write(
        {
            "persync.yaml": WITH_DEV + "defaults: {deployerConfig: {kubernetes.limits.cpu: 1}}\n",
            "persisters/a.yaml": "eventType: a\n",
            "overlays/dev/a.yaml": overlay.replace("{}", values),
        }
    )
    assert folder.positions("dev") == [f"overlays/dev/a.yaml:{place}" for place in expected]


def test_a_second_document_is_looked_at_under_its_overlays(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": WITH_DEV,
            "persisters/a.yaml": "eventType: a\n---\n"
            "eventType: a\nappConfig: {eventstore.batchSize: '${{ vars.x }}'}\n",
            "overlays/dev/a.yaml": "eventType: a\nappConfig: {eventstore.batchSize: 5}\n",
        }
    )
    assert folder.positions("dev") == ["persisters/a.yaml:3:1 duplicate-persister"]


def test_where_a_file_is_broken_its_persisters_are_not_missed(folder: Folder) -> None:
    folder.write(
        {"persync.yaml": WITH_DEV, "persisters/a.yaml": "eventType: [", "overlays/dev/a.yaml": "eventType: a\n"}
    )
    assert folder.positions("dev") == ["persisters/a.yaml:1:13 yaml-syntax"]


def test_overlays_below_the_persisters_are_no_persisters(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": WITH_DEV.replace("overlays/dev", "persisters/overlays") + "persisters: [persisters]\n",
            "persisters/a.yaml": "eventType: a\n",
            "persisters/overlays/a.yaml": "eventType: a\nstate: STOPPED\n",
        }
    )
    assert (only(folder.load()).state, only(folder.load("dev")).state) == (None, RunState.STOPPED)


def test_a_missing_overlay_folder(folder: Folder) -> None:
    folder.write({"persync.yaml": WITH_DEV, "persisters/a.yaml": "eventType: a\n"})
    assert folder.positions("dev") == ["persync.yaml:5:16 missing-file"]


@pytest.mark.parametrize(
    ("overlay", "hint"),
    [
        ("eventType: Clicks\n", "names are case-sensitive; there is 'global/clicks'"),
        ("eventType: clicsk\n", "did you mean 'global/clicks'?"),
        ("eventType: clicks\nproject: web\n", "did you mean 'global/clicks'?"),
        ("eventType: live\n", "there is one with 'eventstore: live-segment'"),
        ("eventType: nothing\n", ""),
    ],
)
def test_what_an_overlay_without_a_persister_was_meant_for(folder: Folder, overlay: str, hint: str) -> None:
    persisters = "eventType: clicks\n---\neventType: live\neventstore: live-segment\n"
    folder.write({"persync.yaml": WITH_DEV, "persisters/a.yaml": persisters, "overlays/dev/a.yaml": overlay})
    [found] = folder.load("dev").findings
    assert (found.rule, found.hint) == ("unknown-persister", hint)
