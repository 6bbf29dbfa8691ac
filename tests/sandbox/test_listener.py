"""How the sandbox stops listening."""

import gc
import socket
import threading
import time
import warnings
from contextlib import suppress
from http import HTTPStatus

import pytest

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

ROUNDS = 25
PATH = "/projects/web/event-types/clicks/eventstores/pg/persister"


def test_no_connection_outlives_a_server_that_stops_while_clients_connect() -> None:
    over = threading.Event()

    def connect(port: int) -> None:
        while not over.wait(0.0005):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                pass

    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always", ResourceWarning)
        for _ in range(ROUNDS):
            over.clear()
            with SandboxServer(Description()) as server:
                port = int(server.url.rpartition(":")[2])
                clients = [threading.Thread(target=connect, args=(port,)) for _ in range(3)]
                for client in clients:
                    client.start()
                time.sleep(0.01)
            over.set()
            for client in clients:
                client.join()
        gc.collect()
    assert [str(warning.message) for warning in raised] == []


def test_a_client_that_ends_in_the_middle_of_a_request_is_no_error_of_the_sandbox(
    caplog: pytest.LogCaptureFixture,
) -> None:
    head = f"PUT {PATH} HTTP/1.1\r\nHost: sandbox\r\nContent-Type: application/json\r\nContent-Length: 9\r\n"
    with SandboxServer(Description()) as server:
        port = int(server.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
            client.sendall(f"{head}Authorization: Bearer {server.token()}\r\n\r\n{{".encode())
        until = time.monotonic() + 5
        while not server.requests() and time.monotonic() < until:
            time.sleep(0.01)
        requests = [(request.method, request.path, request.status) for request in server.requests()]
    assert (requests, caplog.text) == ([("PUT", PATH, HTTPStatus.BAD_REQUEST)], "")
