"""The kinds of fault that the sandbox can inject. Pure.

The requests that `method` and `path` match trigger a fault: `times` requests (all if omitted) after the first
`after`, and with `lasts` only within so many seconds of the first of them; with `every` only each so-many-th of these.
Faults are checked in their order, up to the first that responds in place of the service: two of them in a row make a
sequence, such as three times 429, then once 503.
"""

from fnmatch import fnmatchcase
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt, TypeAdapter

from persync.sandbox.domain.models import StrictModel
from persync.sandbox.domain.problems import Kind

Method = Literal["GET", "PUT", "POST", "DELETE"]


class BaseFault(StrictModel):
    """What all kinds of fault have: which requests trigger them."""

    responds: ClassVar[bool] = False  # in place of the service

    method: Method | None = None
    path: str = "*/event-types*"  # the persister and list endpoints, not the token endpoint
    times: PositiveInt | None = None
    after: NonNegativeInt = 0
    every: PositiveInt = 1
    lasts: NonNegativeFloat | None = None

    def matches(self, method: str, path: str) -> bool:
        """Return whether a request has the method and the path (a glob) of this fault."""
        return self.method in {None, method} and fnmatchcase(path, self.path)


class Latency(BaseFault):
    """The response is delayed by `seconds`; with `upTo` by a random time from `seconds` to `upTo`."""

    kind: Literal["latency"]
    seconds: NonNegativeFloat
    up_to: NonNegativeFloat | None = None


class ResponseBaseFault(BaseFault):
    """The base of the faults that respond in place of the service.

    With `acts` the request takes effect first, and only its response is lost.
    """

    responds = True
    acts: bool = False


class TooManyRequests(ResponseBaseFault):
    """429 from a gateway; `retryAfter` (seconds, or an HTTP date) is its Retry-After header."""

    status: ClassVar[int] = 429

    kind: Literal["too-many-requests"]
    retry_after: str | int | None = 1


class RateLimit(ResponseBaseFault):
    """`status` from a gateway that lets `perSecond` requests a second pass, and up to `burst` at once after a pause.

    A token bucket, as in nginx, Spring Cloud Gateway and Amazon API Gateway. It is full at first; without `burst` it
    holds what is let pass in a second. `retryAfter` is as in `too-many-requests`.
    """

    kind: Literal["rate-limit"]
    per_second: PositiveFloat
    burst: PositiveInt | None = None
    status: Annotated[int, Field(ge=400, le=599)] = 429
    retry_after: str | int | None = 1

    @property
    def capacity(self) -> float:
        """The most requests that pass at once."""
        return max(1.0, self.per_second) if self.burst is None else self.burst


class ServerError(ResponseBaseFault):
    """500 `unexpected_error`; `retryAfter` is as in `too-many-requests`."""

    kind: Literal["server-error"]
    message: str = "An unexpected error occurred."
    retry_after: str | int | None = None


class Unavailable(ResponseBaseFault):
    """503 with an empty body."""

    kind: Literal["unavailable"]
    retry_after: str | int | None = None


class DropBefore(ResponseBaseFault):
    """The connection is aborted before the request is handled."""

    kind: Literal["drop-before"]


class DropAfter(ResponseBaseFault):
    """The request takes effect, and the connection is aborted before the response."""

    kind: Literal["drop-after"]


class HtmlError(ResponseBaseFault):
    """An HTML error page, as from a proxy."""

    kind: Literal["html-error"]
    status: Annotated[int, Field(ge=200, le=599)] = 502


class ApiError(ResponseBaseFault):
    """An error of the API by its `type`, such as `entity_in_use`; `status` replaces the one that the type has.

    DELETE of an event type documents `entity_in_use` with 412, the page of error codes with 424.
    """

    kind: Literal["api-error"]
    type: Kind = "unexpected_error"
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    message: str = "An error of the sandbox."


class EmptyResponse(ResponseBaseFault):
    """`status` with an empty body: the reference of PUT documents 302, 304, 404, 500 and 503 like that."""

    kind: Literal["empty-response"]
    status: Annotated[int, Field(ge=200, le=599)] = 500


class Redirect(ResponseBaseFault):
    """302 with an empty body, without a Location header if `location` is empty."""

    kind: Literal["redirect"]
    location: str = "https://login.example.com/"


class NotModified(ResponseBaseFault):
    """304 with an empty body; the request had no effect."""

    kind: Literal["not-modified"]
    method: Method | None = "PUT"


class Refuse(ResponseBaseFault):
    """400 `bad_parameter_value`."""

    kind: Literal["refuse"]
    method: Method | None = "PUT"
    message: str = "Parameter 'appConfig' was refused by the sandbox."


class AlteredResponse(ResponseBaseFault):
    """The request takes effect, and the service's own response is altered on its way.

    `broken-off`: the connection is aborted in the middle of the body; `gzip`: compressed, as a proxy does it; `huge`:
    with a text of 20 MiB; `other-persister`: that of another event type; `slow`: the head at once, and `seconds`
    before each half of the body; `truncated`: half of the body; `wrong-types`: each value in a list.
    """

    kind: Literal["altered-response"]
    alteration: Literal["broken-off", "gzip", "huge", "other-persister", "slow", "truncated", "wrong-types"]
    seconds: NonNegativeFloat = 1.0


class ShowsState(BaseFault):
    """A GET of a persister or of its state shows the run state `state`, whatever it is."""

    kind: Literal["shows-state"]
    method: Method | None = "GET"
    state: str


class ShowsPrevious(BaseFault):
    """A GET of a persister shows the config that was stored before the last PUT."""

    kind: Literal["shows-previous"]
    method: Method | None = "GET"


class EndsFailed(BaseFault):
    """The deployment of a START or RESTART ends FAILED."""

    kind: Literal["ends-failed"]
    method: Method | None = "POST"


class IgnoreProperty(BaseFault):
    """A PUT does not change the property `property` of the stored config."""

    kind: Literal["ignore-property"]
    method: Method | None = "PUT"
    property: str


class RewriteProperty(BaseFault):
    """A PUT that has the property `property` stores `value` instead of the value in its body."""

    kind: Literal["rewrite-property"]
    method: Method | None = "PUT"
    property: str
    value: str


# The faults that have a response in place of the service's, all that respond in its place, and those that change the
# config that a PUT stores.
FaultWithResponse = (
    TooManyRequests
    | RateLimit
    | ServerError
    | Unavailable
    | HtmlError
    | Redirect
    | ApiError
    | EmptyResponse
    | NotModified
    | Refuse
)
ResponseFault = FaultWithResponse | DropBefore | DropAfter | AlteredResponse
ConfigFault = IgnoreProperty | RewriteProperty
Fault = Annotated[
    Latency | ResponseFault | ShowsState | ShowsPrevious | EndsFailed | ConfigFault, Field(discriminator="kind")
]
RESPONSE_FAULTS: tuple[type[ResponseFault], ...] = get_args(ResponseFault)
CONFIG_FAULTS: tuple[type[ConfigFault], ...] = get_args(ConfigFault)

FAULTS: TypeAdapter[tuple[Fault, ...]] = TypeAdapter(tuple[Fault, ...])
