"""The answers that a fault gives in the service's place."""

from http import HTTPStatus

from starlette.responses import HTMLResponse, Response

from persync.sandbox import faults
from persync.sandbox.domain.problems import Problem
from persync.sandbox.http.wire import ErrorAnswers, as_json

_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{status} {phrase}</title></head>\n"
    "<body><center><h1>{status} {phrase}</h1></center><hr><center>nginx</center></body></html>\n"
)

Answering = (
    faults.TooManyRequests
    | faults.ServerError
    | faults.Unavailable
    | faults.HtmlError
    | faults.Redirect
    | faults.NotModified
    | faults.Refuse
)


def answer(fault: Answering, path: str, errors: ErrorAnswers) -> Response:
    """Return what `fault` answers to a request to `path`; the service's own errors take the shape of `errors`."""
    match fault:
        case faults.TooManyRequests():
            response = as_json({"message": "API rate limit exceeded"}, HTTPStatus.TOO_MANY_REQUESTS)
        case faults.ServerError():
            response = errors.for_problem(Problem("unexpected_error", fault.message), path)
        case faults.Unavailable():
            response = Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        case faults.HtmlError():
            phrase = HTTPStatus(fault.status).phrase
            response = HTMLResponse(_PAGE.format(status=fault.status, phrase=phrase), fault.status)
        case faults.Redirect():
            response = Response(status_code=HTTPStatus.FOUND, headers={"location": fault.location})
        case faults.NotModified():
            response = Response(status_code=HTTPStatus.NOT_MODIFIED)
        case faults.Refuse():
            response = errors.for_problem(Problem("bad_parameter_value", fault.message), path)
    if isinstance(fault, faults.TooManyRequests | faults.Unavailable) and fault.retry_after is not None:
        response.headers["retry-after"] = str(fault.retry_after)
    return response
