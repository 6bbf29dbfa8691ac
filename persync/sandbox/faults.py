"""What can go wrong on purpose: the kinds of fault, and the list that says which one strikes next.

A fault strikes the requests that its `method` and `path` match, from the `after`-th on, `times` times (for ever
where left out). Faults are looked at in their order; the first one that answers in the service's place ends the
walk, so that two faults in a row make a sequence: three times 429, then once 503.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal, TypeVar, get_args

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveInt, TypeAdapter

from persync.sandbox.domain.models import Strict

Method = Literal["GET", "PUT", "POST", "DELETE"]


class _Fault(Strict):
    answers: ClassVar[bool] = False  # whether it answers in the service's place

    method: Method | None = None
    path: str = "*/event-types*"  # so that a fault spares the token endpoint unless it is meant
    times: PositiveInt | None = None
    after: NonNegativeInt = 0

    def matches(self, method: str, path: str) -> bool:
        return self.method in {None, method} and fnmatchcase(path, self.path)


class Latency(_Fault):
    """The answer comes `seconds` later."""

    kind: Literal["latency"]
    seconds: NonNegativeFloat


class TooManyRequests(_Fault):
    """429 from a gateway; `retryAfter` (seconds, or an HTTP date) goes into the header of that name."""

    answers = True
    kind: Literal["too-many-requests"]
    retry_after: str | int | None = 1


class ServerError(_Fault):
    """500 `unexpected_error`."""

    answers = True
    kind: Literal["server-error"]
    message: str = "An unexpected error occurred."


class Unavailable(_Fault):
    """503 with an empty body."""

    answers = True
    kind: Literal["unavailable"]
    retry_after: str | int | None = None


class DropBefore(_Fault):
    """The connection ends before the request is handled."""

    answers = True
    kind: Literal["drop-before"]


class DropAfter(_Fault):
    """The request takes effect, and the connection ends before the answer."""

    answers = True
    kind: Literal["drop-after"]


class HtmlError(_Fault):
    """An HTML page from a proxy in front."""

    answers = True
    kind: Literal["html-error"]
    status: Annotated[int, Field(ge=200, le=599)] = 502


class Redirect(_Fault):
    """302 with an empty body."""

    answers = True
    kind: Literal["redirect"]
    location: str = "https://login.example.com/"


class NotModified(_Fault):
    """304 with an empty body; the request had no effect."""

    answers = True
    kind: Literal["not-modified"]
    method: Method | None = "PUT"


class Refuse(_Fault):
    """400 `bad_parameter_value`."""

    answers = True
    kind: Literal["refuse"]
    method: Method | None = "PUT"
    message: str = "Parameter 'appConfig' was refused by the sandbox."


class EndsFailed(_Fault):
    """The deployment that a START or RESTART begins ends FAILED."""

    kind: Literal["ends-failed"]
    method: Method | None = "POST"


class IgnoreProperty(_Fault):
    """A PUT leaves the property `property` of the stored config as it was."""

    kind: Literal["ignore-property"]
    method: Method | None = "PUT"
    property: str


class RewriteProperty(_Fault):
    """A PUT that carries the property `property` stores `value` in place of what it carries."""

    kind: Literal["rewrite-property"]
    method: Method | None = "PUT"
    property: str
    value: str


Fault = Annotated[
    Latency
    | TooManyRequests
    | ServerError
    | Unavailable
    | DropBefore
    | DropAfter
    | HtmlError
    | Redirect
    | NotModified
    | Refuse
    | EndsFailed
    | IgnoreProperty
    | RewriteProperty,
    Field(discriminator="kind"),
]

# By what they do: wait, answer in the service's place, or meddle with what a PUT stores.
Answering = (
    TooManyRequests | ServerError | Unavailable | DropBefore | DropAfter | HtmlError | Redirect | NotModified | Refuse
)
Meddling = IgnoreProperty | RewriteProperty
ANSWERING: tuple[type[Answering], ...] = get_args(Answering)
MEDDLING: tuple[type[Meddling], ...] = get_args(Meddling)

FAULTS: TypeAdapter[tuple[Fault, ...]] = TypeAdapter(tuple[Fault, ...])

Kind = TypeVar("Kind", bound=_Fault)


@dataclass(slots=True)
class _Counted:
    fault: Fault
    seen: int = 0

    def strikes(self) -> bool:
        """Count one matching request; return whether the fault strikes it."""
        self.seen += 1
        first, times = self.fault.after, self.fault.times
        return first < self.seen and (times is None or self.seen <= first + times)


class FaultList:
    """The faults in force, with how often each was met. Safe to use from several threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._lock = threading.Lock()
        self._counted: list[_Counted] = []
        self.replace(faults)

    def replace(self, faults: Iterable[Fault]) -> None:
        """Put `faults` into force, and none of those before."""
        counted = [_Counted(fault) for fault in faults]
        with self._lock:
            self._counted = counted

    def take(self, method: str, path: str, kinds: tuple[type[Kind], ...]) -> list[Kind]:
        """Return the faults of `kinds` that strike this request, and count it against them."""
        if not self._counted:
            return []
        struck: list[Kind] = []
        with self._lock:
            for counted in self._counted:
                fault = counted.fault
                if isinstance(fault, kinds) and fault.matches(method, path) and counted.strikes():
                    struck.append(fault)
                    if fault.answers:
                        break
        return struck
