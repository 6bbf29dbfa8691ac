"""What becomes of a value on its way to the pod.

Skipper writes every property of the app and of the deployment between double quotes into a YAML document, and reads
that document. It escapes nothing but backslashes that do not begin an escape. Source: ``generic-template.yml``
(``"{{{key}}}": "{{{value}}}"``) and ``ManifestUtils`` of spring-cloud-skipper 2.1, which Granary releases 0.8 to 1.2
use. The values of live-segment persisters do not pass through Skipper.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category, name

import yaml

from persync.config.findings import Advice
from persync.errors import Severity
from persync.model import Kind, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from persync.model import PropertyKey

_BREAKS = "\n\r\x85"
# All that YAML's double quotes do not keep as it is, and invisible characters. Most values have none of them.
_SUSPECT = re.compile(
    r"""["\\\x00-\x08\x0a-\x1f\x7f-\xa0\xad\u034f\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f"""
    r"""\u205f-\u206f\u3000\ufeff\ud800-\udfff\ufff0-\uffff]"""
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(f"[{_BREAKS}]")
_BEGUN = r"[\\0abtnvfreN_LP\s\"]"
"""What follows the backslash of an escape, to Skipper; it doubles every other backslash."""
_ESCAPE = re.compile(rf"\\(?P<escaped>{_BEGUN})", re.ASCII)
_PLAIN_BACKSLASH = re.compile(rf"(?<!\\)\\(?!{_BEGUN})", re.ASCII)
_UNLIKE = re.compile(r"\\[\t\r\x85]")
"""Escapes that PyYAML, which is used here, and SnakeYAML, which Skipper uses, read differently."""
_INVISIBLE = frozenset({"Cf", "Zs"})
_REASON = "Skipper writes the value between double quotes into a YAML document"
LINE_BREAK_HINT = "in YAML, write |- instead of |, or >- instead of >"


def suspicious(text: str) -> bool:
    """Return whether a text holds a character that may not arrive, or that cannot be seen."""
    return _SUSPECT.search(text) is not None


@lru_cache(maxsize=4096)
def arrives(text: str) -> str | None:
    """Return what the deployer receives for a text that is sent; ``None`` if the deployment fails because of it."""
    if not suspicious(text):
        return text
    if _CONTROL.search(text) or '"' in _ESCAPE.sub("", text) or _UNLIKE.search(text.replace(r"\\", "")):
        return None
    try:
        node = yaml.compose('"' + _PLAIN_BACKSLASH.sub(r"\\\\", text) + '"', Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    arrived = str(node.value) if isinstance(node, yaml.ScalarNode) else None
    return None if arrived is None or _CONTROL.search(arrived) else arrived


def ends_with_line_break(text: str) -> bool:
    """Return whether the last character is a line break, as that of a YAML text after ``|`` or ``>``."""
    return text[-1:] in {*_BREAKS}


def delivery_advice(key: PropertyKey, text: str) -> Iterator[Advice]:
    """Yield what is wrong with a value because of how it travels; no message repeats a part of it.

    Rules: ``control-character``, ``double-quote``, ``backslash``, ``line-break``, ``invisible-character``.
    """
    if not suspicious(text):
        return
    if key.section is not Section.LIVE_SEGMENT:
        yield from _breaking(key, text) or _altered(key, text)
    elif ends_with_line_break(text):
        yield _error("line-break", f"{key.source} ends with a line break", hint=LINE_BREAK_HINT)
    if invisible := [char for char in text if char != " " and category(char) in _INVISIBLE]:
        shown = name(invisible[0], "no name").lower()
        message = f"{key.source} contains a character that cannot be seen, U+{ord(invisible[0]):04X} ({shown})"
        severity = Severity.WARNING if key.kind in {Kind.TEXT, Kind.ASSIGNMENTS, Kind.PAIRS} else Severity.ERROR
        yield Advice(severity, "invisible-character", message, hint="type the text anew, or remove the character")


def _breaking(key: PropertyKey, text: str) -> list[Advice]:
    """Return why the deployment fails because of a value; nothing if it does not."""
    if match := _CONTROL.search(text):
        message = f"{key.source} contains the control character U+{ord(match[0]):04X}"
        return [_error("control-character", message, "no YAML document can hold it, and Skipper writes one")]
    if arrives(text) is not None:
        return []
    if '"' in _ESCAPE.sub("", text):
        hint = "use single quotes" if key.kind is not Kind.TEXT else 'use single quotes, or write \\" for each'
        return [
            _error("double-quote", f"{key.source} contains a double quote", f"{_REASON}: the deployment fails", hint)
        ]
    if "\\" in text:
        message, hint = (
            f"{key.source} contains backslashes that are not an escape of YAML",
            "write \\\\ for a backslash",
        )
        return [_error("backslash", message, f"{_REASON}: the deployment fails", hint)]
    message = f"{key.source} has a line that ends a YAML document"
    return [_error("line-break", message, f"{_REASON}: the deployment fails", "write one line")]


def _altered(key: PropertyKey, text: str) -> Iterator[Advice]:
    """Yield what arrives as something else."""
    if ends_with_line_break(text):
        # what the deployer trims off, or reads as white space of YAML, does no harm
        harmless = key.kind in {Kind.STRUCTURE, Kind.PAIRS, Kind.LABELS}
        severity = Severity.WARNING if harmless else Severity.ERROR
        reason = "Skipper makes a blank of it"
        yield Advice(severity, "line-break", f"{key.source} ends with a line break", reason, LINE_BREAK_HINT)
    elif _LINE_BREAK.search(text) and key.kind is Kind.TEXT:
        message = f"{key.source} contains a line break"
        yield Advice(Severity.WARNING, "line-break", message, "Skipper makes a blank of it", "write one line")
    if any(match["escaped"] not in '"\\' for match in _ESCAPE.finditer(text)):
        message = f"{key.source} contains an escape, such as \\n"
        reason = f"{_REASON}: the pod receives the character that the escape stands for"
        yield Advice(Severity.WARNING, "backslash", message, reason, "write \\\\ for a backslash")


def _error(rule: str, message: str, reason: str = "", hint: str = "") -> Advice:
    return Advice(Severity.ERROR, rule, message, reason, hint)
