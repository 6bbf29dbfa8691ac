"""The exceptions of persync.

    PersyncError                      what happened, where, why and what to do; exit code 1
    ├── ConfigError                   the files cannot be used: settings, a selector, a reference
    │   └── InvalidConfig             … with every finding of every file
    ├── HarvesterError                the API cannot be used, or refused
    │   ├── Unreachable               no connection, no answer in time, or the connection broke
    │   ├── AuthenticationFailed      401: token missing, wrong or expired
    │   ├── RateLimited               429, after all retries
    │   └── PersisterError            of a request about one persister: it hides no other
    │       ├── AccessDenied          403: the role is missing
    │       ├── NotFound              404: no such event type
    │       │   └── UnknownPath       … or a server without this path
    │       ├── Refused               400, 409, 412, 424: the API does not take the request
    │       ├── ServerFault           5xx
    │       └── UnexpectedAnswer      not the Harvester API: HTML, a redirect, JSON of another shape
    │           └── WrongAnswer       … or the API's, but not to this request: another persister's, no export
    ├── PlanRefused                   a saved plan that cannot be used here
    ├── JournalRefused                a journal that cannot be read or used here
    ├── ApplyError                    a persister is not in sync after its run
    │   ├── ChangedMeanwhile          the files or live changed since the plan; nothing was written
    │   ├── Overtaken                 another user or program changed the persister during its run
    │   ├── ValueUnknown              an update would have to send a value that the API hides; nothing was sent
    │   ├── NotReached                the run state was not reached in time, or it FAILED
    │   └── DidNotStick               everything was accepted, but something still differs
    ├── Locked                        another apply of the same files and environment is under way
    ├── SandboxUnavailable            the sandbox cannot be started
    └── Interrupted                   SIGINT or SIGTERM; exit code 130

The text of an error never holds a secret: it has keys and positions, not values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, Protocol, Self, TypeVar

from persync.counts import number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from persync.model import Span

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Severity(StrEnum):
    """How serious a finding is: an error ends the command before any request, a warning is only reported."""

    ERROR = "error"
    WARNING = "warning"


class Excerpt(NamedTuple):
    """A line of a file as it may be shown.

    Attributes:
        text: the line, without its end; secrets are hidden.
        start: where the part begins that a message is about, as an index of the text.
        stop: where that part ends; more than ``start``, and perhaps beyond the end of the text.
    """

    text: str
    start: int
    stop: int


class ExcerptSource(Protocol):
    """The lines of the files that were read."""

    def excerpt(self, span: Span) -> Excerpt | None:
        """Return the line at a position; ``None`` if it is not known, or may hold a secret that cannot be hidden."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in a file.

    Attributes:
        rule: stable identifier, in kebab case (``duplicate-key``).
        severity: error or warning.
        message: what is wrong.
        span: where.
        reason: why it matters, a sentence.
        hint: what to do, a sentence; empty where the message is enough.
        source: has the line; ``None`` where the file cannot be shown. It does not count when findings are compared.
    """

    rule: str
    severity: Severity
    message: str
    span: Span
    reason: str = ""
    hint: str = ""
    source: ExcerptSource | None = field(default=None, compare=False, repr=False)

    @property
    def excerpt(self) -> Excerpt | None:
        """The line that it is about."""
        return self.source.excerpt(self.span) if self.source else None


class PersyncError(Exception):
    """The root: an error with a text for the user.

    Attributes:
        message: what happened.
        span: the position in the files, if it is about one.
        hint: what to do; empty where there is no advice.
        excerpt: the line at that position, if it is known.
        exit_code: the exit code of the process.
    """

    exit_code = 1

    def __init__(
        self, message: str, *, span: Span | None = None, hint: str = "", excerpt: Excerpt | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint
        self.excerpt = excerpt


class ConfigError(PersyncError):
    """The configuration cannot be used."""


class InvalidConfig(ConfigError):
    """The files hold errors; ``findings`` has all of them, warnings too, in the order of files and lines."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        errors = sum(finding.severity is Severity.ERROR for finding in findings)
        super().__init__(f"{number(errors, 'error')} in the configuration; nothing was sent")
        self.findings = tuple(findings)


