"""The endpoints of the Harvester API and of Keycloak's token endpoint."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from persync.sandbox.accounts import Accounts, LoginError, basic_credentials
from persync.sandbox.description import Description
from persync.sandbox.domain import parsing
from persync.sandbox.domain.config import LIVE_SEGMENT
from persync.sandbox.domain.persister import Key
from persync.sandbox.domain.problems import Problem
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
        self._harvester = harvester
        self._accounts = accounts
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes of the release: those with a project from 1.2 on, those without in every release."""
        prefixes = ["/projects/{project}", ""] if self._description.release == "1.2" else [""]
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
            )
        ]
        token = Route("/auth/realms/{realm}/protocol/openid-connect/token", self._token, methods=["POST"])
        return [*api, token]

    def _authorized_project(self, request: Request, role: str) -> str:
        """Return the project of the request. Raises Problem (401, 403) if the client does not have `role` in it."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        account = self._accounts.authenticate(token, self._clock()) if scheme.lower() == "bearer" else None
        if account is None:
            raise Problem("authentication_error", "Authentication failed.")
        project = str(request.path_params.get("project", "global"))
        if not account.has_role(role, project):
            raise Problem("entity_not_accessible", "Access forbidden due to missing roles.")
        return project

    def _authorized_key(self, request: Request, role: str) -> Key:
        project = self._authorized_project(request, role)
        return Key(project, request.path_params["event_type"], request.path_params["eventstore"])

    async def _get(self, request: Request) -> Response:
        key = self._authorized_key(request, "viewer")
        export = parsing.is_true(request.query_params.get("export"))
        with_state = "state" in _expand(request)
        return json_response(self._harvester.read(key, _base(request), export=export, with_state=with_state))

    async def _put(self, request: Request) -> Response:
        key = self._authorized_key(request, "editor")
        body = await body_of(request)
        imported = parsing.is_true(request.query_params.get("imported"))
        path = request.url.path
        return json_response(self._harvester.replace_config(key, body, _base(request), path, imported=imported))

    async def _get_state(self, request: Request) -> Response:
        key = self._authorized_key(request, "viewer")
        return json_response(self._harvester.state(key, _base(request)))

    async def _post_state(self, request: Request) -> Response:
        key = self._authorized_key(request, "editor")
        state = self._harvester.change_state(key, await body_of(request), _base(request), request.url.path)
        empty = key.eventstore == LIVE_SEGMENT and self._description.empty_state_answer
        return Response(status_code=HTTPStatus.OK) if empty else json_response(state)

    async def _get_logs(self, request: Request) -> Response:
        key = self._authorized_key(request, "viewer")
        return json_response(self._harvester.logs(key, request.query_params.get("lines")))

    async def _list(self, request: Request) -> Response:
        project = self._authorized_project(request, "viewer")
        query = request.query_params
        page = parsing.page(query.get("pagesize"), query.get("offset"))
        href = str(request.url)
        return json_response(self._harvester.event_types(project, _base(request), href, _expand(request), page))

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


def _expand(request: Request) -> set[str]:
    return set(request.query_params.get("expand", "").split(","))
