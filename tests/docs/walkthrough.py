"""Run the blocks of a page as its reader would: in one shell, in an empty folder, in their order.

- A block ```` ```sh ```` is run; one with ``title="second terminal"`` runs in the background until the page ends.
- A block with another ``title`` is a file, which is written.
- A block ```` ```text ```` after one that is run shows its output. In it, ``…`` stands for any text of a line, and a
  line with ``…`` alone for any lines.

stdin is a terminal, at which every question is answered with ``yes``. The port 8080 is replaced by a free one.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

DOCS = Path(__file__).parents[2] / "docs"
_TITLE = re.compile(r'title="([^"]*)"')
_MARK = "=== end of block %s, exit code %s"
_END = re.compile(r"^=== end of block (\d+), exit code (\d+)\n", re.MULTILINE)
_PORT = "8080"
_BACKGROUND = "second terminal"
# what a sandbox shows holds at once, and no page is about how long an apply waits for it
_OWN = {"PERSYNC_SETTLE": "0"}
_OWN_LINE = "options from variables: PERSYNC_SETTLE=0\n"


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    title: str
    content: str
    line: int


class Step(NamedTuple):
    """A block that was run: what the page shows of its output, or ``None``, and what it was."""

    command: str
    shown: str | None
    output: str
    code: int

    @property
    def is_as_shown(self) -> bool:
        """Whether the page shows what the command does."""
        return self.code == 0 and (self.shown is None or _pattern(self.shown).fullmatch(self.output) is not None)


def blocks_of(page: str) -> list[Block]:
    """Return the fenced blocks of a page of docs/, or of another file."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = []
    for token in MarkdownIt("commonmark").parse(text):
        if token.type == "fence":
            title = _TITLE.search(token.info)
            line = token.map[0] + 1 if token.map else 0
            found.append(Block(token.info.partition(" ")[0], title[1] if title else "", token.content, line))
    return found


def follow(page: str, folder: Path, environ: Mapping[str, str], first: list[Block] | None = None) -> list[Step]:
    """Run the blocks of a page in a folder, after those of ``first``, and return what was run."""
    blocks = [*(first or []), *blocks_of(page)]
    port = _free_port()
    script = folder.with_suffix(".sh")
    script.write_text("".join(_lines(blocks)).replace(_PORT, port), encoding="utf-8")
    answers, terminal = os.openpty()
    with subprocess.Popen(  # noqa: S603 - what our own page shows
        ["/usr/bin/env", "timeout", "120", "bash", str(script)],
        cwd=folder,
        env={**environ, **_OWN, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        os.write(answers, b"yes\n" * 9)
        try:
            output = process.stdout.read() if process.stdout else ""
        finally:
            os.killpg(process.pid, signal.SIGTERM)  # what runs in the background, too
    for opened in (answers, terminal):
        os.close(opened)
    return list(_steps(blocks, output.replace(port, _PORT).replace(_OWN_LINE, "")))


def _lines(blocks: list[Block]) -> Iterator[str]:
    """Yield the shell script of the blocks. What runs in the background has ten seconds for its first line."""
    for index, block in enumerate(blocks):
        if block.title == _BACKGROUND:
            log = f"../terminal-{index}.log"
            command = block.content.rstrip("\n")
            yield f"( {command} ) >{log} 2>{log}.err &\n"
            yield f"for i in {{1..100}}; do [ -s {log} ] && break; sleep 0.1; done\n"
        elif block.title:
            yield f'mkdir -p "$(dirname {block.title})"\n'
            yield f"cat >{block.title} <<'END OF FILE'\n{block.content}END OF FILE\n"
        elif block.language == "sh":
            yield block.content
        else:
            continue
        yield f'printf "{_MARK}\\n" {index} $?\n'


def _steps(blocks: list[Block], output: str) -> Iterator[Step]:
    position = 0
    for end in _END.finditer(output):
        index = int(end[1])
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        is_output = following is not None and following.language == "text" and not following.title
        shown = following.content if following and is_output else None
        if blocks[index].language == "sh" and blocks[index].title != _BACKGROUND:
            yield Step(blocks[index].content, shown, output[position : end.start()], int(end[2]))
        position = end.end()


def _pattern(shown: str) -> re.Pattern[str]:
    lines = [r"(?:.*\n)*" if line == "…" else re.escape(line).replace("…", ".*") + r"\n" for line in shown.splitlines()]
    return re.compile("".join(lines))


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])
