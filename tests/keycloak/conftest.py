from collections.abc import Iterator

import pytest

from tests.command_line import Installation
from tests.keycloak.server import Keycloak


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keycloak]:
    with Keycloak(tmp_path_factory.mktemp("keycloak") / "log") as running:
        yield running


PERSISTERS = [
    {"project": "webtracking", "eventType": "clicks", "state": "RUNNING"},
    {"project": "iot", "eventType": "sensors", "state": "RUNNING"},
]


@pytest.fixture
def served(installation: Installation, keycloak: Keycloak) -> Installation:
    """A configuration repository, and a sandbox that accepts the tokens of the realm only."""
    installation.serve({"persisters": PERSISTERS, "issuer": keycloak.issuer()}, token=False)
    installation.write(
        "persisters/both.yaml",
        """\
        project: webtracking
        eventType: clicks
        state: RUNNING
        appConfig: {my.own: x}
        ---
        project: iot
        eventType: sensors
        state: RUNNING
        appConfig: {my.own: x}
        """,
    )
    return installation
