"""The vendor's examples of persisters, as a GrApp folder and as a live system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import Installation
from tests.importing.test_live import EQUAL, files_of

VENDOR = Path(__file__).parents[1] / "fixtures/vendor"
EMPTY = {"appVersion": "0", "appConfig": {}, "deployerConfig": {}}
FILE = """\
# yaml-language-server: $schema=../../persister.schema.json
eventType: eventtype-1
state: RUNNING
appVersion: latest
appConfig:
  eventstore:
    tableName: public.eventstore
  spring.cloud.kubernetes.secrets.paths: /usr/src/app/db-secret
  spring.cloud.stream.bindings.input.consumer:
    concurrency: 6
    partitioned: true
  spring.cloud.stream.kafka.binder:
    autoAddPartitions: true
    autoCreateTopics: true
    minPartitionCount: 24
    replicationFactor: 3
  spring.datasource:
    password: ${superuser-password}
    url: jdbc:postgresql://host:5432/postgres?currentSchema=public
    username: ${superuser-username}
deployerConfig:
  kubernetes:
    imagePullPolicy: Always
    limits:
      cpu: 500m
      memory: 512Mi
    livenessProbeDelay: 120
    readinessProbeDelay: 120
    requests:
      cpu: 500m
      memory: 512Mi
    volumeMounts:
      - name: secret
        mountPath: /usr/src/app/rsa_privatekey.key
        subPath: rsa_privatekey.key
        readOnly: true
      - name: secret
        mountPath: /usr/src/app/rsa_publickey.key
        subPath: rsa_publickey.key
        readOnly: true
      - name: db-secret
        mountPath: /usr/src/app/db-secret
        readOnly: true
    volumes:
      - {name: secret, secret: {secretName: grnry-base-encryption-token, defaultMode: 256}}
      - {name: db-secret, secret: {secretName: grnry-pg-citus-secret, defaultMode: 256}}
"""


@pytest.fixture
def export() -> dict[str, object]:
    """Return the configuration of the vendor's GET example."""
    document = json.loads((VENDOR / "get-persister-200.json").read_text())
    return {field: document[field] for field in EMPTY}


def test_a_live_persister_is_imported_and_planned_empty(installation: Installation, export: dict[str, object]) -> None:
    persister = {"eventType": "eventtype-1", "state": "RUNNING", **export}
    installation.serve({"defaults": {"pg": EMPTY}, "persisters": [persister]})
    ended = installation.run("import")
    assert files_of(installation.folder) == {"persisters/global/eventtype-1.yaml": FILE}
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL)
    assert installation.run("plan", "--detailed-exitcode").code == 0


def test_a_grapp_folder_is_imported_and_planned_empty(installation: Installation, export: dict[str, object]) -> None:
    file = installation.folder / "grapp/event-types/eventtype-1/eventstores/pg/persister.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(export))
    persister = {"eventType": "eventtype-1", "state": "RUNNING", **export}
    installation.serve({"defaults": {"pg": EMPTY}, "persisters": [persister]})
    ended = installation.run("import", "--from-grapp", ".", "--project", "global")
    assert files_of(installation.folder) == {"persisters/global/eventtype-1.yaml": FILE}
    assert (ended.code, ended.err.splitlines()[-1]) == (0, EQUAL)
    assert installation.run("plan", "--detailed-exitcode").code == 0
