"""One identity for all requests of a run, so that a line of a log and a request at a gateway can be matched."""

import re
from itertools import islice

from persync.run_id import PATTERN, RunId
from tests.command_line import Installation

SEED = {"project": "web", "eventType": "clicks", "eventstore": "pg", "state": "RUNNING"}
FILE = "project: web\neventType: clicks\neventstore: pg\nstate: RUNNING\n"


def test_a_run_id_is_a_time_and_a_random_part() -> None:
    assert re.fullmatch(PATTERN, str(RunId.new()))


def test_two_runs_of_one_second_differ() -> None:
    assert len({RunId.new() for _ in range(100)}) == 100


def test_the_order_of_text_is_the_order_of_time() -> None:
    ids = [RunId("20261126T044250Z-ffffff"), RunId("20261126T044251Z-000000"), RunId("20270101T000000Z-000000")]
    assert sorted(ids) == ids
    assert sorted(map(str, ids)) == list(map(str, ids))


def test_requests_are_numbered() -> None:
    run = RunId("20261126T044250Z-3f9a1c")
    assert list(islice(run.request_ids(), 2)) == ["20261126T044250Z-3f9a1c-1", "20261126T044250Z-3f9a1c-2"]


def test_each_request_of_a_run_carries_its_own_id(installation: Installation) -> None:
    server = installation.serve({"persisters": [SEED]})
    installation.write("persisters/clicks.yaml", FILE)
    assert installation.run("status").code == 0
    first = len(server.requests())
    assert installation.run("doctor").code == 0
    ids = [request.request_id or "" for request in server.requests()]
    runs = [id_.rpartition("-")[0] for id_ in ids]
    assert all(re.fullmatch(PATTERN, run) for run in runs)
    assert [len(set(runs[:first])), len(set(runs[first:])), len(set(runs))] == [1, 1, 2]
    assert len(set(ids)) == len(ids)
