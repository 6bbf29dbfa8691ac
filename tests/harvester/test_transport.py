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

from persync.errors import UnexpectedAnswer, Unreachable
from persync.harvester.auth import ClientCredentials, StaticToken
from persync.harvester.client import Harvester
from persync.harvester.exchange import Broken
from persync.harvester.outages import outage
from persync.harvester.responses import StateReport
from persync.harvester.retries import RetryPolicy
from persync.harvester.transport import Limits
from persync.model import RunState
from tests.harvester.loopback import FAST, PATH, PID, TOKEN, Loopback, Reply, Told, refusal, serving, unused_port

if TYPE_CHECKING:
    from pathlib import Path

ONCE = Limits(connect=5, read=5, retry=RetryPolicy(attempts=1))
RUNNING = Reply(body={"status": "RUNNING"})
REPORT = StateReport(RunState.RUNNING, "RUNNING")
CHECK_URL = "check the URL, and that this machine may connect to it (VPN, firewall, proxy)"


def told_by(url: str, limits: Limits = ONCE) -> Told:
    with Harvester(url, StaticToken(TOKEN), limits) as client, refusal() as told:
        client.state(PID)
    return told[0]


def unreachable(reason: str, hint: str) -> Told:
    return Told(Unreachable, f"GET {PATH}/state: {reason}", None, None, hint)


class TestWhereTheTokenGoes:
    def test_a_redirect_is_not_followed(self, api: Loopback) -> None:
        with serving() as elsewhere:
            api.answers(Reply(307, headers={"Location": f"{elsewhere.url}/login"}))
            assert told_by(api.url).kind == UnexpectedAnswer
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
        with Harvester(api.url, StaticToken(TOKEN), FAST) as client:
            client.state(PID)
        assert api.headers[0]["Authorization"] == f"Bearer {TOKEN}"

    def test_plain_http_never_goes_through_a_proxy(self, api: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving() as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            api.answers(RUNNING)
            with Harvester(api.url, StaticToken(TOKEN), FAST) as client:
                assert client.state(PID) == REPORT
            assert proxy.seen == []


class TestOutages:
    def test_connection_refused(self) -> None:
        url = f"http://127.0.0.1:{unused_port()}"
        assert told_by(url) == unreachable(f"connection to {url} refused", CHECK_URL)

    def test_of_the_url_only_the_origin_is_named(self) -> None:
        origin = f"http://127.0.0.1:{unused_port()}"
        told = told_by(f"{origin}/harvester")
        assert told.message == f"GET /harvester{PATH}/state: connection to {origin} refused"

    def test_a_token_endpoint_is_named(self, api: Loopback) -> None:
        origin = f"http://127.0.0.1:{unused_port()}"
        tokens = ClientCredentials(f"{origin}/token", "persync", "hunter2", limits=ONCE)
        with Harvester(api.url, tokens, ONCE) as client, refusal() as told:
            client.state(PID)
        assert told[0].message == f"POST /token: connection to {origin} refused"

    def test_an_unknown_host(self) -> None:
        told = told_by("https://persync.invalid")
        assert told == unreachable("the host name of https://persync.invalid cannot be resolved (DNS)", CHECK_URL)

    def test_an_unreachable_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{unused_port()}")
        expected = unreachable(
            "the proxy cannot be reached, or does not let persync through to https://api.example",
            "check HTTPS_PROXY and NO_PROXY",
        )
        assert told_by("https://api.example") == expected

    def test_no_answer_in_time(self, api: Loopback) -> None:
        api.answers(Reply(hang=True))
        told = told_by(api.url, Limits(read=0.05, retry=RetryPolicy(attempts=1)))
        hint = "the API is slow or hangs; try again, or raise the timeouts"
        assert told == unreachable(f"no answer from {api.url} within 0.05 s", hint)

    def test_tls_spoken_to_a_plain_port(self, api: Loopback) -> None:
        url = api.url.replace("http://", "https://")
        hint = "check that the URL's port speaks TLS"
        assert told_by(url) == unreachable(f"TLS: no encrypted connection to {url} came about", hint)

    def test_a_missing_ca_bundle(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
        told = told_by("https://api.example", FAST)
        assert (told.kind, told.hint) == (Unreachable, "check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE")
        assert told.message.startswith(f"GET {PATH}/state: nothing was sent to https://api.example (Could not find")

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
            told = told_by(url)
            thread.join()
        assert told == Told(
            UnexpectedAnswer,
            f"GET {PATH}/state: what answers at {url} does not speak HTTP",
            None,
            None,
            "check the URL's port",
        )

    @pytest.mark.parametrize(
        ("reason", "broken"),
        [
            pytest.param(
                urllib3.exceptions.ConnectTimeoutError(),
                Broken("no connection to https://h within 3 s", CHECK_URL, sent=False, passing=True),
                id="silence",
            ),
            pytest.param(
                urllib3.exceptions.NewConnectionError(HTTPConnection("h"), "[Errno 101] Network is unreachable"),
                Broken("no connection to https://h (network unreachable)", CHECK_URL, sent=False, passing=True),
                id="no route",
            ),
            pytest.param(
                socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
                Broken("the host name of https://h cannot be resolved (DNS)", CHECK_URL, sent=False, passing=True),
                id="DNS away",
            ),
            pytest.param(
                socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
                Broken("the host name of https://h cannot be resolved (DNS)", CHECK_URL, sent=False, passing=False),
                id="no such name",
            ),
        ],
    )
    def test_what_no_loopback_server_can_do(self, reason: Exception, broken: Broken) -> None:
        # As requests raises it: the cause two levels down.
        error = requests.ConnectionError(urllib3.exceptions.MaxRetryError(HTTPConnectionPool("h"), "/", reason))
        assert outage(error, origin="https://h", connect=3, read=7) == broken


class TestTls:
    @pytest.fixture
    def authority(self) -> trustme.CA:
        return trustme.CA()

    @pytest.fixture
    def secure(self, authority: trustme.CA) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return context

    def test_a_certificate_of_a_stranger_is_not_accepted(self, secure: ssl.SSLContext) -> None:
        with serving(secure) as api:
            told = told_by(api.url, FAST)
        reason = f"TLS: the certificate of {api.url} is not accepted (unable to get local issuer certificate)"
        assert told == unreachable(reason, "name your authority's certificates in REQUESTS_CA_BUNDLE")

    def test_the_ca_bundle_comes_from_the_environment(
        self, secure: ssl.SSLContext, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
        with serving(secure) as api, Harvester(api.url, StaticToken(TOKEN), FAST) as client:
            api.answers(RUNNING)
            assert client.state(PID) == REPORT


class TestLimits:
    def test_an_endless_answer_is_not_read_to_its_end(self, api: Loopback) -> None:
        api.answers(Reply(body=b" " * 200_000))
        told = told_by(api.url, Limits(answer=65536))
        assert told == Told(
            UnexpectedAnswer,
            f"GET {PATH}/state: the answer of {api.url} is longer than 0.0625 MiB",
            None,
            None,
            "check the URL: the Harvester API does not say so much",
        )

    def test_an_answer_of_the_longest_length_is_read(self, api: Loopback) -> None:
        body = b'{"status":"RUNNING"}'
        api.answers(Reply(body=body))
        with Harvester(api.url, StaticToken(TOKEN), Limits(answer=len(body))) as client:
            assert client.state(PID) == REPORT
