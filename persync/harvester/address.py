"""Checks URLs: to which a token or another secret may be sent; and names in them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

import requests

from persync.errors import HarvesterError, Refused

if TYPE_CHECKING:
    from persync.model import PersisterId

GLOBAL = "global"
"""The project of a path without one, and the only one of releases before 1.2."""
_FORM = "write https://host or https://host/path"


class Address(NamedTuple):
    """A service's URL in two parts.

    Attributes:
        origin: scheme, host and port: ``https://api.grnry.io:8443``.
        path: the prefix of every path of the API, without a trailing slash: ``/harvester``, mostly empty.
    """

    origin: str
    path: str

    @classmethod
    def of(cls, url: str, what: str) -> Address:
        """Split a URL, if a secret may be sent there.

        Args:
            url: ``https://…``, or ``http://…`` for a service on this machine.
            what: the name of the URL in errors: ``the Harvester API's URL``.

        Raises:
            HarvesterError: the URL is invalid, is neither http nor https, contains a user name, a query or a fragment,
                or would send a token unencrypted over a network. The text never shows more of it than scheme and host.
        """
        try:
            # requests' own reading of the URL, so that what is checked is what will be connected to.
            prepared = requests.Request("GET", url).prepare().url or ""
            parts = urlsplit(prepared)
            host, port = parts.hostname or "", parts.port
        except (requests.RequestException, ValueError):
            raise HarvesterError(f"{what} is not a valid URL", hint=_FORM, url=url) from None
        if parts.scheme not in {"http", "https"}:
            raise HarvesterError(f"{what} is neither http nor https", hint=_FORM, url=url)
        # Checked in the original as well: requests drops an empty user name.
        if "@" in parts.netloc or "@" in urlsplit(url).netloc:
            raise HarvesterError(
                f"{what} ({parts.scheme}://{host}) contains a user name or password",
                hint="remove it; credentials belong in auth",
                url=url,
            )
        if parts.query or parts.fragment:
            raise HarvesterError(
                f"{what} ({parts.scheme}://{host}) contains a query or a fragment",
                hint="remove ? or # and the rest",
                url=url,
            )
        if parts.scheme == "http" and not _is_this_machine(host):
            raise HarvesterError(
                f"{what} (http://{host}) is not encrypted, so that others could read the token",
                hint="use https://; plain http is for this machine only (localhost, 127.0.0.1)",
                url=url,
            )
        origin = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
        return cls(origin, parts.path.rstrip("/"))


def require_allowed(url: str, what: str, allowed: str, variable: str) -> None:
    """Check that a secret may be sent to a URL, by the origins that the process allows.

    Args:
        url: where the secret would be sent.
        what: the name of the URL in errors.
        allowed: origins such as ``https://api.grnry.io:8443``, separated by commas or spaces.
        variable: the environment variable that ``allowed`` is from, for errors.

    Raises:
        HarvesterError: the URL's origin is not among them, or one of them is not an origin. With none, no URL is
            allowed: a CI variable that does not exist is empty.
    """
    origins = set()
    for entry in allowed.replace(",", " ").split():
        address = Address.of(entry, f"an entry of {variable}")
        if address.path:
            raise HarvesterError(
                f"an entry of {variable} has a path", hint="an origin is https://host or https://host:port"
            )
        origins.add(_without_default_port(address.origin))
    origin = Address.of(url, what).origin
    if _without_default_port(origin) not in origins:
        hint = f"if that is right, add {origin} to {variable} where persync runs; the files cannot change it"
        raise HarvesterError(f"{what} ({origin}) is not allowed by {variable}: nothing was sent", hint=hint, url=url)


def _without_default_port(origin: str) -> str:
    scheme, _, host = origin.partition("://")
    return f"{scheme}://{host.removesuffix({'https': ':443', 'http': ':80'}[scheme])}"


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def persister_path(pid: PersisterId, *, project_prefix: bool) -> str:
    """Return the path of a persister in the API, without the prefix of the service's URL.

    Args:
        pid: the persister; without ``project_prefix``, of the project ``global``.
        project_prefix: paths begin with ``/projects/{project}``.

    Raises:
        Refused: a name is none, or the project has no path.
    """
    event_type, store = path_segment(pid.event_type), path_segment(pid.eventstore)
    project = project_path(pid.project, project_prefix=project_prefix)
    return f"{project}/event-types/{event_type}/eventstores/{store}/persister"


def project_path(project: str, *, project_prefix: bool) -> str:
    """Return the path of a project, which is empty without ``project_prefix``.

    Raises:
        Refused: the name is none, or the project has no path.
    """
    if project_prefix:
        return f"/projects/{path_segment(project)}"
    if project != GLOBAL:
        raise Refused(
            f"project {project!r} cannot be reached: paths without /projects lead to project {GLOBAL!r}",
            hint="set projectPrefix: true, or move the persister to project 'global'",
        )
    return ""


def path_segment(name: str) -> str:
    """Return a name of the API, quoted for a path.

    Raises:
        Refused: it is none: empty, ``.`` or ``..``, which a server would resolve, and which quoting does not change.
    """
    if name in {"", ".", ".."}:
        raise Refused(f"{name!r} is not a valid name in the API")
    return quote(name, safe="")
