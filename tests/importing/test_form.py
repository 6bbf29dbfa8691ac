"""The form of what import writes: by the key and the value, not by what else is in the file."""

from __future__ import annotations

import pytest
import yaml

from persync.config.fmt.write import exact, tree_lines
from persync.importing.nesting import nested
from persync.model import Section
from persync.properties.catalogue import identify

APP = {
    "eventstore.tableName": {"eventstore": {"tableName": "x"}},
    "spring.datasource.password": {"spring.datasource": {"password": "x"}},
    "spring.datasource.hikari.minimumIdle": {"spring.datasource": {"hikari": {"minimumIdle": "x"}}},
    "spring.cloud.stream.bindings.input.consumer.concurrency": {
        "spring.cloud.stream.bindings.input.consumer": {"concurrency": "x"}
    },
    "spring.cloud.stream.kafka.binder.configuration.max.poll.records": {
        "spring.cloud.stream.kafka.binder": {"configuration": {"max.poll.records": "x"}}
    },
    "spring.sleuth.enabled": {"spring.sleuth.enabled": "x"},
    "my.own.property": {"my.own.property": "x"},
}
DEPLOYER = {
    "kubernetes.limits.cpu": {"kubernetes": {"limits": {"cpu": "x"}}},
    "kubernetes.deployment.nodeSelector": {"kubernetes": {"deployment.nodeSelector": "x"}},
    "kubernetes.unknown": {"kubernetes": {"unknown": "x"}},
    "count": {"count": "x"},
}


@pytest.mark.parametrize(
    ("section", "key", "expected"),
    [
        *((Section.APP, key, tree) for key, tree in APP.items()),
        *((Section.DEPLOYER, key, tree) for key, tree in DEPLOYER.items()),
    ],
)
def test_a_property_is_nested_by_its_key_whatever_is_beside_it(
    section: Section, key: str, expected: dict[str, object]
) -> None:
    alone = nested(section, [(identify(section, key), "x")])
    assert alone == expected
    together = nested(
        section, [(identify(section, each), "x") for each in (APP if section is Section.APP else DEPLOYER)]
    )
    assert _holds(together, expected)


def _holds(tree: object, part: object) -> bool:
    if isinstance(tree, dict) and isinstance(part, dict):
        return all(key in tree and _holds(tree[key], value) for key, value in part.items())
    return tree == part


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("1.10", '"1.10"'),
        ("2", '"2"'),
        ("1e3", '"1e3"'),
        ("0x1f", '"0x1f"'),
        ("2024-01-31", '"2024-01-31"'),
        ("2024-13-31", '"2024-13-31"'),
        ("1_0", '"1_0"'),
        ("true", '"true"'),
        ("1.10.2", "1.10.2"),
        ("1.10-rc1", "1.10-rc1"),
        ("latest", "latest"),
        ("${{ vars.version }}", "${{ vars.version }}"),
        ("~", "'~'"),
        ("a: b", "'a: b'"),
    ],
)
def test_a_version_is_a_text_to_every_reader(version: str, written: str) -> None:
    [line] = tree_lines({"appVersion": exact(version)})
    assert line == f"appVersion: {written}"
    assert yaml.safe_load(line) == {"appVersion": version}
