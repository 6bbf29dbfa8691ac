"""Reads error answers: the message, type and trace in the body, or the title of a page, without secrets."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from persync.harvester.redaction import one_line

if TYPE_CHECKING:
    from persync.harvester.answer_models import ErrorBody
    from persync.harvester.exchange import Answer, Call

_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_TITLE_WITHIN = 8192  # bytes
_MAX_TITLE = 80  # characters
_MAX_NAME = 64
_MAX_TARGET = 120
_TYPE_OF_500 = "unexpected_error"
# Their cause (role, event type, token) is found without the server's log. Without a trace, equal errors read equal.
_NO_TRACE = frozenset({401, 403, 404})


@dataclass(frozen=True, slots=True)
class ErrorMessage:
    """The content of an error answer, safe to show.

    Attributes:
        text: the message.
        type: the API's error type (``entity_not_found``), if it gave one.
        from_api: whether the API itself answered, and not a gateway or proxy.
        from_page: whether it is an HTML page.
        unknown_path: whether the API answered that it has no such path.
        names_value: whether it names one of the values that were sent (``Call.values``).
        trace: the request's identifier in the server's log, where that is needed to find the cause.
    """

    text: str
    type: str | None = None
    from_api: bool = False
    from_page: bool = False
    unknown_path: bool = False
    names_value: bool = False
    trace: str = ""


def error_message(call: Call, answer: Answer) -> ErrorMessage:
    """Read an error answer.

    Args:
        call: the request; its secrets are hidden.
        answer: of any shape.
    """
    if answer.is_html:
        return ErrorMessage(page_title(call, answer), from_page=True)
    secrets = (*call.secrets, answer.token)
    body = _parse(answer.body)
    message = body.message or body.description or body.error
    kind = one_line(body.type, secrets, _MAX_NAME) or None
    if not (message or kind):
        what = f"the answer ({_media_type(answer)}) is not the API's"
        return ErrorMessage(what if answer.body else "the answer is empty")
    reasons = [f"{parameter.name}: {parameter.reason}" for parameter in body.parameters]
    text = one_line("; ".join(filter(None, (message or kind, *reasons))), secrets)
    trace = "" if answer.status in _NO_TRACE else one_line(body.trace, secrets, _MAX_NAME)
    return ErrorMessage(
        text,
        # Release 0.8 names no type; the reference lists only this type for 500.
        kind or (_TYPE_OF_500 if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR else None),
        from_api=True,
        unknown_path=bool(body.unknown_path and not kind),
        names_value=any(_names(message, value) for value in call.values),
        trace=trace,
    )


def page_title(call: Call, answer: Answer) -> str:
    """Describe an HTML page by its media type and title.

    Args:
        call: the request; its secrets are hidden.
        answer: the page.
    """
    title = _TITLE.search(answer.body[:_TITLE_WITHIN].decode("utf-8", "replace"))
    shown = one_line(html.unescape(title[1]), (*call.secrets, answer.token), _MAX_TITLE) if title else ""
    return f"an HTML page ({_media_type(answer)}){f' «{shown}»' if shown else ''}"


def redirect_target(call: Call, answer: Answer) -> str:
    """Describe a redirect by scheme and host alone: the rest of the URL may carry a login's one-time secrets.

    Args:
        call: the request; its secrets are hidden.
        answer: the redirect; without ``Location`` the text is empty.
    """
    location = answer.headers.get("Location", "")
    try:
        target = urlsplit(location)
        host = target.hostname
    except ValueError:
        host = None
    if host:
        return f"it redirects to {one_line(f'{target.scheme}://{host}', (*call.secrets, answer.token), _MAX_TARGET)}"
    return "it redirects to another path" if location else ""


def _names(message: str, value: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(value)}(?![\w-]|\.\w)", message) is not None


def _media_type(answer: Answer) -> str:
    return one_line(answer.content_type, (), _MAX_NAME) or "no content type"


def _parse(body: bytes) -> ErrorBody:
    from pydantic import ValidationError

    from persync.harvester.answer_models import ErrorBody

    try:
        return ErrorBody.model_validate_json(body)
    except ValidationError:
        return ErrorBody()
