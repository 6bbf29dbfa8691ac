"""Rules about addresses. No message repeats the value: it may hold a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from persync.config.findings import Advice
from persync.errors import Severity
from persync.model import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import PropertyKey

_DATABASE = "spring.datasource.url"
_JDBC = "jdbc:"
_EXAMPLE = "jdbc:postgresql://HOST:PORT/DATABASE"
_POSTGRES = ("postgresql:", "postgres:")


def address_advice(key: PropertyKey, text: str) -> Iterator[Advice]:
    """Yield what is wrong with the address of a database: ``invalid-value``.

    Other programs write ``postgresql://…``. Sources: ``DatabaseDriver.fromJdbcUrl`` of Spring Boot 2.1, and
    ``org.postgresql.Driver``, which HikariCP asks whether it takes an address.
    """
    if key.section is not Section.APP or key.canonical != _DATABASE or not text or text.startswith("${"):
        return
    address = text.removeprefix(_JDBC)
    of_postgres = next((name for name in _POSTGRES if address.startswith(name)), "")
    if address == text:
        hint = f"write jdbc:postgresql: in place of {of_postgres}" if of_postgres else f"write {_EXAMPLE}"
        yield _warning(f"{key.source} does not begin with {_JDBC}", "Spring refuses such an address", hint)
    elif of_postgres == "postgres:":
        hint = "write jdbc:postgresql: in place of jdbc:postgres:"
        yield _warning(f"{key.source} begins with jdbc:postgres:", "no driver takes such an address", hint)


def _warning(message: str, reason: str, hint: str) -> Advice:
    return Advice(Severity.WARNING, "invalid-value", message, f"{reason}: the app does not start", hint)
