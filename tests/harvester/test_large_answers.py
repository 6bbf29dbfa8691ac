"""Answers that are larger than any configuration."""

from __future__ import annotations

import json
from typing import Any

import pytest

from persync.harvester.responses import WrongShape, persister
from tests.harvester.loopback import PID


def wrong(app: dict[str, Any], deployer: dict[str, Any] | None = None) -> str:
    body = {"appConfig": app, "deployerConfig": deployer or {}, "state": {"status": "RUNNING"}}
    with pytest.raises(WrongShape) as caught:
        persister(PID, json.dumps(body).encode(), export=True)
    return str(caught.value)


def test_a_persister_has_10000_properties_at_most() -> None:
    half = {f"p{number}": "" for number in range(5_000)}
    assert wrong(half, {**half, "one": ""}) == "it has more than 10000 properties"


def test_a_property_has_a_name_of_1000_characters_at_most() -> None:
    assert wrong({"p" * 1001: ""}) == "it has a property with a name of more than 1000 characters"
