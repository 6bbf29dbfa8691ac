"""Queries to git about the configuration repository, through git's own commands.

They never change the working tree or the index, and git starts no program for any of them.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from persync.config.files import SUFFIXES
from persync.config.git.command import GitCommand
from persync.config.git.filters import Filters
from persync.config.git.objects import Objects, partial_clone
from persync.config.globs import split
from persync.errors import ConfigError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator, Sequence

_STATUS_DEADLINE = 10.0
"""Seconds for ``git status``: its result is only informative."""
MOST_COMMITS = 50
"""The maximum number of commits to look back, and the depth of a suggested fetch."""
_BARE = "remove the files that make the folder a git repository: HEAD, config, objects/, refs/"
_DEEPEN = f"fetch more: git fetch --deepen={MOST_COMMITS}; in CI, check out with fetch-depth: 2 (GitLab: GIT_DEPTH: 2)"
_ANCESTOR = re.compile(r"(?P<name>[^~^]+)([~^]\d*)+")
"""Matches a revision that is named as an ancestor of another: HEAD^1, main~3."""


class NoRepositoryError(ConfigError):
    """A folder is in no repository that git finds."""


class Git:
    """The git repository that contains a folder.

    Attributes:
        folder: the folder, absolute.
        top: the top folder of the working tree.
        prefix: the path from ``top`` to ``folder``, empty or with a slash at its end.
        filters: the filters of its configuration.
    """

    def __init__(self, folder: Path) -> None:
        """Find the repository.

        Args:
            folder: the folder, absolute.

        Raises:
            ConfigError: the folder is in no repository, or git cannot be used.
        """
        self.folder = folder
        self._git = GitCommand(folder)
        result = self._git.run("rev-parse", "--show-toplevel", "--show-prefix", "--absolute-git-dir")
        if result.returncode:
            raise _unusable(folder, result)
        self.top, self.prefix, repository = os.fsdecode(result.stdout).split("\n")[:3]
        if folder.resolve().is_relative_to(repository):
            raise ConfigError(f"{folder} is itself a git repository without a working tree", hint=_BARE)
        self.filters = Filters(Path(self.top))

    def commit(self, revision: str) -> str:
        """Return the id of the commit that ``revision`` names.

        Raises:
            ConfigError: this repository has no such commit, or ``revision`` is a range.
        """
        if commit := self._resolved(revision):
            return commit
        if ".." in revision:
            hint = "name one revision, such as origin/main; persync compares with its merge base with this branch"
            raise ConfigError(f"{revision} is a range, not a single revision", hint=hint)
        ancestor = _ANCESTOR.fullmatch(revision)
        if ancestor and self.is_shallow() and self._resolved(ancestor["name"]):
            raise ConfigError(f"the history of this shallow clone ends before {revision}", hint=_DEEPEN)
        raise ConfigError(
            f"there is no commit {revision or chr(34) * 2} in this git repository", hint=self._fetch_hint(revision)
        )

    def _resolved(self, revision: str) -> str | None:
        if not revision or revision.startswith(("-", "^")):
            return None
        result = self._git.run("rev-parse", "--quiet", "--verify", revision + "^{commit}")
        return None if result.returncode else result.stdout.decode().strip()

    def merge_base(self, commit: str) -> str | None:
        """Return the newest common ancestor of ``HEAD`` and ``commit``.

        Returns:
            ``None`` if they have no common ancestor in this clone.
        """
        result = self._git.run("merge-base", commit, "HEAD")
        return result.stdout.decode().strip() or None

    def count_ahead(self, commit: str) -> int:
        """Return the number of commits that are reachable from ``commit`` and not from ``HEAD``."""
        return int(self._git.run("rev-list", "--count", f"HEAD..{commit}", "--").stdout or 0)

    def is_shallow(self) -> bool:
        """Return whether the clone has only the newest part of the history."""
        return bool(self.shallow_commits())

    def is_partial(self) -> bool:
        """Return whether the clone was made with a filter, and so lacks objects that its remote has."""
        marks = r"^(remote\..*\.promisor|extensions\.partialclone)$"
        return not self._git.run("config", "--get-regexp", marks).returncode

    def shallow_commits(self) -> frozenset[str]:
        """Return the ids of the commits that have parents which are missing in this clone."""
        path = os.fsdecode(self._git.run("rev-parse", "--git-path", "shallow").stdout).rstrip("\n")
        try:
            return frozenset((self.folder / path).read_text(encoding="ascii").split())
        except OSError:  # a clone that is not shallow has no such file
            return frozenset()

    def commits(self, commit: str, patterns: Iterable[str] = (), *, exclude: str | None = None) -> list[str]:
        """Return the newest commits up to ``commit`` that changed the configuration, along first parents.

        Args:
            commit: the newest commit.
            patterns: the entries of ``persisters`` and ``overlays``; the folder itself is always included.
            exclude: a revision; commits that are reachable from it are skipped.

        Returns:
            At most ``MOST_COMMITS`` ids, newest first.
        """
        commits = f"{exclude}..{commit}" if exclude else commit
        paths = (".", *self._pathspecs(patterns))
        output = self._query("rev-list", "--first-parent", f"--max-count={MOST_COMMITS}", commits, "--", *paths)
        return output.decode().split()

    def files_named(self, name: str, commit: str) -> list[str]:
        """Return the paths, relative to the top folder, of all files with this name in a commit."""
        paths = os.fsdecode(self._query("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)).split("\0")
        return [path for path in paths if path.rpartition("/")[2] == name]

    def index(self) -> list[bytes]:
        """Return the entries of the index, for all of the working tree, as ``git ls-files --stage -t`` prints them.

        Raises:
            ConfigError: it cannot be read.
        """
        result = self._git.run("ls-files", "--stage", "-t", "-z", "--full-name", "--", ":/")
        if result.returncode:
            raise _unusable(self.folder, result)
        return [entry for entry in result.stdout.split(b"\0") if entry]

    def changed_files(self, old: str, new: str) -> frozenset[str]:
        """Return the paths, relative to the top folder, of the files that differ between two commits."""
        output = self._query("diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new, "--")
        return frozenset(os.fsdecode(output).split("\0")) - {""}

    @contextmanager
    def objects(self) -> Iterator[Objects]:
        """Provide a reader of git objects."""
        with self._git.conversation("cat-file", "--batch") as conversation:
            yield Objects(conversation, self.is_partial)

    def status(self, patterns: Iterable[str] = ()) -> str | None:
        """Return the id of ``HEAD``, with ``-dirty`` appended if the configuration has uncommitted changes.

        Args:
            patterns: the entries of ``persisters`` and ``overlays``; YAML files below the folder are always included.

        Returns:
            ``None`` if there is no commit yet.

        Raises:
            ConfigError: ``git status`` fails or times out.
        """
        arguments = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignore-submodules=dirty")
        paths = (*(f":(glob)**/*{suffix}" for suffix in SUFFIXES), *self._pathspecs(patterns))
        result = self._git.run(*arguments, "--", *paths, options=self.filters.switched_off(), deadline=_STATUS_DEADLINE)
        if result.returncode:
            raise _unusable(self.folder, result)
        lines = [line for line in os.fsdecode(result.stdout).split("\0") if line]
        commit = next((line.rpartition(" ")[2] for line in lines if line.startswith("# branch.oid ")), "(initial)")
        if commit == "(initial)":
            return None
        return commit if all(line.startswith("# ") for line in lines) else f"{commit}-dirty"

    def _query(self, *arguments: str) -> bytes:
        """Return the output of a command that needs commits and folders.

        Raises:
            ConfigError: it fails, as it does in a partial clone that lacks them.
        """
        result = self._git.run(*arguments)
        if result.returncode:
            raise partial_clone() if self.is_partial() else _unusable(self.folder, result)
        return result.stdout

    def _pathspecs(self, patterns: Iterable[str]) -> Iterator[str]:
        """Yield git pathspecs for the entries of ``persisters`` and ``overlays``.

        Paths outside of the repository are skipped: git fails on them.
        """
        for pattern in patterns:
            # a path that exists is taken literally, even if it contains glob characters
            head, glob = (pattern, "") if (self.folder / pattern).exists() else split(pattern)
            path = self.folder / head
            relative = os.path.relpath(os.path.realpath(path), self.top)
            if relative.split("/")[0] == "..":
                continue
            # in a pathspec a backslash escapes the next character; in Python's glob it is an ordinary character
            spec = PurePosixPath(re.sub(r"[*?\[\\]", r"\\\g<0>", relative), glob.replace("\\", r"\\"))
            yield from (f":(top,glob){spec / '**' / '*'}{suffix}" for suffix in SUFFIXES)
            if glob or not path.is_dir():
                yield f":(top,glob){spec}"

    def _fetch_hint(self, revision: str) -> str:
        """Return a hint with the command that fetches a revision, as far as its name allows."""
        name = revision.split("~", maxsplit=1)[0].split("^", maxsplit=1)[0].split("@{", maxsplit=1)[0]
        if not name or name.startswith("-") or ":" in name:
            return "name a branch, a tag or a commit, such as origin/main"
        remotes = os.fsdecode(self._git.run("remote").stdout).split()
        if not remotes:
            return "name a branch, a tag or a commit that this clone has"
        depth = f" --depth={MOST_COMMITS}" if self.is_shallow() else ""
        remote, _, branch = name.partition("/")
        refspec = f"{remote} {branch}:refs/remotes/{name}" if branch and remote in remotes else f"{remotes[0]} {name}"
        return f"check the spelling, or fetch it first: git fetch{depth} {refspec}"


def commit_of(folder: Path, patterns: Sequence[str] = ()) -> str | None:
    """Return the id of the commit that is checked out, with ``-dirty`` if the configuration has uncommitted changes.

    Args:
        folder: the folder of persync.yaml; YAML files below it are always included.
        patterns: the entries of its ``persisters`` and ``overlays``, which may be elsewhere.

    Returns:
        ``None`` if it cannot be determined: no git, no repository, no commit, or a timeout.
    """
    try:
        return Git(folder.absolute()).status(patterns)
    except ConfigError:
        return None


def _unusable(folder: Path, result: subprocess.CompletedProcess[bytes]) -> ConfigError:
    lines = os.fsdecode(result.stderr).strip().splitlines()
    reason = next((line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")), "git gave no reason")
    if reason.startswith("not a git repository"):
        hint = "a base is a revision of the configuration repository: run persync in a git clone of it"
        return NoRepositoryError(f"{folder} is not in a git repository", hint=hint)
    if reason.startswith("cannot use bare repository"):
        return ConfigError(f"git cannot be used in {folder}: {reason}", hint=_BARE)
    advice = [line.strip() for line in lines if line.startswith("\t")]
    return ConfigError(f"git cannot be used in {folder}: {reason}", hint="; ".join(advice))
