"""The local Harvester API: embedded in a command (``url: sandbox:``), or served by ``persync sandbox``."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from persync.atomic import led_to
from persync.cli.terminal import say, show
from persync.config.boundary import Boundary
from persync.errors import SandboxUnavailable
from persync.sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from persync.model import PersisterId

DESCRIPTION = "sandbox.yaml"
_TOKEN_LIFETIME = 86_400.0  # s; a day, so that the token does not expire while the sandbox is tried


@contextmanager
def embedded_sandbox(folder: Path, state: Path | None, ids: Sequence[PersisterId]) -> Iterator[tuple[str, str]]:
    """Serve the local Harvester API during the context.

    It starts with the installation in a YAML file: the file beside ``state`` with the same name and the suffix
    ``.yaml``; without ``state``, ``sandbox.yaml`` beside ``persync.yaml``. If there is no such file, it has the event
    types of the files, all stopped.

    Args:
        folder: the folder of persync.yaml.
        state: the SQLite file of its state; ``None``: in memory, lost at the end of the context.
        ids: the persisters of the files.

    Yields:
        Its URL and a token.

    Raises:
        SandboxUnavailable: the extra is not installed, the description is wrong, or the state cannot be opened.
    """
    if state and state.suffix in {".yaml", ".yml"}:
        raise SandboxUnavailable(
            f"sandbox:{state.name} would be overwritten: FILE is the SQLite file of the sandbox's state",
            hint=f"write 'url: sandbox:{state.stem}.db'; {state.stem}.yaml beside it describes what it starts with",
        )
    description_file = state.with_suffix(".yaml") if state else folder / DESCRIPTION
    boundary, resolved = Boundary.around(folder), led_to(description_file)
    if not boundary.contains(resolved):
        raise SandboxUnavailable(
            f"{description_file.name} is not read: {boundary.reason(resolved)}",
            hint="keep the description of the sandbox inside of the repository",
        )
    with _sandbox_errors():
        from persync.sandbox.description import Description  # noqa: PLC0415 - an extra that few commands need
        from persync.sandbox.server import SandboxServer  # noqa: PLC0415 - as above

        if description_file.is_file():
            description = Description.load(description_file)
        else:
            description = Description.for_event_types(ids)
        server = SandboxServer(description, state=state)
        server.start()
    try:
        yield server.url, server.token(lifetime=_TOKEN_LIFETIME)
    finally:
        server.stop()


def serve(description_file: Path | None, state: Path | None, port: int) -> None:
    """Serve the local Harvester API until SIGINT or SIGTERM; print its URL and a token to stdout.

    Args:
        description_file: the YAML file of what it starts with; ``None``: ``sandbox.yaml`` in the working directory
            if there is one, otherwise a small built-in installation.
        state: the SQLite file of its state; ``None``: in memory, lost at the end.
        port: on the loopback interface; 0 for any free port.

    Raises:
        SandboxUnavailable: the extra is not installed, the description is wrong, the state cannot be opened, or the
            port is in use.
    """
    with _sandbox_errors():
        from persync.sandbox.description import Description  # noqa: PLC0415 - an extra that few commands need
        from persync.sandbox.server import SandboxServer  # noqa: PLC0415 - as above

        if description_file is None and Path(DESCRIPTION).is_file():
            description_file = Path(DESCRIPTION)
        description = Description.load(description_file) if description_file else Description.demo()
        server = SandboxServer(description, state=state, port=port)

        def announce() -> None:
            _announce(server.url, server.token(lifetime=_TOKEN_LIFETIME), "a local sandbox, not a real installation")

        server.serve_forever(announce)


def serve_record(file: Path, port: int) -> None:
    """Answer from a record of ``persync doctor --record`` until SIGINT or SIGTERM; print URL and token to stdout.

    Args:
        file: the record.
        port: on the loopback interface; 0 for any free port.

    Raises:
        SandboxUnavailable: the extra is not installed, the file is not a record, or the port is in use.
    """
    with _sandbox_errors():
        from persync.sandbox.replay import Record, ReplayServer  # noqa: PLC0415 - an extra that few commands need

        server = ReplayServer(Record.load(file), port)
        server.serve_forever(lambda: _announce(server.url, server.token(), f"the record {file}; it answers reads only"))


def _announce(url: str, token: str, what: str) -> None:
    show(f"url: {url}\ntoken: {token}\n")
    say(f"This is {what}. Press Ctrl-C to stop it.")


@contextmanager
def _sandbox_errors() -> Iterator[None]:
    """Convert the errors of the sandbox, and of importing it, to SandboxUnavailable."""
    try:
        yield
    except ImportError as error:
        raise SandboxUnavailable(
            f"the sandbox needs the package {error.name}, which is not installed",
            hint="install persync with its extra 'sandbox'",
        ) from error
    except SandboxError as error:
        raise SandboxUnavailable(error.message, hint=error.hint) from error
