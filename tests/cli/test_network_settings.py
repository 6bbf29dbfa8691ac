"""CA bundle, client certificate and proxy of an environment."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from persync.errors import HarvesterError
from persync.harvester.auth import StaticToken
from persync.harvester.client import Harvester
from persync.harvester.connection.settings import client_certificate
from persync.harvester.transport import HttpOptions
from persync.network import Network
from tests.command_line import Installation
from tests.harvester.loopback import FAST, PID, TOKEN, Loopback, Reply, serving

RUNNING = Reply(body={"status": "RUNNING"})
REFUSED = Reply(401, {"timestamp": 0, "type": "authentication_error", "message": "No."})
ENCRYPTED = """\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjNZpJcv0l5PgICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEN/Op1kmRZt3OPbsxJnqi6YEgZCW
-----END ENCRYPTED PRIVATE KEY-----
"""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("PERSYNC_TOKEN_ORIGIN", raising=False)


class Authority:
    """A certificate authority, its certificate, and a client certificate of it with its key."""

    def __init__(self, folder: Path) -> None:
        self.made = trustme.CA()
        self.ca, self.certificate, self.key = folder / "ca.pem", folder / "client.pem", folder / "client.key"
        self.made.cert_pem.write_to_path(self.ca)
        client = self.made.issue_cert("persync@example.com")
        client.cert_chain_pems[0].write_to_path(self.certificate)
        client.private_key_pem.write_to_path(self.key)

    @contextmanager
    def server(self, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> Iterator[Loopback]:
        """Serve with a certificate of the authority to clients with another."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.maximum_version = version
        self.made.issue_cert("127.0.0.1").configure_cert(context)
        context.load_verify_locations(self.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        with serving(context) as loopback:
            yield loopback


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


# With TLS 1.3 the client may send its request before it can see that the server has closed the connection.
HELP = (
    "set tls.certificate and tls.key of the environment to files that the operator of the server accepts",
    "check that the port in the URL serves TLS, and whether it requires a client certificate (tls.certificate)",
)


def checks(installation: Installation) -> dict[str, dict[str, str]]:
    return {check["id"]: check for check in json.loads(installation.run("doctor", "-o", "json").out)["checks"]}


def test_a_server_that_requires_a_client_certificate(installation: Installation, authority: Authority) -> None:
    installation.monkeypatch.setenv("PERSYNC_VAR_CERTIFICATE", str(authority.certificate))
    installation.monkeypatch.setenv("PERSYNC_VAR_KEY", str(authority.key))
    ca = installation.folder / "certificates" / "ca.pem"
    ca.parent.mkdir()
    ca.write_bytes(authority.ca.read_bytes())
    pair = "certificate: '${{ env.CERTIFICATE }}', key: '${{ env.KEY }}'"
    with authority.server() as api:
        api.otherwise = REFUSED
        installation.settings(url=api.url, tls=f"{{ca: certificates/ca.pem, {pair}}}")
        found = checks(installation)
        installation.settings(url=api.url, tls="{ca: certificates/ca.pem}")
        without = checks(installation)["api"]
    assert (found["tls"]["status"], found["api"]["status"], found["address"]["message"]) == (
        "ok",
        "ok",
        f"{api.url}, no proxy; trusted authorities: tls.ca ({ca}); client certificate: {authority.certificate}",
    )
    assert (without["status"], without["help"] in HELP) == ("failed", True)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_that_is_missing_or_of_another_authority(
    authority: Authority, tmp_path: Path, version: ssl.TLSVersion
) -> None:
    other = Authority(tmp_path)
    networks = {
        "missing": Network(ca=authority.ca),
        "of another authority": Network(ca=authority.ca, certificate=other.certificate, key=other.key),
        "right": Network(ca=authority.ca, certificate=authority.certificate, key=authority.key),
    }
    found = {}
    with authority.server(version) as api:
        api.otherwise = RUNNING
        for name, network in networks.items():
            options = HttpOptions(timeouts=FAST.timeouts, retry=FAST.retry, network=network)
            with Harvester.at(api.url, StaticToken(TOKEN), options) as client:
                try:
                    found[name] = client.state(PID).reported_state
                except HarvesterError as error:
                    found[name] = error.hint
    hints = HELP[:1] if version == ssl.TLSVersion.TLSv1_2 else HELP
    assert (found["missing"] in hints, found["of another authority"] in hints, found["right"]) == (
        True,
        True,
        "RUNNING",
    )


@pytest.mark.parametrize(
    ("certificate", "key", "expected"),
    [
        ("CERTIFICATE", None, "CERTIFICATE cannot be used: there is no certificate or no key in it, one of them is"),
        ("hello", "KEY", "CERTIFICATE cannot be used: there is no certificate or no key in it, one of them is damaged"),
        ("CERTIFICATE", ENCRYPTED, "CERTIFICATE cannot be used: there is no certificate or no key in it, one of them"),
        ("CERTIFICATE", "OTHER", "CERTIFICATE cannot be used: the key is not that of the certificate"),
        ("CERTIFICATE", "", "cannot be used: KEY cannot be read: No such file or directory"),
    ],
)
def test_a_client_certificate_that_cannot_be_used(
    authority: Authority, tmp_path: Path, certificate: str, key: str | None, expected: str
) -> None:
    contents = {
        "CERTIFICATE": authority.certificate.read_text(),
        "KEY": authority.key.read_text(),
        "OTHER": Authority(tmp_path).key.read_text(),
    }
    files = {"CERTIFICATE": tmp_path / "c.pem", "KEY": tmp_path / "k.pem"}
    files["CERTIFICATE"].write_text(contents.get(certificate, certificate))
    if key:
        files["KEY"].write_text(contents.get(key, key))
    with pytest.raises(HarvesterError) as caught:
        client_certificate(Network(certificate=files["CERTIFICATE"], key=None if key is None else files["KEY"]))
    for name, file in files.items():
        expected = expected.replace(name, str(file))
    assert caught.value.message.startswith(f"the client certificate {expected}")


def findings(installation: Installation, **settings: str) -> list[str]:
    installation.settings(url="https://127.0.0.1:1", **settings)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "t0ken")
    return installation.run("plan").err.splitlines()


