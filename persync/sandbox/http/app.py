"""The ASGI application of the sandbox: routes and error handlers behind the gateway."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Scope

from persync.sandbox.accounts import Accounts
from persync.sandbox.description import Description
from persync.sandbox.domain.problems import Problem
from persync.sandbox.fault_injection import FaultInjector
from persync.sandbox.harvester import Harvester
from persync.sandbox.http.api import HarvesterApi
from persync.sandbox.http.bodies import BodyTooLargeError, ErrorResponses
from persync.sandbox.http.gateway import Gateway, RequestLog
from persync.sandbox.http.introspection import Introspection


def create_app(
    description: Description,
    harvester: Harvester,
    accounts: Accounts,
    faults: FaultInjector,
    request_log: RequestLog,
    clock: Callable[[], float],
    abort: Callable[[Scope], None],
) -> ASGIApp:
    """Return the application that serves `harvester`.

    `clock` returns seconds since the epoch; `abort` closes the connection of a request without a response.
    """
    api = HarvesterApi(description, harvester, accounts, clock)
    introspection = Introspection(harvester, faults, request_log, description.release)
    errors = ErrorResponses(description.release, clock)
    service = Starlette(
        routes=[*api.routes(), *introspection.routes()],
        exception_handlers={
            Problem: errors.problem,
            HTTPException: errors.other,
            BodyTooLargeError: errors.other,
            ClientDisconnect: errors.other,
        },
    )
    service.router.redirect_slashes = False
    return Gateway(service, faults, request_log, errors, clock, abort)
