"""``persync diff ENV_A ENV_B --live``: what the servers of two environments hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
from tests.command_line import QUICK, Installation
from tests.schemas import validate

TOKEN, ORIGIN = "PERSYNC_TOKEN", "PERSYNC_TOKEN_ORIGIN"
SECRET = "Zq4xeRD2hg8y"
DEV = [
    {
        "project": "web",
        "eventType": "clicks",
        "state": "RUNNING",
        "appVersion": "1.10",
        "appConfig": {
            "eventstore.tableName": "dev.events",
            "my.secret": SECRET,
            "my.hidden": "******",
            "my.user": SECRET,
        },
        "deployerConfig": {"kubernetes.limits.cpu": "900m"},
    },
    {"project": "web", "eventType": "same", "state": "RUNNING", "appConfig": {"eventstore.batchSize": "100"}},
    {"project": "web", "eventType": "only-dev", "state": "STOPPED"},
    {"project": "web", "eventType": "ignored", "state": "STOPPED", "appConfig": {"my.scaled": "3"}},
]
STAGING = [
    {
        "project": "web-stg",
        "eventType": "clicks",
        "state": "STOPPED",
        "appVersion": "1.9",
        "appConfig": {
            "my.user": "u",
            "eventstore.tableName": "stg.events",
            "my.secret": f"{SECRET}2",
            "my.hidden": "open",
        },
        "deployerConfig": {"kubernetes.limits.memory": "2Gi"},
    },
    # as the default of this installation, which is no difference
    {"project": "web-stg", "eventType": "same", "state": "RUNNING"},
    {"project": "web-stg", "eventType": "only-stg", "state": "STOPPED"},
    {"project": "web-stg", "eventType": "ignored", "state": "STOPPED", "appConfig": {"my.scaled": "5"}},
]
DEFAULTS = {"pg": {"appVersion": "latest", "appConfig": {"eventstore.batchSize": "100"}, "deployerConfig": {}}}
FILES = "---\n".join(
    f"project: web\neventType: {name}\n{rest}"
    for name, rest in {
        "clicks": "appConfig: {my.secret: '${{ secret.UNSET }}', my.user: '${{ env.UNSET }}'}\n",
        "same": "",
        "only-dev": "",
        "only-stg": "",
        "ignored": "ignoreChanges: [appConfig.my.scaled]\n",
        "nowhere": "",
    }.items()
)


class Two:
    """A repository with two environments, each with a server of its own."""

    def __init__(self, installation: Installation, servers: tuple[SandboxServer, SandboxServer]) -> None:
        self.installation = installation
        self.servers = servers
        self.dev, self.staging = servers
        self.environments(dev="${{ env.DEV_TOKEN }}", staging="${{ env.STAGING_TOKEN }}")
        installation.write("persisters/all.yaml", FILES)
        installation.monkeypatch.setenv("DEV_TOKEN", self.dev.token())
        installation.monkeypatch.setenv("STAGING_TOKEN", self.staging.token())

    def environments(self, **tokens: str) -> None:
        text = "version: 1\nenvironments:\n"
        for name, server in (("dev", self.dev), ("staging", self.staging)):
            text += f"  {name}:\n    url: {server.url}\n"
            text += "    projects: {web: web-stg}\n" if name == "staging" else ""
            text += f"    auth: {{token: '{tokens[name]}'}}\n" if name in tokens else ""
        (self.installation.folder / "persync.yaml").write_text(text, encoding="utf-8")

    def diff(self, *arguments: str) -> Any:
        return self.installation.run("diff", "dev", "staging", "--live", *arguments)

    def requests(self) -> list[str]:
        return [request.path for server in self.servers for request in server.requests()]


@pytest.fixture
def two(installation: Installation) -> Iterator[Two]:
    described = [
        Description.model_validate({"delays": QUICK, "persisters": persisters, "defaults": DEFAULTS})
        for persisters in (DEV, STAGING)
    ]
    servers = (SandboxServer(described[0]), SandboxServer(described[1]))
    for server in servers:
        server.start()
    try:
        yield Two(installation, servers)
    finally:
        for server in servers:
            server.stop()


def test_what_differs(two: Two) -> None:
    ended = two.diff("--detailed-exitcode")
    assert (ended.code, ended.err) == (1, "")
    assert ended.out == (
        "Diff of environments dev and staging, live\n"
        "1 property of 1 persister is ignored (ignoreChanges).\n"
        "  ~ change   + add   - remove   ✗ blocked   ! warning\n"
        "\n"
        "~ web/clicks (live: web/clicks → web-stg/clicks)  persisters/all.yaml:1\n"
        "    ~ appConfig.eventstore.tableName: dev.events → stg.events\n"
        "    ~ appConfig.my.secret: (sensitive) → (sensitive, changed)\n"
        "    ~ appConfig.my.user: (sensitive) → (sensitive, changed)\n"
        "    ~ appVersion: 1.10 → 1.9\n"
        "    - deployerConfig.kubernetes.limits.cpu: 900m → (default)\n"
        "    + deployerConfig.kubernetes.limits.memory: 2Gi\n"
        "    ~ state: RUNNING → STOPPED\n"
        "    ! live shows ****** for appConfig.my.hidden: not compared\n"
        "\n"
        "✗ web/nowhere (live: web/nowhere → web-stg/nowhere)  persisters/all.yaml:18\n"
        "    blocked: it exists neither in dev nor in staging\n"
        "    help: names are case-sensitive; the event type has to be created first\n"
        "\n"
        "- web/only-dev (live: web/only-dev → web-stg/only-dev)  persisters/all.yaml:8\n"
        "    ! it does not exist in staging\n"
        "\n"
        "+ web/only-stg (live: web/only-stg → web-stg/only-stg)  persisters/all.yaml:11\n"
        "    ! it does not exist in dev\n"
        "\n"
        "Diff: 1 added, 1 removed, 1 changed, 1 blocked, 2 unchanged.\n"
    )
    assert {request.method for server in two.servers for request in server.requests()} == {"GET"}


@pytest.mark.parametrize(("selector", "code"), [("web/same", 0), ("web/clicks", 2), ("web/nowhere", 1)])
def test_the_exit_code(two: Two, selector: str, code: int) -> None:
    assert two.diff(selector, "--detailed-exitcode").code == code
    assert two.diff(selector).code == (1 if code == 1 else 0)


@pytest.mark.parametrize("report", ["text", "json", "markdown", "html", "github", "sarif", "junit", "gitlab-terraform"])
def test_no_report_shows_a_secret(two: Two, report: str) -> None:
    ended = two.diff("web/clicks", "--report", report)
    assert (ended.code, SECRET in ended.out + ended.err, "clicks" in ended.out or report == "gitlab-terraform") == (
        0,
        False,
        True,
    )


def test_the_document(two: Two) -> None:
    document = json.loads(two.diff("--report", "json").out)
    validate(document, "plan")
    assert document["compared"] == {"environment": "dev", "url": two.dev.url, "live": True}
    assert document["summary"]["blocked"] == 1


def test_each_server_gets_its_own_token(two: Two) -> None:
    two.installation.monkeypatch.setenv(TOKEN, "not-for-these")
    assert two.diff("web/same").code == 0
    assert two.diff("web/same", "--debug").code == 0


def test_a_token_that_may_be_for_either_server_is_sent_to_none(two: Two) -> None:
    two.environments(dev="${{ env.DEV_TOKEN }}")
    two.installation.monkeypatch.setenv(TOKEN, two.staging.token())
    refused = two.diff("web/same")
    assert (refused.code, refused.err, two.requests()) == (
        1,
        "error: PERSYNC_TOKEN may be for either of two servers, so it is not sent to that of environment staging\n"
        "help: set PERSYNC_TOKEN_ORIGIN to the origin that it is for, and give the other environment auth\n",
        [],
    )
    two.installation.monkeypatch.setenv(ORIGIN, two.staging.url)
    refused = two.diff("web/same")
    assert (refused.code, two.requests()) == (1, [])
    assert f"({two.dev.url}) is not allowed by PERSYNC_TOKEN_ORIGIN: nothing was sent" in refused.err
    two.installation.monkeypatch.setenv(ORIGIN, f"{two.staging.url},{two.dev.url}")
    assert two.diff("web/same").code == 0


def test_the_same_token_is_not_sent_to_two_servers(two: Two) -> None:
    two.installation.monkeypatch.setenv("STAGING_TOKEN", two.dev.token())
    two.environments(dev="${{ env.STAGING_TOKEN }}", staging="${{ env.STAGING_TOKEN }}")
    refused = two.diff("web/same")
    assert (refused.code, refused.err, two.requests()) == (
        1,
        "error: environments dev and staging have the same token, and it would be sent to two servers: nothing was sent"
        "\nhelp: give each a token of its own; or name both origins in PERSYNC_TOKEN_ORIGIN, if it is for both\n",
        [],
    )


def test_without_a_token(two: Two) -> None:
    two.environments(dev="${{ env.DEV_TOKEN }}")
    refused = two.diff("web/same")
    assert (refused.code, refused.err.splitlines()[0], two.requests()) == (
        1,
        "error: there is no token for environment staging",
        [],
    )


def test_an_api_that_cannot_be_used_is_named(two: Two) -> None:
    two.installation.monkeypatch.setenv("STAGING_TOKEN", "wrong")
    refused = two.diff("web/same", "--timeout", "1s")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("error: staging: ")


def test_two_environments_of_one_server(installation: Installation) -> None:
    persisters = [
        {"project": project, "eventType": "clicks", "state": "RUNNING", "appConfig": {"eventstore.tableName": project}}
        for project in ("web-dev", "web-prod")
    ]
    server = installation.serve({"persisters": persisters})
    text = f"version: 1\nenvironments:\n  dev: {{url: '{server.url}', projects: {{web: web-dev}}}}\n"
    text += f"  prod: {{url: '{server.url}', projects: {{web: web-prod}}}}\n"
    (installation.folder / "persync.yaml").write_text(text, encoding="utf-8")
    installation.write("persisters/a.yaml", "project: web\neventType: clicks\n")
    assert (
        "~ appConfig.eventstore.tableName: web-dev → web-prod" in installation.run("diff", "dev", "prod", "--live").out
    )


def test_two_embedded_sandboxes(installation: Installation) -> None:
    text = "version: 1\nenvironments:\n  dev: {url: 'sandbox:dev.db'}\n  prod: {url: 'sandbox:prod.db'}\n"
    (installation.folder / "persync.yaml").write_text(text, encoding="utf-8")
    installation.write("persisters/a.yaml", "project: web\neventType: clicks\n")
    assert installation.run("diff", "dev", "prod", "--live").last_line == ("No differences. 1 persister is unchanged.")


def test_the_requests_are_counted_per_server(two: Two) -> None:
    ran = two.diff("-v", "web/only-dev", "web/same")
    counts = [line for line in ran.err.splitlines() if line.startswith("sent ")]
    assert (counts, [len(server.requests()) for server in two.servers]) == (
        ["sent 2 requests: 2 GET; 1 failed", "sent 2 requests: 2 GET"],  # the second environment's client ends first
        [2, 2],
    )
