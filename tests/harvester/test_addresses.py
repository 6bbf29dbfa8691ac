from __future__ import annotations

import pytest

from persync.errors import HarvesterError
from persync.harvester.address import Address
from persync.harvester.auth import ClientCredentials, PasswordGrant, StaticToken
from persync.harvester.client import Harvester
from tests.harvester.loopback import Told, refusal

FORM = "write https://host or https://host/path"
ENCRYPT = "use https://; plain http is for this machine only (localhost, 127.0.0.1)"
OUT = "leave it out; credentials go into auth"
CUT = "leave out what follows ? or #"


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
            "{} (http://api.grnry.io) is not encrypted, and the token would be readable on the way",
            ENCRYPT,
        ),
        (
            "http://localhost.evil.io",
            "{} (http://localhost.evil.io) is not encrypted, and the token would be readable on the way",
            ENCRYPT,
        ),
        ("https://user:hunter2@api.grnry.io", "{} (https://api.grnry.io) holds a user name or password", OUT),
        ("https://@api.grnry.io", "{} (https://api.grnry.io) holds a user name or password", OUT),
        ("http://127.0.0.1\\@evil.io", "{} (http://127.0.0.1) holds a user name or password", OUT),
        ("https://api.grnry.io?token=hunter2", "{} (https://api.grnry.io) holds a query or a fragment", CUT),
        ("https://api.grnry.io/#hunter2", "{} (https://api.grnry.io) holds a query or a fragment", CUT),
        ("ftp://api.grnry.io", "{} is neither http nor https", FORM),
        ("api.grnry.io", "{} cannot be read as a URL", FORM),
        ("", "{} cannot be read as a URL", FORM),
        ("https://api.grnry.io:hunter2", "{} cannot be read as a URL", FORM),
    ],
)
def test_where_no_token_may_go(url: str, message: str, hint: str) -> None:
    with refusal() as told:
        Harvester(url, StaticToken("t"))
    with refusal() as told_by_credentials:
        ClientCredentials(url, "persync", "s")
    with refusal() as told_by_password:
        PasswordGrant(url, username="u", password="p")
    assert told == [Told(HarvesterError, message.format("the Harvester API's URL"), None, None, hint)]
    of_tokens = [Told(HarvesterError, message.format("the token URL"), None, None, hint)]
    assert (told_by_credentials, told_by_password) == (of_tokens, of_tokens)
