"""The examples of the vendor's API reference, as responses to persync."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.command_line import Ended, Installation
from tests.examples.vendor_api import Documented, Responses, serving

FIXTURES = Path(__file__).parent.parent / "fixtures" / "vendor"
ALL = sorted(path.stem for path in FIXTURES.glob("*.json"))
IN_SYNC = "No changes. 1 persister is in sync."

GET_EXAMPLE = """\
eventType: eventtype-1
state: STOPPED
appVersion: latest
appConfig:
  eventstore: {tableName: public.eventstore}
  spring:
    datasource:
      url: jdbc:postgresql://host:5432/postgres?currentSchema=public
      password: ${superuser-password}
      username: ${superuser-username}
    cloud:
      kubernetes.secrets.paths: /usr/src/app/db-secret
      stream:
        kafka.binder:
          autoCreateTopics: true
          autoAddPartitions: true
          minPartitionCount: 24
          replicationFactor: 3
        bindings.input.consumer:
          concurrency: 6
          partitioned: true
deployerConfig:
  kubernetes:
    volumes:
      - name: secret
        secret: {secretName: grnry-base-encryption-token, defaultMode: 256}
      - name: db-secret
        secret: {secretName: grnry-pg-citus-secret, defaultMode: 0400}
    volumeMounts:
      - {name: db-secret, mountPath: /usr/src/app/db-secret, readOnly: true}
      - {name: secret, mountPath: /usr/src/app/rsa_publickey.key, subPath: rsa_publickey.key, readOnly: true}
      - {name: secret, mountPath: /usr/src/app/rsa_privatekey.key, subPath: rsa_privatekey.key, readOnly: true}
    limits: {cpu: 0.5, memory: 0.5Gi}
    requests: {cpu: 500m, memory: 512Mi}
    imagePullPolicy: Always
    livenessProbeDelay: 120
    readinessProbeDelay: 120
"""
# The config in the example of PUT.
PUT_EXAMPLE = (
    GET_EXAMPLE.replace("//host:", "//grnry-pg-citus:")
    .replace("{cpu: 0.5,", "{cpu: 0.7,")
    .replace("{cpu: 500m,", "{cpu: 700m,")
    .replace(
        """\
        kafka.binder:
          autoCreateTopics: true
          autoAddPartitions: true
          minPartitionCount: 24
          replicationFactor: 3
