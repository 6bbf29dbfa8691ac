"""The sandbox as part of persync: inside a command (``url: sandbox:``), and served by ``persync sandbox``."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from persync.cli.terminal import say, show
from persync.errors import SandboxUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.model import PersisterId

DESCRIPTION = "sandbox.yaml"
_DAY = 86_400.0  # s; its own token is not what a sandbox is tried for


@contextmanager
def embedded_sandbox(folder: Path, state: Path | None, ids: Sequence[PersisterId]) -> Iterator[tuple[str, str]]:
    """Serve the local Harvester API while the context lasts.

    The YAML file beside its state file and of the same name describes it; without a state file, ``sandbox.yaml``
    beside ``persync.yaml`` does. Where there is none, it knows the event types of the files, all of them stopped.

    Args:
        folder: of persync.yaml.
        state: the SQLite file that it remembers in; ``None``: it forgets.
        ids: the persisters of the files.

    Yields:
        Its URL and a token.

    Raises:
        SandboxUnavailable: the extra is not installed, or the description is wrong.
    """
    if state and state.suffix in {".yaml", ".yml"}:
        raise SandboxUnavailable(
            f"sandbox:{state.name} would be overwritten: FILE is where the sandbox remembers its state",
            hint=f"write 'url: sandbox:{state.stem}.db'; {state.stem}.yaml beside it is what it begins with",
        )
    described_in = state.with_suffix(".yaml") if state else folder / DESCRIPTION
    with _said_in_our_words():
        from persync.sandbox.description import Description  # noqa: PLC0415 - an extra, and few commands need it
        from persync.sandbox.server import SandboxServer  # noqa: PLC0415

        known = Description.load(described_in) if described_in.is_file() else Description.for_event_types(ids)
        server = SandboxServer(known, state=state)
        server.start()
    try:
        yield server.url, server.token(lifetime=_DAY)
    finally:
        server.stop()


def serve(described_in: Path | None, state: Path | None, port: int) -> None:
    """Serve the local Harvester API until SIGINT or SIGTERM; say where on stdout.

    Args:
        described_in: a ``sandbox.yaml``; ``None``: the one of the working directory, or else a small demonstration.
        state: the SQLite file that it remembers in; ``None``: it forgets.
        port: on this machine; 0 for any free one.

    Raises:
        SandboxUnavailable: the extra is not installed, the description is wrong, or the port is taken.
    """
    with _said_in_our_words():
        from persync.sandbox.description import Description  # noqa: PLC0415 - an extra, and few commands need it
        from persync.sandbox.server import SandboxServer  # noqa: PLC0415

        if described_in is None and Path(DESCRIPTION).is_file():
            described_in = Path(DESCRIPTION)
        known = Description.load(described_in) if described_in else Description.demo()
        server = SandboxServer(known, state=state, port=port)
        server.start()
        show(f"url: {server.url}\ntoken: {server.token(lifetime=_DAY)}\n")
        say("A sandbox, not a Harvester API; stop it with Ctrl-C.")
        server.serve_forever()


@contextmanager
def _said_in_our_words() -> Iterator[None]:
    try:
        from persync.sandbox.errors import SandboxError  # noqa: PLC0415 - as above

        yield
    except ImportError as error:
        raise SandboxUnavailable(f"the sandbox needs {error.name}", hint="pip install 'persync[sandbox]'") from error
    except SandboxError as error:
        raise SandboxUnavailable(str(error)) from error
