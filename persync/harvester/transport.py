"""One try of one request: connections, timeouts, limits. The only place that sends anything."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from persync.harvester.exchange import Answer, Broken
from persync.harvester.outages import outage
from persync.harvester.retries import RetryPolicy, Tries

if TYPE_CHECKING:
    from persync.harvester.exchange import Call, Outcome

_CHUNK = 64 * 1024
_log = logging.getLogger("persync.harvester")


@dataclass(frozen=True, slots=True)
class Limits:
    """What persync asks of the network, and how much it takes from it.

    Attributes:
        connect: seconds that a connection may take to come about.
        read: seconds that the other side may be silent.
        retry: how often and how patiently to try again.
        parallelism: connections at a time; further threads wait for a free one.
        answer: the longest answer in bytes.
    """

    connect: float = 10.0
    read: float = 60.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    parallelism: int = 10
    answer: int = 32 * 1024 * 1024


DEFAULT_LIMITS = Limits()


class Transport:
    """Connections to one origin, shared by threads.

    Proxies and the CA bundle come from the environment, by the same variables as in requests.

    Args:
        origin: scheme, host and port (``Address.origin``).
        limits: timeouts, patience, parallelism.
        stop: when set, nothing is tried again and nothing is waited for.
    """

    def __init__(self, origin: str, limits: Limits = DEFAULT_LIMITS, stop: threading.Event | None = None) -> None:
        self._origin = origin
        self._limits = limits
        self._stop = stop or threading.Event()
        self._session = requests.Session()
        self._adapter = HTTPAdapter(pool_connections=1, pool_maxsize=limits.parallelism, pool_block=True)
        self._session.mount(origin, self._adapter)
        self._template = requests.Request("GET", f"{origin}/").prepare()
        # Once, not per request: reading the environment takes as long as everything else that requests does.
        self._settings: dict[str, Any] = dict(
            self._session.merge_environment_settings(f"{origin}/", {}, stream=True, verify=None, cert=None)
        )
        if origin.startswith("http:"):
            # Plain http is for this machine alone; through a proxy the token would leave it in the clear.
            self._settings["proxies"] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def give_up(self) -> None:
        """Set the stop event: who waits for the next try is not kept any longer."""
        self._stop.set()

    def tries(self, call: Call) -> Tries:
        """Return the count of tries for a call."""
        return Tries(call, self._limits.retry, self._stop)

    def once(self, call: Call, token: str = "") -> Outcome:
        """Send a request, once, and read the answer, whatever it says.

        Redirects are not followed, cookies not kept, ``.netrc`` not read: the token goes to the configured host only.
        So the request goes straight to the adapter; a session would do all three, and take its time.

        Args:
            call: the request.
            token: sent as ``Authorization: Bearer``; empty for none.
        """
        request = self._template.copy()
        request.method = call.method
        request.url = f"{self._origin}{call.path}{'?' if call.query else ''}{call.query}"
        request.headers["Accept"] = "application/json"
        request.headers["User-Agent"] = "persync"
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        if call.body is not None:
            request.body = call.body
            request.headers["Content-Type"] = call.content_type
            request.headers["Content-Length"] = str(len(call.body))
        try:
            response = self._adapter.send(request, timeout=(self._limits.connect, self._limits.read), **self._settings)
            try:
                body = self._body(response)
            finally:
                response.close()
        # requests lets some of urllib3's errors through, and reports a missing CA bundle as a bare OSError.
        except (OSError, urllib3.exceptions.HTTPError) as error:
            return outage(error, origin=self._origin, connect=self._limits.connect, read=self._limits.read)
        if body is None:
            reason = f"the answer of {self._origin} is longer than {self._limits.answer / 2**20:g} MiB"
            hint = "check the URL: the Harvester API does not say so much"
            return Broken(reason, hint, sent=True, passing=False, strange=True)
        _log.debug("%s %s: %d, %d bytes", call.method, request.path_url, response.status_code, len(body))
        return Answer(response.status_code, response.headers, body, token)

    def _body(self, response: requests.Response) -> bytes | None:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > self._limits.answer:
                return None
        return bytes(body)