""",
        "",
    )
)


def documented(name: str) -> Documented:
    return Documented(int(name.rpartition("-")[2]), json.loads((FIXTURES / f"{name}.json").read_text("utf-8")))


def endpoint(name: str) -> tuple[str, str]:
    method, last, _ = name.split("-")
    return method.upper(), last


SUCCESS: Responses = {
    **{endpoint(name): documented(name) for name in ALL if name.endswith("-200")},
    # no name of an event type that exists, so that a 404 is reported as it is
    ("GET", "event-types"): documented("get-persister-403"),
}


def run(installation: Installation, responses: Responses, text: str, *command: str) -> Ended:
    """Run a command with an API that has `responses`, and the successful examples for all other requests."""
    installation.write("persisters/one.yaml", text)
    installation.monkeypatch.setenv("PERSYNC_TOKEN", "t0ken")
    with serving({**SUCCESS, **responses}) as url:
        installation.settings(url=url, timeouts="{start: 1, stop: 1, poll: 0.01}")
        ended = installation.run(*command)
    assert "Traceback" not in ended.out + ended.err
    return ended


def test_every_example_has_a_fixture() -> None:
    expected = [
        "get-logs-200",
        *(f"get-persister-{status}" for status in (200, 401, 403, 404)),
        *(f"get-state-{status}" for status in (200, 401, 403, 404)),
        *(f"post-state-{status}" for status in (200, 400, 401, 403, 404)),
        *(f"put-persister-{status}" for status in (200, 400, 401, 403, 404)),
    ]
    assert sorted(expected) == ALL  # a missing fixture would be a missing test


@pytest.mark.parametrize(("example", "text"), [("get-persister-200", GET_EXAMPLE), ("put-persister-200", PUT_EXAMPLE)])
def test_an_example_in_yaml_is_no_change(installation: Installation, example: str, text: str) -> None:
    status, document = documented(example)
    # In the example of PUT the name (postman-eventtype-1) and the link disagree.
    shown = Documented(status, {**document, "eventTypeName": "eventtype-1"})
    ended = run(installation, {("GET", "persister"): shown}, text, "plan", "--detailed-exitcode")
    assert (ended.code, ended.last_line) == (0, IN_SYNC), ended.out + ended.err


def test_the_changes_between_two_examples(installation: Installation) -> None:
    ended = run(installation, {}, PUT_EXAMPLE, "plan", "--detailed-exitcode")
    url = "jdbc:postgresql://{}:5432/postgres?currentSchema=public"
    assert f"        - {url.format('host')}\n        + {url.format('grnry-pg-citus')}\n" in ended.out
    changes = [line.strip().rpartition("  ")[0] for line in ended.out.splitlines() if line.startswith("    ~")]
    assert (ended.code, changes) == (
        2,
        [
            "~ appConfig.spring.datasource.url",
            "~ deployerConfig.kubernetes.limits.cpu: 500m → 0.7",
            "~ deployerConfig.kubernetes.requests.cpu: 500m → 700m",
        ],
    )


def test_the_log(installation: Installation) -> None:
    ended = run(installation, {}, GET_EXAMPLE, "logs", "eventtype-1")
    assert (ended.code, ended.out.splitlines()) == (0, documented("get-logs-200").document["logs"])


def test_the_state(installation: Installation) -> None:
    ended = run(installation, {}, GET_EXAMPLE, "status")
    assert (ended.code, ended.out) == (
        0,
        "PERSISTER           STATE    DESIRED  VERSION\nglobal/eventtype-1  STOPPED  STOPPED  latest\n"
        "\n1 persister: 1 STOPPED; none differs from the files\n",
    )


# A configuration and a command that use each endpoint.
CHANGED = GET_EXAMPLE.replace("minPartitionCount: 24", "minPartitionCount: 12")
STARTED = GET_EXAMPLE.replace("state: STOPPED", "state: RUNNING")
APPLY = ("apply", "--auto-approve")
USES: Mapping[tuple[str, str], tuple[str, tuple[str, ...]]] = {
    ("GET", "persister"): (GET_EXAMPLE, ("plan",)),
    ("GET", "state"): (GET_EXAMPLE, ("plan",)),
    ("PUT", "persister"): (CHANGED, APPLY),
    ("POST", "state"): (STARTED, APPLY),
}
PATH = "/projects/global/event-types/eventtype-1/eventstores/pg/persister"
ERRORS = [name for name in ALL if not name.endswith("-200")]
UNKNOWN = "event type 'eventtype-1' does not exist in project 'global', or is not of type data_in; {detail}"
UNKNOWN_HELP = "names are case-sensitive; the event type has to be created first"
# The message by status, with the help below it.
MESSAGES = {
    ("GET", 401): "error: {call} answered 401: the token is missing, wrong or expired; {detail}",
    ("GET", 403): "blocked: {call} answered 403: the viewer (or editor) role in project 'global' is missing; {detail}\n"
    "help: ask for the viewer (or editor) role in project 'global'",
    ("GET", 404): f"blocked: {{call}} answered 404: {UNKNOWN}\nhelp: {UNKNOWN_HELP}",
    ("write", 400): "{call} answered 400: {detail}\nhelp: correct what the API refuses (persisters/one.yaml:1)",
    ("write", 401): "{call} answered 401: the token is missing, wrong or expired; {detail}\n"
    "help: set PERSYNC_TOKEN or auth.token to a fresh token; tokens live 5 minutes, and persync renews them with an"
    " auth that has a tokenUrl",
    ("write", 403): "{call} answered 403: the editor role in project 'global' is missing; {detail}\n"
    "help: ask for the editor role in project 'global'",
    ("write", 404): f"{{call}} answered 404: {UNKNOWN}\nhelp: {UNKNOWN_HELP}",
}


def expected(name: str, detail: str) -> list[str]:
    """Return the lines that must report the example error `name`."""
    method, last = endpoint(name)
    call = f"{method} {PATH}/state" if last == "state" else f"{method} {PATH}"
    message = MESSAGES[method if method == "GET" else "write", documented(name).status]
    # What is reported of the run state comes from a look.
    problem, _, help_ = message.format(call=call, detail=detail).partition("\nhelp: ")
    if method == "POST":
        problem += "; it is STOPPED now, and events queue until it runs again"
        help_ = "; ".join(filter(None, (help_, "apply again to start it")))
    return [problem, *([f"help: {help_}"] if help_ and "error" not in problem else [])]


def reported(ended: Ended) -> list[str]:
    """Return the lines that report a response of the API, and the help below that of a plan or a result."""
    lines = [line.strip() for line in (ended.out or ended.err).splitlines()]
    pairs = zip(["", *lines], lines, strict=False)
    return [
        line
        for before, line in pairs
        if " answered " in line or (ended.out and line.startswith("help: ") and " answered " in before)
    ]


DETAILS = {
    "put-persister-400": "Parameter 'event_type_name' cannot be null",
    "post-state-400": "Parameter 'action' was assigned an invalid value, provided value: ''.;"
    " action: was assigned an invalid value, provided value: '' (trace 4995123058748313916)",
}
DETAILS_BY_STATUS = {
    401: "Authentication failed.",
    403: "Access forbidden due to missing roles.",
    404: "Persister 'adobe-s3' not found.",
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_documented_error(installation: Installation, name: str) -> None:
    text, command = USES[endpoint(name)]
    response = documented(name)
    ended = run(installation, {endpoint(name): response}, text, *command)
    assert (ended.code, reported(ended)) == (1, expected(name, DETAILS.get(name) or DETAILS_BY_STATUS[response.status]))


def of_release_0_8(name: str) -> Documented:
    """Return an error in the format of release 0.8: without a type, and 401 in Spring's own shape."""
    status, document = documented(name)
    if status == HTTPStatus.UNAUTHORIZED:
        spring = {
            "timestamp": "2020-04-19T13:25:09.982+0000",
            "status": 401,
            "error": "Unauthorized",
            "message": "No message available",
            "path": "/event-types/eventtype-1/eventstores/pg/persister",
        }
        return Documented(status, spring)
    return Documented(status, {key: document[key] for key in ("timestamp", "message", "details")})


DETAILS_OF_0_8 = {
    **DETAILS_BY_STATUS,
    401: "No message available",
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_of_release_0_8(installation: Installation, name: str) -> None:
    text, command = USES[endpoint(name)]
    response = of_release_0_8(name)
    ended = run(installation, {endpoint(name): response}, text, *command)
    detail = (
        str(response.document["message"])
        if response.status == HTTPStatus.BAD_REQUEST
        else DETAILS_OF_0_8[response.status]
    )
    assert (ended.code, reported(ended)) == (1, expected(name, detail))
