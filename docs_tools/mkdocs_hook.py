"""A hook of mkdocs: pages look in the site as they do in the repository, and load nothing from another host.

Pages link to files outside of docs/ (``../schemas/plan.schema.json``), as readers of the repository need it. Such a
file becomes a part of the site: a page if it is Markdown at the top of the repository, else a copy in ``repository/``.
A link to a file that does not exist is left as it is, and the strict build reports it. GitHub needs a backslash before
a bar in the code of a table; Python-Markdown would show it.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
# CHANGELOG.md and others are pages although they are outside of docs/
PAGES = ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK = re.compile(r"\]\((?P<path>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)")
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE_SPAN = re.compile(r"`[^`\n]*`")
_LOADED = re.compile(r"""<(?:script|img|link|iframe)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?//[^>]*>""", re.IGNORECASE)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages at the top of the repository, and the files that pages link to."""
    for name in PAGES:
        files.append(File.generated(config, name, content=(ROOT / name).read_text(encoding="utf-8")))
    targets = {
        target
        for page in files.documentation_pages()
        for match in _LINK.finditer(_CODE.sub("", page.content_string))
        if (target := _outside(page.src_uri, match["path"])) and target not in PAGES
    }
    for target in sorted(targets):
        files.append(File.generated(config, f"repository/{target}", abs_src_path=str(ROOT / target)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - mkdocs' names
    """Return the text with links within the site, and without the backslashes that only GitHub needs."""
    here = page.file.src_uri

    def in_site(match: re.Match[str]) -> str:
        path = match["path"]
        target = _outside(here, path)
        if target in PAGES:
            path = posixpath.relpath(target, posixpath.dirname(here) or ".")
        elif target:
            path = posixpath.relpath(f"repository/{target}", posixpath.dirname(here) or ".")
        elif here in PAGES:
            path = path.removeprefix("docs/")
        return f"]({path}{match['anchor'] or ''})"

    return "\n".join(_plain_bars(line) for line in _LINK.sub(in_site, markdown).split("\n"))


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG001 - mkdocs' names
    """Refuse a page that loads something from another host."""
    if found := _LOADED.search(output):
        raise PluginError(f"{page.file.src_uri} loads something from another host: {found[0]}")
    return output


def _plain_bars(line: str) -> str:
    """Return a line; if it is a row of a table, its code has bars without a backslash."""
    return _CODE_SPAN.sub(lambda code: code[0].replace(r"\|", "|"), line) if line.startswith("| ") else line


def _outside(page: str, path: str) -> str | None:
    """Return the path of a link's target from the top of the repository; ``None`` if it is in docs/ or no file."""
    folder = "." if page in PAGES else posixpath.join("docs", posixpath.dirname(page))
    target = posixpath.normpath(posixpath.join(folder, path))
    return target if (ROOT / target).is_file() and not target.startswith("docs/") else None
