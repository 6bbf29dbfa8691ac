import os
import pkgutil
import signal
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import persync
from tests.command_line import Installation

TESTS = Path(__file__).parent
# nohup ignores it for its children, and a test sends it
with suppress(ValueError):  # not in the main thread
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

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
    quick: list[pytest.Item] = []
    slow: defaultdict[str, list[pytest.Item]] = defaultdict(list)  # by file
    for item in items:
        path = item.path.relative_to(TESTS).as_posix()
        if path.startswith(SLOW):
            item.add_marker(pytest.mark.slow)
            slow[path].append(item)
        else:
            quick.append(item)
    if workers := os.environ.get("PYTEST_XDIST_WORKER_COUNT"):
        items[:] = _slow_first(list(slow.values()), quick, int(workers))


def _slow_first(
    slow: Sequence[Sequence[pytest.Item]], quick: Sequence[pytest.Item], workers: int
) -> Iterator[pytest.Item]:
    """Yield the tests so that each worker begins with some of the slow files: none of them is what all wait for.

    xdist (``--dist worksteal``) gives each worker as many tests as the others, in this order. A worker that has none
    left takes over the last ones of another.
    """
    others, left = iter(quick), len(quick) + sum(map(len, slow))
    for worker in range(workers):
        share = [item for file in slow[worker::workers] for item in file]
        size = left // (workers - worker)
        yield from share
        yield from islice(others, max(0, size - len(share)))
        left -= size
    yield from others


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
