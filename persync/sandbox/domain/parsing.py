"""Request bodies and query parameters, parsed to values. Pure.

Every function raises Problem (400) for input that the service refuses.
"""

import json
import math
import re
from collections.abc import Callable, Mapping

from persync.sandbox.domain.config import LIVE_SEGMENT, MAPS, PG, Config, Value
from persync.sandbox.domain.problems import Problem, bad_action, bad_parameter, missing_parameter

MAX_LINES = 500
PAGE_SIZE = 20
_NATURAL = re.compile(r"[0-9]{1,9}")
_VERSION = re.compile(r"[1-9][0-9]{0,17}")  # fits into a long
_ACTIONS = {PG: ("START", "STOP"), LIVE_SEGMENT: ("START", "STOP", "RESTART")}


def json_object(body: bytes) -> dict[str, object]:
    """Return the JSON object in `body`."""
    try:
        value = json.loads(body, parse_float=_number_of, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(
            "bad_parameter_value", "The request body is not valid JSON.", f"JSON parse error: {error}"
        ) from error
    if not isinstance(value, dict):
        message = "The request body must be a JSON object."
        raise Problem("bad_parameter_value", message, "JSON parse error: not an object")
    return value


def _number_of(text: str) -> int | float:
    """Return the number in `text`; JSON does not distinguish 1.0 from 1."""
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is out of range")
    return int(number) if number.is_integer() else number


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def config(eventstore: str, body: Mapping[str, object], kept: Config | None = None) -> Config:
    """Return the config in the PUT body of a persister of `eventstore`.

    `kept` has the maps that the body may leave out; without it every map is required.
    """
    return _live_segment_config(body) if eventstore == LIVE_SEGMENT else _pg_config(body, kept)


def _pg_config(body: Mapping[str, object], kept: Config | None) -> Config:
    """Return the config in the PUT body of a pg persister; unknown fields are ignored, as the service does."""
    version = body.get("appVersion")
    if version is not None and not isinstance(version, str):
        raise bad_parameter("appVersion", f"must be a string but is {json.dumps(version)}")
    optional = {} if kept is None else kept.maps
    return Config(version, {name: texts(name, body.get(name, optional.get(name))) for name in MAPS[PG]})


def texts(name: str, values: object) -> dict[str, Value]:
    """Return the config map `name` of a pg persister, in which every value is text."""
    if values is None:
        raise missing_parameter(name)
    if not isinstance(values, dict):
        raise bad_parameter(name, "must be an object")
    for key, value in values.items():
        if not isinstance(value, str):
            raise bad_parameter(f"{name}.{key}", f"must be a string but is {json.dumps(value)}")
    return values


def _live_segment_config(body: Mapping[str, object]) -> Config:
    values = body.get("config")
    if values is None:
        raise missing_parameter("config")
    if not isinstance(values, dict):
        raise bad_parameter("config", "must be an object")
    return Config(None, {"config": live_segment_values(values)})


def _number(value: object) -> Value | None:
    if isinstance(value, bool) or not _NATURAL.fullmatch(str(value)):
        return None
    return int(str(value))


def _boolean(value: object) -> Value | None:
    return {"true": True, "false": False}.get(str(value).lower())


def _tolerance(value: object) -> Value | None:
    return value if isinstance(value, str) and value in {"none", "all"} else None


# By key: a description of the values, and the parser. The vendor's reference has strings in one table and numbers in
# its examples, so both are accepted.
_LIVE_SEGMENT_KEYS: dict[str, tuple[str, Callable[[object], Value | None]]] = {
    "tasksMax": ("a natural number", _number),
    "batchSize": ("a natural number", _number),
    "maxRetries": ("a natural number", _number),
    "retryBackoffMs": ("a natural number", _number),
    "errorsTolerance": ("none or all", _tolerance),
    "errorsDeadletterqueueContextHeadersEnable": ("true or false", _boolean),
}


def live_segment_values(values: Mapping[str, object]) -> dict[str, Value]:
    """Return the config of a live-segment persister, with strings converted to numbers and booleans."""
    return {key: _live_segment_value(key, value) for key, value in values.items()}


def _live_segment_value(key: str, value: object) -> Value:
    if key not in _LIVE_SEGMENT_KEYS:
        raise bad_parameter(key, f"is unknown; the keys are {', '.join(_LIVE_SEGMENT_KEYS)}")
    description, parse = _LIVE_SEGMENT_KEYS[key]
    parsed = parse(value)
    if parsed is None:
        raise bad_parameter(key, f"must be {description} but is {json.dumps(value)}")
    return parsed


def action(body: Mapping[str, object], eventstore: str) -> str:
    """Return the action in a POST body: START, STOP, and RESTART for live-segment."""
    value = body.get("action")
    if isinstance(value, str) and value in _ACTIONS[eventstore]:
        return value
    if eventstore == LIVE_SEGMENT:
        raise bad_action("Action", "Parameter can only have value of START,STOP,RESTART")
    raise bad_action("action", f"was assigned an invalid value, provided value: '{'' if value is None else value}'")


def is_true(text: str | None) -> bool:
    """Return whether a query parameter is "true", in any case (`export`, `imported`)."""
    return text is not None and text.lower() == "true"


def log_lines(text: str) -> int:
    """Return the number of log lines of the query parameter `lines`, 1 to 500; empty or missing is 500."""
    lines = _natural("lines", text) if text else MAX_LINES
    if not 1 <= lines <= MAX_LINES:
        raise bad_parameter("lines", f"must be between 1 and {MAX_LINES} but is '{text}'")
    return lines


def _natural(name: str, text: str) -> int:
    """Return the natural number in the query parameter `name`."""
    if not _NATURAL.fullmatch(text):
        raise bad_parameter(name, f"must be a natural number but is '{text}'", "could not parse value")
    return int(text)


def page(pagesize: str, offset: str) -> tuple[int, int]:
    """Return page size and offset of the list endpoint; empty or missing is 20 and 0."""
    size = _natural("pagesize", pagesize) if pagesize else PAGE_SIZE
    if size == 0:
        raise bad_parameter("pagesize", "must be a natural number but is '0'")
    start = _natural("offset", offset) if offset else 0
    if start % size:
        raise bad_parameter("offset", f"must be a whole multiple of pagesize {size} but is '{start}'")
    return size, start


def version(text: str) -> int | None:
    """Return the version in the path of an event type; None is the latest."""
    if text == "latest":
        return None
    if not _VERSION.fullmatch(text):
        reason = f"must be a natural number or 'latest' but is '{text}'"
        raise bad_parameter("version", reason, "Needs to be a long or latest")
    return int(text)
