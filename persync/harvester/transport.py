"""Sends one request, once. Only this module sends anything: connections, timeouts, the longest answer."""

from __future__ import annotations

import codecs
import os
import time
from dataclasses import dataclass, field
from email.utils import mktime_tz, parsedate_tz
from typing import TYPE_CHECKING, Any, Self

import requests
import urllib3.exceptions
from urllib3.util import Retry

from persync.harvester.connection.deadline import DeadlineAdapter
from persync.harvester.connection.errors import no_answer
from persync.harvester.connection.settings import ca_bundle, check_proxy, client_certificate, proxies_of
from persync.harvester.exchange import Answer, Exchange, NoAnswer
from persync.harvester.retries import RetryPolicy
from persync.model import Timeouts
from persync.network import Network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.harvester.exchange import Call, Observer, Outcome
    from persync.harvester.server_clock import ServerClock

_CHUNK = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """How persync uses HTTP.

    Attributes:
        timeouts: how long to wait for a connection (``connect``) and for a complete answer (``read``).
        retry: how often and after which delay a request is retried.
        parallelism: the most connections at a time; further threads wait for a free one.
        max_answer: the longest answer, in bytes.
        observer: is called after each request.
        request_ids: gives the ``X-Request-Id`` of each request, in any thread; none is sent without it.
        network: CA bundle, client certificate and proxy of the settings.
    """

    timeouts: Timeouts = field(default_factory=Timeouts)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    parallelism: int = 10
    max_answer: int = 2 * 1024 * 1024
    observer: Observer | None = None
    request_ids: Iterator[str] | None = None
    network: Network = field(default_factory=Network)


class Transport:
    """Connections to one origin, shared by threads.

    A proxy and a CA bundle that the settings do not name come from the process environment, by the same variables as in
    requests, and by SSL_CERT_FILE.

    Args:
        origin: scheme, host and port (``Address.origin``).
        options: timeouts, parallelism, the longest answer.
        clock: is set by each answer; ``None`` where the time of the server does not matter.

    Raises:
        HarvesterError: the CA bundle, the client certificate or the proxy cannot be used.
    """

    def __init__(self, origin: str, options: HttpOptions, clock: ServerClock | None = None) -> None:
        self._origin = origin
        self._options = options
        self._clock = clock
        self._session = requests.Session()
        self._adapter = DeadlineAdapter(pool_connections=1, pool_maxsize=options.parallelism, pool_block=True)
        self._session.mount(origin, self._adapter)
        self._template = requests.Request("GET", f"{origin}/").prepare()
        # Once, not per request: reading the environment takes as long as everything else that requests does.
        self._settings: dict[str, Any] = dict(
            self._session.merge_environment_settings(f"{origin}/", {}, stream=True, verify=None, cert=None)
        )
        if origin.startswith("http:"):
            # Plain http is only for this machine; through a proxy the token would leave it unencrypted.
            self._settings["proxies"] = {}
        else:
            network = options.network
            self._settings["verify"] = ca_bundle(os.environ, network) or True
            self._settings["cert"] = client_certificate(network)
            self._settings["proxies"] = proxies_of(network, self._settings["proxies"])
            check_proxy(origin, self._settings["proxies"], network)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(self, call: Call, token: str = "", attempt: int = 1) -> Outcome:
        """Send a request, once, and read the answer, whatever its status.

        Redirects are not followed, cookies not kept, ``.netrc`` not read: the token goes to the configured host only.
        So the request goes straight to the adapter; a session would do all three, and take its time.

        Args:
            call: the request.
            token: sent as ``Authorization: Bearer``; empty for none.
            attempt: how many times the call has been sent, with this one; for the observer.
        """
        request_id = next(self._options.request_ids) if self._options.request_ids else ""
        at, start = time.time(), time.monotonic()
        outcome = self._send(call, token, request_id)
        seconds = time.monotonic() - start
        if self._clock and isinstance(outcome, Answer):
            self._clock.observe(outcome.headers, at, seconds)
        if self._options.observer:
            self._options.observer(Exchange(call, outcome, seconds, at, request_id, attempt))
        return outcome

    def _send(self, call: Call, token: str, request_id: str) -> Outcome:
        request = self._template.copy()
        request.method = call.method
        request.url = f"{self._origin}{call.path}{'?' if call.query else ''}{call.query}"
        request.headers["Accept"] = "application/json"
        request.headers["User-Agent"] = "persync"
        if request_id:
            request.headers["X-Request-Id"] = request_id
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        if call.body is not None:
            request.body = call.body
            request.headers["Content-Type"] = call.content_type
            request.headers["Content-Length"] = str(len(call.body))
        timeouts = self._options.timeouts
        try:
            response = self._adapter.send(request, timeout=(timeouts.connect, timeouts.read), **self._settings)
            try:
                body = self._body(response)
            finally:
                response.close()
        # requests lets some of urllib3's errors through, and reports a missing CA bundle as a bare OSError.
        except (OSError, urllib3.exceptions.HTTPError) as error:
            return no_answer(error, origin=self._origin, timeouts=timeouts)
        if body is None:
            reason = f"the answer from {self._origin} is longer than {self._options.max_answer / 2**20:g} MiB"
            hint = "check the URL; the Harvester API does not send answers of this size"
            return NoAnswer(reason, hint, retryable=False, not_the_api=True)
        return Answer(response.status_code, response.headers, body, token, _retry_after(response))

    def _body(self, response: requests.Response) -> bytes | None:
        """Return the body, or ``None`` if it is too long."""
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._options.max_answer:
                return None
        return bytes(body).removeprefix(codecs.BOM_UTF8)


def _retry_after(response: requests.Response) -> float | None:
    """Return the seconds in ``Retry-After``: a number or an HTTP date (RFC 9110); ``None`` for anything else.

    A date is compared with the answer's own, where it has one: the server's clock may be ahead or behind.
    """
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    try:
        if (until := parsedate_tz(value)) and (sent := parsedate_tz(response.headers.get("Date", ""))):
            return float(max(0, mktime_tz(until) - mktime_tz(sent)))
        return Retry().parse_retry_after(value)
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return None
