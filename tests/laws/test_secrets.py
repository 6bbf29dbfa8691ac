"""No secret is shown: not by any command, not when things fail, not with --debug, not a part of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from persync.report.formats import FORMATS
from tests.laws.conftest import UNSHRUNK, Install
from tests.laws.secret_places import LIVE_ONLY, PLACES, READABLE, Three, ground, three_secrets


@pytest.mark.parametrize("place", READABLE)
@settings(max_examples=2, phases=UNSHRUNK)
@given(st.data())
def test_all_goes_well(install: Install, place: str, data: st.DataObject) -> None:
    where = PLACES[place]
    with ground(install, where, data.draw(three_secrets(where.allowed))) as on:
        assert on.run("validate") == 0, on.shown
        for arguments in (("render",), ("render", "-o", "json"), ("explain", "one", "--live")):
            assert on.run(*arguments) == 0, on.shown
        assert on.run("plan") == 0, on.shown
        assert on.run("apply", "--auto-approve") == 0, on.shown
        on.read_journals()
        assert on.run("explain", "one", "--live", "-o", "json") == 0, on.shown
        assert on.run("status") == 0, on.shown
        assert on.run("logs", "one") == 0, on.shown
        assert on.leaks() == []


@pytest.mark.parametrize("place", READABLE)
@settings(max_examples=1, phases=UNSHRUNK)
@given(st.data())
def test_no_report_and_no_saved_plan_holds_one(install: Install, place: str, data: st.DataObject) -> None:
    where = PLACES[place]
    with ground(install, where, data.draw(three_secrets(where.allowed))) as on:
        reports = [option for name in FORMATS for option in ("--report", f"{name}=report.{name}")]
        assert on.run("plan", *reports, "--out", "plan.persync") == 0, on.shown
        on.read("plan.persync", *(f"report.{name}" for name in FORMATS))
        assert on.run("show", "plan.persync", "--report", "json") == 0, on.shown
        assert on.run("verify", "plan.persync") == 0, on.shown
        assert on.run("apply", "plan.persync", *reports) == 0, on.shown
        on.read(*(f"report.{name}" for name in FORMATS))
        assert on.leaks() == []


@pytest.mark.parametrize("place", LIVE_ONLY)
@settings(max_examples=3, phases=UNSHRUNK)
@given(st.data())
def test_it_goes_from_the_files(install: Install, place: str, data: st.DataObject) -> None:
    where = PLACES[place]
    with ground(install, where, data.draw(three_secrets(where.allowed)), written=False) as on:
        assert on.run("plan") == 0, on.shown
        assert on.run("apply", "--auto-approve") == 0, on.shown
        on.read_journals()
        assert on.leaks() == []


ECHO = """the value is '%'; % cannot be; password=% neither; cannot parse {"my.plain": "%"}"""


# Not among them: a live secret in the answer to a GET, which was never read before; and an old value under an innocent
# key, which is no secret.
REPEATED = [
    (place, source, method)
    for place, source in [
        ("password", "desired"),
        ("password", "live"),
        ("password", "token"),
        ("reference", "desired"),
        ("reference", "token"),
    ]
    for method in ("GET", "PUT", "POST")
    if (source, method) != ("live", "GET")
]


@pytest.mark.parametrize("kind", ["refuse", "server-error"])
@pytest.mark.parametrize(("place", "source", "method"), REPEATED)
@settings(max_examples=1, phases=UNSHRUNK)
@given(st.data())
def test_the_api_repeats_a_secret(
    install: Install, place: str, source: str, method: str, kind: str, data: st.DataObject
) -> None:
    where, secrets = PLACES[place], data.draw(three_secrets("!#*+-_.~"))
    message = ECHO.replace("%", getattr(secrets, source).text)
    with ground(install, where, secrets, timeout=0.3) as on:
        fault = {"kind": kind, "method": method, "message": message}
        # without the pauses between the attempts of a read
        on.server.set_faults([fault | ({"retryAfter": 0} if kind == "server-error" else {})])
        assert on.run("apply", "--auto-approve") == 1, on.shown
        if method == "GET":
            assert on.run("status") == 1, on.shown
            assert on.run("logs", "one") == 1, on.shown
            assert on.run("explain", "one", "--live") == 1, on.shown
        assert on.leaks() == []


@pytest.mark.parametrize("place", [name for name in READABLE if name not in {"password", "reference"}])
@settings(max_examples=2, phases=UNSHRUNK)
@given(st.data())
def test_the_api_repeats_the_secret_alone(install: Install, place: str, data: st.DataObject) -> None:
    where = PLACES[place]
    secrets = data.draw(three_secrets("-"))
    with ground(install, where, secrets) as on:
        on.server.set_faults([{"kind": "refuse", "method": "PUT", "message": f"'{secrets.desired.text}' is too long"}])
        assert on.run("apply", "--auto-approve") == 1, on.shown
        on.read_journals()
        assert on.leaks() == []


@settings(max_examples=5, phases=UNSHRUNK)
@given(three_secrets("-"))
def test_a_version_from_a_secret(install: Install, secrets: Three) -> None:
    with ground(install, PLACES["password"], secrets) as on:
        on.installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\nappVersion: ${{ secret.S }}\n")
        assert on.run("plan") == 0, on.shown
        assert on.run("apply", "--auto-approve", "--max-resets", "1") == 0, on.shown
        on.read_journals()
        assert on.run("status") == 0, on.shown
        assert on.leaks() == []


@pytest.mark.parametrize(
    "text",
    [
        "appConfig: [%]",
        "appConfig: {password:%}",
        "appConfig: {spring: {datasource: {password:%}}}",
        "deployerConfig: {kubernetes.volumes: [{name: a, password:%}]}",
        "deployerConfig: {kubernetes.volumes: '[{name: a, password:%}]'}",
        "password:%",
        "password:%:",
        "state: %",
        "appVersion: {password: %}",
        "eventstore: %",
        "project: '! %'",
        "appConfig: {spring.datasource.password: !%}",
        "appConfig: {spring.datasource.password: *%}",
        'appConfig: {spring.datasource.password: "%',
        "appConfig: {spring.datasource.password: null, my.secret: '%'}",
        "appConfig: {spring.datasource.hikari.minimumIdle: %}",
        "deployerConfig: {kubernetes.limits.memory: %}",
        "deployerConfig: {kubernetes.tolerations: '[%'}",
        "deployerConfig: {kubernetes.environmentVariables: {'A': \"'%\"}}",
        "appConfig: {spring.datasource.password: '${{ %'}",
    ],
)
@settings(max_examples=2, phases=UNSHRUNK)
@given(st.data())
def test_a_mistake_in_the_file(install: Install, text: str, data: st.DataObject) -> None:
    secrets = data.draw(three_secrets("-"))
    with ground(install, PLACES["password"], secrets) as on:
        on.installation.write("persisters/one.yaml", f"eventType: one\n{text.replace('%', secrets.desired.text)}\n")
        on.run("validate")
        on.run("render")
        on.run("plan")
        assert on.leaks() == []


@pytest.mark.parametrize(
    "environment",
    [
        "{url: 'http://me:%@127.0.0.1:1'}",
        "{url: '${{ env.URL }}'}",
        "{url: '${{ env.OFFERED }}'}",
        "{url: 'http://127.0.0.1:1', auth: {tokenUrl: '${{ env.OFFERED }}', username: me, password: '${{ env.S }}'}}",
        "{url: 'http://127.0.0.1:1', auth: {token: '%'}}",
        "{url: 'http://127.0.0.1:1', auth: {token: ['%']}}",
        "{url: 'http://127.0.0.1:1', auth: {tokenUrl: 'http://me:%@127.0.0.1:1', username: me, password: '%'}}",
        "{url: 'http://127.0.0.1:1', auth: {tokenUrl: '${{ env.URL }}', username: me, password: '${{ env.S }}'}}",
        "{url: 'http://127.0.0.1:1', auth: {tokenUrl: 'http://[/', clientId: me, clientSecret: '${{ env.S }}'}}",
        "{url: 'http://127.0.0.1:1', variables: {password: '${{ %'}}",
        "{url: 'http://127.0.0.1:1', parallelism: %}",
        "{url: 'http://127.0.0.1:1', sensitive: ['(%']}",
    ],
)
@settings(max_examples=2, phases=UNSHRUNK)
@given(three_secrets("-"))
def test_a_mistake_in_the_settings(install: Install, environment: str, secrets: Three) -> None:
    with ground(install, PLACES["password"], secrets) as on:
        text = environment.replace("%", secrets.desired.text)
        on.installation.write("persync.yaml", f"version: 1\nenvironments:\n  test: {text}\n")
        for name in ("URL", "PERSYNC_VAR_OFFERED"):
            on.installation.monkeypatch.setenv(name, f"http://me:{secrets.desired.text}@127.0.0.1:1/x")
        on.installation.monkeypatch.delenv("PERSYNC_TOKEN")
        assert on.run("plan") == 1, on.shown
        assert on.leaks() == []
