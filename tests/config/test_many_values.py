"""Defaults multiply by the number of persisters: a few kilobytes must not become gigabytes."""

from __future__ import annotations

import pytest

from tests.config.conftest import Folder


def test_too_many_values_of_all_persisters(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persync.config.load._MOST_VALUES", 20)
    values = ", ".join(f"k{number}: 1" for number in range(10))
    folder.write({"persync.yaml": f"version: 1\ndefaults: {{appConfig: {{{values}}}}}\n"})
    folder.write({f"persisters/{name}.yaml": f"eventType: {name}\n" for name in "ab"})
    assert folder.positions() == []
    folder.write({f"persisters/{name}.yaml": f"eventType: {name}\n" for name in "cd"})
    configuration = folder.load()
    assert [(str(found.span), found.rule, found.message) for found in configuration.findings] == [
        (
            "persisters/c.yaml:1:1",
            "too-many-values",
            "with this persister, all have more than 20 values; no other is read",
        )
    ]
