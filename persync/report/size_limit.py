"""Shorten a Markdown report to the longest comment that a host accepts.

What is dropped, until the report fits:

1. the folded differences, the largest first
2. the details of the lines
3. the lines: the names are listed by project
4. the names: the persisters are counted by project

The head, with the counts and the warnings, stays. The report states what was dropped. A character is here what hosts
count: a UTF-16 unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from persync.report.grouping.names import short_names
from persync.report.markdown_parts import code
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from persync.model import PersisterId

_T = TypeVar("_T")

# Characters kept free for the sentence about dropped differences and for the line that counts dropped lines: more than
# either can have.
_SENTENCE_RESERVE = 1_000
_LINE_RESERVE = 400
_NAMES_SHOWN = 5


class Item(NamedTuple):
    """A persister in a report, or several that are alike.

    Attributes:
        ids: the persisters.
        label: their action or outcome.
        rank: their place in the order of seriousness; 0 is the most serious.
        line: their Markdown lines in the list.
        block: their folded differences; empty where there are none.
    """

    ids: Sequence[PersisterId]
    label: str
    rank: int
    line: str
    block: str


class _Name(NamedTuple):
    """A persister, where the lines are too long."""

    id: PersisterId
    label: str
    rank: int

    @property
    def line(self) -> str:
        return f"- {self.label} {code(str(self.id), 80)}"


def size(text: str) -> int:
    """Return the number of UTF-16 units: what some hosts count, and never fewer than characters."""
    return len(text.encode("utf-16-le")) // 2


def limited_report(head: Sequence[str], items: Sequence[Item], foot: str, limit: int) -> str:
    """Return a report of at most ``limit`` characters.

    Args:
        head: paragraphs that stay.
        items: the persisters; the most serious come first.
        foot: a paragraph that stays.
        limit: if it is very small, the report is the beginning of the head alone.
    """
    frame = _paragraphs([*head, foot])
    ordered = sorted(items, key=lambda item: item.rank)
    report = _paragraphs([*head, _body(ordered, limit - size(frame) - 2, limit), foot])
    return report if size(report) <= limit else _first_paragraphs([*head, foot], limit)


def _body(items: Sequence[Item], available: int, limit: int) -> str:
    """Return the lines and the blocks of persisters, in ``available`` characters if possible."""
    with_block = [item for item in items if item.block]
    lines = _lines(items, available - _SENTENCE_RESERVE if with_block else available, limit)
    available -= size(lines) + 2
    if sum(size(item.block) + 2 for item in with_block) <= available:
        return _paragraphs([lines, *(item.block for item in with_block)]).rstrip("\n")
    smallest_first = sorted(with_block, key=lambda item: size(item.block))
    kept = {  # by identity: two items may be equal
        id(item) for item in _first_that_fit(smallest_first, lambda item: item.block, available - _SENTENCE_RESERVE)
    }
    dropped = [item for item in reversed(smallest_first) if id(item) not in kept]
    ids = [persister for item in dropped for persister in item.ids]
    names = ", ".join(code(str(persister), 40) for persister in ids[:_NAMES_SHOWN])
    more = f" and {len(ids) - _NAMES_SHOWN:,} more" if len(ids) > _NAMES_SHOWN else ""
    total = sum(len(item.ids) for item in with_block)
    sentence = (
        f"To fit {limit:,} characters, the differences of {len(ids):,} of {number(total, 'persister')}"
        f" are omitted, the largest first: {names}{more}."
    )
    return _paragraphs([lines, sentence, *(item.block for item in with_block if id(item) in kept)]).rstrip("\n")


def _lines(items: Sequence[Item], available: int, limit: int) -> str:
    """Return the persisters as the most detailed text that fits: lines, short lines, names, or counts by project."""
    lines = "\n".join(item.line for item in items)
    if size(lines) <= available:
        return lines
    names = [_Name(persister, item.label, item.rank) for item in items for persister in item.ids]
    short = f"To fit {limit:,} characters, the lines are shortened.\n\n" + "\n".join(name.line for name in names)
    if size(short) <= available:
        return short
    by_project = f"To fit {limit:,} characters, only names are listed, by project.\n\n" + "\n".join(_by_project(names))
    return by_project if size(by_project) <= available else _counts_by_project(names, available, limit)


def _by_project(names: Sequence[_Name]) -> Iterator[str]:
    groups: defaultdict[tuple[str, int, str], list[PersisterId]] = defaultdict(list)
    for name in names:
        groups[name.id.project, name.rank, name.label].append(name.id)
    for (project, _, label), ids in sorted(groups.items()):
        listed = ", ".join(code(name.text, 160) for name in short_names(ids, project=False))
        yield f"- {code(project, 80)} {label}: {listed}"


def _counts_by_project(names: Sequence[_Name], available: int, limit: int) -> str:
    sentence = (
        f"To fit {limit:,} characters, the {number(len(names), 'persister')} are counted by project;"
        " the most serious are listed below, as far as they fit."
    )
    available -= size(sentence) + 2
    counts = _project_lines(names, available)
    available -= sum(size(line) + 1 for line in counts) + 2
    return _paragraphs([sentence, "\n".join(counts), "\n".join(_serious_lines(names, available))]).rstrip("\n")


def _project_lines(names: Sequence[_Name], available: int) -> list[str]:
    """Return a line for each project, the largest first; projects that do not fit are counted together."""
    projects: defaultdict[str, list[_Name]] = defaultdict(list)
    for name in names:
        projects[name.id.project].append(name)
    largest_first = sorted(projects.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    by_project = [f"- {code(project, 60)}: {_counts(members)}" for project, members in largest_first]
    lines = _first_that_fit(by_project, str, available - _LINE_RESERVE)
    if rest := [name for _, members in largest_first[len(lines) :] for name in members]:
        lines.append(f"- … {number(len(largest_first) - len(lines), 'more project')}: {_counts(rest)}")
    return lines


def _serious_lines(names: Sequence[_Name], available: int) -> list[str]:
    """Return the short lines of the most serious persisters that fit; the others are counted."""
    lines = _first_that_fit([name.line for name in names], str, available - _LINE_RESERVE)
    if lines:
        lines.append(f"- … {number(len(names) - len(lines), 'more persister')}")
    return lines


def _counts(names: Sequence[_Name]) -> str:
    counts = Counter((name.rank, name.label) for name in names)
    labels = ", ".join(f"{count:,} {label}" for (_, label), count in sorted(counts.items()))
    return f"{number(len(names), 'persister')} ({labels})"


def _first_that_fit(values: Sequence[_T], text: Callable[[_T], str], available: int) -> list[_T]:
    """Return the first values with texts that fit, with up to two line breaks between them."""
    used = accumulate(size(text(value)) + 2 for value in values)
    return [value for value, _ in zip(values, takewhile(lambda so_far: so_far <= available, used), strict=False)]


def _paragraphs(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _first_paragraphs(paragraphs: Sequence[str], limit: int) -> str:
    """Return the first paragraphs that fit, whole: a code span without its end would not keep its text apart."""
    first = paragraphs[0].encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore")
    return _paragraphs(_first_that_fit(paragraphs, str, limit) or [first])
