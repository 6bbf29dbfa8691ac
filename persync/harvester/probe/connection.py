"""The connection in its parts: proxy, DNS, TCP and TLS."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_auth_from_url, get_environ_proxies, select_proxy
from urllib3.util import make_headers

from persync.harvester.connection.settings import ca_bundle, ca_source, check_proxy, client_certificate, proxies_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from persync.network import Network

_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
_UNKNOWN_AUTHORITY = frozenset({2, 18, 19, 20, 21})
"""Codes of OpenSSL (x509_vfy.h): the issuer is not found, or the certificate or one above it is self-signed."""


class Host(NamedTuple):
    """What a connection is made to."""

    name: str
    port: int

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Route:
    """How requests reach an origin.

    Attributes:
        server: the server.
        host: what to connect to: the server, or the proxy.
        proxy: the proxy, without its credentials; empty for none.
        headers: what the proxy is sent for a tunnel to the server. Not in the ``repr``: it has the credentials.
        encrypted: whether the connection to the server is encrypted (TLS).
        ca: the file or folder of the authorities to trust; empty for those that come with persync.
        ca_source: the setting, or the environment variable, that names it.
        certificate: the files with the client certificate and its key; ``None`` for none.
    """

    server: Host
    host: Host
    proxy: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    encrypted: bool = True
    ca: str = ""
    ca_source: str = ""
    certificate: tuple[str, str] | None = None

    @property
    def shows_certificate(self) -> bool:
        """Whether the server's certificate can be looked at: not through a proxy of another kind than http."""
        return self.encrypted and (not self.proxy or self.proxy.startswith("http://"))


class Certificate(NamedTuple):
    """A server's certificate.

    Attributes:
        issuer: the name of its authority.
        expires: when it ends.
        version: of TLS.
    """

    issuer: str
    expires: datetime
    version: str


class NotAccepted(Exception):
    """A certificate that is not accepted.

    Attributes:
        reason: why, in the words of OpenSSL.
        issuer: the name of its authority, if it can be read.
        unknown_authority: it is not one of the trusted.
    """

    def __init__(self, reason: str, issuer: str, *, unknown_authority: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.issuer = issuer
        self.unknown_authority = unknown_authority


def route_to(origin: str, network: Network) -> Route:
    """Return how requests reach an origin, by the settings and the process environment.

    Raises:
        HarvesterError: the proxy, the client certificate or the CA bundle cannot be used.
    """
    parts = urlsplit(origin)
    server = _host(origin)
    if parts.scheme == "http":
        return Route(server, server, encrypted=False)
    proxies = proxies_of(network, get_environ_proxies(f"{origin}/", no_proxy=None))
    check_proxy(origin, proxies, network)
    direct = Route(
        server,
        server,
        ca=ca_bundle(os.environ, network) or "",
        ca_source=ca_source(os.environ, network) or "",
        certificate=client_certificate(network),
    )
    proxy = select_proxy(f"{origin}/", proxies)
    if not proxy:
        return direct
    url = proxy if "://" in proxy else f"http://{proxy}"
    host = _host(url)
    user, password = get_auth_from_url(url)
    headers = make_headers(proxy_basic_auth=f"{user}:{password}") if user else {}
    name = f"{urlsplit(url).scheme.lower()}://{host}"
    return replace(direct, host=host, proxy=name, headers=headers)


def _host(url: str) -> Host:
    parts = urlsplit(url)
    return Host(parts.hostname or "", parts.port or _PORTS.get(parts.scheme.lower(), 443))


def resolve(host: Host) -> list[str]:
    """Return the addresses of a host.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host.name, host.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connect(host: Host, timeout: float) -> float:
    """Connect once, and return how long it took, in seconds.

    Raises:
        OSError: no connection within ``timeout`` seconds.
    """
    start = time.monotonic()
    with socket.create_connection(host, timeout):
        return time.monotonic() - start


def handshake(route: Route, timeout: float) -> Certificate:
    """Establish an encrypted connection, as a request would, and return the server's certificate.

    Raises:
        NotAccepted: the certificate is not accepted.
        OSError: there is no encrypted connection.
    """
    ca = Path(route.ca or DEFAULT_CA_BUNDLE_PATH)
    context = ssl.create_default_context(capath=ca) if ca.is_dir() else ssl.create_default_context(cafile=ca)
    if route.certificate:
        context.load_cert_chain(*route.certificate)
    try:
        return _certificate(route, context, timeout)
    except ssl.SSLCertVerificationError as error:
        unknown = error.verify_code in _UNKNOWN_AUTHORITY
        raise NotAccepted(
            error.verify_message.rstrip("."), _issuer(route, timeout), unknown_authority=unknown
        ) from error


def _issuer(route: Route, timeout: float) -> str:
    """Return the issuer of a certificate that is not accepted; empty if it cannot be read.

    The standard library reads a certificate that it has verified only; so it verifies this one against itself.
    """
    untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    untrusting.check_hostname = False
    untrusting.verify_mode = ssl.CERT_NONE
    try:
        with _connection(route, timeout) as plain, untrusting.wrap_socket(plain) as secure:
            own = ssl.DER_cert_to_PEM_cert(secure.getpeercert(binary_form=True) or b"")
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname = False
        trusting.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        trusting.load_verify_locations(cadata=own)
        return _certificate(route, trusting, timeout).issuer
    except (OSError, ValueError):  # it has ended, perhaps
        return ""


def _connection(route: Route, timeout: float) -> socket.socket:
    """Return a connection to the server, through the proxy if there is one.

    Raises:
        OSError: there is none; the proxy refuses to make it, perhaps.
    """
    if not route.proxy:
        return socket.create_connection(route.server, timeout)
    tunnel = http.client.HTTPConnection(*route.host, timeout=timeout)
    tunnel.set_tunnel(*route.server, headers=route.headers)
    tunnel.connect()
    connected: socket.socket = tunnel.sock
    return connected


def _certificate(route: Route, context: ssl.SSLContext, timeout: float) -> Certificate:
    with (
        _connection(route, timeout) as plain,
        context.wrap_socket(plain, server_hostname=route.server.name) as secure,
    ):
        found: dict[str, Any] = dict(secure.getpeercert() or {})
        version = secure.version() or "TLS"
    names = {name: value for part in found.get("issuer", ()) for name, value in part}
    issuer = names.get("commonName") or names.get("organizationName") or "unknown"
    return Certificate(issuer, datetime.fromtimestamp(ssl.cert_time_to_seconds(found["notAfter"]), UTC), version)
