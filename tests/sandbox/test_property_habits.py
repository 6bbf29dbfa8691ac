"""A service that hides values, or stores others than it is sent."""

from typing import Any

import pytest

from tests.sandbox.support import Client, path_of, pg, running

PATH = path_of("one")
SEED = {"eventType": "one", "appConfig": {"my.password": "a", "my.key": "b"}}


def stored(server: Any) -> dict[str, str]:
    own: dict[str, str] = server.persister("global", "one")["stored"]["appConfig"]
    return own


@pytest.mark.parametrize("query", ["", "?export=true"])
def test_a_response_hides(query: str) -> None:
    habits = {"masked": ["*PASSWORD"], "hidden": ["my.k*", "eventstore.*"]}
    with running(persisters=[SEED], properties=habits) as server:
        assert Client(server).get(PATH + query).json()["appConfig"] == {"my.password": "******"}
        answer = Client(server).put(f"{PATH}?imported=true", pg({"my.password": "c", "my.key": "d"}))
        assert answer.json()["appConfig"] == {"my.password": "******"}
        assert (stored(server)["my.password"], stored(server)["my.key"]) == ("c", "d")


def test_an_update_stores_something_else() -> None:
    with running(persisters=[SEED], properties={"trimmed": ["my.key"], "dropped": ["*password", "my.new"]}) as server:
        Client(server).put(PATH, pg({"my.key": " x\n", "my.password": " y", "my.new": "z", "my.other": " z"}))
        assert stored(server) == {"my.password": "a", "my.key": "x", "my.other": " z"}
        Client(server).put(PATH, pg({}))
        assert stored(server) == {"my.password": "a"}
