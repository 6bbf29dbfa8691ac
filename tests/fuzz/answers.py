"""Answers of the API that are nearly right, or large."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from tests.fuzz.oracle import LIVE_SECRET, TOKEN
from tests.fuzz.strategies import FRAGMENTS, LONGEST, Pieces, keys, pieces, text

_LONGEST_BODY = 2 * 1024 * 1024  # bytes; a longer one is read again, up to five times


class Answer(NamedTuple):
    """The configuration maps of a persister, in an answer; ``raw`` is put into the JSON at a place of its own."""

    app: Sequence[tuple[Pieces, Pieces, int]]
    deployer: Sequence[tuple[Pieces, Pieces, int]]
    state: Pieces
    version: Pieces
    raw: Pieces
    place: int


_live_values = pieces(*FRAGMENTS, TOKEN)
_properties = st.lists(st.tuples(keys, _live_values, st.sampled_from([1] * 12 + [300, 9_000, 60_000])), max_size=4)
_states = st.sampled_from(["RUNNING", "STOPPED", "FAILED", "DEPLOYING", "ODD"]).map(
    lambda state: [(state, 1)]
) | pieces("RUN", TOKEN)
_raw = pieces(
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "9",
    "-",
    "e9",
    "null",
    "\\ud800",
    "\\u0000",
    '"a": 1,',
    '"appConfig": ',
    '"projectName": "x",',
    "\ufeff",
)
answers = st.builds(
    Answer, _properties, _properties, _states, pieces("1.0", TOKEN), st.just([]) | _raw, st.integers(0, 400)
)


def answer_body(answer: Answer) -> bytes:
    """Return the body of an answer."""
    body = json.dumps(
        {
            "appVersion": text(answer.version),
            "appConfig": {**_live(answer.app), "my.password": LIVE_SECRET, "my.url": f"jdbc:x://u:{LIVE_SECRET}@h/d"},
            "deployerConfig": _live(answer.deployer),
            "state": {"status": text(answer.state)},
            "logs": [text(answer.version)],
        }
    )
    whole = body[: answer.place] + text(answer.raw) + body[answer.place :] if answer.raw else body
    return whole.encode("utf-8", "surrogatepass")[:_LONGEST_BODY]


def _live(properties: Iterable[tuple[Pieces, Pieces, int]]) -> dict[str, str]:
    live: dict[str, str] = {}
    for key, value, times in properties:
        name, content = text(key), text(value)
        for number in range(min(times, 1 + LONGEST // (len(content) + len(name) + 10))):
            live[f"{name}{number or ''}"] = content
    return live
