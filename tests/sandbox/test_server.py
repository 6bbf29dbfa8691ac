"""Starting, stopping, and the state file."""

import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from persync.sandbox.description import Description
from persync.sandbox.domain.persister import Key
from persync.sandbox.errors import SandboxError
from persync.sandbox.server import SandboxServer
from persync.sandbox.store import Store
from tests.sandbox.support import DEPLOYING, Client, Clock, description_with, path_of, pg, running

PATH = path_of("snowplow-web")
SEED = {"eventType": "snowplow-web"}
METHODS = {"get", "put", "post", "delete"}
ROOT = Path(__file__).parents[2]

CHANGE_AND_BE_KILLED = """
import os, sys
from pathlib import Path
from tests.sandbox.support import Client, Clock, description_with, path_of, pg, running
path = path_of("snowplow-web")
with running(Clock(), Path(sys.argv[1]), persisters=[{"eventType": "snowplow-web"}]) as server:
    client = Client(server)
    client.put(path, pg({"a": "1"}))
    client.act(path, "START")
    print(client.session.headers["Authorization"], flush=True)
    os.kill(os.getpid(), 9)
"""

SERVE = """
import sys
from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer
server = SandboxServer(Description.demo())
server.serve_forever(lambda: print(server.url, flush=True))
print("stopped", flush=True)
"""


