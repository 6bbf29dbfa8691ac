"""Starting, stopping, and what a state file remembers."""

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
from tests.sandbox.support import DEPLOYING, Client, Clock, described, path_of, pg, running

PATH = path_of("snowplow-web")
SEED = {"eventType": "snowplow-web"}
METHODS = {"get", "put", "post", "delete"}
ROOT = Path(__file__).parents[2]

APPLY_AND_DIE = """
import os, sys
from pathlib import Path
from tests.sandbox.support import Client, Clock, described, path_of, pg, running
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
server.start()
print(server.url, flush=True)
server.serve_forever()
print("stopped", flush=True)
"""


def test_a_state_outlives_its_process(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    died = subprocess.run(  # noqa: S603  the program is ours
        [sys.executable, "-c", APPLY_AND_DIE, str(state)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (died.returncode, died.stderr) == (-signal.SIGKILL, "")
    clock = Clock()
    with running(clock, state, persisters=[SEED]) as server:
        client = Client(server, None)
        client.session.headers["Authorization"] = died.stdout.strip()
        assert client.get(f"{PATH}?expand=state").json()["state"] == {"status": "DEPLOYING"}
        assert server.running_config("global", "snowplow-web") == {"appVersion": "latest", **pg({"a": "1"})}
        clock.now += DEPLOYING
        assert client.get(f"{PATH}/state").json()["status"] == "RUNNING"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_a_state_gets_new_event_types_and_keeps_the_live_ones(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with running(state=state, persisters=[SEED]) as server:
        Client(server).put(PATH, pg({"a": "1"}))
    with running(state=state, persisters=[SEED, {"eventType": "new", "state": "RUNNING"}]) as server:
        client = Client(server)
        assert client.get(f"{PATH}?export=true").json()["appConfig"] == {"a": "1"}
        assert client.get(f"{path_of('new')}/state").json()["status"] == "RUNNING"
        assert [entry["name"] for entry in client.get("/event-types").json()["eventTypes"]] == ["new", "snowplow-web"]


def test_two_processes_see_one_state(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with running(state=state, persisters=[SEED]) as one, running(state=state, persisters=[SEED]) as other:
        Client(one).put(PATH, pg({"a": "1"}))
        assert Client(other).get(f"{PATH}?export=true").json()["appConfig"] == {"a": "1"}


def test_in_memory_each_start_begins_anew() -> None:
    server = SandboxServer(described(persisters=[SEED]))
    for _ in range(2):
        with server:
            client = Client(server)
            assert client.get(f"{PATH}?export=true").json()["appConfig"] == {}
            client.put(PATH, pg({"a": "1"}))
    assert len(server.requests()) == 4


def test_a_file_that_is_no_state_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, and longer than a header of one" * 50)
    with pytest.raises(SandboxError, match=r"notes\.txt: not to be used as a sandbox's state: file is not a database"):
        SandboxServer(Description(), file).start()
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE persons (name TEXT)")
    connection.close()
    with pytest.raises(
        SandboxError, match=r"foreign\.db: not the state of a sandbox of this version; name another file"
    ):
        SandboxServer(Description(), foreign).start()
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(SandboxError, match=r"folder\.db: the sandbox's state cannot be opened: unable to open"):
        SandboxServer(Description(), tmp_path / "folder.db").start()


@pytest.mark.parametrize("below", ["notes.txt", "none/at/all"])
def test_a_state_in_a_folder_that_does_not_exist_makes_none(tmp_path: Path, below: str) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(SandboxError, match=rf"the sandbox's state cannot be opened: there is no folder .*/{below};"):
        SandboxServer(Description(), tmp_path / below / "sandbox.db").start()
    assert list(tmp_path.iterdir()) == [tmp_path / "notes.txt"]


def change_and_fail(store: Store, key: Key) -> None:
    with store.transaction():
        known = store.get(key)
        assert known is not None
        store.put(key, replace(known, fails=True))
        raise ZeroDivisionError


def test_a_change_that_breaks_off_has_not_happened() -> None:
    key = Key("global", "snowplow-web", "pg")
    with closing(Store(None, described(persisters=[SEED]), 0)) as store:
        before = store.get(key)
        with pytest.raises(ZeroDivisionError):
            change_and_fail(store, key)
        assert store.get(key) == before
        assert store.get(Key("global", "nobody", "pg")) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com", ""])  # noqa: S104
def test_only_this_machine_is_served(host: str) -> None:
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
            SandboxError, match=f"^127.0.0.1:{port}: the sandbox cannot listen there: .*; port 0 takes any free one$"
        ):
            SandboxServer(Description(), port=port).start()
    with pytest.raises(SandboxError, match=r"^70000: not a port; 0 takes any free one$"):
        SandboxServer(Description(), port=70000).start()


def test_what_does_not_run_says_so() -> None:
    server = SandboxServer(Description())
    with pytest.raises(SandboxError, match=r"^the sandbox is not running$"):
        _ = server.url
    server.stop()
    with server, pytest.raises(SandboxError, match=r"^the sandbox is running already$"):
        server.start()


def test_the_document_fits_the_routes() -> None:
    with running() as server:
        client = Client(server, checked=False)
        paths = client.get("/openapi.json").json()["paths"]
        for template, operations in paths.items():
            path = template.replace("{", "").replace("}", "")
            served = {method for method in METHODS if client(method.upper(), path).status_code != 405}
            assert served == set(operations) & METHODS


def test_many_clients_at_once_are_all_answered() -> None:
    with running(persisters=[SEED]) as server:
        failed: list[requests.Response] = []

        def work() -> None:
            client = Client(server)
            for number in range(20):
                answers = [client.put(PATH, pg({"a": str(number)})), client.get(PATH)]
                failed.extend(answer for answer in answers if answer.status_code != 200)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        assert len(server.requests()) == 4 * 20 * 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_in_the_foreground_it_serves_until_a_signal(number: signal.Signals) -> None:
    process = subprocess.Popen(  # noqa: S603  the program is ours
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


def test_signals_are_given_back() -> None:
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
