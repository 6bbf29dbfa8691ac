"""The CA bundle and the proxy of the environment: what is wrong with them is reported before anything is sent."""

import ssl
from pathlib import Path

import pytest
import trustme

from persync.errors import HarvesterError
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.harvester.connection.errors import no_answer
from persync.harvester.connection.settings import ca_bundle
from persync.harvester.exchange import NoAnswer
from persync.model import Timeouts
from tests.harvester.loopback import FAST, PID, TOKEN, Loopback, Reply, serving

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
NO_CERTIFICATE = "holds no certificate, or one that is damaged"
PYSOCKS = "is a SOCKS proxy, and the package PySocks is not installed"


def refused(url: str = "https://api.example") -> tuple[type[HarvesterError], str, str]:
    with pytest.raises(HarvesterError) as caught:
        Harvester.at(url, StaticToken(TOKEN), FAST)
    return type(caught.value), caught.value.message, caught.value.hint


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", NO_CERTIFICATE),
        ("hello\n", NO_CERTIFICATE),
        ("-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n", NO_CERTIFICATE),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_bundle_without_certificates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, content: str | None, reason: str
) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content, encoding="utf-8")
    monkeypatch.setenv(variable, str(bundle))
    assert refused() == (
        HarvesterError,
        f"the CA bundle {bundle} {reason}",
        f"{variable} names it: set it to a PEM file with the certificates of your authority",
    )


def test_plain_http_needs_no_bundle(api: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    api.answers(Reply(body={"status": "RUNNING"}))
    with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
        assert client.state(PID).reported_state == "RUNNING"


@pytest.mark.parametrize("variable", VARIABLES)
def test_each_variable_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv(variable, str(tmp_path / "ca.pem"))
    with serving(context) as api, Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
        api.answers(Reply(body={"status": "RUNNING"}))
        assert client.state(PID).reported_state == "RUNNING"


def test_which_variable_counts(tmp_path: Path) -> None:
    folders = {name: str(tmp_path) if name == "SSL_CERT_FILE" else f"{tmp_path}/." for name in VARIABLES}
    assert ca_bundle(folders) == f"{tmp_path}/."
    assert ca_bundle({**folders, "REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""}) == str(tmp_path)
    assert ca_bundle({}) is None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY", "https_proxy"])
@pytest.mark.parametrize(
    ("proxy", "reason", "help_text"),
    [
        ("socks5h://me:hunter2@127.0.0.1:1", PYSOCKS, "pip install PySocks, or set"),
        ("SOCKS4://127.0.0.1:1", PYSOCKS, "pip install PySocks, or set"),
        ("ftp://127.0.0.1:1", "has the scheme ftp, which is not supported", "set"),
    ],
)
def test_a_proxy_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, variable: str, proxy: str, reason: str, help_text: str
) -> None:
    monkeypatch.setenv(variable, proxy)
    assert refused() == (
        HarvesterError,
        f"the proxy for https://api.example {reason}",
        f"{help_text} HTTPS_PROXY, ALL_PROXY or NO_PROXY",
    )


def test_a_proxy_that_does_not_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "api.example")
    with Harvester.at("https://api.example", StaticToken(TOKEN), FAST):
        pass


def test_a_port_without_tls_is_not_tried_again() -> None:
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"
    assert no_answer(error, origin="https://h", timeouts=Timeouts()) == NoAnswer(
        "TLS: no encrypted connection to https://h could be established",
        "check that the port in the URL serves TLS, and whether it requires a client certificate (tls.certificate)",
        retryable=False,
        url="https://h",
    )


@pytest.mark.parametrize("body", [b'\xef\xbb\xbf{"status": "RUNNING"}', b'\xef\xbb\xbf\r\n {"status":"RUNNING"}'])
def test_json_with_a_byte_order_mark(api: Loopback, body: bytes) -> None:
    api.answers(Reply(body=body))
    with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
        assert client.state(PID).reported_state == "RUNNING"
