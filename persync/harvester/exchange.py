"""One request, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from persync.model import PG

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Call:
    """A request.

    Attributes:
        method: ``GET``, ``PUT`` or ``POST``.
        path: the whole path, quoted; without the query.
        query: what follows ``?``; never a secret.
        body: what is sent, with its content type; not in the ``repr``, it may hold secrets.
        content_type: of the body.
        project: the project it is about, for the text of a 403.
        missing: what a 404 means, for its text.
        missing_hint: what to do about a 404.
        origin: scheme, host and port, where the answer's text shall name them: it is not the Harvester API that is
            asked.
        secrets: texts that no error may show.
    """

    method: str
    path: str
    query: str = ""
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    project: str = ""
    missing: str = "there is no such thing"
    missing_hint: str = ""
    origin: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said.

    Attributes:
        status: the HTTP status.
        headers: by name, in any case.
        body: decoded (gzip), empty where there was none.
        token: the token that the request carried: the other side may echo it, so errors mask it.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    token: str = field(default="", repr=False)

    @property
    def fine(self) -> bool:
        """Whether it is a success (2xx)."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range of HTTP's successes

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty where none was given."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people: an error page or a login form of something in front of the API."""
        return "html" in self.content_type or self.body.lstrip()[:1] == b"<"


@dataclass(frozen=True, slots=True)
class Broken:
    """No answer, or not a whole one.

    Attributes:
        reason: the cause in a few words.
        hint: what to do about it.
        sent: the other side may have had the request, so it may have been done.
        passing: another try may go better.
        strange: there was an answer, but nothing that an API would say.
    """

    reason: str
    hint: str
    sent: bool
    passing: bool
    strange: bool = False


Outcome = Answer | Broken


def event_type_kind(eventstore: str) -> str:
    """Return the event type's type that has a persister of this event store (API reference, 404 of GET persister)."""
    return "data_in" if eventstore == PG else eventstore.replace("-", "_")
