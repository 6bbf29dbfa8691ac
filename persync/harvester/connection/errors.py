"""Errors of the HTTP library, turned into ``NoAnswer`` with a cause and a hint: one table."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

from persync.harvester.exchange import NoAnswer
from persync.harvester.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import Timeouts

_NO_CLIENT = re.compile(
    r"ALERT_(?:CERTIFICATE_REQUIRED|UNKNOWN_CA|(?:BAD|UNSUPPORTED|EXPIRED|REVOKED)_CERTIFICATE"
    r"|CERTIFICATE_\w+|HANDSHAKE_FAILURE)"
)
"""OpenSSL's names for the alerts of a server that refuses the client's certificate, or misses one."""
_NOT_TLS = "WRONG_VERSION_NUMBER"
"""OpenSSL's name for an answer that is not TLS, such as that of a port for plain HTTP."""
_ORIGIN = "{origin}"
_CHECK_URL = "check the URL, and that this machine may connect to it (VPN, firewall, proxy)"
_PROXY = NoAnswer(
    "the proxy cannot be reached, or refuses to connect to {origin}",
    "check the setting proxy, HTTPS_PROXY and NO_PROXY",
    retryable=True,
)
_CERTIFICATE = NoAnswer(
    "TLS: the certificate of {origin} is not accepted ({cause.verify_message})",
    "set tls.ca, REQUESTS_CA_BUNDLE or SSL_CERT_FILE to the file with your authority's certificates",
    retryable=False,
    url=_ORIGIN,
)
_NO_CLIENT_CERTIFICATE = NoAnswer(
    "TLS: {origin} requires a client certificate, or does not accept the one that it gets ({cause.reason})",
    "set tls.certificate and tls.key of the environment to files that the operator of the server accepts",
    retryable=False,
    url=_ORIGIN,
)
_NO_NAME = NoAnswer("the host name of {origin} cannot be resolved (DNS)", _CHECK_URL, retryable=False, url=_ORIGIN)
_NO_TLS = NoAnswer(
    "TLS: no encrypted connection to {origin} could be established",
    "check that the port in the URL serves TLS, and whether it requires a client certificate (tls.certificate)",
    retryable=True,
    url=_ORIGIN,
)
_REFUSED = NoAnswer("connection to {origin} refused", _CHECK_URL, retryable=True, url=_ORIGIN)
_READ_TIMEOUT = NoAnswer(
    "no answer from {origin} within {timeouts.read:g} s",
    "the API is slow or hangs; try again, or raise the timeouts",
    retryable=True,
)
_NO_ROUTE = NoAnswer("no connection to {origin} (network unreachable)", _CHECK_URL, retryable=True, url=_ORIGIN)
_CONNECT_TIMEOUT = replace(_NO_ROUTE, reason="no connection to {origin} within {timeouts.connect:g} s")
_NOT_DECODED = NoAnswer(
    "the answer from {origin} cannot be decompressed",
    "check the proxies between persync and the API",
    retryable=True,
    not_the_api=True,
)
_BROKE_OFF = NoAnswer("the connection to {origin} broke before the answer was complete", "try again", retryable=True)
_NOT_HTTP = NoAnswer(
    "the server at {origin} does not answer in HTTP",
    "check the port in the URL",
    retryable=False,
    not_the_api=True,
    url=_ORIGIN,
)
_NOT_SENT = NoAnswer("nothing was sent to {origin} ({cause})", _CHECK_URL, retryable=False)

# The first row that fits counts: an error, together with the errors wrapped in it, is often of several kinds.
_TABLE: tuple[tuple[tuple[type[Exception], ...], NoAnswer], ...] = (
    ((requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL), _PROXY),
    ((ssl.SSLCertVerificationError,), _CERTIFICATE),
    ((socket.gaierror,), _NO_NAME),
    ((ssl.SSLError,), _NO_TLS),
    ((ConnectionRefusedError,), _REFUSED),
    ((urllib3.exceptions.ReadTimeoutError,), _READ_TIMEOUT),
    ((urllib3.exceptions.NewConnectionError,), _NO_ROUTE),
    ((urllib3.exceptions.ConnectTimeoutError,), _CONNECT_TIMEOUT),
    ((urllib3.exceptions.DecodeError,), _NOT_DECODED),
    # Before the next row: the standard library's RemoteDisconnected is a reset connection and a bad status line.
    ((ConnectionError, http.client.IncompleteRead), _BROKE_OFF),
    ((http.client.HTTPException,), _NOT_HTTP),
    ((requests.RequestException, urllib3.exceptions.HTTPError), _BROKE_OFF),
    # requests reports a CA bundle that has gone since it was checked as a bare OSError.
    ((Exception,), _NOT_SENT),
)


def no_answer(error: Exception, *, origin: str, timeouts: Timeouts) -> NoAnswer:
    """Return why there is no answer.

    Args:
        error: raised by ``requests`` or ``urllib3``.
        origin: scheme, host and port of the server.
        timeouts: that applied, for the text.
    """
    causes = list(_causes(error))
    cause, row = next((cause, row) for kinds, row in _TABLE for cause in causes if isinstance(cause, kinds))
    if isinstance(cause, socket.gaierror):
        row = replace(row, retryable=cause.errno == socket.EAI_AGAIN)
    if isinstance(cause, ssl.SSLError) and _NO_CLIENT.search(cause.reason or ""):
        row = _NO_CLIENT_CERTIFICATE
    if isinstance(cause, ssl.SSLError) and cause.reason == _NOT_TLS:
        row = replace(row, retryable=False)
    reason = one_line(row.reason.format(cause=cause, origin=origin, timeouts=timeouts))
    return replace(row, reason=reason, url=row.url.format(origin=origin))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all errors wrapped in it; ``requests`` and ``urllib3`` keep them in different attributes."""
    seen: set[int] = set()
    queue: list[object] = [error]
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and id(item) not in seen:
            seen.add(id(item))
            yield item
            queue += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]
