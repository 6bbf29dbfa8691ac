from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
import requests
import trustme
import urllib3.exceptions
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from persync.credentials import ClientCredentials
from persync.errors import UnexpectedAnswer, Unreachable
from persync.harvester.auth import StaticToken, TokenEndpoint
from persync.harvester.client import Harvester
from persync.harvester.connection.errors import no_answer
from persync.harvester.exchange import NoAnswer
from persync.harvester.responses import StateReport
from persync.harvester.retries import RetryPolicy
from persync.harvester.transport import HttpOptions
from persync.model import RunState, Timeouts
from tests.harvester.loopback import (
    FAST,
    PATH,
    PID,
    TOKEN,
    Loopback,
    Reply,
    Reported,
    harvester_error,
    serving,
    unused_port,
)

if TYPE_CHECKING:
    from pathlib import Path

ONCE = HttpOptions(Timeouts(connect=5, read=5), retry=RetryPolicy(attempts=1))
RUNNING = Reply(body={"status": "RUNNING"})
REPORT = StateReport(RunState.RUNNING, "RUNNING")
CHECK_URL = "check the URL, and that this machine may connect to it (VPN, firewall, proxy)"


def error_from(url: str, options: HttpOptions = ONCE) -> Reported:
    with Harvester.at(url, StaticToken(TOKEN), options) as client, harvester_error() as reported:
        client.state(PID)
    return reported[0]


def unreachable(reason: str, hint: str) -> Reported:
    return Reported(Unreachable, f"GET {PATH}/state: {reason}", None, None, hint)


