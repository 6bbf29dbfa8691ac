"""The data of one request: the call, and its outcome (an answer, or no answer)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """A request.

    Attributes:
        method: ``GET``, ``PUT`` or ``POST``.
        path: the whole path, quoted; without the query.
        query: what follows ``?``; never a secret.
        body: the content to send. Not in the ``repr``: it may hold secrets.
        content_type: of the body.
        project: the project that the request is about, for the text of a 403.
        not_found: the text of a 404.
        not_found_hint: what to do about a 404.
        origin: scheme, host and port, for errors; empty for the Harvester API: its address is in the settings.
        secrets: texts that no error may show.
        values: texts of the body: a server error that names one of them is about this request and does not pass.
    """

    method: str
    path: str
    query: str = ""
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    project: str = ""
    not_found: str = "not found"
    not_found_hint: str = ""
    origin: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    values: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete HTTP answer, of any status.

    Attributes:
        status: the HTTP status.
        headers: by name, in any case.
        body: decoded (gzip), empty where there was none.
        token: the token that the request carried: the server may echo it, so errors hide it.
        retry_after: seconds to wait before the next request, if the server requests that (``Retry-After``).
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    token: str = field(default="", repr=False)
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range of HTTP's successes

    @property
    def is_not_modified(self) -> bool:
        """Whether the status is 304: after a write, the server stored nothing because nothing differs."""
        return self.status == 304  # noqa: PLR2004 - HTTP's Not Modified

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty where none was given."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people: an error page or a login form of a server in front of the API."""
        return "html" in self.content_type or self.body.lstrip()[:1] == b"<"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer, or an incomplete one.

    Attributes:
        reason: the cause in a few words.
        hint: what to do about it.
        retryable: whether another attempt may succeed.
        not_the_api: whether something answered that cannot be the Harvester API.
        url: the origin that there is no connection to; empty where there was one.
    """

    reason: str
    hint: str
    retryable: bool
    not_the_api: bool = False
    url: str = ""


Outcome: TypeAlias = Answer | NoAnswer


class Exchange(NamedTuple):
    """A request that was sent, once.

    Attributes:
        call: the request.
        outcome: its outcome.
        seconds: how long it took, until the answer was complete.
        at: when it began, in seconds since the epoch.
        request_id: its ``X-Request-Id``; empty if it had none.
        attempt: 1 for the first; more if the same call was sent before.
    """

    call: Call
    outcome: Outcome
    seconds: float
    at: float
    request_id: str = ""
    attempt: int = 1


Observer: TypeAlias = "Callable[[Exchange], None]"
"""Is called with each request that was sent; by many threads."""
