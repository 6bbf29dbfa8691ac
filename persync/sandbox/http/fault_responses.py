"""The responses of the faults that respond in place of the service."""

from http import HTTPStatus

from starlette.responses import HTMLResponse, Response

from persync.sandbox.domain import faults
from persync.sandbox.domain.problems import Problem
from persync.sandbox.http.bodies import ErrorResponses, json_response

_LIMITED = {"message": "API rate limit exceeded"}
_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>{status} {phrase}</title></head>\n"
    "<body><center><h1>{status} {phrase}</h1></center><hr><center>nginx</center></body></html>\n"
)


def response_of(fault: faults.FaultWithResponse, path: str, errors: ErrorResponses) -> Response:
    """Return the response of `fault` to a request to `path`; `errors` makes those in the service's own format."""
    match fault:
        case faults.TooManyRequests() | faults.RateLimit():
            response = _with_retry_after(json_response(_LIMITED, fault.status), fault.retry_after)
        case faults.ServerError():
            problem = Problem("unexpected_error", fault.message)
            response = _with_retry_after(errors.for_problem(problem, path), fault.retry_after)
        case faults.Unavailable():
            response = _with_retry_after(Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE), fault.retry_after)
        case faults.HtmlError():
            phrase = HTTPStatus(fault.status).phrase
            response = HTMLResponse(_PAGE.format(status=fault.status, phrase=phrase), fault.status)
        case faults.Redirect():
            headers = {"location": fault.location} if fault.location else {}
            response = Response(status_code=HTTPStatus.FOUND, headers=headers)
        case faults.ApiError():
            response = errors.for_problem(Problem(fault.type, fault.message), path, fault.status)
        case faults.EmptyResponse():
            response = Response(status_code=fault.status)
        case faults.NotModified():
            response = Response(status_code=HTTPStatus.NOT_MODIFIED)
        case faults.Refuse():
            response = errors.for_problem(Problem("bad_parameter_value", fault.message), path)
    return response


def _with_retry_after(response: Response, retry_after: str | int | None) -> Response:
    if retry_after is not None:
        response.headers["retry-after"] = str(retry_after)
    return response
