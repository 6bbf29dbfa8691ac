"""What the doctor finds out about certificates."""

import json
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.command_line import Installation
from tests.harvester.loopback import Reply, serving

REFUSED = Reply(401, {"timestamp": 0, "type": "authentication_error", "message": "No."})


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)


@contextmanager
def secured(authority: trustme.CA, *names: str, expires: datetime | None = None) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, not_after=expires).configure_cert(context)
    with serving(context) as loopback:
        loopback.otherwise = REFUSED
        yield loopback.url


def tls_and_api(installation: Installation, url: str, **settings: str) -> tuple[dict[str, str], str]:
    installation.settings(url=url, **settings)
    ended = installation.run("doctor", "-o", "json")
    found = {check["id"]: check for check in json.loads(ended.out)["checks"]}
    return found["tls"], found["api"]["status"]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Example Trust")


def trusted(authority: trustme.CA, installation: Installation) -> Path:
    bundle = installation.folder / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    installation.monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    return bundle


def test_a_certificate_of_an_unknown_authority(installation: Installation, authority: trustme.CA) -> None:
    with secured(authority, "127.0.0.1") as url:
        tls, api = tls_and_api(installation, url)
    assert (tls["status"], tls["message"], tls["help"], api) == (
        "failed",
        "the certificate is not accepted: unable to get local issuer certificate; its authority: Example Trust;"
        " trusted: the authorities that come with persync",
        "set tls.ca, REQUESTS_CA_BUNDLE or SSL_CERT_FILE to a file with the certificate of that authority",
        "skipped",
    )


def test_a_certificate_that_is_accepted(installation: Installation, authority: trustme.CA) -> None:
    bundle = trusted(authority, installation)
    expires = datetime.now(UTC) + timedelta(days=40, minutes=5)
    with secured(authority, "127.0.0.1", expires=expires) as url:
        tls, api = tls_and_api(installation, url)
        text = installation.run("doctor").out
    moment = expires.astimezone().strftime("%Y-%m-%d %H:%M %Z")
    assert (tls["status"], tls["message"], api) == (
        "ok",
        f"TLSv1.3, certificate of Example Trust, until {moment} (40 days)",
        "ok",
    )
    assert f"✓ address   {url}, no proxy; trusted authorities: REQUESTS_CA_BUNDLE ({bundle})\n" in text


def test_a_certificate_that_ends_soon(installation: Installation, authority: trustme.CA) -> None:
    trusted(authority, installation)
    with secured(authority, "127.0.0.1", expires=datetime.now(UTC) + timedelta(days=3)) as url:
        tls, api = tls_and_api(installation, url)
    assert (tls["status"], tls["help"], api) == ("warning", "the operator of the API has to renew it", "ok")


def test_a_certificate_that_has_ended(installation: Installation, authority: trustme.CA) -> None:
    trusted(authority, installation)
    with secured(authority, "127.0.0.1", expires=datetime.now(UTC) - timedelta(days=1)) as url:
        tls, _ = tls_and_api(installation, url)
    assert tls["status"] == "failed"
    assert tls["message"].startswith(
        "the certificate is not accepted: certificate has expired; trusted: REQUESTS_CA_BU"
    )
    assert tls["help"] == "the operator of the API has to renew the certificate, or correct its names"


def test_a_certificate_for_another_host(installation: Installation, authority: trustme.CA) -> None:
    trusted(authority, installation)
    with secured(authority, "harvester.example.com") as url:
        tls, _ = tls_and_api(installation, url)
    assert tls["message"].startswith(
        "the certificate is not accepted: IP address mismatch, certificate is not valid for '127.0.0.1';"
        " its authority: Example Trust; trusted: REQUESTS_CA_BUNDLE"
    )


class Tunnel(socketserver.BaseRequestHandler):
    """A proxy for https, which requires a password."""

    def handle(self) -> None:
        head = self.request.recv(65536)
        if b"proxy-authorization: basic dtpwdw==" not in head.lower():  # u:pw
            self.request.sendall(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n" if head else b""
            )
            return
        host, _, port = head.split()[1].decode().rpartition(":")
        with socket.create_connection((host, int(port))) as server:
            self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            both = {self.request: server, server: self.request}
            while True:
                for ready in select.select(list(both), [], [])[0]:
                    if not (data := ready.recv(65536)):
                        return
                    both[ready].sendall(data)


@pytest.fixture
def proxy() -> Iterator[int]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("by_setting", [False, True])
@pytest.mark.parametrize(
    ("user", "status", "message"),
    [
        ("u:pw@", "ok", "TLSv1.3, certificate of Example Trust, until "),
        ("", "failed", "no encrypted connection: Tunnel connection failed: 407 Proxy Authentication Required"),
    ],
)
def test_through_a_proxy(
    installation: Installation,
    authority: trustme.CA,
    proxy: int,
    user: str,
    status: str,
    message: str,
    *,
    by_setting: bool,
) -> None:
    trusted(authority, installation)
    for name in ("NO_PROXY", "no_proxy"):
        installation.monkeypatch.delenv(name, raising=False)
    setting = {"proxy": "'${{ env.PROXY }}'"} if by_setting else {}
    installation.monkeypatch.setenv(
        "PERSYNC_VAR_PROXY" if by_setting else "HTTPS_PROXY", f"http://{user}127.0.0.1:{proxy}"
    )
    with secured(authority, "localhost") as url:
        tls, api = tls_and_api(installation, url.replace("127.0.0.1", "localhost"), **setting)
    assert (tls["status"], tls["message"][: len(message)], api) == (status, message, "ok" if user else "skipped")
    assert tls["help"] == ("" if user else "check the setting proxy, HTTPS_PROXY and NO_PROXY")


def test_a_port_without_tls(installation: Installation) -> None:
    with serving() as loopback:
        tls, _ = tls_and_api(installation, loopback.url.replace("http:", "https:"))
    assert (tls["status"], tls["help"]) == ("failed", "check that the port in the URL serves TLS")


def test_a_bundle_that_cannot_be_used(installation: Installation) -> None:
    installation.monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(installation.folder / "missing.pem"))
    installation.settings(url="https://127.0.0.1:1")
    ended = installation.run("doctor")
    assert "✗ address   the CA bundle " in ended.out
    assert "– tls       skipped: needs address\n" in ended.out
