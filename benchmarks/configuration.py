"""N persisters as files, and as a Harvester API would show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_DOCUMENT = """\
project: benchmark
eventType: {event_type}
state: RUNNING
appVersion: 1.10
appConfig:
  eventstore: {{tableName: public.events, batchSize: {batch_size}}}
  spring.cloud.stream.bindings.input.consumer.concurrency: 6
  spring.cloud.stream.bindings.input.consumer.partitioned: true
  spring.datasource.url: jdbc:postgresql://host:5432/postgres?currentSchema=public
  spring.datasource.username: ${{superuser-username}}
  spring.datasource.password: ${{superuser-password}}
  spring.cloud.kubernetes.secrets.paths: /usr/src/app/db-secret
deployerConfig:
  kubernetes:
    limits: {{cpu: 700m, memory: 512Mi}}
    requests: {{cpu: 700m, memory: 512Mi}}
    livenessProbeDelay: 120
    readinessProbeDelay: 120
    imagePullPolicy: Always
    volumes:
      - {{name: db-secret, secret: {{secretName: grnry-pg-credentials, defaultMode: 256}}}}
    volumeMounts:
      - {{name: db-secret, mountPath: /usr/src/app/db-secret, readOnly: true}}
"""

_SETTINGS = """\
version: 1
defaultEnvironment: benchmark
environments:
  benchmark:
    url: http://127.0.0.1:{port}
    timeouts: {{poll: 0.1}}
"""


def event_types(count: int) -> list[str]:
    """Return the names of ``count`` event types."""
    return [f"events-{number:05}" for number in range(count)]


def write_configuration(folder: Path, count: int, port: int, *, changed_every: int = 100) -> None:
    """Write ``count`` persisters, one file each, a hundred to a folder; one in ``changed_every`` differs from live."""
    (folder / "persync.yaml").write_text(_SETTINGS.format(port=port), encoding="utf-8")
    for number, event_type in enumerate(event_types(count)):
        path = folder / "persisters" / f"{number // 100:03}" / f"{event_type}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        batch_size = 500 if number % changed_every else 501
        path.write_text(_DOCUMENT.format(event_type=event_type, batch_size=batch_size), encoding="utf-8")


def live_answer(event_type: str) -> dict[str, Any]:
    """Return what GET persister answers, exported and with its state."""
    return {
        "projectName": "benchmark",
        "eventTypeName": event_type,
        "eventstoreType": "pg",
        "appVersion": "1.10",
        "appConfig": {
            "eventstore.tablename": "public.events",
            "eventstore.batchsize": "500",
            "spring.cloud.stream.bindings.input.consumer.concurrency": "6",
            "spring.cloud.stream.bindings.input.consumer.partitioned": "true",
            "spring.datasource.url": "jdbc:postgresql://host:5432/postgres?currentSchema=public",
            "spring.datasource.username": "${superuser-username}",
            "spring.datasource.password": "${superuser-password}",
            "spring.cloud.kubernetes.secrets.paths": "/usr/src/app/db-secret",
        },
        "deployerConfig": {
            "kubernetes.limits.cpu": "700m",
            "kubernetes.limits.memory": "512Mi",
            "kubernetes.requests.cpu": "700m",
            "kubernetes.requests.memory": "512Mi",
            "kubernetes.livenessprobedelay": "120",
            "kubernetes.readinessprobedelay": "120",
            "kubernetes.imagepullpolicy": "Always",
            "kubernetes.volumes": (
                "[{name: 'db-secret', secret: { secretName : 'grnry-pg-credentials' , defaultMode : '256' }}]"
            ),
            "kubernetes.volumemounts": (
                "[{name: 'db-secret', mountPath: '/usr/src/app/db-secret' , readOnly : 'true' }]"
            ),
        },
        "state": {"status": "RUNNING"},
    }
