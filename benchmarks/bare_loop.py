"""What the same requests cost at least: ``requests.Session`` in as many threads."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import requests
from requests.adapters import HTTPAdapter

from benchmarks.configuration import event_types


def main(port: str, count: str, parallelism: str) -> None:
    """Send ``count`` requests, ``parallelism`` at a time."""
    session = requests.Session()
    session.mount("http://", HTTPAdapter(pool_maxsize=int(parallelism)))
    session.headers["Authorization"] = "Bearer benchmark"

    def get(event_type: str) -> None:
        path = f"/projects/benchmark/event-types/{event_type}/eventstores/pg/persister"
        query = {"export": "true", "expand": "state"}
        session.get(f"http://127.0.0.1:{port}{path}", params=query, timeout=(5, 30))

    with ThreadPoolExecutor(int(parallelism)) as pool:
        for _ in pool.map(get, event_types(int(count))):
            """The answer is dropped."""


if __name__ == "__main__":
    main(*sys.argv[1:])