def with_trace(text: str, trace: str) -> str:
    """Return what a server reports, with the request's identifier in its log if there is one."""
    return f"{text} (trace {trace})" if trace else text


class HarvesterError(PersyncError):
    """The Harvester API cannot be used, or refused.

    Attributes:
        message: the summary, with the trace.
        summary: what happened, the same for the same answer.
        trace: the request's identifier in the server's log; empty if the answer has none.
        status: the HTTP status of the answer, if there was one.
        type: the API's own error type (``entity_not_found``), if it gave one.
        permanent: the same request cannot succeed later. Most errors may pass: an outage, a conflict, even a 403 or
            404 of a service that is being restarted.
        retry_after: seconds to wait before the next attempt, if the server requests that.
        url: the URL, or its origin, that cannot be used: it is invalid, or there is no connection. Empty for others.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        type: str | None = None,  # noqa: A002 - the API's own word
        hint: str = "",
        permanent: bool = False,
        retry_after: float | None = None,
        trace: str = "",
        url: str = "",
    ) -> None:
        super().__init__(with_trace(message, trace), hint=hint)
        self.summary = message
        self.trace = trace
        self.status = status
        self.type = type
        self.permanent = permanent
        self.retry_after = retry_after
        self.url = url

    def reworded(self, summary: str | None = None, *, hint: str | None = None) -> Self:
        """Return the same error with another summary or hint."""
        return self._copy(self.summary if summary is None else summary, self.hint if hint is None else hint, self.trace)

    def redacted(self, redact: Callable[[str], str]) -> Self:
        """Return the same error with secrets hidden by ``redact``; traceback and arguments of this one show them."""
        return self._copy(redact(self.summary), redact(self.hint), redact(self.trace))

    def _copy(self, summary: str, hint: str, trace: str) -> Self:
        return self.__class__(
            summary,
            status=self.status,
            type=self.type,
            hint=hint,
            permanent=self.permanent,
            retry_after=self.retry_after,
            trace=trace,
            url=self.url,
        )


class Unreachable(HarvesterError):
    """No connection, no answer in time, or the connection broke."""


class AuthenticationFailed(HarvesterError):
    """401: the token is missing, wrong or expired."""


class RateLimited(HarvesterError):
    """429, after all retries."""


class PersisterError(HarvesterError):
    """The request about one persister failed; the API can be used, and others may be read and written."""


class AccessDenied(PersisterError):
    """403: the token's user lacks the role."""


class NotFound(PersisterError):
    """404: no such event type, or not one that has a persister."""


class UnknownPath(NotFound):
    """404: the server does not have this path at all, as releases before 1.2 have none with projects."""


class Refused(PersisterError):
    """400, 409, 412, 424: the API does not take this request."""


class ServerFault(PersisterError):
    """5xx."""


class UnexpectedAnswer(PersisterError):
    """Something else than the Harvester API answered."""


class WrongAnswer(UnexpectedAnswer):
    """The Harvester API answered, but not to this request: for another persister, or in full in place of an export."""


def result_or_error(request: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T | PersisterError:
    """Return the result of a request about one persister, or the error that it raises."""
    try:
        return request(*args, **kwargs)
    except PersisterError as error:
        return error


class JournalRefused(PersyncError):
    """A file is not a journal, is damaged, or of a version that this persync does not read."""


class PlanRefused(PersyncError):
    """A saved plan is not a plan, was changed, or is for another environment."""


class ApplyError(PersyncError):
    """A persister is not in sync after its run."""


class ChangedMeanwhile(ApplyError):
    """The files or live changed since the plan was made; nothing was written."""


class Overtaken(ApplyError):
    """Another user or program started, stopped or changed the persister during its run."""


class ValueUnknown(ApplyError):
    """An update would have to send a value that the API hides, or a key in a spelling that it hides."""


class NotReached(ApplyError):
    """The desired run state was not reached."""


class DidNotStick(ApplyError):
    """Everything was accepted, but something still differs."""


class Locked(PersyncError):
    """Another process applies the same files to the same environment."""


class SandboxUnavailable(PersyncError):
    """The sandbox cannot be started: the extra is not installed, or its description is wrong."""


class Interrupted(PersyncError):
    """SIGINT or SIGTERM."""

    exit_code = 130
