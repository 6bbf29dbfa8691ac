"""Values with a form of their own on their way to the pod: what is sent, and what the next plan shows."""

from __future__ import annotations

import pytest

from tests.command_line import Installation

PERSISTER = "eventType: clicks\nstate: RUNNING\n"
ENVIRONMENT = "kubernetes.environmentVariables"


def test_quoted_environment_variables_are_taken_and_then_in_sync(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "clicks", "deployerConfig": {"count": "1"}}]})
    installation.write(
        "persisters/a.yaml",
        f"{PERSISTER}deployerConfig:\n  {ENVIRONMENT}: {{JAVA_TOOL_OPTIONS: '-Xmx1g,-Xms1g'}}\n",
    )
    applied = installation.run("apply", "--auto-approve")
    assert (applied.code, applied.last_line) == (0, "Apply: 1 done.")
    assert installation.running("global", "clicks")["deployerConfig"][ENVIRONMENT] == (
        ",JAVA_TOOL_OPTIONS='-Xmx1g,-Xms1g'"
    )
    assert installation.run("plan", "--detailed-exitcode").code == 0


def test_a_live_list_that_the_deployer_refuses_is_a_change(installation: Installation) -> None:
    installation.serve({"persisters": [{"eventType": "clicks", "deployerConfig": {ENVIRONMENT: "A='x,y'"}}]})
    installation.write("persisters/a.yaml", f"{PERSISTER}deployerConfig: {{{ENVIRONMENT}: {{A: 'x,y'}}}}\n")
    assert installation.run("plan", "--detailed-exitcode").code == 2
    assert installation.run("apply", "--auto-approve").code == 0
    assert installation.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (
            "|\n    [{name: a}] # mine\n",
            "error: kubernetes.volumes contains a comment [structure-style]",
        ),
        (
            "|\n    - name: a\n",
            "error: kubernetes.volumes is YAML in block style [structure-style]",
        ),
        (
            '[{name: a, hostPath: {path: "a\\nb"}}]\n',
            "error: kubernetes.volumes: a line break cannot be sent: Skipper makes a blank of it [inexpressible-value]",
        ),
    ],
)
def test_a_structure_that_would_not_arrive_is_an_error(installation: Installation, value: str, line: str) -> None:
    installation.serve({})
    (installation.folder / "persisters").mkdir()
    (installation.folder / "persisters/a.yaml").write_text(
        f"{PERSISTER}deployerConfig:\n  kubernetes.volumes: {value}", encoding="utf-8"
    )
    validated = installation.run("validate")
    assert (validated.code, [each for each in (validated.out + validated.err).splitlines() if line in each] != []) == (
        1,
        True,
    )
