"""What a client may send: JSON bodies and query parameters read into values, or refused. Pure."""

import json
import re
from collections.abc import Callable, Mapping

from persync.sandbox.domain.config import LIVE_SEGMENT, MAPS, Config, Value
from persync.sandbox.domain.problems import Problem, bad_parameter

MOST_LINES = 500
_NATURAL = re.compile(r"[0-9]{1,9}")
_ACTIONS = {"START", "STOP"}
_LIVE_SEGMENT_ACTIONS = ("START", "STOP", "RESTART")


def json_object(body: bytes) -> dict[str, object]:
    """Return the JSON object in `body`; raises Problem (400) where it is none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Problem("bad_parameter_value", "The request body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise Problem("bad_parameter_value", "The request body must be a JSON object.")
    return value


def pg_config(body: Mapping[str, object]) -> Config:
    """Return the config in a PUT body of a pg persister; raises Problem (400). Fields that it does not know pass."""
    version = body.get("appVersion")
    if version is not None and not isinstance(version, str):
        raise bad_parameter("appVersion", f"must be a string but is {json.dumps(version)}")
    return Config(version, {name: _texts(name, body.get(name)) for name in MAPS["pg"]})


def _texts(name: str, values: object) -> dict[str, Value]:
    if values is None:
        raise bad_parameter(name, "cannot be null")
    if not isinstance(values, dict):
        raise bad_parameter(name, "must be an object")
    for key, value in values.items():
        if not isinstance(value, str):
            raise bad_parameter(f"{name}.{key}", f"must be a string but is {json.dumps(value)}")
    return values


def live_segment_config(body: Mapping[str, object]) -> Config:
    """Return the config in a PUT body of a live-segment persister; raises Problem (400)."""
    values = body.get("config")
    if values is None:
        raise bad_parameter("config", "cannot be null")
    if not isinstance(values, dict):
        raise bad_parameter("config", "must be an object")
    return Config(None, {"config": coerced_live_segment(values)})


def _number(value: object) -> Value | None:
    if isinstance(value, bool) or not _NATURAL.fullmatch(str(value)):
        return None
    return int(str(value))


def _boolean(value: object) -> Value | None:
    return {"true": True, "false": False}.get(str(value).lower())


def _tolerance(value: object) -> Value | None:
    return value if isinstance(value, str) and value in {"none", "all"} else None


# The reference calls all of them strings in one table and shows numbers in its examples: both are read.
_LIVE_SEGMENT: dict[str, tuple[str, Callable[[object], Value | None]]] = {
    "tasksMax": ("a natural number", _number),
    "batchSize": ("a natural number", _number),
    "maxRetries": ("a natural number", _number),
    "retryBackoffMs": ("a natural number", _number),
    "errorsTolerance": ("none or all", _tolerance),
    "errorsDeadletterqueueContextHeadersEnable": ("true or false", _boolean),
}


def coerced_live_segment(values: Mapping[str, object]) -> dict[str, Value]:
    """Return live-segment's config with its numbers and booleans as such; raises Problem (400)."""
    coerced: dict[str, Value] = {}
    for key, value in values.items():
        if key not in _LIVE_SEGMENT:
            raise bad_parameter(key, f"is unknown; known are {', '.join(_LIVE_SEGMENT)}")
        wanted, read = _LIVE_SEGMENT[key]
        known = read(value)
        if known is None:
            raise bad_parameter(key, f"must be {wanted} but is {json.dumps(value)}")
        coerced[key] = known
    return coerced


def action(body: Mapping[str, object], eventstore: str) -> str:
    """Return the action of a POST body: START, STOP, and RESTART for live-segment; raises Problem (400)."""
    asked = body.get("action")
    known = _LIVE_SEGMENT_ACTIONS if eventstore == LIVE_SEGMENT else _ACTIONS
    if isinstance(asked, str) and asked in known:
        return asked
    if eventstore == LIVE_SEGMENT:
        raise bad_parameter("Action", "Parameter can only have value of START,STOP,RESTART")
    raise bad_parameter("action", f"was assigned an invalid value, provided value: '{'' if asked is None else asked}'")


def is_true(text: str | None) -> bool:
    """Return whether a query parameter is "true", in any case (`export`, `imported`)."""
    return text is not None and text.lower() == "true"


def log_lines(text: str | None) -> int:
    """Return how many lines of log are asked for, 1 to 500; raises Problem (400)."""
    lines = MOST_LINES if text is None else natural("lines", text)
    if not 1 <= lines <= MOST_LINES:
        raise bad_parameter("lines", f"must be between 1 and {MOST_LINES} but is '{text}'")
    return lines


def natural(name: str, text: str) -> int:
    """Return the natural number in the query parameter `name`; raises Problem (400)."""
    if not _NATURAL.fullmatch(text):
        raise bad_parameter(name, f"must be a natural number but is '{text}'")
    return int(text)


def page(pagesize: str | None, offset: str | None) -> tuple[int, int]:
    """Return page size (default 20) and offset (default 0) of the list endpoint; raises Problem (400)."""
    size = 20 if pagesize is None else natural("pagesize", pagesize)
    if size == 0:
        raise bad_parameter("pagesize", "must be a natural number but is '0'")
    start = 0 if offset is None else natural("offset", offset)
    if start % size:
        raise bad_parameter("offset", f"must be a whole multiple of pagesize {size} but is '{start}'")
    return size, start


def config_of(eventstore: str, body: Mapping[str, object]) -> Config:
    """Return the config in a PUT body of a persister of `eventstore`; raises Problem (400)."""
    return live_segment_config(body) if eventstore == LIVE_SEGMENT else pg_config(body)
