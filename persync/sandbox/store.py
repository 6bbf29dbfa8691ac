"""The store of persisters and event types: SQLite, in a file or in memory."""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from persync.sandbox.description import Description, EventTypeSeed, PersisterSeed
from persync.sandbox.domain import states
from persync.sandbox.domain.config import LIVE_SEGMENT, PG
from persync.sandbox.domain.event_type import EventType, default_editor
from persync.sandbox.domain.persister import Key, Persister, from_json, to_json
from persync.sandbox.errors import SandboxError

_EVENT_TYPES = {PG: "data_in", LIVE_SEGMENT: "live_segment"}  # of the event types with a persister, by event store
_SCHEMA_VERSION = 2  # of the tables below; stored in SQLite's user_version

_SCHEMA = (
    """CREATE TABLE event_type (project TEXT, name TEXT, type TEXT NOT NULL, display_name TEXT NOT NULL,
       editor TEXT NOT NULL, consumer TEXT, created INTEGER NOT NULL, PRIMARY KEY (project, name)) WITHOUT ROWID""",
    """CREATE TABLE persister (project TEXT, event_type TEXT, eventstore TEXT, document TEXT NOT NULL,
       PRIMARY KEY (project, event_type, eventstore)) WITHOUT ROWID""",
    "CREATE TABLE signing_key (value BLOB NOT NULL)",
    f"PRAGMA user_version = {_SCHEMA_VERSION}",
)


_OTHER_FILE = "name another file; a file that does not exist is created"


class Store:
    """The event types, the persisters and the key that signs tokens.

    One connection with a lock, shared by the threads of the server and the caller. Several processes can open the
    same file. Each change is one transaction, so the state stays consistent if a process is killed.
    """

    def __init__(self, path: Path | None, description: Description, now: float) -> None:
        """Open the state at `path` (None: in memory) and add the missing event types of `description` at `now`.

        Raises:
            SandboxError: the file cannot be opened or is not the state of a sandbox.
        """
        self._lock = threading.RLock()
        self._name = "memory" if path is None else str(path)
        try:
            self._connection = _connect(path)
        except (OSError, sqlite3.Error) as error:
            raise SandboxError(f"{self._name}: the sandbox's state cannot be opened: {error}", _OTHER_FILE) from error
        try:
            self._prepare(description, now)
        except sqlite3.Error as error:
            self._connection.close()
            raise SandboxError(f"{self._name}: not the state of a sandbox: {error}", _OTHER_FILE) from error
        except SandboxError:
            self._connection.close()
            raise

    def _prepare(self, description: Description, now: float) -> None:
        # No fsync: a killed process loses nothing, and what a power failure destroys is only a sandbox. With fsync,
        # creating the file takes 50 ms on a busy disk.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA journal_mode = WAL")
        with self.transaction():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if version == 0 and tables == 0:
                for statement in _SCHEMA:
                    self._connection.execute(statement)
                self._connection.execute("INSERT INTO signing_key VALUES (?)", (secrets.token_bytes(32),))
            elif version != _SCHEMA_VERSION:
                raise SandboxError(f"{self._name}: not the state of a sandbox of this version", _OTHER_FILE)
            self._add_missing(description, now)

    def _add_missing(self, description: Description, now: float) -> None:
        types = [
            *(_event_type_row(other, other.type, now) for other in description.other_event_types),
            *(_event_type_row(seed, _EVENT_TYPES[seed.eventstore], now) for seed in description.persisters),
        ]
        self._connection.executemany("INSERT OR IGNORE INTO event_type VALUES (?, ?, ?, ?, ?, ?, ?)", types)
        existing = set(self._connection.execute("SELECT project, event_type, eventstore FROM persister"))
        self._connection.executemany(
            "INSERT INTO persister VALUES (?, ?, ?, ?)",
            (
                (*key, to_json(_initial(seed, description, now)))
                for seed in description.persisters
                if (key := (seed.project, seed.event_type, seed.eventstore)) not in existing
            ),
        )

    def close(self) -> None:
        """Close the connection; a state in memory is lost."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the reads and writes of the `with` block as one transaction; an exception rolls it back."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def get(self, key: Key) -> Persister | None:
        """Return the persister `key` as it was last stored, None if there is none."""
        with self._lock:
            row = self._connection.execute(
                "SELECT document FROM persister WHERE project = ? AND event_type = ? AND eventstore = ?", key
            ).fetchone()
        return from_json(row[0]) if row else None

    def update(self, key: Key, persister: Persister) -> None:
        """Replace the existing persister `key`."""
        with self._lock:
            self._connection.execute(
                "UPDATE persister SET document = ? WHERE project = ? AND event_type = ? AND eventstore = ?",
                (to_json(persister), *key),
            )

    def has_project(self, project: str) -> bool:
        """Return whether `project` has an event type; `global` always exists."""
        with self._lock:
            found = self._connection.execute("SELECT 1 FROM event_type WHERE project = ? LIMIT 1", (project,))
            return project == "global" or found.fetchone() is not None

    def event_types(self, project: str | None = None, name: str | None = None) -> list[EventType]:
        """Return the event types of `project` (None: of all) with the name `name` (None: all), by project and name."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT t.*, (SELECT group_concat(eventstore) FROM persister p"
                " WHERE p.project = t.project AND p.event_type = t.name)"
                " FROM event_type t WHERE project = ifnull(?, project) AND name = ifnull(?, name)"
                " ORDER BY project, name",
                (project, name),
            ).fetchall()
        return [_event_type(*row) for row in rows]

    def signing_key(self) -> bytes:
        """Return the key that signs access tokens; it is created with the state."""
        with self._lock:
            return bytes(self._connection.execute("SELECT value FROM signing_key").fetchone()[0])


def _connect(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        if not path.parent.is_dir():  # not created here: a mistyped path would leave folders behind
            raise SandboxError(
                f"{path}: the sandbox's state cannot be opened: there is no folder {path.parent}",
                "create it, or name another file",
            )
        path.touch(mode=0o600)  # configs may hold secrets
    name = ":memory:" if path is None else str(path)
    return sqlite3.connect(name, timeout=10, isolation_level=None, check_same_thread=False)


def _event_type(
    project: str, name: str, kind: str, display_name: str, editor: str, consumer: str | None, created: int, stores: str
) -> EventType:
    eventstores = tuple(sorted(stores.split(","))) if stores else ()
    return EventType(project, name, kind, display_name, editor, consumer, created, eventstores)


def _event_type_row(seed: EventTypeSeed, kind: str, now: float) -> tuple[object, ...]:
    display_name = seed.event_type if seed.display_name is None else seed.display_name
    editor = default_editor(kind) if seed.editor is None else seed.editor
    return seed.project, seed.event_type, kind, display_name, editor, seed.consumer, int(now * 1000)


def _initial(seed: PersisterSeed, description: Description, now: float) -> Persister:
    server = description.defaults
    run = states.in_status(seed.initial_status(), seed.pod_config(server), now, description.delays)
    return Persister(seed.stored_config(server), run, int(now * 1000), seed.fails)
