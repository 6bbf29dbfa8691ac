"""Which error each HTTP status becomes: one table, and the functions that build errors of ``persync.errors``."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from persync.errors import (
    AccessDenied,
    AuthenticationFailed,
    HarvesterError,
    NotFound,
    RateLimited,
    Refused,
    ServerFault,
    UnexpectedAnswer,
    UnknownPath,
    Unreachable,
    WrongAnswer,
)
from persync.harvester.error_body import ErrorMessage, error_message, page_title, redirect_target
from persync.harvester.exchange import NoAnswer
from persync.harvester.jwt import end_text, expiry
from persync.harvester.redaction import one_line
from persync.harvester.responses import NotTheAnswer, WrongShape
from persync.harvester.server_clock import time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from persync.harvester.exchange import Answer, Call
    from persync.harvester.retries import Result

_T = TypeVar("_T")
_CHECK_URL = "check the URL; a proxy or a login page may be answering in place of the Harvester API"
_OTHER_ISSUER = "auth gives this token, and the API refuses it: check that auth names the realm of this API"
_CHECK_LOG = "the cause is on the server; see its log, and search it for the trace if there is one"


class _Row(NamedTuple):
    """A row of the table.

    Attributes:
        statuses: HTTP statuses.
        applies: a further condition.
        error: the class.
        meaning: what the status means here, for the message: a format string.
        hint: what to do, a format string.
    """

    statuses: Container[int]
    applies: Callable[[ErrorMessage], bool]
    error: type[HarvesterError]
    meaning: str
    hint: str


def _always(_: ErrorMessage) -> bool:
    return True


def _not_a_page(message: ErrorMessage) -> bool:
    return not message.from_page


def _from_api(message: ErrorMessage) -> bool:
    return message.from_api


def _unknown_path(message: ErrorMessage) -> bool:
    return message.unknown_path


# The API's own 4xx that may pass by themselves: while it is restarted, or because of another request.
_PASSING = frozenset({401, 403, 404, 408, 409, 412, 423, 424, 425, 429})

# The first row that applies counts (API reference, errors). An error page of a proxy is not the API's 400, 403, 404 …
_TABLE = (
    _Row(
        {401},
        _always,
        AuthenticationFailed,
        "the token is missing, wrong or expired",
        "set PERSYNC_TOKEN or auth.token to a fresh token; tokens live 5 minutes, and persync renews them with"
        " an auth that has a tokenUrl",
    ),
    _Row({429}, _always, RateLimited, "too many requests", "wait before you try again, or lower the parallelism"),
    _Row(range(500, 1000), _always, ServerFault, "", _CHECK_LOG),
    _Row(
        {403},
        _not_a_page,
        AccessDenied,
        "{role} is missing",
        "ask for {role}",
    ),
    _Row(
        {404},
        _unknown_path,
        UnknownPath,
        "{call.not_found}",
        "check the URL; releases before 1.2 have no paths that begin with /projects (set projectPrefix: false)",
    ),
    _Row({404}, _from_api, NotFound, "{call.not_found}", "{call.not_found_hint}"),
    _Row({400, 409, 412, 424}, _from_api, Refused, "", ""),
    _Row({400, 409, 412, 424}, _not_a_page, Refused, "", _CHECK_URL),
    _Row(range(300, 400), _always, UnexpectedAnswer, "{redirect}", _CHECK_URL),
    _Row(range(1000), _always, UnexpectedAnswer, "", _CHECK_URL),
)


def failure(call: Call, result: Result, *, renewable: bool = False) -> HarvesterError:
    """Return the error for a request that did not succeed.

    Args:
        call: the request.
        result: its final outcome, and why it was not retried.
        renewable: whether another token may be accepted after a 401.
    """
    gave_up = f" ({result.gave_up})" if result.gave_up else ""
    outcome = result.outcome
    if isinstance(outcome, NoAnswer):
        kind = UnexpectedAnswer if outcome.not_the_api else Unreachable
        return kind(f"{call}: {outcome.reason}{gave_up}", hint=outcome.hint, url=outcome.url)
    message = error_message(call, outcome)
    error, meaning, hint = _meaning(call, outcome, message)
    now = time_of(outcome.headers)
    if error is AuthenticationFailed and (ends_at := expiry(outcome.token)) and ends_at < now:
        meaning = f"the token {end_text(ends_at, now)}"
    if renewable and error is AuthenticationFailed:
        hint = _OTHER_ISSUER
    return error(
        f"{_answered(call, outcome)}: {'; '.join(filter(None, (meaning, message.text)))}{gave_up}",
        status=outcome.status,
        type=message.type,
        hint=hint,
        permanent=_is_permanent(outcome.status, message, renewable=renewable),
        retry_after=outcome.retry_after,
        trace=message.trace,
    )


def credentials_refused(call: Call, answer: Answer) -> AuthenticationFailed:
    """Return the error for a token endpoint that refuses the credentials.

    Args:
        call: the request for a token.
        answer: the refusal.
    """
    text = f"{_answered(call, answer)}: {error_message(call, answer).text}"
    hint = "check the user, the client and their secrets in auth"
    # Permanent: attempts with wrong credentials again and again lock the account.
    return AuthenticationFailed(text, status=answer.status, hint=hint, permanent=True)


def unexpected(call: Call, answer: Answer, reason: str) -> UnexpectedAnswer:
    """Return the error for a success with content that is not the Harvester API's.

    Args:
        call: the request.
        answer: the answer.
        reason: what is wrong with it; without values of it.
    """
    what = page_title(call, answer) if answer.is_html else reason
    return UnexpectedAnswer(f"{_answered(call, answer)}: {what}", status=answer.status, hint=_CHECK_URL)


def parsed(call: Call, answer: Answer, parse: Callable[[bytes], _T]) -> _T:
    """Return what a success holds.

    Args:
        call: the request.
        answer: the answer.
        parse: reads its body; raises ``WrongShape`` and ``NotTheAnswer``.

    Raises:
        UnexpectedAnswer: it is not as the API reference describes it.
        WrongAnswer: it is not the answer to this request.
    """
    try:
        return parse(answer.body)
    except WrongShape as error:
        raise unexpected(call, answer, str(error)) from None
    except NotTheAnswer as error:
        text = f"{_answered(call, answer)}: {one_line(str(error), (*call.secrets, answer.token))}"
        raise WrongAnswer(text, status=answer.status, hint=error.hint) from None


def _answered(call: Call, answer: Answer) -> str:
    return f"{call}{f' at {call.origin}' if call.origin else ''} answered {answer.status}"


def _is_permanent(status: int, message: ErrorMessage, *, renewable: bool) -> bool:
    if status == HTTPStatus.UNAUTHORIZED:
        return not renewable
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return message.from_api and status not in _PASSING
    return message.names_value


def _meaning(call: Call, answer: Answer, message: ErrorMessage) -> tuple[type[HarvesterError], str, str]:
    row = next(row for row in _TABLE if answer.status in row.statuses and row.applies(message))
    facts = {
        "call": call,
        "role": _role(call),
        "redirect": redirect_target(call, answer),
    }
    return row.error, row.meaning.format_map(facts), row.hint.format_map(facts)


def _role(call: Call) -> str:
    """Return the role that the request needs: of its project; before release 1.2, the one that its event type names."""
    of_project, of_event_type = ("viewer (or editor)", "consumer") if call.method == "GET" else ("editor", "editor")
    role = f"the {of_project} role in project {call.project!r}"
    if "/projects/" in call.path.partition("/event-types")[0]:
        return role
    return f"{role} (before release 1.2: the role that the event type names as its {of_event_type})"
