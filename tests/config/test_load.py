"""What persisters the documents of a configuration make, and what is found in them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persync.config.load import Configuration
from persync.model import Persister, PersisterId, Property, RunState, Section, SourceText, Span
from persync.properties.catalogue import identify

from .strategies import almost_documents, dotted_keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from .conftest import Folder

WITH_DEV = "version: 1\nenvironments:\n  dev:\n    url: 'sandbox:'\n    overlays: [overlays/dev]\n"


def texts(persister: Persister, section: Section = Section.APP) -> dict[str, str]:
    return {prop.key.source: prop.text for prop in persister.properties[section]}


def app(key: str, text: str, span: Span, secrets: tuple[str, ...] = ()) -> Property:
    return Property(text, span, secrets, key=identify(Section.APP, key))


def deployer(key: str, text: str, span: Span, secrets: tuple[str, ...] = ()) -> Property:
    return Property(text, span, secrets, key=identify(Section.DEPLOYER, key))


def only(repository: Configuration) -> Persister:
    assert repository.findings == ()
    (persister,) = repository.persisters
    return persister


def test_a_persister(folder: Folder) -> None:
    folder.write(
        {
            "persisters/a.yaml": "project: web\neventType: clicks\nstate: RUNNING\nappVersion: 1.10\n"
            "appConfig:\n  eventstore: {batchSize: 500}\ndeployerConfig:\n  kubernetes.limits.cpu: 700m\n"
        }
    )
    file = "persisters/a.yaml"
    assert folder.load() == Configuration(
        (
            Persister(
                id=PersisterId("web", "clicks", "pg"),
                span=Span(file, 1, 1),
                state=RunState.RUNNING,
                app_version=SourceText("1.10", Span(file, 4, 13)),
                properties=MappingProxyType(
                    {
                        Section.APP: (app("eventstore.batchSize", "500", Span(file, 6, 27)),),
                        Section.DEPLOYER: (deployer("kubernetes.limits.cpu", "700m", Span(file, 8, 26)),),
                    }
                ),
            ),
        ),
        (),
    )


def test_the_least_that_a_persister_says(folder: Folder) -> None:
    persister = only(folder.write({"persisters/a.yaml": "eventType: clicks\n"}).load())
    assert (persister.id, persister.state, persister.app_version) == (PersisterId("global", "clicks", "pg"), None, None)
    assert persister.properties == {Section.APP: (), Section.DEPLOYER: ()}


def test_a_live_segment_persister(folder: Folder) -> None:
    folder.write({"persisters/a.yaml": "eventType: s\neventstore: live-segment\nconfig: {tasksMax: 2}\n"})
    persister = only(folder.load())
    assert (persister.id.eventstore, texts(persister, Section.LIVE_SEGMENT)) == ("live-segment", {"tasksMax": "2"})


@pytest.mark.parametrize(
    ("section", "written", "expected"),
    [
        (Section.APP, "{a: {b: 1, c.d: no}}", {"a.b": "1", "a.c.d": "no"}),
        (Section.APP, "{a: {'[b.c]': 1}}", {"a[b.c]": "1"}),
        (Section.APP, "{a: [x, {b: y}], c: [], d: {}}", {"a[0]": "x", "a[1].b": "y", "c": ""}),
        (Section.APP, "{a: ''}", {"a": ""}),
        (
            Section.DEPLOYER,
            "{kubernetes: {podSecurityContext: {runAsUser: 0400}}}",
            {"kubernetes.podSecurityContext": "{runAsUser: 0400}"},
        ),
        (Section.DEPLOYER, "{kubernetes: {my: {}, volumes: []}}", {"kubernetes.volumes": "[]"}),
        (Section.DEPLOYER, "{kubernetes.deploymentLabels: {a: b}}", {"kubernetes.deploymentLabels": "a:b"}),
        (
            Section.DEPLOYER,
            "{kubernetes.environmentVariables: {A: 'x,y'}}",
            {"kubernetes.environmentVariables": ",A='x,y'"},
        ),
        (Section.DEPLOYER, "{kubernetes.containerPorts: [8080]}", {"kubernetes.containerPorts": "8080"}),
    ],
)
def test_what_a_section_says(folder: Folder, section: Section, written: str, expected: dict[str, str]) -> None:
    folder.write({"persisters/a.yaml": f"eventType: e\n{section}: {written}\n"})
    assert texts(only(folder.load()), section) == expected


def test_an_empty_map_sets_nothing_and_that_is_said(folder: Folder) -> None:
    written = "volumes: {}, podAnnotations: {}, podSecurityContext: {}, hostNetwork: {}, limits: {}"
    document = f"eventType: e\ndeployerConfig: {{kubernetes: {{{written}}}}}"
    folder.write({"persync.yaml": WITH_DEV, "persisters/a.yaml": document})
    file = "persisters/a.yaml"
    assert folder.positions() == [f"{file}:2:{column} empty-map" for column in (40, 60, 84, 101)]
    assert [finding.hint for finding in folder.load().findings] == [
        "write [] for an empty list",
        'write "" for an empty text',
        'write "" for an empty text',
        "remove the line, or give it a value",
    ]
    folder.load().check()
    folder.write({"persisters/a.yaml": "eventType: e", "overlays/dev/a.yaml": document})
    assert folder.positions("dev") == []


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        ("appConfig:", "remove the line, or write {} for an empty map"),
        ("appVersion:", "remove the line, or give it a value"),
        ("appConfig: {a: ~}", 'remove the line, or write "" for an empty text'),
        ("ignoreChanges:", "remove the line, or write [] for an empty list"),
    ],
)
def test_what_to_write_in_place_of_a_null(folder: Folder, document: str, hint: str) -> None:
    folder.write({"persisters/a.yaml": f"eventType: e\n{document}\n"})
    assert [finding.hint for finding in folder.load().findings] == [hint]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("eventType: e\nappConfig: {a: ~}", ["2:16 null-value"]),
        ("eventType: e\nstate:\n", ["2:7 null-value"]),
        ("eventType: e\nappConfig: {a: [~]}", ["2:17 null-value"]),
        (
            "eventType: e\ndeployerConfig: {kubernetes.volumes: [{name: ~}, null]}",
            ["2:46 null-value", "2:50 null-value"],
        ),
        ("eventType: e\ndeployerConfig: {kubernetes.volumes: [{name:'a'}]}", ["2:40 missing-space"]),
        ("eventType: e\nappConfig: {a.b: 1, a: {B: 2}}", ["2:25 duplicate-key"]),
        ("eventType: e\nappConfig: {a: [1], A: 2}", ["2:21 duplicate-key"]),
        ("eventType: e\nappConfig: {A: 2, a: [1]}", ["2:19 duplicate-key"]),
        ("eventType: e\nappConfig: {a: [1], 'a[0]': 2}", ["2:21 duplicate-key"]),
        ("eventType: e\nappConfig: {.a: 1, '': 2}", ["2:13 empty-key", "2:20 empty-key"]),
        ("eventType: e\nappConfig: {'${{ vars.x }}': 1}", ["2:13 variable-in-key"]),
        ("eventType: e\ndeployerConfig: {kubernetes.volumes: [{'${{ vars.x }}': 1}]}", ["2:40 variable-in-key"]),
        ("eventType: e\ndeployerConfig: {count: [1]}", ["2:25 list-value"]),
        ("eventType: e\nappConfig: {eventstore: {batch-size: [1]}}", ["2:38 list-value"]),
        ("eventType: e\nappConfig: {spring.cloud.kubernetes.secrets.paths: [/a]}", []),
        ("eventType: e\ndeployerConfig: {kubernetes.podAnnotations: {a: 'b,c'}}", ["2:49 inexpressible-value"]),
        (
            "eventType: e\ndeployerConfig: {kubernetes: {environmentVariables: {a.b: 'x,y', C: it's, D: 1, E: [x]}}}",
            ["2:54 inexpressible-value", "2:69 inexpressible-value", "2:84 inexpressible-value"],
        ),
        (
            "eventType: e\ndeployerConfig: {kubernetes.containerPorts: [[1], 80, [2]]}",
            ["2:46 inexpressible-value", "2:55 inexpressible-value"],
        ),
        ("eventType: e\ndeployerConfig: {kubernetes.containerPorts: [[1]]}", ["2:46 inexpressible-value"]),
        ("project: p\nappConfig: {eventstore.batchSize: x}", ["1:1 missing-field", "2:35 invalid-value"]),
        ("eventType: [e]\nappConfig: {eventstore.batchSize: x}", ["1:12 wrong-type", "2:35 invalid-value"]),
        (
            "eventstore: live-segment\nconfig: {tasksMax: x}\n---\nappConfig: {eventstore.batchSize: x}",
            ["1:1 missing-field", "2:20 invalid-value", "4:1 missing-field", "4:35 invalid-value"],
        ),
        (
            "eventType: e\nappConfig: {eventstore.batchSize: x}\n---\n"
            "eventType: e\nappConfig: {eventstore.batchSize: y}",
            ["2:35 invalid-value", "4:1 duplicate-persister", "5:35 invalid-value"],
        ),
        ("eventType: e\nappConfig: {a: '${{ vars.x }}'}", ["2:16 variable"]),
        ("eventType: e\ndeployerConfig: {kubernetes.limits.cpu: '${{ env.X }}'}", ["2:41 unset-variable"]),
        ("eventType: e\ndeployerConfig: {count: 'x${{ vars.x }}'}", ["2:25 variable"]),
        (
            "eventType: e\n"
            "deployerConfig: {kubernetes: {volumes: [{name: '${{ env.X }}'}], volumeMounts: [{name: v}]}}",
            ["2:48 unset-variable"],
        ),
        ("eventType: e\nappConfig: {my.password: '${{ env.X }}'}", ["2:26 unset-variable"]),
        ("eventType: e\nproject: '${{ env.X }}'\n---\neventType: e", ["2:10 variable"]),
        ("eventType: e-${{ secret.SOME_LONG_NAME }}", ["1:12 variable"]),
        ("eventType: e\neventstore: '${{ env.X }}'\nconfig: {}", ["2:13 variable"]),
        ("eventType: e\nappVersion: '${{ env.X }}'", ["2:13 unset-variable"]),
        ("eventType: e\nstate: '${{ secret.X }}'", ["2:8 variable"]),
        ("eventType: e\nstate: '$${{ x }}'", ["2:8 invalid-value"]),
        ("eventType: '${{ env.X }}'\nstate: '${{ env.X }}'\n", ["1:12 variable", "2:8 unset-variable"]),
        ("eventTypo: e", ["1:1 unknown-field"]),
        ("eventtype: e", ["1:1 unknown-field"]),
        ("eventType: ~", ["1:12 null-value"]),
        ("project: p\nother: e", ["1:1 missing-field", "2:1 unknown-field"]),
        ("eventType: e_e", ["1:12 invalid-value"]),
        ("eventType: [e]", ["1:12 wrong-type"]),
        ("eventType: e\nproject: 'a b'", ["2:10 invalid-value"]),
        ("eventType: e\nstate: running", ["2:8 invalid-value"]),
        ("eventType: e\nappConfig: x", ["2:12 wrong-type"]),
        ("eventType: e\nappConfig: [x]", ["2:12 wrong-type"]),
        ("eventType: e\nconfig: {}", ["2:1 misplaced-field"]),
        (
            "eventType: e\neventstore: live-segment\nappVersion: 1\nappConfig: {}",
            ["3:1 misplaced-field", "4:1 misplaced-field"],
        ),
        ("eventType: e\n---\nproject: global\neventType: e", ["3:1 duplicate-persister"]),
        ("eventType: e\n---\neventType: E", ["3:1 event-type-case"]),
        ("- a", ["1:1 not-a-map"]),
        ("a: [", ["1:5 yaml-syntax"]),
    ],
)
def test_what_is_wrong_in_a_document(folder: Folder, document: str, expected: list[str]) -> None:
    folder.write({"persisters/a.yaml": document})
    assert folder.positions() == [f"persisters/a.yaml:{place}" for place in expected]


def test_variables(folder: Folder) -> None:
    folder.write(
        {
            "persync.yaml": "version: 1\nenvironments:\n"
            "  dev: {url: 'sandbox:', variables: {size: 1.10, n: 1, injected: '[a, {b: c}]'}}\n",
            "persisters/a.yaml": "eventType: 'a-${{ vars.n }}'\nappVersion: ${{ secret.V }}\n"
            "appConfig: {a: '${{ vars.size }}', b: '${{ secret.S }}', c: '${spring}',\n"
            " d: '${{ env.D }}', e: '${{ env.S }}'}\n"
            "deployerConfig:\n  kubernetes.volumes:\n    - name: v\n      nfs:\n"
            "        server: ${{ vars.size }}\n        path: ${{ vars.injected }}${{ secret.S }}\n",
        }
    )
    persister = only(folder.load("dev", {"PERSYNC_VAR_D": "d", "S": "s3", "V": "7"}))
    file = "persisters/a.yaml"
    assert persister.id.event_type == "a-1"
    assert persister.app_version == SourceText("7", Span(file, 2, 13), ("7",))
    assert persister.properties == {
        Section.APP: (
            app("a", "1.10", Span(file, 3, 16)),
            app("b", "s3", Span(file, 3, 39), ("s3",)),
            app("c", "${spring}", Span(file, 3, 61)),
            app("d", "d", Span(file, 4, 5)),
            app("e", "s3", Span(file, 4, 24), ("s3",)),
        ),
        Section.DEPLOYER: (
            deployer(
                "kubernetes.volumes",
                "[{name: v, nfs: {server: 1.10, path: '[a, {b: c}]s3'}}]",
                Span(file, 7, 5),
                ("s3",),
            ),
        ),
    }


@given(data=st.binary(max_size=60) | almost_documents, overlay=almost_documents)
def test_loading_is_total(folder: Folder, data: bytes, overlay: bytes) -> None:
    folder.write({"persync.yaml": WITH_DEV, "persisters/a.yaml": data, "overlays/dev/a.yaml": overlay})
    assert isinstance(folder.load("dev"), Configuration)


@given(st.dictionaries(dotted_keys, st.sampled_from(["1", "no", "x y"]), min_size=1, max_size=6), st.randoms())
def test_the_order_of_files_and_keys_does_not_matter(folder: Folder, config: Mapping[str, str], random: Random) -> None:
    def written(order: list[str], files: list[str]) -> set[tuple[PersisterId, frozenset[tuple[str, str]]]]:
        app = "".join(f"  {key}: {config[key]}\n" for key in order)
        folder.write(
            {f"persisters/{file}.yaml": f"eventType: e{number}\nappConfig:\n{app}" for number, file in enumerate(files)}
        )
        repository = folder.load()
        return {
            (persister.id, frozenset((prop.key.source, prop.text) for prop in persister.properties[Section.APP]))
            for persister in repository.persisters
        }

    shuffled = random.sample(list(config), len(config))
    same_form = {"".join(c for c in key.lower() if c.isalnum() or c == ".") for key in config}
    if len(same_form) == len(config):
        assert written(list(config), ["a", "b"]) == written(shuffled, ["b", "a"])


@given(dotted_keys)
def test_nested_and_dotted_mean_the_same(folder: Folder, key: str) -> None:
    nested = "x"
    for element in reversed(key.split(".")):
        nested = f"{{{element}: {nested}}}"
    folder.write({"persisters/a.yaml": f"eventType: a\nappConfig: {nested}\n"})
    assert texts(only(folder.load())) == {key: "x"}
    folder.write({"persisters/a.yaml": f"eventType: a\nappConfig: {{{key}: x}}\n"})
    assert texts(only(folder.load())) == {key: "x"}
