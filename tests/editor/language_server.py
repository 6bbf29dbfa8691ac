"""A client of yaml-language-server, over LSP on its stdin and stdout, as an editor uses it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, NamedTuple, Self

_SETTINGS = {
    "validate": True,
    "hover": True,
    "completion": True,
    "schemaStore": {"enable": False},  # nothing from the network
    "kubernetesCRDStore": {"enable": False},
}
_CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"], "snippetSupport": True}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True},
}
_DEADLINE = 100.0
"""Seconds after which a server is killed, so that no test waits for ever."""
CURSOR = "|"
"""Marks the cursor in a text, once."""


class Completion(NamedTuple):
    """A proposal: what the list shows, and its documentation."""

    label: str
    documentation: str


class LanguageServer:
    """A running server. Its answers are about texts that need not exist as files."""

    def __init__(self, command: Sequence[str], folder: Path, schemas: Mapping[str, str]) -> None:
        """Start it.

        Args:
            command: starts it, to talk on stdin and stdout.
            folder: the folder that an editor has opened.
            schemas: the URIs of schemas, each with a pattern of the files that it is for.
        """
        self._folder = folder
        self._settings = {"yaml": {**_SETTINGS, "schemas": schemas}}
        self._ids = count(1)
        self._numbers = count(1)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - the tests' own
        self._timer = Timer(_DEADLINE, self._process.kill)

    def __enter__(self) -> Self:
        self._timer.start()
        self._request("initialize", processId=None, rootUri=self._folder.as_uri(), capabilities=_CAPABILITIES)
        self._send({"method": "initialized", "params": {}})
        self._send({"method": "workspace/didChangeConfiguration", "params": {"settings": self._settings}})
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()  # it ends with its stdin
        self._timer.cancel()

    def completions(self, text: str, folder: str = "") -> list[Completion]:
        """Return what is proposed at the cursor, in order.

        Args:
            text: of the file, with the cursor.
            folder: where the file is, or its own path.
        """
        result = self._at_cursor("textDocument/completion", text, folder)
        items = result["items"] if isinstance(result, dict) else result
        return [Completion(item["label"], _markdown(item.get("documentation"))) for item in items]

    def hover(self, text: str, folder: str = "") -> str:
        """Return what is shown about the place of the cursor, as Markdown; empty if there is nothing."""
        result = self._at_cursor("textDocument/hover", text, folder)
        return _markdown(result["contents"]) if result else ""

    def diagnostics(self, text: str, folder: str = "") -> list[str]:
        """Return what is wrong in a text, as ``line: message``, lines from 1, in order."""
        uri = self._open(text, folder)
        while True:
            message = self._receive()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                found = message["params"]["diagnostics"]
                return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in found]

    def _at_cursor(self, method: str, text: str, folder: str = "") -> Any:
        before, _, after = text.partition(CURSOR)
        position = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        uri = self._open(before + after, folder)
        return self._request(method, textDocument={"uri": uri}, position=position)

    def _open(self, text: str, folder: str) -> str:
        path = self._folder / folder
        uri = (path if path.suffix else path / f"{next(self._numbers)}.yaml").as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        return uri

    def _request(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _receive(self) -> dict[str, Any]:
        """Return the next message; the server's own requests are answered."""
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server has ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if "method" in message and "id" in message:
            configuration = message["method"] == "workspace/configuration"
            sections = message["params"]["items"] if configuration else ()
            result = [self._settings.get(section["section"], {}) for section in sections] if configuration else None
            self._send({"id": message["id"], "result": result})
        return message

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()


def _markdown(content: Any) -> str:
    return content["value"] if isinstance(content, dict) else content or ""
