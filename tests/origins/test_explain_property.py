"""``persync explain PROPERTY``: from the catalogue, in any spelling, without a repository."""

import json

import pytest

from tests.command_line import Installation
from tests.schemas import validate

BATCH_SIZE = """\
appConfig.eventstore.batchSize

  Events per write (batch sink).

  type     a whole number, at least 1
  default  100, unless the installation has another
  effect   a change restarts a running persister (stop, update, start); a
           stopped persister is only updated
  docs     docs/properties.md#appconfig
"""
LIMITS = """\
deployerConfig.kubernetes.limits: 3 properties

  cpu     The most CPU the pod may use, e.g. `700m`. The vendor's minimum is
          300m. Takes a quantity such as 500m, 0.5 or 512Mi, at least 0.
  memory  The most memory the pod may use, in bytes, e.g. `512Mi`. The vendor's
          minimum is 256Mi. Takes a quantity such as 500m, 0.5 or 512Mi, at
          least 0.
  gpu*    GPU limits. Takes a text. No effect before deployer 2.1.
"""
SECRET = """\
deployerConfig.kubernetes.volumes.secret

  A part of deployerConfig.kubernetes.volumes: Volumes of the pod, matched by
  name. Default volumes of the server with other names are appended by the
  deployer.

  type     a map
  default  none known
  effect   a change restarts a running persister (stop, update, start); a
           stopped persister is only updated
  docs     docs/properties.md#deployerconfig

  fields:
    defaultMode  int
    items        a list, each a map
    optional     bool
    secretName   text
"""
IGNORE_CHANGES = """\
ignoreChanges

  Properties that are not compared, and stay live as they are: paths such as
  appConfig.eventstore.batchSize. * stands for any text within an element, **
  for any number of elements.

  type      a list of paths of properties
  effect    no restart: what it names is not compared, and an update keeps its
            live value
  examples  appConfig.spring.datasource.password,
            deployerConfig.**.limits.memory
  docs      docs/ignore-changes.md
"""


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (
            ("eventstore.batchSize", "appConfig.eventstore.batch-size", "APP_CONFIG.EVENTSTORE.BATCH_SIZE"),
            BATCH_SIZE,
        ),
        (("kubernetes.limits", "kubernetes.limits.", "deployerConfig.kubernetes.limits"), LIMITS),
        (("kubernetes.volumes.secret", "kubernetes.volumes[0].secret"), SECRET),
        (("ignoreChanges", "ignore-changes"), IGNORE_CHANGES),
    ],
)
def test_any_spelling(installation: Installation, names: tuple[str, ...], text: str) -> None:
    for name in names:
        ended = installation.run("explain", name)
        assert (ended.code, ended.out, ended.err) == (0, text, "")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", ["The fields of a persister", "  project         Project that the event type belongs to."]),
        ("state", ["state", "            state is left alone"]),
        ("appConfig", ["appConfig: 41 properties"]),
        ("config.", ["config: 6 properties"]),
        # a field and a group
        ("eventstore", ["eventstore", "appConfig.eventstore: 4 properties"]),
        ("eventstore.", ["appConfig.eventstore: 4 properties"]),
        # of the prefix, and of a key with it
        ("kubernetes.lifecycle", ["deployerConfig.kubernetes.lifecycle: 1 property"]),
        ("kubernetes.lifecycle.postStart", ["deployerConfig.kubernetes.lifecycle.postStart", "  type     a text"]),
        (
            "kubernetes.deploymentServiceAccountName",
            ["deployerConfig.kubernetes.deploymentServiceAccountName"],
        ),
        (
            "spring.cloud.stream.kafka.binder.consumer.maxAttempts",
            ["  effect   none: the property is", "           spring.cloud.stream.bindings.input.consumer.maxAttempts"],
        ),
        (
            "kubernetes.priorityClassName",
            ["  effect   none before deployer 2.1; then a change restarts a running persister"],
        ),
        ("kubernetes.podSecurityContext.runAsUser", ["  type     long"]),
        ("kubernetes.tolerations", ["  type     a list of maps", "    tolerationSeconds  long"]),
    ],
)
def test_what_is_shown(installation: Installation, name: str, lines: list[str]) -> None:
    out = installation.run("explain", name).out.splitlines()
    assert [line for line in lines if line not in out] == []


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("batchSize", ["config.batchSize", "appConfig.eventstore.batchSize"]),
        ("memory", ["deployerConfig.kubernetes.limits.memory", "deployerConfig.kubernetes.requests.memory"]),
        ("limits.memory", ["deployerConfig.kubernetes.limits.memory"]),
        ("mount-path", ["deployerConfig.kubernetes.volumeMounts.mountPath"]),
        ("volumeMounts.mountPath", ["deployerConfig.kubernetes.volumeMounts.mountPath"]),
        ("limits", ["deployerConfig.kubernetes.limits: 3 properties"]),
        ("limits.", ["deployerConfig.kubernetes.limits: 3 properties"]),
    ],
)
def test_the_end_of_paths(installation: Installation, name: str, paths: list[str]) -> None:
    ended = installation.run("explain", name)
    headings = [line for line in ended.out.splitlines() if line and not line.startswith(" ")]
    assert (ended.code, headings, ended.err) == (0, paths, "")


def test_many_with_the_same_end(installation: Installation) -> None:
    """They are listed, a line each."""
    assert (
        installation.run("explain", "secretRef.name").out
        == """\
deployerConfig.kubernetes.volumes.cephfs.secretRef.name      text
deployerConfig.kubernetes.volumes.flexVolume.secretRef.name  text
deployerConfig.kubernetes.volumes.iscsi.secretRef.name       text
deployerConfig.kubernetes.volumes.rbd.secretRef.name         text
deployerConfig.kubernetes.volumes.scaleIO.secretRef.name     text
deployerConfig.kubernetes.volumes.storageos.secretRef.name   text
"""
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("appConfig.concurrency", "appConfig.spring.cloud.stream.bindings.input.consumer.concurrency"),
        ("app.batchSize", "appConfig.eventstore.batchSize or config.batchSize"),
        ("batchsiz", "config.batchSize or appConfig.eventstore.batchSize"),
        ("batchSiez", "appConfig.eventstore.batchSize or config.batchSize"),
        ("kubernetes.limts.cpu", "deployerConfig.kubernetes.limits.cpu"),
        ("deployerConfig.kubernetes.limits.cpus", "deployerConfig.kubernetes.limits.cpu"),
        ("appconfg", "appConfig"),
        ("stat", "state"),
        (
            "kubernetes.service-a",
            "deployerConfig.kubernetes.serviceAnnotations",
        ),
        ("kubernetes.count", "deployerConfig.count"),
        ("nothing.like.this", ""),
        ("kubernetes.volumes.secrets", "deployerConfig.kubernetes.volumes"),
    ],
)
def test_did_you_mean(installation: Installation, name: str, meant: str) -> None:
    ended = installation.run("explain", name)
    question = f"did you mean {meant}? " if meant else ""
    assert (ended.code, ended.out, ended.err) == (
        1,
        "",
        f"error: the catalogue has no property {name}\n"
        f"help: {question}a property that the catalogue lacks is allowed, and its value is exact text\n",
    )


@pytest.mark.parametrize("name", ["", "eventstore", "kubernetes.volumes.secret", "kubernetes.", "state"])
def test_json(installation: Installation, name: str) -> None:
    document = json.loads(installation.run("explain", name, "-o", "json").out)
    validate(document, "explanation")


def test_json_of_a_property(installation: Installation) -> None:
    document = json.loads(installation.run("explain", "eventstore.batchSize", "-o", "json").out)
    [prop] = document["properties"]
    shown = {name: prop[name] for name in ("path", "section", "type", "minimum", "default", "restarts")}
    assert shown == {
        "path": "appConfig.eventstore.batchSize",
        "section": "appConfig",
        "type": "a whole number, at least 1",
        "minimum": 1,
        "default": "100",
        "restarts": True,
    }


def test_live_is_about_a_persister(installation: Installation) -> None:
    ended = installation.run("explain", "eventstore.batchSize", "--live")
    assert (ended.code, ended.err.splitlines()[0]) == (
        1,
        "error: --live is about a persister: persync explain PERSISTER [PROPERTY] --live",
    )
