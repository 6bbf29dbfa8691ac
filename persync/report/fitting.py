"""Make a report fit the longest comment that a host takes.

What is given up, in this order: the folded differences, the largest first; then the length of the lines; then the
lines themselves, for names by project; and at last the names, for counts by project. The head, with the counts and the
warnings, stays. What is gone is said.
"""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from persync.report.markdown_parts import code
from persync.report.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_Thing = TypeVar("_Thing")

_FOR_WHAT_IS_SAID = 1_000  # characters kept free to say which differences are left out
_FOR_THE_REST = 400  # … and to say how many lines are left out
_NAMED = 5


class Item(NamedTuple):
    """One persister in a report.

    Attributes:
        name: of the persister.
        project: of the persister.
        word: what becomes of it, in a word.
        weight: how early it is named where not all can be; 0 is the most serious.
        line: what is said about it.
        short: the same, shorter.
        block: the folded differences; empty where there are none.
    """

    name: str
    project: str
    word: str
    weight: int
    line: str
    short: str
    block: str


def size(text: str) -> int:
    """Return how many characters a host counts: some count UTF-16 units, which are never fewer."""
    return len(text.encode("utf-16-le")) // 2


def fitted(head: Sequence[str], items: Sequence[Item], foot: str, limit: int) -> str:
    """Return a report of at most ``limit`` characters.

    Args:
        head: paragraphs that stay.
        items: the persisters.
        foot: a paragraph that stays.
        limit: below some thousands there is no room for more than the head, or for its beginning.
    """
    frame = _joined([*head, foot])
    room = limit - size(frame) - 2
    body = _body(items, room, limit)
    report = _joined([*head, body, foot])
    return report if size(report) <= limit else _cut(frame, limit)


def _body(items: Sequence[Item], room: int, limit: int) -> str:
    with_block = [item for item in items if item.block]
    lines = _lines(items, room - _FOR_WHAT_IS_SAID if with_block else room, limit)
    room -= size(lines) + 2
    if sum(size(item.block) + 2 for item in with_block) <= room:
        return _joined([lines, *(item.block for item in with_block)]).rstrip("\n")
    smallest_first = sorted(with_block, key=lambda item: size(item.block))
    kept = {
        id(item) for item in _that_fit(smallest_first, [item.block for item in smallest_first], room, _FOR_WHAT_IS_SAID)
    }
    left_out = [item for item in with_block if id(item) not in kept]
    names = ", ".join(code(item.name, 40) for item in left_out[:_NAMED])
    more = f" and {len(left_out) - _NAMED:,} more" if len(left_out) > _NAMED else ""
    said = (
        f"To fit {limit:,} characters, the differences of {len(left_out):,} of {number(len(with_block), 'persister')}"
        f" are left out, the largest first: {names}{more}."
    )
    return _joined([lines, said, *(item.block for item in with_block if id(item) in kept)]).rstrip("\n")


def _lines(items: Sequence[Item], room: int, limit: int) -> str:
    lines = "\n".join(item.line for item in items)
    if size(lines) <= room:
        return lines
    shortened = f"To fit {limit:,} characters, the lines are shortened.\n\n" + "\n".join(item.short for item in items)
    if size(shortened) <= room:
        return shortened
    listed = f"To fit {limit:,} characters, only names are left, by project.\n\n" + "\n".join(_names(items))
    return listed if size(listed) <= room else _counted_by_project(items, room, limit)


def _names(items: Sequence[Item]) -> Iterator[str]:
    groups: dict[tuple[str, int, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.project, item.weight, item.word), []).append(item)
    for (project, _, word), group in sorted(groups.items()):
        names = ", ".join(code(item.name.removeprefix(f"{item.project}/"), 80) for item in group)
        yield f"- {code(project, 80)} {word}: {names}"


def _counted_by_project(items: Sequence[Item], room: int, limit: int) -> str:
    projects: dict[str, list[Item]] = {}
    for item in items:
        projects.setdefault(item.project, []).append(item)
    largest_first = sorted(projects.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    said = (
        f"To fit {limit:,} characters, the {number(len(items), 'persister')} are counted by project;"
        " the most serious ones are named below, as far as they fit."
    )
    by_project = [f"- {code(project, 60)}: {_counted(of_it)}" for project, of_it in largest_first]
    room -= size(said) + 2
    kept = _that_fit(by_project, by_project, room, _FOR_THE_REST)
    if rest := [item for _, of_it in largest_first[len(kept) :] for item in of_it]:
        kept.append(f"- … {number(len(largest_first) - len(kept), 'more project')}: {_counted(rest)}")
    room -= sum(size(line) + 1 for line in kept) + 2
    serious_first = sorted(items, key=lambda item: item.weight)
    named = [
        item.short for item in _that_fit(serious_first, [item.short for item in serious_first], room, _FOR_THE_REST)
    ]
    if named:
        named.append(f"- … {number(len(items) - len(named), 'more persister')}")
    return _joined([said, "\n".join(kept), "\n".join(named)]).rstrip("\n")


def _counted(items: Sequence[Item]) -> str:
    by_weight = {item.word: item.weight for item in items}
    words = Counter(item.word for item in items)
    said = ", ".join(f"{words[word]:,} {word}" for word in sorted(words, key=by_weight.__getitem__))
    return f"{number(len(items), 'persister')} ({said})"


def _that_fit(things: Sequence[_Thing], texts: Iterable[str], room: int, reserve: int) -> list[_Thing]:
    """Return the first things whose texts, with what joins them, leave the reserve free."""
    so_far = accumulate(size(text) + 2 for text in texts)
    return [thing for thing, _ in zip(things, takewhile(lambda used: used <= room - reserve, so_far), strict=False)]


def _joined(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(filter(None, paragraphs)) + "\n"


def _cut(text: str, limit: int) -> str:
    return text.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore") + "\n"
