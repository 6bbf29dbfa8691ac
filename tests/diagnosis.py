"""Runs ``persync doctor`` and reads its document."""

import json
from typing import Any

from tests.command_line import Installation
from tests.schemas import validate

ONE = {"eventType": "one", "state": "RUNNING", "appConfig": {"eventstore.batchSize": "200"}}
FILE = "eventType: one\nstate: RUNNING\n"


def diagnosis(installation: Installation, *arguments: str) -> dict[str, Any]:
    ended = installation.run("doctor", "-o", "json", *arguments)
    document: dict[str, Any] = json.loads(ended.out)
    validate(document, "diagnosis")
    assert ended.code == (1 if document["summary"]["failed"] else 0)
    return document


def checks(installation: Installation, *arguments: str) -> dict[str, dict[str, Any]]:
    return {check.pop("id"): check for check in diagnosis(installation, *arguments)["checks"]}


def statuses(found: dict[str, dict[str, Any]], status: str) -> list[str]:
    return [name for name, check in found.items() if check["status"] == status]
