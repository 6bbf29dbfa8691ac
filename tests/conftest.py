import os
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import persync
from tests.command_line import Installation

TESTS = Path(__file__).parent
# What `make check` skips, and only it: more than half of the whole suite's time. Paths below tests/.
SLOW = (
    "browser/",
    "laws/",
    "apply/journal/test_kill.py",
    "cli/apply/test_ends.py",
    "cli/rollout/test_resumed.py",
    "docs/test_walkthrough.py",
)
# What runs only where the command line names it: it needs more than Python, git and make. Folders below tests/.
NAMED_ONLY = ("browser/axe", "ci", "ci_runners", "conformance", "editor", "keycloak")

settings.register_profile(
    "persync",
    derandomize=True,  # CI sees today what it saw yesterday
    database=None,
    deadline=None,  # an example may be several commands over HTTP, and how fast they are is no test's matter
    # The fixtures that an example uses make a new installation each time; large examples are what we are after.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("persync")

# hypothesis draws on the constants of the modules imported so far: let that not depend on which test came first
for _module in pkgutil.walk_packages(persync.__path__, "persync."):
    if not _module.name.endswith("__main__"):
        import_module(_module.name)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    folders = [TESTS / name for name in NAMED_ONLY]
    named = [Path(argument.partition("::")[0]).absolute() for argument in config.args]
    if collection_path in folders and not any(path.is_relative_to(collection_path) for path in named):
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for name in SLOW:
        if not (TESTS / name).exists():
            raise pytest.UsageError(f"tests/{name} does not exist: correct SLOW in {__file__}")
    for item in items:
        if item.path.relative_to(TESTS).as_posix().startswith(SLOW):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    variables = [name for name in os.environ if name.startswith("PERSYNC_")]
    for name in (*variables, "FORCE_COLOR", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PERSYNC_TIMEOUT", "10")  # of tests about an API that stays away
    # How fast this machine reads decides no test; the tests of the progress itself run processes.
    monkeypatch.setattr("persync.cli.progress.reading._SILENT", 600.0)


@pytest.fixture
def installation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """An empty configuration repository; its sandbox ends with the test."""
    made = Installation(tmp_path, capsys, monkeypatch)
    yield made
    if made.server:
        made.server.stop()