@pytest.mark.parametrize("name", ["ca", "certificate", "key"])
def test_the_files_lead_to_no_file_outside_of_the_repository(installation: Installation, name: str) -> None:
    link = installation.folder / "link.pem"
    link.symlink_to("/etc/hostname")
    for file in ("/etc/hostname", "../x.pem", "link.pem", "${{ env.FOLDER }}/x.pem"):
        installation.monkeypatch.setenv("PERSYNC_VAR_FOLDER", "/etc")
        rest = "certificate: link.pem, " if name == "key" else ""
        found = findings(installation, tls=f"{{{rest}{name}: '{file}'}}")
        messages = [line.partition(" error: ")[2] for line in found if f"tls.{name} " in line]
        assert messages == [f"the file of tls.{name} is outside of the repository [outside-repository]"]


@pytest.mark.parametrize("setting", [{"tls": "{ca: '${{ env.X }}'}"}, {"proxy": "'${{ env.X }}'"}])
def test_only_what_the_process_offers_is_read(installation: Installation, setting: dict[str, str]) -> None:
    installation.monkeypatch.setenv("X", "s3cret")
    text = "\n".join(findings(installation, **setting))
    assert "environment variable X would be shown [shown-variable]" in text
    assert "s3cret" not in text


def test_a_proxy_with_a_password_is_not_written_into_the_files(installation: Installation) -> None:
    assert findings(installation, proxy="http://u:pw@proxy.example.com:3128")[0].partition(" error: ")[2] == (
        "this address contains a user or a password [literal-secret]"
    )
    assert findings(installation, proxy="ftp://proxy.example.com")[0].partition(" error: ")[2] == (
        "proxy must be http://HOST:PORT, https://HOST:PORT or socks5h://HOST:PORT [invalid-value]"
    )


def test_a_proxy_of_the_process_that_cannot_be_used(installation: Installation) -> None:
    installation.monkeypatch.setenv("PERSYNC_VAR_X", "ftp://u:pw@proxy")
    installation.write("persisters/one.yaml", "eventType: one\n")
    assert findings(installation, proxy="'${{ env.X }}'") == [
        "error: the proxy for https://127.0.0.1:1 has the scheme ftp, which is not supported",
        "help: set proxy of the environment",
    ]


@pytest.mark.parametrize(
    ("setting", "names"),
    [
        ({"tls": "{ca: ca.pem}"}, "tls.ca"),
        ({"proxy": "http://proxy.example.com"}, "proxy"),
        ({"proxy": "http://proxy.example.com", "tls": "{ca: ca.pem}"}, "tls.ca and proxy"),
        ({"proxy": "'http://${{ env.X }}'"}, "proxy"),
    ],
)
def test_no_file_sends_a_bound_token_through_another_server(
    installation: Installation, setting: dict[str, str], names: str
) -> None:
    installation.write("persisters/one.yaml", "eventType: one\n")
    installation.monkeypatch.setenv("PERSYNC_VAR_X", "proxy.example.com")
    installation.monkeypatch.setenv("PERSYNC_TOKEN_ORIGIN", "https://127.0.0.1:1")
    assert findings(installation, **setting) == [
        f"error: {names} of environment test are in the files, and PERSYNC_TOKEN_ORIGIN is set: nothing was sent,"
        " because with them another server could answer in place of the origin",
        "help: write ${{ env.X }} there, and set PERSYNC_VAR_X where persync runs; the files cannot change it",
    ]


def test_a_bound_token_goes_through_the_proxy_of_the_process(installation: Installation, authority: Authority) -> None:
    installation.monkeypatch.setenv("PERSYNC_VAR_CA", str(authority.ca))
    installation.monkeypatch.setenv("PERSYNC_VAR_PROXY", "http://127.0.0.1:1")
    installation.monkeypatch.setenv("PERSYNC_TOKEN_ORIGIN", "https://127.0.0.1:1")
    installation.settings(url="https://127.0.0.1:1", tls="{ca: '${{ env.CA }}'}", proxy="'${{ env.PROXY }}'")
    assert checks(installation)["address"]["message"] == (
        f"https://127.0.0.1:1, through the proxy http://127.0.0.1:1; trusted authorities: tls.ca ({authority.ca})"
    )
