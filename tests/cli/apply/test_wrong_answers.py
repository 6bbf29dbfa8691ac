"""Servers that answer with something else than what was requested: nothing is written, and nothing stays down."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from tests.command_line import Installation

SEED = {"state": "RUNNING", "appConfig": {"eventstore.batchSize": "200"}}
TWO = {"persisters": [{"eventType": "one", **SEED}, {"eventType": "two", **SEED}]}
PATH = "/projects/global/event-types/{}/eventstores/pg/persister"
MIXED_UP = "a cache or a proxy in front of the API, or the API itself, mixes up answers: tell its operator"
ANOTHER = "it is about another persister: its event type is 'two', not 'one'"


@contextmanager
def mixing_up(target: str, method: str) -> Iterator[str]:
    """Serve what ``target`` serves, but answer requests of that method about ``one`` as if they were about ``two``.

    A write reaches its own persister, and the answer is of the other.
    """
    session = requests.Session()
    session.trust_env = False

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {"Authorization": self.headers["Authorization"], "Content-Type": "application/json"}
            path = self.path
            if self.command == method == "GET":
                path = path.replace("/one/", "/two/")
            answer = session.request(self.command, target + path, data=content, headers=headers, timeout=30)
            body = answer.content
            if self.command == method != "GET" and "/one/" in path:
                other = target + path.partition("?")[0].replace("/one/", "/two/")
                body = session.get(other, headers=headers, timeout=30).content
            self.send_response(answer.status_code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = forward  # noqa: N815 - the name that the standard library calls
        do_PUT = forward  # noqa: N815 - the name that the standard library calls
        do_POST = forward  # noqa: N815 - the name that the standard library calls

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        session.close()


def two_persisters(installation: Installation) -> str:
    server = installation.serve(TWO)
    for name in ("one", "two"):
        installation.write(
            f"persisters/{name}.yaml",
            f"""\
            eventType: {name}
            state: RUNNING
            appConfig: {{eventstore.batchSize: 500}}
            """,
        )
    return server.url


def test_another_persisters_configuration_blocks_that_one(installation: Installation) -> None:
    with mixing_up(two_persisters(installation), "GET") as url:
        installation.settings(url=url)
        planned = installation.run("plan", "--detailed-exitcode")
        assert planned.code == 1
        lines = [line.strip() for line in planned.out.splitlines()]
        assert [line for line in lines if line.startswith(("blocked:", "help:"))] == [
            f"blocked: GET {PATH.format('one')} answered 200: {ANOTHER}",
            f"help: {MIXED_UP}",
        ]
        applied = installation.run("apply", "--auto-approve", "--keep-going")
        assert (applied.code, applied.last_line) == (1, "Apply: 1 done, 1 blocked.")
        two = PATH.format("two")
        assert installation.writes() == [f"POST {two}/state", f"PUT {two}", f"POST {two}/state"]


def test_a_put_that_is_answered_for_another_persister_is_looked_at(installation: Installation) -> None:
    with mixing_up(two_persisters(installation), "PUT") as url:
        installation.settings(url=url)
        applied = installation.run("apply", "--auto-approve", "global/one")
        assert (applied.code, applied.last_line) == (0, "Apply: 1 done.")
        assert f"{ANOTHER}; looking and trying again" in applied.err
        one = PATH.format("one")
        assert installation.writes() == [f"POST {one}/state", f"PUT {one}", f"POST {one}/state"]
        assert installation.running("global", "one")["appConfig"]["eventstore.batchSize"] == "500"


@pytest.mark.parametrize("count", [1, 7])
def test_a_release_without_export_is_blocked(installation: Installation, count: int) -> None:
    names = [f"e{number}" for number in range(count)]
    server = installation.serve(
        {"release": "0.8", "persisters": [{"eventType": name, **SEED} for name in names]}, projectPrefix="false"
    )
    text = "---\n".join(f"eventType: {name}\nappConfig: {{eventstore.batchSize: 500}}\n" for name in names)
    installation.write("persisters/all.yaml", text)
    before = [server.running_config("global", name, "pg") for name in names]
    planned = installation.run("plan", "--detailed-exitcode")
    name = "e0" if count == 1 else "…"
    lines = [line.strip() for line in planned.out.splitlines()]
    assert (planned.code, [line for line in lines if line.startswith(("blocked:", "help:"))]) == (
        1,
        [
            f"blocked: GET /event-types/{name}/eventstores/pg/persister answered 200: a full answer,"
            " with streamName, lastUpdated, _links, in place of an export: the server's release is older than 1.0",
            "help: upgrade Granary: an older release ignores 'imported' too, so a PUT of the files would drop every"
            " default; 'persync status' and 'persync logs' work",
        ],
    )
    applied = installation.run("apply", "--auto-approve", "--keep-going")
    assert (applied.code, installation.writes()) == (1, [])
    assert [server.running_config("global", name, "pg") for name in names] == before
    assert [installation.run("status").code, installation.run("logs", "e0").code] == [0, 0]


@pytest.mark.parametrize(
    ("option", "summary"),
    [
        ((), "Apply: 1 failed, 1 not attempted."),
        (("--keep-going",), "Apply: 1 done, 1 failed."),
    ],
)
def test_after_a_conflict_in_the_middle_no_other_is_begun(
    installation: Installation, option: tuple[str, ...], summary: str
) -> None:
    two_persisters(installation)
    assert installation.server is not None
    path = f"{PATH.format('one')}/state"
    # while it is to become STOPPED, another user starts it
    fault = {"kind": "shows-state", "state": "DEPLOYING", "method": "GET", "path": path, "after": 1}
    installation.server.set_faults([fault])
    applied = installation.run("apply", "--auto-approve", "--parallelism", "1", *option)
    assert (applied.code, applied.last_line) == (1, summary)
    assert "✗ global/one  conflict" in applied.out
