"""The endpoints of the Harvester API and of Keycloak's token endpoint."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from persync.sandbox.accounts import Account, Accounts, LoginError, basic_credentials
from persync.sandbox.description import Description
from persync.sandbox.domain import parsing
from persync.sandbox.domain.config import LIVE_SEGMENT
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.problems import Problem, missing_role
from persync.sandbox.domain.roles import Access, may
from persync.sandbox.event_types import EventTypes, ListQuery
from persync.sandbox.harvester import Harvester
from persync.sandbox.http.bodies import body_of, json_response

_PERSISTER = "/event-types/{event_type}/eventstores/{eventstore}/persister"


class HarvesterApi:
    """The request handlers. Each checks token and role (401, 403) before it checks that the persister exists (404)."""

    def __init__(
        self, description: Description, harvester: Harvester, accounts: Accounts, clock: Callable[[], float]
    ) -> None:
        """Serve `harvester` to `accounts`; `clock` returns seconds since the epoch."""
        self._description = description
        self._release = description.release
        self._harvester = harvester
        self._event_types = EventTypes(harvester, description.release)
        self._accounts = accounts
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes of the release: those with a project from 1.2 on, those without in every release."""
        prefixes = ["/projects/{project}", ""] if self._release == "1.2" else [""]
        api = [
            route
            for prefix in prefixes
            for route in (
                Route(prefix + _PERSISTER, self._get, methods=["GET"]),
                Route(prefix + _PERSISTER, self._put, methods=["PUT"]),
                Route(prefix + _PERSISTER + "/state", self._get_state, methods=["GET"]),
                Route(prefix + _PERSISTER + "/state", self._post_state, methods=["POST"]),
                Route(prefix + _PERSISTER + "/logs", self._get_logs, methods=["GET"]),
                Route(prefix + "/event-types", self._list, methods=["GET"]),
                Route(prefix + "/event-types/{event_type}", self._get_versions, methods=["GET"]),
                Route(prefix + "/event-types/{event_type}/{version}", self._get_version, methods=["GET"]),
            )
        ]
        token = Route("/auth/realms/{realm}/protocol/openid-connect/token", self._token, methods=["POST"])
        return [*api, token]

    def _account(self, request: Request) -> Account:
        """Return the account of the request's token. Raises Problem (401; 403 without a token in release 0.8)."""
        header = request.headers.get("authorization")
        if header is None and self._release == "0.8":
            raise missing_role()
        scheme, _, token = (header or "").partition(" ")
        account = self._accounts.authenticate(token, self._clock()) if scheme.lower() == "bearer" else None
        if account is None:
            raise Problem("authentication_error", "Authentication failed.")
        return account

    def _authorized_key(self, request: Request, access: Access) -> Key:
        """Return the persister of the request. Raises Problem (401, 403) if the account does not have `access`."""
        account = self._account(request)
        parameters = request.path_params
        key = Key(parameters.get("project", "global"), parameters["event_type"], parameters["eventstore"])
        # release 1.2 needs no event type: its roles are those of the project
        event_type = None if self._release == "1.2" else self._harvester.find_event_type(key.project, key.event_type)
        if not may(account.roles, access, key.project, event_type, self._release):
            raise missing_role()
        return key

    async def _get(self, request: Request) -> Response:
        key = self._authorized_key(request, "read")
        export = parsing.is_true(request.query_params.get("export"))
        expand = request.query_params.get("expand", "")
        # the reference of live-segment persisters: "if set"
        with_state = bool(expand) if key.eventstore == LIVE_SEGMENT else "state" in expand.split(",")
        return json_response(self._harvester.read(key, _base(request), export=export, with_state=with_state))

    async def _put(self, request: Request) -> Response:
        key = self._authorized_key(request, "change")
        body = await body_of(request)
        imported = parsing.is_true(request.query_params.get("imported"))
        path = request.url.path
        return json_response(self._harvester.replace_config(key, body, _base(request), path, imported=imported))

    async def _get_state(self, request: Request) -> Response:
        key = self._authorized_key(request, "read")
        return json_response(self._harvester.state(key, _base(request)))

    async def _post_state(self, request: Request) -> Response:
        key = self._authorized_key(request, "change")
        state = self._harvester.change_state(key, await body_of(request), _base(request), request.url.path)
        empty = key.eventstore == LIVE_SEGMENT and self._description.empty_state_answer
        return Response(status_code=HTTPStatus.OK) if empty else json_response(state)

    async def _get_logs(self, request: Request) -> Response:
        key = self._authorized_key(request, "read")
        return json_response(self._harvester.logs(key, request.query_params.get("lines", "")))

    async def _list(self, request: Request) -> Response:
        roles = self._account(request).roles
        given = request.query_params
        query = ListQuery(*(given.get(field, "") for field in ("search", "pagesize", "offset", "expand")))
        return json_response(self._event_types.page(_project(request), roles, query, _base(request)))

    async def _get_versions(self, request: Request) -> Response:
        roles = self._account(request).roles
        name = request.path_params["event_type"]
        return json_response(self._event_types.versions(_project(request), name, roles, _base(request)))

    async def _get_version(self, request: Request) -> Response:
        roles = self._account(request).roles
        name, version = request.path_params["event_type"], request.path_params["version"]
        export = parsing.is_true(request.query_params.get("export"))
        found = self._event_types.version(_project(request), name, version, roles, _base(request), export=export)
        return json_response(found)

    async def _token(self, request: Request) -> Response:
        if request.path_params["realm"] != self._description.realm:
            return json_response({"error": "Realm does not exist"}, HTTPStatus.NOT_FOUND)
        form = dict(parse_qsl((await body_of(request)).decode("utf-8", "replace"), keep_blank_values=True))
        form |= basic_credentials(request.headers.get("authorization"))
        try:
            return json_response(self._accounts.login(form, self._clock()))
        except LoginError as error:
            return json_response({"error": error.error, "error_description": str(error)}, error.status)


def _base(request: Request) -> str:
    """Return the service's URL as it is in the request, for `_links`."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _project(request: Request) -> str | None:
    """Return the project in the path, None if the path has none."""
    project: str | None = request.path_params.get("project")
    return project