def test_the_state_survives_a_killed_process(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    killed = subprocess.run(  # noqa: S603 - a program of this test
        [sys.executable, "-c", CHANGE_AND_BE_KILLED, str(state)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (killed.returncode, killed.stderr) == (-signal.SIGKILL, "")
    clock = Clock()
    with running(clock, state, persisters=[SEED]) as server:
        client = Client(server, None)
        client.session.headers["Authorization"] = killed.stdout.strip()
        assert client.get(f"{PATH}?expand=state").json()["state"] == {"status": "DEPLOYING"}
        assert server.running_config("global", "snowplow-web") == {"appVersion": "latest", **pg({"a": "1"})}
        clock.now += DEPLOYING
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_new_event_types_are_added_to_an_existing_state(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with running(state=state, persisters=[SEED]) as server:
        Client(server).put(PATH, pg({"a": "1"}))
    with running(state=state, persisters=[SEED, {"eventType": "new", "state": "RUNNING"}]) as server:
        client = Client(server)
        assert client.get(f"{PATH}?export=true").json()["appConfig"] == {"a": "1"}
        assert client.get(f"{path_of('new')}/state").json()["status"] == "RUNNING"
        assert [entry["name"] for entry in client.get("/event-types").json()["eventTypes"]] == ["new", "snowplow-web"]


def test_two_servers_can_share_a_state(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with running(state=state, persisters=[SEED]) as first, running(state=state, persisters=[SEED]) as second:
        Client(first).put(PATH, pg({"a": "1"}))
        assert Client(second).get(f"{PATH}?export=true").json()["appConfig"] == {"a": "1"}


def test_a_state_in_memory_is_lost_at_the_stop() -> None:
    server = SandboxServer(description_with(persisters=[SEED]))
    for _ in range(2):
        with server:
            client = Client(server)
            assert client.get(f"{PATH}?export=true").json()["appConfig"] == {}
            client.put(PATH, pg({"a": "1"}))
    assert len(server.requests()) == 4


def test_a_file_that_is_not_a_state_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, and longer than a header of one" * 50)
    with pytest.raises(SandboxError, match=r"notes\.txt: not the state of a sandbox: file is not a database"):
        SandboxServer(Description(), file).start()
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE persons (name TEXT)")
    connection.close()
    with pytest.raises(SandboxError, match=r"foreign\.db: not the state of a sandbox of this version$") as caught:
        SandboxServer(Description(), foreign).start()
    assert caught.value.hint == "name another file; a file that does not exist is created"
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(SandboxError, match=r"folder\.db: the sandbox's state cannot be opened: unable to open"):
        SandboxServer(Description(), tmp_path / "folder.db").start()


@pytest.mark.parametrize("below", ["notes.txt", "none/at/all"])
def test_no_folder_is_created_for_a_state(tmp_path: Path, below: str) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(
        SandboxError, match=rf"the sandbox's state cannot be opened: there is no folder .*/{below}$"
    ) as caught:
        SandboxServer(Description(), tmp_path / below / "sandbox.db").start()
    assert caught.value.hint == "create it, or name another file"
    assert list(tmp_path.iterdir()) == [tmp_path / "notes.txt"]


def change_and_fail(store: Store, key: Key) -> None:
    with store.transaction():
        persister = store.get(key)
        assert persister is not None
        store.update(key, replace(persister, fails=True))
        raise ZeroDivisionError


def test_a_failed_transaction_changes_nothing() -> None:
    key = Key("global", "snowplow-web", "pg")
    with closing(Store(None, description_with(persisters=[SEED]), 0)) as store:
        before = store.get(key)
        with pytest.raises(ZeroDivisionError):
            change_and_fail(store, key)
        assert store.get(key) == before
        assert store.get(Key("global", "unknown", "pg")) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com", ""])  # noqa: S104 - they are refused
def test_only_loopback_addresses_are_served(host: str) -> None:
    with pytest.raises(SandboxError, match="the sandbox listens on loopback addresses only"):
        SandboxServer(Description(), host=host).start()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_url_has_the_port(host: str) -> None:
    with SandboxServer(Description(), host=host) as server:
        assert requests.get(f"{server.url}/", timeout=30).json()["name"] == "persync sandbox"
        assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_ipv6_has_brackets() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no ::1 here")
    with SandboxServer(Description(), host="::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert requests.get(f"{server.url}/", timeout=30).status_code == 200


def test_a_port_in_use_is_refused() -> None:
    with SandboxServer(Description()) as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(
            SandboxError, match=f"^127.0.0.1:{port}: the sandbox cannot listen: Address already in use$"
        ) as caught:
            SandboxServer(Description(), port=port).start()
        assert caught.value.hint == "use port 0 for any free port"
    with pytest.raises(SandboxError, match=r"^70000: not a port number$"):
        SandboxServer(Description(), port=70000).start()


def test_a_server_that_is_not_running_raises_an_error() -> None:
    server = SandboxServer(Description())
    with pytest.raises(SandboxError, match=r"^the sandbox is not running$"):
        _ = server.url
    server.stop()
    with server, pytest.raises(SandboxError, match=r"^the sandbox is running already$"):
        server.start()


def test_the_document_has_exactly_the_routes() -> None:
    with running() as server:
        client = Client(server, checked=False)
        paths = client.get("/openapi.json").json()["paths"]
        for template, operations in paths.items():
            path = template.replace("{", "").replace("}", "")
            served = {method for method in METHODS if client(method.upper(), path).status_code != 405}
            assert served == set(operations) & METHODS


def test_concurrent_clients_are_all_served() -> None:
    with running(persisters=[SEED]) as server:
        failed: list[requests.Response] = []

        def work() -> None:
            client = Client(server)
            for number in range(20):
                responses = [client.put(PATH, pg({"a": str(number)})), client.get(PATH)]
                failed.extend(response for response in responses if response.status_code != 200)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(server.requests()) == 4 * 20 * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_forever_returns_at_a_signal(number: signal.Signals) -> None:
    process = subprocess.Popen(  # noqa: S603 - a program of this test
        [sys.executable, "-W", "error", "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        assert requests.get(f"{url}/", timeout=30).status_code == 200
        process.send_signal(number)
        assert (process.stdout.read(), process.stderr.read(), process.wait(30)) == ("stopped\n", "", 0)


def test_signal_handlers_are_restored() -> None:
    before = signal.getsignal(signal.SIGTERM)
    server = SandboxServer(Description())

    def kill_when_handled() -> None:
        while signal.getsignal(signal.SIGTERM) is before:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=kill_when_handled, daemon=True).start()
    server.serve_forever()
    assert signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(SandboxError, match=r"^the sandbox is not running$"):
        server.token()
