from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from tests.harvester.loopback import FAST, TOKEN, Loopback, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def api() -> Iterator[Loopback]:
    with serving() as loopback:
        yield loopback


@pytest.fixture
def client(api: Loopback) -> Iterator[Harvester]:
    with Harvester.at(api.url, StaticToken(TOKEN), FAST) as harvester:
        yield harvester
