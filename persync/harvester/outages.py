"""What the HTTP library raises, told as a cause that a reader understands."""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

from persync.harvester.exchange import Broken
from persync.harvester.redaction import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHECK_URL = "check the URL, and that this machine may connect to it (VPN, firewall, proxy)"
_PROXY = Broken(
    "the proxy cannot be reached, or does not let persync through to {origin}",
    "check HTTPS_PROXY and NO_PROXY",
    sent=False,
    passing=True,
)
_CERTIFICATE = Broken(
    "TLS: the certificate of {origin} is not accepted ({cause.verify_message})",
    "name your authority's certificates in REQUESTS_CA_BUNDLE",
    sent=False,
    passing=False,
)
_NO_NAME = Broken("the host name of {origin} cannot be resolved (DNS)", _CHECK_URL, sent=False, passing=False)
_NO_TLS = Broken(
    "TLS: no encrypted connection to {origin} came about",
    "check that the URL's port speaks TLS",
    sent=True,
    passing=True,
)
_REFUSED = Broken("connection to {origin} refused", _CHECK_URL, sent=False, passing=True)
_NO_ANSWER = Broken(
    "no answer from {origin} within {read:g} s",
    "the API is slow or hangs; try again, or raise the timeouts",
    sent=True,
    passing=True,
)
_NO_ROUTE = Broken("no connection to {origin} (network unreachable)", _CHECK_URL, sent=False, passing=True)
_NO_CONNECTION = Broken("no connection to {origin} within {connect:g} s", _CHECK_URL, sent=False, passing=True)
_GARBLED = Broken(
    "the compression of what {origin} answered is broken",
    "look at the proxies in between",
    sent=True,
    passing=True,
    strange=True,
)
_BROKE_OFF = Broken(
    "the connection to {origin} broke before the answer was complete", "try again", sent=True, passing=True
)
_NOT_HTTP = Broken(
    "what answers at {origin} does not speak HTTP", "check the URL's port", sent=True, passing=False, strange=True
)
_NOTHING_SENT = Broken(
    "nothing was sent to {origin} ({cause})", "check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE", sent=False, passing=False
)

# From the special to the general: an error, or one wrapped in it, is often of several of these kinds.
_OUTAGES: tuple[tuple[tuple[type[Exception], ...], Broken], ...] = (
    ((requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL), _PROXY),
    ((ssl.SSLCertVerificationError,), _CERTIFICATE),
    ((socket.gaierror,), _NO_NAME),
    ((ssl.SSLError,), _NO_TLS),
    ((ConnectionRefusedError,), _REFUSED),
    ((urllib3.exceptions.ReadTimeoutError,), _NO_ANSWER),
    ((urllib3.exceptions.NewConnectionError,), _NO_ROUTE),
    ((urllib3.exceptions.ConnectTimeoutError,), _NO_CONNECTION),
    ((urllib3.exceptions.DecodeError,), _GARBLED),
    # Before the next: the standard library's RemoteDisconnected is a reset connection and a bad status line.
    ((ConnectionError, http.client.IncompleteRead), _BROKE_OFF),
    ((http.client.HTTPException,), _NOT_HTTP),
    ((requests.RequestException, urllib3.exceptions.HTTPError), _BROKE_OFF),
    # requests looks for the CA bundle's file itself, and reports a missing one as a bare OSError.
    ((Exception,), _NOTHING_SENT),
)


def outage(error: Exception, *, origin: str, connect: float, read: float) -> Broken:
    """Return why there is no answer.

    Args:
        error: what ``requests`` or ``urllib3`` raised.
        origin: scheme, host and port of what was asked.
        connect: seconds that a connection was given.
        read: seconds that an answer was given.
    """
    causes = list(_causes(error))
    cause, broken = next((cause, told) for kinds, told in _OUTAGES for cause in causes if isinstance(cause, kinds))
    if isinstance(cause, socket.gaierror):
        broken = replace(broken, passing=cause.errno == socket.EAI_AGAIN)
    reason = broken.reason.format(cause=cause, origin=origin, connect=connect, read=read)
    return replace(broken, reason=one_line(reason))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and all that is wrapped in it: ``requests`` and ``urllib3`` keep causes in different places."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        thing = waiting.pop(0)
        if isinstance(thing, BaseException) and id(thing) not in seen:
            seen.add(id(thing))
            yield thing
            waiting += [*thing.args, getattr(thing, "reason", None), thing.__cause__, thing.__context__]
