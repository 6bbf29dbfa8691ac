"""A git repository in a temporary folder, isolated from the git configuration of the machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgSign=false")


class GitRepository:
    """Runs git in a folder."""

    def __init__(self, folder: Path, *, init: bool = True) -> None:
        self.folder = folder
        if init:
            folder.mkdir(parents=True, exist_ok=True)
            self("init", "--quiet", "--initial-branch=main", ".")

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - the arguments come from tests
            ["git", *IDENTITY, *arguments],  # noqa: S607 - tests run with the git that is on PATH
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        )
        return done.stdout.strip()

    def write(self, files: Mapping[str, str | None]) -> None:
        """Write files; ``None`` removes one."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")

    def commit(self, files: Mapping[str, str | None] | None = None) -> str:
        """Write files and commit everything; return the id of the commit."""
        self.write(files or {})
        self("add", "--all")
        self("commit", "--quiet", "--allow-empty", "--message=x")
        return self("rev-parse", "HEAD")

    def clone(self, folder: Path, *options: str) -> GitRepository:
        """Return a clone, made through git's protocol for remotes: a plain path would ignore ``--depth``."""
        self("clone", "--quiet", *options, self.folder.as_uri(), str(folder))
        return GitRepository(folder, init=False)
