"""A number with its noun is made by ``number``, so that no message has ``1 errors``."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOUNS = (
    "answers|changes|commits|differences|documents|entries|errors|event types|files|findings|items|keys|lines"
    "|persisters|projects|properties|requests|runs|settings|starts|stops|restarts|values|variables|warnings|waves"
)
PLURAL = re.compile(rf" (?:more )?(?:{NOUNS})\b")
# their numbers are never 1
SEVERAL = {
    "(limit) values",
    "these (count) properties",
    "(each.persisters) of (found.compared) persisters",
    "(len(files)) files of (pattern.text)",
    "(count) values need it",
    "(len(failed)) projects",
    "(len(errors)) errors; the first",
    "(len(paths)) runs begin with",
    "these are the logs of (len(chosen)) persisters",
    "(len(found)) persisters: (names)",
    "(self._done) of (self._total) persisters",
    "(max(1, round(throttling.per_second))) requests per second",
}


def written_by_hand(source: str) -> list[str]:
    """Return the numbers with a plural behind them in the texts of a module; a constant is a limit, and more than 1."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            for value, text in zip(node.values, node.values[1:], strict=False):
                if not (isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant)):
                    continue
                is_limit = isinstance(value.value, ast.Name) and value.value.id.isupper()
                if PLURAL.match(str(text.value)) and not is_limit:
                    found.append("".join(_as_text(part) for part in node.values))
    return found


def _as_text(part: ast.expr) -> str:
    return f"({ast.unparse(part.value)})" if isinstance(part, ast.FormattedValue) else str(ast.literal_eval(part))


def test_plurals_are_made_in_one_place() -> None:
    texts = [
        f"{file.relative_to(ROOT)}: {text}"
        for file in sorted((ROOT / "persync").rglob("*.py"))
        for text in written_by_hand(file.read_text(encoding="utf-8"))
    ]
    assert [text for text in texts if not any(several in text for several in SEVERAL)] == []


def test_a_plural_by_hand_is_found() -> None:
    assert written_by_hand("f'{count} errors, {size} x'") == ["(count) errors, (size) x"]
