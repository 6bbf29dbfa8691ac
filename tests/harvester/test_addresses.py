from __future__ import annotations

import pytest

from persync.credentials import ClientCredentials, PasswordGrant
from persync.errors import HarvesterError
from persync.harvester.address import Address
from persync.harvester.auth import StaticToken, TokenEndpoint
from persync.harvester.client import Harvester
from tests.harvester.loopback import FAST, Reported, harvester_error

FORM = "write https://host or https://host/path"
ENCRYPT = "use https://; plain http is for this machine only (localhost, 127.0.0.1)"
REMOVE = "remove it; credentials belong in auth"
CUT = "remove ? or # and the rest"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.grnry.io", Address("https://api.grnry.io", "")),
        ("https://API.grnry.io:8443/harvester/", Address("https://api.grnry.io:8443", "/harvester")),
        ("http://localhost:8080/a/b", Address("http://localhost:8080", "/a/b")),
        ("http://127.3.2.1", Address("http://127.3.2.1", "")),
        ("http://[::1]:80", Address("http://[::1]:80", "")),
    ],
)
def test_where_a_token_may_go(url: str, address: Address) -> None:
    assert Address.of(url, "the URL") == address


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        (
            "http://api.grnry.io",
            "{} (http://api.grnry.io) is not encrypted, so that others could read the token",
            ENCRYPT,
        ),
        (
            "http://localhost.evil.io",
            "{} (http://localhost.evil.io) is not encrypted, so that others could read the token",
            ENCRYPT,
        ),
        ("https://user:hunter2@api.grnry.io", "{} (https://api.grnry.io) contains a user name or password", REMOVE),
        ("https://@api.grnry.io", "{} (https://api.grnry.io) contains a user name or password", REMOVE),
        ("http://127.0.0.1\\@evil.io", "{} (http://127.0.0.1) contains a user name or password", REMOVE),
        ("https://api.grnry.io?token=hunter2", "{} (https://api.grnry.io) contains a query or a fragment", CUT),
        ("https://api.grnry.io/#hunter2", "{} (https://api.grnry.io) contains a query or a fragment", CUT),
        ("ftp://api.grnry.io", "{} is neither http nor https", FORM),
        ("api.grnry.io", "{} is not a valid URL", FORM),
        ("", "{} is not a valid URL", FORM),
        ("https://api.grnry.io:hunter2", "{} is not a valid URL", FORM),
    ],
)
def test_where_no_token_may_go(url: str, message: str, hint: str) -> None:
    with harvester_error() as reported:
        Harvester.at(url, StaticToken("t"))
    with harvester_error() as reported_for_client:
        TokenEndpoint(ClientCredentials(url, "persync", "s"), FAST)
    with harvester_error() as reported_for_user:
        TokenEndpoint(PasswordGrant(url, username="u", password="p"), FAST)
    assert reported == [Reported(HarvesterError, message.format("the Harvester API's URL"), None, None, hint)]
    of_tokens = [Reported(HarvesterError, message.format("the token URL"), None, None, hint)]
    assert (reported_for_client, reported_for_user) == (of_tokens, of_tokens)
