"""Checks of the way to the API, and of what answers there."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

from persync.cli.doctor.report import failed, ok, skipped, warning
from persync.errors import PersyncError
from persync.harvester.address import Address
from persync.harvester.exchange import Call, NoAnswer
from persync.harvester.probe.behaviour import identify_server
from persync.harvester.probe.connection import NotAccepted, connect, handshake, resolve, route_to
from persync.harvester.retries import Retries, RetryPolicy
from persync.harvester.transport import Transport

if TYPE_CHECKING:
    from persync.cli.doctor.examination import Examination
    from persync.cli.doctor.report import Result

_CHECK_URL = "check url in persync.yaml; and that this machine may connect to it (VPN, firewall, proxy)"
_CHECK_PROXY = "check the setting proxy, HTTPS_PROXY and NO_PROXY"
_CA = "set tls.ca, REQUESTS_CA_BUNDLE or SSL_CERT_FILE to a file with the certificate of that authority"
_SOON = 14  # days
_TIME = "%Y-%m-%d %H:%M %Z"


def address(examination: Examination) -> Result:
    """Check that a token may be sent to the URL, and find out which proxy and which authorities are used.

    Args:
        examination: with the session; gets address and route; for the sandbox, which it starts, credentials, too.

    Returns:
        Failed if no token may be sent there, or the proxy, the CA bundle or the client certificate cannot be used.
    """
    session = examination.session
    try:
        if session.environment.is_sandbox:
            url, examination.credentials = examination.resources.enter_context(session.endpoint())
        else:
            session.check_origin()
            url = session.environment.url
        examination.address = Address.of(url, "the Harvester API's URL")
        examination.route = route = route_to(examination.address.origin, session.environment.network)
    except PersyncError as error:
        return failed(error.message, error.hint)
    proxy = f"through the proxy {route.proxy}" if route.proxy else "no proxy"
    if not route.encrypted:
        return ok(f"{examination.url}, on this machine, not encrypted")
    authorities = f"{route.ca_source} ({route.ca})" if route.ca else "those that come with persync"
    client = f"; client certificate: {route.certificate[0]}" if route.certificate else ""
    return ok(f"{examination.url}, {proxy}; trusted authorities: {authorities}{client}")


def dns(examination: Examination) -> Result:
    """Resolve the host's name.

    Args:
        examination: with the route.

    Returns:
        Failed if it has no address; otherwise ok, with the addresses.
    """
    host = examination.route.host
    try:
        found = resolve(host)
    except OSError as error:
        return failed(
            f"{_what(examination)} {host.name} cannot be resolved: {error.strerror or error}", _hint(examination)
        )
    return ok(host.name if found == [host.name] else f"{host.name} is {', '.join(found)}")


def tcp(examination: Examination) -> Result:
    """Connect once.

    Args:
        examination: with the route.

    Returns:
        Failed if that is not possible within ``timeouts.connect``; otherwise ok, with the time it took.
    """
    host, timeout = examination.route.host, examination.session.environment.timeouts.connect
    try:
        seconds = connect(host, timeout)
    except TimeoutError:
        return failed(f"no connection to {_what(examination)} {host} within {timeout:g} s", _hint(examination))
    except OSError as error:
        return failed(f"no connection to {_what(examination)} {host}: {error.strerror or error}", _hint(examination))
    return ok(f"connected to {_what(examination)} {host} in {seconds * 1000:.0f} ms")


def _what(examination: Examination) -> str:
    return "the proxy" if examination.route.proxy else "the host"


def _hint(examination: Examination) -> str:
    return _CHECK_PROXY if examination.route.proxy else _CHECK_URL


def tls(examination: Examination) -> Result:
    """Check that the server's certificate is accepted, and for how long.

    Args:
        examination: with the route.

    Returns:
        Failed if it is not, a warning if it ends soon; skipped without TLS, or if it cannot be seen.
    """
    route = examination.route
    if not route.encrypted:
        return skipped("http, which is for this machine only")
    if not route.shows_certificate:
        return skipped("the certificate is not seen through this proxy; the next check shows whether it is accepted")
    try:
        certificate = handshake(route, examination.session.environment.timeouts.connect)
    except NotAccepted as error:
        issuer = f"; its authority: {error.issuer}" if error.issuer else ""
        used = f"{route.ca_source} ({route.ca})" if route.ca else "the authorities that come with persync"
        hint = (
            _CA
            if error.unknown_authority
            else "the operator of the API has to renew the certificate, or correct its names"
        )
        return failed(f"the certificate is not accepted: {error.reason}{issuer}; trusted: {used}", hint)
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or error
        hint = _CHECK_PROXY if route.proxy else "check that the port in the URL serves TLS"
        return failed(f"no encrypted connection: {reason}", hint)
    left = certificate.expires - datetime.now(UTC)
    ends = certificate.expires.astimezone().strftime(_TIME)
    text = f"{certificate.version}, certificate of {certificate.issuer}, until {ends} ({left.days} days)"
    if left.days < _SOON:
        return warning(text, "the operator of the API has to renew it")
    return ok(text)


def api(examination: Examination) -> Result:
    """Check that a Harvester API answers: one request without a token, which it refuses.

    Args:
        examination: with the address.

    Returns:
        Failed if another server answers, or none; a warning if the API does not ask for a token.
    """
    call = Call("GET", f"{examination.address.path}/event-types", "pagesize=1")
    with Transport(examination.address.origin, examination.options, examination.clock) as transport:
        retries, attempts = Retries(RetryPolicy(attempts=3), examination.stop), count(1)
        outcome = retries.read(call, lambda: transport.send(call, attempt=next(attempts))).outcome
    if isinstance(outcome, NoAnswer):
        return failed(outcome.reason, outcome.hint)
    is_api, text = identify_server(call, outcome)
    if not is_api:
        return failed(
            f"this is not a Harvester API: {call} {text}",
            "check url in persync.yaml; a login page or a proxy may be answering in place of the API",
        )
    if outcome.status >= 500:  # noqa: PLR2004 - HTTP's server errors
        return failed(f"the API is not available: {call} {text}", "try again; its operator finds the cause in its log")
    if outcome.is_success:
        return warning(f"{call} {text}: everyone may read this API", "check url in persync.yaml, or ask its operator")
    return ok(f"{call} without a token {text}")
