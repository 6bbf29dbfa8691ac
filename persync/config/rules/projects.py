"""Rules for ``projects`` of an environment: names of the installation, by those of the files. They are one to one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from persync.config.yaml.nodes import Scalar
from persync.similar import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Entry
    from persync.model import Persister, PersisterId, Span
    from persync.projects import Projects

_NAME = re.compile(r"[A-Za-z0-9_-]{1,20}(?:/[A-Za-z0-9-]{1,40})?", re.ASCII)
_TWICE = "mapped-twice"
_ONE_TO_ONE = "each live persister has one document, or two would be applied to it in turn"


def check_names(names: Iterable[Entry], findings: Findings) -> bool:
    """Check a mapping by itself; return whether there are findings.

    Rules: ``invalid-value`` where a project is to be an event type or the other way round; ``mapped-twice`` where two
    names have the same live name. Names of event types are unique ignoring case (vendor's guide).
    """
    before = len(findings)
    first: dict[tuple[str, str], Span] = {}
    for name, live in names:
        if not isinstance(live, Scalar):
            continue
        if not _NAME.fullmatch(live.text):  # as in the schema, which does not look at the text of a number
            message = f"{name.text} must be a name without references, project or project/event-type"
            findings.error("invalid-value", message, live.span)
            continue
        if ("/" in name.text) != ("/" in live.text):
            is_project = "/" not in name.text
            expected = "a project" if is_project else "project/event-type"
            findings.error("invalid-value", f"{name.text} must be {expected}, as its name is", live.span)
            continue
        project, slash, event_type = live.text.partition("/")
        at = first.setdefault((project + slash, event_type.lower()), live.span)
        if at != live.span:
            message = f"{live.text} is the live name of another entry, too, at {at}"
            findings.error(_TWICE, message, live.span, reason=_ONE_TO_ONE, hint="map each to another one")
    return len(findings) > before


def check_identities(
    persisters: Mapping[PersisterId, Persister], projects: Projects, names: Iterable[Entry], findings: Findings
) -> bool:
    """Check a mapping with the persisters of the files; return whether there are findings.

    Args:
        persisters: all of them.
        projects: the mapping.
        names: its entries.
        findings: is added to.

    Rules: ``mapped-twice`` where a persister has the same live identity as another one, or as the mapping has for
    another one; ``unknown-persister`` where an entry is about none.
    """
    before = len(findings)
    for pid, persister in persisters.items():
        live = projects.live(pid)
        other = projects.files(live)
        if other is not None and other != pid:
            place = f" at {persisters[other].span}" if other in persisters else " by projects in persync.yaml"
            message = f"{pid} is {live} in the installation, and so is {other}{place}"
            findings.error(_TWICE, message, persister.span, reason=_ONE_TO_ONE, hint="rename one of them")
    known = {pid.project for pid in persisters} | {f"{pid.project}/{pid.event_type}" for pid in persisters}
    for name, _ in names:
        if name.text not in known:
            what = f"no persister is {'of' if '/' in name.text else 'in project'} {name.text}"
            sides = "the names on the left are those of the files, those on the right are the installation's"
            similar = did_you_mean(name.text, [each for each in known if ("/" in each) == ("/" in name.text)])
            hint = similar or sides
            findings.error("unknown-persister", what, name.span, hint=hint)
    return len(findings) > before