class TestWhereTheTokenGoes:
    def test_a_redirect_is_not_followed(self, api: Loopback) -> None:
        with serving() as elsewhere:
            api.answers(Reply(307, headers={"Location": f"{elsewhere.url}/login"}))
            assert error_from(api.url).kind == UnexpectedAnswer
            assert elsewhere.seen == []

    def test_cookies_are_not_kept(self, api: Loopback, client: Harvester) -> None:
        api.answers(Reply(body={"status": "RUNNING"}, headers={"Set-Cookie": "session=1"}), RUNNING)
        client.state(PID)
        client.state(PID)
        assert ["Cookie" in headers for headers in api.headers] == [False, False]

    def test_netrc_is_not_read(self, api: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        netrc = tmp_path / "netrc"
        netrc.write_text("machine 127.0.0.1 login me password hunter2\n", encoding="utf-8")
        monkeypatch.setenv("NETRC", str(netrc))
        api.answers(RUNNING)
        with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
            client.state(PID)
        assert api.headers[0]["Authorization"] == f"Bearer {TOKEN}"

    def test_plain_http_never_goes_through_a_proxy(self, api: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            api.answers(RUNNING)
            with Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
                assert client.state(PID) == REPORT
            assert proxy.seen == []


class TestConnectionErrors:
    def test_connection_refused(self) -> None:
        url = f"http://127.0.0.1:{unused_port()}"
        assert error_from(url) == unreachable(f"connection to {url} refused", CHECK_URL)

    def test_of_the_url_only_the_origin_is_named(self) -> None:
        origin = f"http://127.0.0.1:{unused_port()}"
        reported = error_from(f"{origin}/harvester")
        assert reported.message == f"GET /harvester{PATH}/state: connection to {origin} refused"

    def test_a_token_endpoint_is_named(self, api: Loopback) -> None:
        origin = f"http://127.0.0.1:{unused_port()}"
        tokens = TokenEndpoint(ClientCredentials(f"{origin}/token", "persync", "hunter2"), ONCE)
        with Harvester.at(api.url, tokens, ONCE) as client, harvester_error() as reported:
            client.state(PID)
        assert reported[0].message == f"POST /token: connection to {origin} refused"

    def test_an_unknown_host(self) -> None:
        reported = error_from("https://persync.invalid")
        assert reported == unreachable("the host name of https://persync.invalid cannot be resolved (DNS)", CHECK_URL)

    def test_an_unreachable_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused_port()}")
        expected = unreachable(
            "the proxy cannot be reached, or refuses to connect to https://api.example",
            "check the setting proxy, HTTPS_PROXY and NO_PROXY",
        )
        assert error_from("https://api.example") == expected

    def test_no_answer_in_time(self, api: Loopback) -> None:
        api.answers(Reply(hang=True))
        reported = error_from(api.url, HttpOptions(Timeouts(read=0.05), retry=RetryPolicy(attempts=1)))
        hint = "the API is slow or hangs; try again, or raise the timeouts"
        assert reported == unreachable(f"no answer from {api.url} within 0.05 s", hint)

    def test_tls_to_a_plain_port(self, api: Loopback) -> None:
        url = api.url.replace("http://", "https://")
        hint = (
            "check that the port in the URL serves TLS, and whether it requires a client certificate (tls.certificate)"
        )
        assert error_from(url) == unreachable(f"TLS: no encrypted connection to {url} could be established", hint)

    def test_something_that_is_not_http(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def greet() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"220 mail.example ESMTP\r\n")

            thread = threading.Thread(target=greet)
            thread.start()
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            reported = error_from(url)
            thread.join()
        assert reported == Reported(
            UnexpectedAnswer,
            f"GET {PATH}/state: the server at {url} does not answer in HTTP",
            None,
            None,
            "check the port in the URL",
        )

    @pytest.mark.parametrize(
        ("reason", "expected"),
        [
            pytest.param(
                urllib3.exceptions.ConnectTimeoutError(),
                NoAnswer("no connection to https://h within 3 s", CHECK_URL, retryable=True, url="https://h"),
                id="silence",
            ),
            pytest.param(
                urllib3.exceptions.NewConnectionError(HTTPConnection("h"), "[Errno 101] Network is unreachable"),
                NoAnswer(
                    "no connection to https://h (network unreachable)", CHECK_URL, retryable=True, url="https://h"
                ),
                id="no route",
            ),
            pytest.param(
                socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
                NoAnswer(
                    "the host name of https://h cannot be resolved (DNS)", CHECK_URL, retryable=True, url="https://h"
                ),
                id="DNS unavailable",
            ),
            pytest.param(
                socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
                NoAnswer(
                    "the host name of https://h cannot be resolved (DNS)", CHECK_URL, retryable=False, url="https://h"
                ),
                id="no such name",
            ),
        ],
    )
    def test_errors_that_no_loopback_server_can_cause(self, reason: Exception, expected: NoAnswer) -> None:
        # As requests raises it: the cause two levels down.
        error = requests.ConnectionError(urllib3.exceptions.MaxRetryError(HTTPConnectionPool("h"), "/", reason))
        assert no_answer(error, origin="https://h", timeouts=Timeouts(connect=3, read=7)) == expected


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def secure(self, authority: trustme.CA) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return context

    def test_a_certificate_of_an_unknown_authority_is_not_accepted(self, secure: ssl.SSLContext) -> None:
        with serving(secure) as api:
            reported = error_from(api.url, FAST)
        hint = "set tls.ca, REQUESTS_CA_BUNDLE or SSL_CERT_FILE to the file with your authority's certificates"
        reason = f"TLS: the certificate of {api.url} is not accepted (unable to get local issuer certificate)"
        assert reported == unreachable(reason, hint)

    def test_the_ca_bundle_comes_from_the_environment(
        self, secure: ssl.SSLContext, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        with serving(secure) as api, Harvester.at(api.url, StaticToken(TOKEN), FAST) as client:
            api.answers(RUNNING)
            assert client.state(PID) == REPORT


class TestLimits:
    @pytest.mark.parametrize("reply", [Reply(drip="headers"), Reply(body=b" " * 100, drip="body")])
    def test_an_answer_byte_by_byte_is_not_read_to_its_end(self, api: Loopback, reply: Reply) -> None:
        api.answers(reply)
        reported = error_from(api.url, HttpOptions(Timeouts(read=0.4), RetryPolicy(attempts=1)))
        hint = "the API is slow or hangs; try again, or raise the timeouts"
        assert reported == unreachable(f"no answer from {api.url} within 0.4 s", hint)

    def test_the_connection_is_used_again_after_an_answer_at_the_last_moment(self, api: Loopback) -> None:
        api.answers(Reply(body=RUNNING.content, drip="body"), RUNNING)
        with Harvester.at(api.url, StaticToken(TOKEN), HttpOptions(Timeouts(read=5))) as client:
            assert [client.state(PID), client.state(PID)] == [REPORT, REPORT]

    def test_an_endless_answer_is_not_read_to_its_end(self, api: Loopback) -> None:
        api.answers(Reply(body=b" " * 200_000))
        reported = error_from(api.url, HttpOptions(max_answer=65536))
        assert reported == Reported(
            UnexpectedAnswer,
            f"GET {PATH}/state: the answer from {api.url} is longer than 0.0625 MiB",
            None,
            None,
            "check the URL; the Harvester API does not send answers of this size",
        )

    def test_an_answer_of_the_longest_length_is_read(self, api: Loopback) -> None:
        body = b'{"status":"RUNNING"}'
        api.answers(Reply(body=body))
        with Harvester.at(api.url, StaticToken(TOKEN), HttpOptions(max_answer=len(body))) as client:
            assert client.state(PID) == REPORT
