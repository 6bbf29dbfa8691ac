"""Check that a tag is the version of the package, and that the changelog has a date for it.

Run as ``python3 .ci/check_tag.py v1.2.3``; exit code 1 and the reason on stderr if the tag must not be released.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def problem(tag: str, package: str, changelog: str) -> str | None:
    """Return why a tag must not be released, ``None`` if it may.

    Args:
        tag: such as ``v1.2.3``.
        package: the text of persync/__init__.py.
        changelog: the text of CHANGELOG.md.
    """
    version = re.search(r'^__version__ = "(.+)"$', package, re.MULTILINE)
    if version is None:
        return "persync/__init__.py has no __version__"
    if tag != f"v{version[1]}":
        return f"the tag is {tag}, the version of the package is {version[1]}: tag v{version[1]}, or change __version__"
    newest = re.search(r"^## \[(?P<version>\d.*)\] - (?P<date>.+)$", changelog, re.MULTILINE)
    if newest is None or newest["version"] != version[1]:
        return f"the newest version in CHANGELOG.md is not {version[1]}: add a heading for it"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", newest["date"]):
        return f"CHANGELOG.md has no date for {version[1]}: write the day of the release (YYYY-MM-DD)"
    return None


def main() -> None:
    """Check the tag of the command line."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the tag
        sys.exit("usage: check_tag.py TAG")
    texts = [(_ROOT / name).read_text(encoding="utf-8") for name in ("persync/__init__.py", "CHANGELOG.md")]
    if reason := problem(sys.argv[1], *texts):
        sys.exit(f"error: {reason}")


if __name__ == "__main__":
    main()
