"""Answers that are none, turned into ``persync.errors``.

What a server says is a stranger's text: it goes through ``redaction`` before it is shown.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from persync.errors import (
    AccessDenied,
    AuthenticationFailed,
    HarvesterError,
    NotFound,
    RateLimited,
    Refused,
    ServerFault,
    UnexpectedAnswer,
    Unreachable,
)
from persync.harvester.exchange import Broken
from persync.harvester.redaction import one_line

if TYPE_CHECKING:
    from persync.harvester.exchange import Answer, Call, Outcome

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TITLE_WITHIN = 8192
_LONGEST_TITLE = 80
_FAULT = "unexpected_error"
_CHECK_URL = "check the URL; a proxy or a login page may be answering in place of the Harvester API"
_SERVER = "the cause is on the server's side; its log says more, the trace helps to find the place"

_Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else str(value))]


class _Parameter(BaseModel):
    name: _Text = ""
    reason: _Text = ""


class _ErrorBody(BaseModel):
    """Both error shapes of the API, Spring's own (``error``, ``path``), and Keycloak's (``error_description``)."""

    type: _Text = ""
    message: _Text = ""
    description: _Text = Field("", validation_alias="error_description")
    error: _Text = ""
    trace: _Text = Field("", validation_alias="traceId")
    parameters: list[_Parameter] = Field([], validation_alias="invalidParams")
    unknown_path: _Text = Field("", validation_alias="path")


@dataclass(frozen=True, slots=True)
class _Said:
    """What an unwelcome answer says, fit to be shown."""

    text: str
    type: str | None
    by_api: bool
    unknown_path: bool


def failure(call: Call, outcome: Outcome, ended: str = "", *, blind: HarvesterError | None = None) -> HarvesterError:
    """Return the error for an outcome that is no success.

    Args:
        call: what was asked.
        outcome: what came of it.
        ended: why it is not tried again (``Tries.ended``).
        blind: for a write that may have been done: why that could not be looked up.
    """
    doubt = f"; it may have been done, and looking failed: {blind.message}" if blind else ""
    in_doubt = blind is not None
    if isinstance(outcome, Broken):
        broken = UnexpectedAnswer if outcome.strange else Unreachable
        hint = blind.hint if blind else outcome.hint
        return broken(f"{call}: {outcome.reason}{ended}{doubt}", hint=hint, in_doubt=in_doubt)
    said = _said(call, outcome)
    kind, meaning, hint = _meaning(call, outcome, said)
    text = f"{_answered(call, outcome)}: {'; '.join(filter(None, (meaning, said.text)))}{ended}{doubt}"
    return kind(text, status=outcome.status, type=said.type, hint=hint, in_doubt=in_doubt)


def credentials_refused(call: Call, answer: Answer) -> AuthenticationFailed:
    """Return the error for a token endpoint that gives no token.

    Args:
        call: the request for a token.
        answer: the refusal.
    """
    text = f"{_answered(call, answer)}: {_said(call, answer).text}"
    return AuthenticationFailed(text, status=answer.status, hint="check the user, the client and their secrets in auth")


def unexpected(call: Call, answer: Answer, reason: str) -> UnexpectedAnswer:
    """Return the error for a success whose content is not the Harvester API's.

    Args:
        call: what was asked.
        answer: the answer.
        reason: what is wrong with it; without values of it.
    """
    what = _page(call, answer) if answer.is_html else reason
    return UnexpectedAnswer(f"{_answered(call, answer)}: {what}", status=answer.status, hint=_CHECK_URL)


def _answered(call: Call, answer: Answer) -> str:
    return f"{call}{f' at {call.origin}' if call.origin else ''} answered {answer.status}"


def _meaning(call: Call, answer: Answer, said: _Said) -> tuple[type[HarvesterError], str, str]:  # noqa: PLR0911 - one line per row of the reference's table
    """Return the error's class, what the status means here, and what to do (API reference, errors)."""
    match answer.status:
        case 401:
            hint = "set PERSYNC_TOKEN or auth.token to a fresh token; tokens live 5 minutes"
            return AuthenticationFailed, "the token is missing, wrong or expired", hint
        case 429:
            return RateLimited, "too many requests", "wait a little, or lower the parallelism"
        case status if status >= 500:  # noqa: PLR2004 - HTTP's server errors
            return ServerFault, "", _SERVER
        case 403 if not answer.is_html:
            role = "the viewer (or editor) role" if call.method == "GET" else "the editor role"
            hint = f"ask for {role} in project {call.project!r}"
            return AccessDenied, f"{role} in project {call.project!r} is missing", hint
        case 404 if said.by_api and said.unknown_path:
            hint = "check the URL; a release before 1.2 does not know paths that begin with /projects"
            return NotFound, call.missing, hint
        case 404 if said.by_api:
            return NotFound, call.missing, call.missing_hint
        case 400 | 409 | 412 | 424 if not answer.is_html:
            return Refused, "", "" if said.by_api else _CHECK_URL
        case status if 300 <= status < 400:  # noqa: PLR2004 - HTTP's redirects
            return UnexpectedAnswer, _redirect(call, answer), _CHECK_URL
        case _:
            return UnexpectedAnswer, "", _CHECK_URL


def _said(call: Call, answer: Answer) -> _Said:
    secrets = (*call.secrets, answer.token)
    if answer.is_html:
        return _Said(_page(call, answer), None, by_api=False, unknown_path=False)
    try:
        body = _ErrorBody.model_validate_json(answer.body)
    except ValidationError:
        body = _ErrorBody()
    message = body.message or body.description or body.error
    kind = one_line(body.type, secrets, 64) or None
    if not (message or kind):
        what = f"the answer ({one_line(answer.content_type, (), 64) or 'no content type'}) is not the API's"
        return _Said(what if answer.body else "the answer is empty", None, by_api=False, unknown_path=False)
    reasons = [f"{parameter.name}: {parameter.reason}" for parameter in body.parameters]
    text = one_line("; ".join(filter(None, (message or kind, *reasons))), secrets)
    # A missing role or event type, or a wrong token, needs no search on the server, and who is shown it twice reads
    # the same twice.
    trace = one_line(body.trace, secrets, 64) if answer.status not in {401, 403, 404} else ""
    return _Said(
        f"{text} (trace {trace})" if trace else text,
        # Release 0.8 names no type; the reference knows one alone for 500.
        kind or (_FAULT if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR else None),
        by_api=True,
        unknown_path=bool(body.unknown_path and not kind),
    )


def _page(call: Call, answer: Answer) -> str:
    title = _TITLE.search(answer.body[:_TITLE_WITHIN].decode("utf-8", "replace"))
    shown = one_line(html.unescape(title[1]), (*call.secrets, answer.token), _LONGEST_TITLE) if title else ""
    media = one_line(answer.content_type, (), 64) or "no content type"
    return f"an HTML page ({media}){f' «{shown}»' if shown else ''}"


def _redirect(call: Call, answer: Answer) -> str:
    """Say where it leads, by scheme and host alone: the rest may carry a login's one-time secrets."""
    location = answer.headers.get("Location", "")
    try:
        target = urlsplit(location)
        host = target.hostname
    except ValueError:
        host = None
    if host:
        return f"it redirects to {one_line(f'{target.scheme}://{host}', (*call.secrets, answer.token), 120)}"
    return "it redirects to another path" if location else ""
