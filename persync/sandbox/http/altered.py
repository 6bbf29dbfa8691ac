"""The service's own responses, altered on their way to the client."""

import asyncio
import gzip
import json
from typing import Any

from starlette.types import Message, Send

from persync.sandbox.domain.faults import AlteredResponse

_HUGE = "x" * (20 * 2**20)


async def send_altered(fault: AlteredResponse, path: str, head: Message, body: bytes, send: Send) -> None:
    """Send the response of `head` and `body` to a request to `path`, as `fault` alters it.

    With `broken-off`, a part of the body is missing afterwards, and the caller aborts the connection.
    """
    length, headers = len(body), [pair for pair in head["headers"] if pair[0] != b"content-length"]
    sent = altered(fault.alteration, path, body)
    if fault.alteration == "gzip":
        headers.append((b"content-encoding", b"gzip"))
    length = length if fault.alteration == "broken-off" else len(sent)
    await send({**head, "headers": [*headers, (b"content-length", str(length).encode())]})
    half = len(sent) // 2
    for part in (sent[:half], sent[half:]):
        if fault.alteration == "slow":
            await asyncio.sleep(fault.seconds)
        await send({"type": "http.response.body", "body": part, "more_body": True})
    if fault.alteration != "broken-off":
        await send({"type": "http.response.body", "body": b""})


def altered(alteration: str, path: str, body: bytes) -> bytes:
    """Return `body`, the response to a request to `path`, after `alteration`; what is no JSON object has no types."""
    match alteration:
        case "truncated" | "broken-off":
            return body[: len(body) // 2]
        case "gzip":
            return gzip.compress(body)
        case "other-persister":
            name = path.partition("/event-types/")[2].partition("/")[0].encode()
            return body.replace(b"/event-types/" + name + b"/", b"/event-types/other/")
    document: Any = json.loads(body) if body else None
    if alteration == "slow" or not isinstance(document, dict):
        return body
    if alteration == "huge":
        return json.dumps({**document, "padding": _HUGE}).encode()
    return json.dumps({key: [value] for key, value in document.items()}).encode()
