"""What the doctor finds, against a sandbox and against servers that are none."""

import json
import re
from collections.abc import Iterator

import pytest

from persync.cli.doctor.checks import CHECKS
from tests.command_line import Installation
from tests.diagnosis import FILE, ONE, checks, diagnosis, statuses
from tests.harvester.loopback import Loopback, Reply, serving, unused_port
from tests.processes import ROOT

TIMES = re.compile(r"\d+ ms|\d+\.\d s|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w+|127\.0\.0\.1:\d+")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "PERSYNC_TOKEN_ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving() as server:
        yield server


def test_nothing_is_wrong(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE, {**ONE, "project": "web"}]})
    installation.monkeypatch.setenv("PERSYNC_TOKEN", server.token(lifetime=3600.5))
    installation.write("persisters/one.yaml", FILE)
    ended = installation.run("doctor", "--parallelism", "2")
    assert (ended.code, ended.err) == (0, "")
    assert TIMES.sub("<>", ended.out) == (
        "✓ settings  persync.yaml, environment test: http://<>\n"
        "✓ files     1 persister, no findings\n"
        "✓ address   http://<>, on this machine, not encrypted\n"
        "✓ dns       127.0.0.1\n"
        "✓ tcp       connected to the host <> in <>\n"
        "– tls       skipped: http, which is for this machine only\n"
        "✓ api       GET /event-types without a token answered 401: Authentication failed.\n"
        "✓ clock     this machine's clock agrees with the server's (Date)\n"
        "✓ token     PERSYNC_TOKEN ends at <>: an apply may last 1 h 0 min\n"
        "✓ access    accepted; the list shows 2 event types in 2 projects\n"
        "✓ projects  paths begin with /projects/{project}: release 1.2 or newer\n"
        "✓ roles     2 projects can be read\n"
        "            global: 1 event type; can read global/one\n"
        "            web: 1 event type; can read web/one\n"
        "✓ lists     entries name their project, have their persisters\n"
        "✓ export    an export leaves out what has its default: release 1.0 or newer\n"
        "✓ state     in the answer of the same request\n"
        "✓ keys      in lower case; persync compares them without regard to that\n"
        "✓ speed     4 requests, 2 at a time: median <>, slowest <>; one alone <>; reading the files' 1 persister takes"
        " about <>\n"
        "\n"
        "Doctor: 16 ok, 0 warnings, 0 failed, 1 skipped.\n"
    )
    assert installation.writes() == []


def test_the_checks_are_those_of_the_documentation() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    rows = [row.partition("| ")[2].partition(" |")[0] for row in text.splitlines() if row.startswith("| `")]
    assert [name for row in rows for name in re.findall(r"`(\w+)`", row)] == [check.id for check in CHECKS]


def test_the_embedded_sandbox(installation: Installation) -> None:
    installation.settings(url="'sandbox:'")
    installation.write("persisters/one.yaml", FILE)
    document = diagnosis(installation)
    assert (document["environment"], document["url"], document["summary"]) == (
        "test",
        "sandbox:",
        {"ok": 16, "warnings": 0, "failed": 0, "skipped": 1},
    )


def test_without_settings_everything_else_is_skipped(installation: Installation) -> None:
    document = diagnosis(installation)
    first, *others = document["checks"]
    assert (first["id"], first["status"], first["help"]) == (
        "settings",
        "failed",
        "go to a configuration repository, name one with -C, or make one with 'persync init'",
    )
    assert {(check["status"], check["message"]) for check in others} == {("skipped", "needs settings")}
    assert (document["environment"], document["url"]) == ("", "")


def test_files_with_errors_do_not_hide_the_rest(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]})
    installation.write("persisters/one.yaml", "eventType: one\nstate: maybe\n")
    found = checks(installation)
    assert statuses(found, "failed") == ["files"]
    assert (found["files"]["message"], found["files"]["help"]) == (
        "1 error in the files",
        "'persync validate' shows every finding",
    )
    assert found["files"]["details"][0].startswith("persisters/one.yaml:2:8: ")


def test_a_repository_before_its_import(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]})
    for message in ("persisters does not exist", "persisters has no *.yaml or *.yml file"):
        found = checks(installation)
        assert (statuses(found, "failed"), statuses(found, "warning")) == ([], ["files"])
        assert found["files"]["help"] == "'persync import' writes the live ones into files"
        assert found["files"]["details"] == [f"persync.yaml:1:1: {message}"]
        (installation.folder / "persisters").mkdir(exist_ok=True)


HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (
            Reply(body=b"<html><title>Sign in to Example</title>", headers=HTML),
            "answered 200 with an HTML page (text/html) «Sign in to Example»",
        ),
        (
            Reply(302, headers={"Location": "https://id.example.com/login?x=secret"}),
            "answered 302: it redirects to https://id.example.com",
        ),
        (
            Reply(404, b"<h1>Not Found</h1>", headers=HTML),
            "answered 404 with an HTML page (text/html)",
        ),
        (Reply(404, {"detail": "x"}), "answered 404: the answer (application/json) is not the API's"),
        (Reply(body=b"hello", headers={"Content-Type": "text/plain"}), "answered 200 with something else than JSON"),
    ],
)
def test_what_is_no_harvester_api(installation: Installation, loopback: Loopback, reply: Reply, message: str) -> None:
    loopback.otherwise = reply
    installation.settings(url=loopback.url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "x")
    found = checks(installation)
    assert found["api"] == {
        "status": "failed",
        "message": f"this is not a Harvester API: GET /event-types {message}",
        "help": "check url in persync.yaml; a login page or a proxy may be answering in place of the API",
        "details": [],
    }
    assert found["access"]["message"] == "needs api"
    assert [headers for headers in loopback.headers if "Authorization" in headers] == []


def test_an_api_that_is_down(installation: Installation, loopback: Loopback) -> None:
    loopback.otherwise = Reply(503, b"")
    installation.settings(url=loopback.url)
    found = checks(installation)
    assert found["api"]["status"] == "failed"
    assert found["api"]["message"] == "the API is not available: GET /event-types answered 503: the answer is empty"
    assert found["clock"]["status"] == "ok"


@pytest.mark.parametrize(
    ("url", "failed", "message"),
    [
        ("https://no-such-host.invalid", "dns", "the host no-such-host.invalid cannot be resolved"),
        (
            "http://harvester.example.com",
            "address",
            "the Harvester API's URL (http://harvester.example.com) is not enc",
        ),
    ],
)
def test_a_wrong_url(installation: Installation, url: str, failed: str, message: str) -> None:
    installation.settings(url=url)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "x")
    found = checks(installation)
    assert found[failed]["message"].startswith(message)
    assert [name for name in statuses(found, "failed") if name != "files"] == [failed]


def test_a_port_without_a_server(installation: Installation) -> None:
    port = unused_port()
    installation.settings(url=f"http://127.0.0.1:{port}")
    found = checks(installation)
    assert found["tcp"]["message"] == f"no connection to the host 127.0.0.1:{port}: Connection refused"
    assert found["api"]["message"] == "needs tcp"


def test_a_proxy_that_cannot_be_reached(installation: Installation) -> None:
    port = unused_port()
    installation.monkeypatch.setenv("HTTPS_PROXY", f"http://user:hunter2@127.0.0.1:{port}")
    installation.settings(url="https://harvester.example.com")
    ended = installation.run("doctor", "-o", "json")
    found = {check["id"]: check["message"] for check in json.loads(ended.out)["checks"]}
    assert found["address"] == (
        f"https://harvester.example.com, through the proxy http://127.0.0.1:{port};"
        " trusted authorities: those that come with persync"
    )
    assert found["tcp"] == f"no connection to the proxy 127.0.0.1:{port}: Connection refused"
    assert "hunter2" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("release", "prefix", "failed", "message"),
    [
        ("1.2", "true", [], "paths begin with /projects/{project}: release 1.2 or newer"),
        ("1.1", "true", ["projects"], "there are no paths with /projects: a release before 1.2"),
        ("1.1", "false", [], "there are no paths with /projects: a release before 1.2"),
        ("0.8", "false", ["export"], "there are no paths with /projects: a release before 1.2"),
    ],
)
def test_releases(installation: Installation, release: str, prefix: str, failed: list[str], message: str) -> None:
    installation.serve({"persisters": [ONE], "release": release}, projectPrefix=prefix)
    installation.write("persisters/one.yaml", FILE)
    found = checks(installation)
    assert (statuses(found, "failed"), found["projects"]["message"]) == (failed, message)
    if release == "0.8":
        assert found["export"]["message"] == "an export is a full answer: a release before 1.0 (0.8 or 0.9)"


def test_project_prefix_false_where_there_are_projects(installation: Installation) -> None:
    installation.serve({"persisters": [ONE]}, projectPrefix="false")
    assert checks(installation)["projects"]["status"] == "warning"


def test_requests_that_fail_at_this_parallelism(installation: Installation) -> None:
    server = installation.serve({"persisters": [ONE]})
    server.set_faults([{"kind": "too-many-requests", "retryAfter": 0, "path": "*/state"}])
    speed = checks(installation, "--parallelism", "3")["speed"]
    assert (speed["status"], speed["help"]) == ("warning", "lower parallelism of the environment")
    assert speed["message"].endswith("; 6 of them failed")


def test_values_that_are_masked(installation: Installation) -> None:
    installation.serve({"persisters": [{**ONE, "appConfig": {"my.own": "******"}}]})
    keys = checks(installation)["keys"]
    assert (keys["status"], keys["message"]) == (
        "warning",
        "some values are masked (******): they differ from the files in every plan",
    )


def test_many_event_types_and_projects(installation: Installation) -> None:
    many = [{"eventType": f"e{number}", "project": f"p{number % 25}"} for number in range(50)]
    installation.serve({"persisters": many})
    installation.write("persisters/all.yaml", "---\n".join(f"project: p{n}\neventType: e{n}\n" for n in range(25)))
    found = checks(installation)
    assert found["access"]["message"] == "accepted; the list shows 50 event types in 25 projects"
    assert (found["roles"]["message"], found["roles"]["details"][-1]) == (
        "20 projects can be read",
        "and 5 more projects",
    )


def test_settings_with_errors(installation: Installation) -> None:
    installation.write("persync.yaml", "version: 1\n" + "".join(f"x{number}: 1\n" for number in range(7)))
    found = checks(installation)["settings"]
    assert (found["message"], len(found["details"]), found["details"][-1]) == (
        "persync.yaml has errors",
        6,
        "and 2 more",
    )


def test_warnings_about_files(installation: Installation) -> None:
    installation.serve({"persisters": [ONE], "appVersions": ["latest"]})
    installation.write("persisters/one.yaml", "eventType: one\nappVersion: latest\n")
    found = checks(installation)["files"]
    assert (found["status"], found["message"]) == ("warning", "1 persister, 1 warning")
