"""How the sandbox stops listening."""

import gc
import socket
import threading
import time
import warnings
from contextlib import suppress

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

ROUNDS = 25


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
