"""The credentials of the session are not shown either, wherever a server sends them back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from persync.report.formats import FORMATS
from tests.laws.conftest import UNSHRUNK, Install
from tests.laws.secret_places import PLACES, Three, ground, three_secrets

VOLUMES = "[{name: v, hostPath: {path: '/%'}}]"
LIVE = {
    "in the files, another value": ({"my.plain": "%"}, "  my.plain: x\n"),
    "in the files, another value, a part of it": ({"my.plain": "a %, b"}, "  my.plain: x\n"),
    "not in the files": ({"my.plain": "%"}, ""),
    "not in the files, quoted for a URL": ({"my.plain": "a=%25&b"}, ""),
    "in a structure": ({"kubernetes.volumes": VOLUMES}, "  kubernetes.volumes: [{name: v, emptyDir: {}}]\n"),
    "in a structure, not in the files": ({"kubernetes.volumes": VOLUMES}, ""),
    "in a list": ({"kubernetes.environmentVariables": "A=%"}, "  kubernetes.environmentVariables: {A: b}\n"),
    "in a URL": ({"spring.datasource.url": "jdbc:x://me:%@host/db"}, "  spring.datasource.url: jdbc:x://host/db\n"),
}


@pytest.mark.parametrize("place", LIVE)
@settings(max_examples=2, phases=UNSHRUNK)
@given(three_secrets("-"))
def test_in_a_value(install: Install, place: str, secrets: Three) -> None:
    live, configured = LIVE[place]
    section = "deployerConfig" if any(key.startswith("kubernetes.") for key in live) else "appConfig"
    with ground(install, PLACES["password"], secrets, written=False) as on:
        sent_back = {key: text.replace("%", secrets.token.text) for key, text in live.items()}
        on.server.change_externally("global", "one", set={section: sent_back})
        on.installation.write(
            "persisters/one.yaml", f"eventType: one\nstate: RUNNING\n{section}:\n  my.other: 2\n{configured}"
        )
        reports = [option for name in FORMATS for option in ("--report", f"{name}=report.{name}")]
        assert on.run("plan", *reports, "--out", "plan.persync") == 0, on.shown
        on.read("plan.persync", *(f"report.{name}" for name in FORMATS))
        on.server.set_faults([{"kind": "refuse", "method": "PUT", "message": f"not {secrets.token.text}"}])
        assert on.run("apply", "plan.persync", *reports) == 1, on.shown
        on.read(*(f"report.{name}" for name in FORMATS))
        assert on.leaks() == []


@settings(max_examples=3, phases=UNSHRUNK)
@given(three_secrets("-"))
def test_in_a_version_and_in_a_log(install: Install, secrets: Three) -> None:
    with ground(install, PLACES["password"], secrets, written=False) as on:
        on.server.change_externally("global", "one", appVersion=secrets.token.text)
        on.server.change_externally("global", "one", state="STOPPED")
        on.installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\nappConfig: {my.other: 1}\n")
        assert on.run("apply", "--auto-approve") == 0, on.shown
        on.installation.write("persisters/one.yaml", "eventType: one\nstate: RUNNING\nappVersion: '2'\n")
        assert on.run("plan") == 0, on.shown
        assert on.run("status") == 0, on.shown
        assert on.run("logs", "one") == 0, on.shown
        assert "v(sensitive)" in "".join(on.shown)
        assert on.leaks() == []
