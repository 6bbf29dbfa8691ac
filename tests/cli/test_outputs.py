"""No output is written onto a file of the configuration."""

from __future__ import annotations

import pytest

from tests.command_line import Installation


@pytest.mark.parametrize(
    "option",
    [
        "--out={}",
        "--report=json={}",
        "--metrics-file={}",
        "--log-file={}",
        "PERSYNC_OUT={}",
        "PERSYNC_REPORT=json={}",
        "PERSYNC_METRICS_FILE={}",
        "PERSYNC_LOG_FILE={}",
    ],
)
@pytest.mark.parametrize("file", ["persync.yaml", "persisters/a.yaml"])
def test_the_configuration_is_not_overwritten(installation: Installation, option: str, file: str) -> None:
    installation.serve({"persisters": [{"eventType": "a", "state": "RUNNING"}]})
    installation.write("persisters/a.yaml", "eventType: a\n")
    before = (installation.folder / file).read_bytes()
    text = option.format(installation.folder / file)
    name, _, value = text.partition("=")
    if is_variable := not option.startswith("-"):
        installation.monkeypatch.setenv(name, value)
    ended = installation.run("plan", *([] if is_variable else [text]))
    assert (ended.code, ended.out) == (1, "")
    assert f"{file} is not written: it is a YAML file in the folder of" in ended.err
    assert "help: name a file with another ending, or in another folder\n" in ended.err
    assert (installation.folder / file).read_bytes() == before
