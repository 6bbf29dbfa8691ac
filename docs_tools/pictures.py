"""Draw docs/images: ``python -m docs_tools.pictures``, with Debian's chromium.

The quick start is applied to its sandbox; then a property is changed outside of persync, a branch changes two
persisters, and the plan of the branch and the status are rendered. GitHub's pages are not used: the frame around the
comment is ours.
"""

from __future__ import annotations

import html
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.sync_api import Browser, sync_playwright

from persync.sandbox.description import Description
from persync.sandbox.server import SandboxServer

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs/images"
_WIDTH = 1000
_SCALE = 1.25
_MOMENT = "2026-11-26T09:00:00+00:00"
_SNOWPLOW = """\
project: webtracking
eventType: snowplow-web
state: RUNNING
appVersion: 1.10
appConfig:
  eventstore: {tableName: web.events, batchSize: 1000}
deployerConfig:
  kubernetes:
    limits: {cpu: 1, memory: 1Gi}
"""
_STYLE = """
body { font: 14px/1.5 "Liberation Sans", sans-serif; color: #1f2328; margin: 0; padding: 12px; background: #fff }
main { border: 1px solid #d1d9e0; border-radius: 6px }
header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; border-radius: 6px 6px 0 0; padding: 8px 16px }
article { padding: 4px 16px 8px }
h2 { border-bottom: 1px solid #d1d9e0; padding-bottom: 4px }
code { font: 12px "DejaVu Sans Mono", monospace; background: #eff1f3; padding: 2px 4px; border-radius: 6px }
pre { background: #f6f8fa; padding: 12px; border-radius: 6px } pre code { background: none; padding: 0 }
pre b { font-weight: normal; display: block; white-space: pre-wrap }
pre b.add { background: #dafbe1 } pre b.remove { background: #ffebe9 } pre b.note { background: #fff8c5 }
blockquote { border-left: 4px solid #d1d9e0; margin: 0; padding: 0 14px; color: #59636e }
table { border-collapse: collapse } td, th { border: 1px solid #d1d9e0; padding: 4px 12px }
"""
_KINDS = {"+": "add", "-": "remove", "!": "note"}


def main() -> None:
    """Write the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        repository = Path(folder)
        make_reports(repository)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        comment = repository / "comment.html"
        comment.write_text(comment_page((repository / "plan.md").read_text(encoding="utf-8")), encoding="utf-8")
        IMAGES.mkdir(exist_ok=True)
        draw(browser, comment, IMAGES / "pull-request.png", height=None)
        draw(browser, repository / "plan.html", IMAGES / "html-report.png", height=1000)
        draw(browser, repository / "status.html", IMAGES / "status.png", height=560)
        browser.close()


def make_reports(repository: Path) -> None:
    """Write plan.md, plan.html and status.html of a branch of the quick start into a folder."""
    shutil.copytree(
        ROOT / "examples/quickstart", repository, ignore=shutil.ignore_patterns("*.db*"), dirs_exist_ok=True
    )
    (repository / ".gitignore").write_text("sandbox.db*\n.persync/\nplan.*\nstatus.html\n", encoding="utf-8")
    git(repository, "init", "--initial-branch=main")
    commit(repository, "Persisters of the quick start")
    persync(repository, "apply", "--auto-approve")
    with SandboxServer(Description.load(repository / "sandbox.yaml"), state=repository / "sandbox.db") as server:
        server.change_externally("webtracking", "adobe-s3", set={"appConfig": {"eventstore.batchTimeout": "9000"}})
    git(repository, "switch", "--create", "larger-batches")
    (repository / "persisters/webtracking/snowplow-web.yaml").write_text(_SNOWPLOW, encoding="utf-8")
    other = repository / "persisters/webtracking/other.yaml"
    other.write_text(other.read_text(encoding="utf-8").replace("RUNNING", "STOPPED", 1), encoding="utf-8")
    commit(repository, "Larger batches")
    persync(repository, "plan", "--base", "main", "--report", "markdown=plan.md", "--report", "html=plan.html")
    persync(repository, "status", "--report", "html=status.html")


def comment_page(report: str) -> str:
    """Return a report in Markdown as a page that looks like a comment of GitHub."""
    # details are open: a picture cannot be clicked
    shown = report.replace("<details>", "<details open>")
    body = MarkdownIt("gfm-like", {"html": True, "linkify": False, "highlight": _highlighted}).render(shown)
    head = "<header><strong>github-actions</strong> commented</header>"
    return f"<!doctype html><meta charset=utf-8><style>{_STYLE}</style><main>{head}<article>{body}</article></main>"


def draw(browser: Browser, page: Path, picture: Path, *, height: int | None) -> None:
    """Write a picture of a page from its top, ``height`` pixels of it, or all."""
    tab = browser.new_page(viewport={"width": _WIDTH, "height": height or 400}, device_scale_factor=_SCALE)
    tab.goto(page.as_uri())
    tab.screenshot(path=picture, full_page=height is None)
    tab.close()


def persync(repository: Path, *arguments: str) -> None:
    """Run persync in a repository."""
    run(repository, sys.executable, "-m", "persync", *arguments)


def git(repository: Path, *arguments: str) -> None:
    """Run git in a repository; its commits are the same each time."""
    run(repository, "git", *arguments)


def commit(repository: Path, message: str) -> None:
    """Commit all files."""
    git(repository, "add", ".")
    git(repository, "commit", "--message", message)


def run(folder: Path, *command: str) -> None:
    """Run a command, and show what it prints only if it fails."""
    names = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in _PERSON.items()}
    environ = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")


_PERSON = {"NAME": "Ada", "EMAIL": "ada@example.com", "DATE": _MOMENT}


def _highlighted(code: str, language: str, _attributes: str) -> str:
    if language != "diff":
        return ""
    lines = (f'<b class="{_KINDS.get(line[:1], "")}">{html.escape(line)}</b>' for line in code.splitlines())
    return f"<pre><code>{''.join(lines)}</code></pre>"


if __name__ == "__main__":
    main()
