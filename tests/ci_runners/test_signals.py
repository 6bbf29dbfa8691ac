"""The signals of GitHub's runner at their real times: tests/ci/test_cancellation.py is ten times as fast."""

import sys
from pathlib import Path

from tests.ci.runner import Runner
from tests.ci.test_cancellation import INPUTS, restarted, serve, stop_two
from tests.command_line import Installation


def test_a_stop_that_takes_longer_than_a_cancelled_step(installation: Installation, tmp_path: Path) -> None:
    installation.folder = tmp_path / "config"
    server = serve(installation, stopping=12)
    for name in ("persync", "files"):
        (tmp_path / name).mkdir()
    (tmp_path / "persync/venv").symlink_to(Path(sys.prefix))
    runner = Runner(installation.folder, tmp_path, tmp_path / "files")
    process = runner.start("Plan or apply", INPUTS)
    stop_two(server)
    done = runner.cancel("Plan or apply", process, seconds=10)
    waited = runner.step("Wait for persync after a cancellation", INPUTS)
    restarted(server)
    assert (done.code, waited.code, "Apply: " in waited.log) == (130, 0, True)
