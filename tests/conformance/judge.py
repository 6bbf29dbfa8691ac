"""A client of the Java program that answers what becomes of a configuration (README.md)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple, Self

JAR = Path(__file__).parents[2] / "build" / "conformance" / "conformance-1.jar"


class Refusal(NamedTuple):
    """A part on the way to the pod does not take a configuration or a value."""

    by: str
    reason: str


class Judge:
    """A running program; one request after the other."""

    def __init__(self) -> None:
        assert JAR.exists(), f"{JAR} does not exist: run make conformance"
        command = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(JAR)]  # starts sooner
        self._process = subprocess.Popen(  # noqa: S603 - a program of our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", errors="strict"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(timeout=20) == 0
        assert self._process.stdout is not None
        self._process.stdout.close()

    def deploy(
        self, deployer: dict[str, str] | None = None, app: dict[str, str] | None = None, *, skipper: bool = True
    ) -> list[Any] | Refusal:
        """Return the Kubernetes objects that a deployment creates."""
        request = {"op": "deploy", "deployerConfig": deployer or {}, "appConfig": app or {}, "skipper": skipper}
        result: list[Any] | Refusal = self._result(request, "created")
        return result

    def arrived(
        self, deployer: dict[str, str] | None = None, app: dict[str, str] | None = None
    ) -> dict[str, dict[str, str]] | Refusal:
        """Return the configuration as it comes out of Skipper."""
        result: dict[str, dict[str, str]] | Refusal = self._result(
            {"op": "skipper", "deployerConfig": deployer or {}, "appConfig": app or {}}, "arrived"
        )
        return result

    def bind(self, java_type: str, value: str) -> str | Refusal | None:
        """Return what Spring's binder makes of a text; ``None`` where it binds nothing."""
        result: str | Refusal | None = self._result({"op": "bind", "type": java_type, "value": value}, "bound")
        return result

    def quantity(self, value: str) -> str | Refusal:
        """Return a quantity as a plain number."""
        result: str | Refusal = self._result({"op": "quantity", "value": value}, "bound")
        return result

    def _result(self, request: dict[str, Any], field: str) -> Any:
        answer = self.ask(request)
        if refused := answer.get("refused"):
            return Refusal(refused["by"], refused["reason"])
        return answer[field]

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request as it is, and return the answer as it is."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer
