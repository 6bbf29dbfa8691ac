"""Whether a PUT with an unknown outcome took effect, judged by what the API shows afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from persync.harvester.responses import text_of
from persync.model import LIVE_SEGMENT, Section, sections_of
from persync.properties.catalogue import identify
from persync.properties.values import is_masked, may_be

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.model import LivePersister


def is_stored(body: Mapping[str, Any], shown: LivePersister, read_full: Callable[[], LivePersister]) -> bool:
    """Return whether a persister is stored as the body of a PUT has it.

    Args:
        body: the PUT's body.
        shown: the persister, read as an export (live-segment has none: the full answer).
        read_full: reads it with its defaults; called only where the export lacks a key: a value that equals the
            server's default is absent from it.
    """
    exported = shown.id.eventstore != LIVE_SEGMENT
    missing: dict[Section, dict[str, str]] = {}
    for section in sections_of(shown.id.eventstore):
        sent, live = _sent(section, body), _live(section, shown)
        if exported and not live.keys() <= sent.keys():
            return False
        if not all(_is_shown(sent[form], live[form]) for form in sent.keys() & live.keys()):
            return False
        missing[section] = {form: text for form, text in sent.items() if form not in live}
    version = None if body.get("appVersion") is None else text_of(body["appVersion"])
    version_missing = version is not None and shown.app_version is None
    if version is not None and not version_missing and version != shown.app_version:
        return False
    if not version_missing and not any(missing.values()):
        return True
    full = read_full()
    if version_missing and version != full.app_version:
        return False
    return all(_are_shown(sent, _live(section, full)) for section, sent in missing.items())


def _are_shown(sent: Mapping[str, str], live: Mapping[str, str]) -> bool:
    return all(form in live and _is_shown(text, live[form]) for form, text in sent.items())


def _is_shown(sent: str, live: str) -> bool:
    """Return whether live shows a value, or hides what may be it."""
    return sent == live or (is_masked(live) and may_be(live, sent))


def _sent(section: Section, body: Mapping[str, Any]) -> dict[str, str]:
    # GET shows a key in another spelling than the PUT carried.
    return {identify(section, key).form: text_of(value) for key, value in (body.get(section) or {}).items()}


def _live(section: Section, shown: LivePersister) -> dict[str, str]:
    return {prop.key.form: prop.text for prop in shown.properties[section]}
