"""Where credentials may be sent, by the origins that the process allows."""

from __future__ import annotations

import pytest

from persync.errors import HarvesterError
from persync.harvester.address import require_allowed

ORIGINS = "PERSYNC_TOKEN_ORIGIN"


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://a.example.com", "https://a.example.com"),
        ("https://A.example.com:443/path", "https://a.example.com"),
        ("https://a.example.com", "https://b.example.com, https://a.example.com:443"),
        ("http://127.0.0.1:8080", "https://a.example.com http://127.0.0.1:8080/"),
        ("http://localhost", "http://localhost:80"),
    ],
)
def test_an_allowed_origin(url: str, allowed: str) -> None:
    require_allowed(url, "the URL", allowed, ORIGINS)


@pytest.mark.parametrize(
    ("url", "allowed", "message"),
    [
        ("https://b.example.com", "https://a.example.com", "the URL (https://b.example.com) is not allowed by"),
        (
            "https://a.example.com:8443",
            "https://a.example.com",
            "the URL (https://a.example.com:8443) is not",
        ),
        ("http://localhost", "https://localhost", "the URL (http://localhost) is not allowed by"),
        ("https://a.example.com.evil.org", "https://a.example.com", "the URL (https://a.example.com.evil.org) is not"),
        ("https://a.example.com", "", "the URL (https://a.example.com) is not allowed by"),
        ("https://a.example.com", "a.example.com", "an entry of PERSYNC_TOKEN_ORIGIN is not a valid URL"),
        ("https://a.example.com", "https://a.example.com/x", "an entry of PERSYNC_TOKEN_ORIGIN has a path"),
    ],
)
def test_an_origin_that_is_not_allowed(url: str, allowed: str, message: str) -> None:
    with pytest.raises(HarvesterError) as raised:
        require_allowed(url, "the URL", allowed, ORIGINS)
    assert raised.value.message.startswith(message)
    assert raised.value.hint
