"""Rules for ``ignoreChanges``: globs over the paths of properties."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from persync.config.findings import Advice
from persync.config.rules.keys import key_advice
from persync.config.yaml.nodes import List, Scalar
from persync.errors import Severity
from persync.model import PropertyGlob
from persync.properties.paths import glob_problem, literal_key

if TYPE_CHECKING:
    from persync.config.findings import Findings
    from persync.config.yaml.nodes import Node
    from persync.model import Span

IGNORED = "ignoreChanges"
_EXAMPLE = "write a list such as [appConfig.eventstore.batchSize, 'deployerConfig.**.limits.*']"
_MOST = 200
_MISSPELT = {"near-miss", "missing-prefix"}


def read_globs(node: Node, findings: Findings) -> tuple[PropertyGlob, ...]:
    """Return the globs in a list; what is none is a finding: ``wrong-type``, ``invalid-glob``.

    A list of too many is one, too: ``invalid-value``.
    """
    if not isinstance(node, List):
        findings.error("wrong-type", f"{IGNORED} must be a list", node.span, hint=_EXAMPLE)
        return ()
    check_count(len(node.items), node.span, findings)
    return tuple(glob for item in node.items if (glob := _read_glob(item, findings)))


def check_count(count: int, span: Span, findings: Findings) -> bool:
    """Check that there are not so many globs that comparing takes long; return whether there is a finding."""
    if count <= _MOST:
        return False
    return findings.error(
        "invalid-value", f"{IGNORED} has more than {_MOST} entries", span, hint="cover several properties with * or **"
    )


def _read_glob(item: Node, findings: Findings) -> PropertyGlob | None:
    if not isinstance(item, Scalar):
        findings.error("wrong-type", f"an entry of {IGNORED} must be a text", item.span, hint=_EXAMPLE)
        return None
    if problem := glob_problem(item.text):
        shown = f"'{item.text}' of {IGNORED}" if item.text else f"an empty entry of {IGNORED}"
        findings.error("invalid-glob", f"{shown} {problem.message}", item.span, hint=problem.hint)
        return None
    return PropertyGlob(item.text, item.span)


@lru_cache(maxsize=4096)
def glob_advice(glob: str, known: tuple[str, ...] = ()) -> tuple[Advice, ...]:
    """Return what is wrong with a glob that names a single property.

    Args:
        glob: a valid glob.
        known: ``knownProperties`` of persync.yaml.

    Rules: ``near-miss``, ``missing-prefix``, ``group-value``.
    """
    key = literal_key(glob)
    if key is None:
        return ()
    advice = []
    for each in key_advice(key, known):
        if each.rule in _MISSPELT:
            advice.append(each._replace(severity=Severity.WARNING))
        elif each.rule == "group-value":
            message = f"{glob} is no property, but a group of them, and {IGNORED} names properties"
            advice.append(Advice(Severity.WARNING, each.rule, message, hint=f"write {glob}.** for all of them"))
    return tuple(advice)
