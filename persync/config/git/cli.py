"""What git knows of the configuration repository: asked through its own commands, which read and never write.

Neither the working tree nor the index is touched: objects come from one ``git cat-file --batch``.
"""

from __future__ import annotations

import os
import re
import subprocess
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, NamedTuple

from persync.config.files import SUFFIXES
from persync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_OPTIONS = ("--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "status.renames=false")
# A git hook that starts persync has set these for its own repository and working directory; we go by the folder.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_PATIENCE = 10
"""Seconds for what is only nice to know."""
_CHUNK = 1024 * 1024
MOST_COMMITS = 50
"""How many commits it is reasonable to look back, and to fetch."""
MAGIC = re.compile(r"[*?\[]")
"""What makes a glob of a path."""


class Entry(NamedTuple):
    """What a folder of a revision holds under a name."""

    mode: str
    oid: str


class Git:
    """The git repository around a folder.

    Attributes:
        folder: the folder, absolute.
        top: the topmost folder of the working tree.
        prefix: ``folder`` seen from there, empty or with a slash at its end.
    """

    def __init__(self, folder: Path) -> None:
        """Find the repository.

        Raises:
            ConfigError: there is none, or git cannot be used.
        """
        self.folder = folder
        answer = self._ask("rev-parse", "--show-toplevel", "--show-prefix")
        if answer.returncode:
            raise _unusable(folder, answer)
        self.top, self.prefix = os.fsdecode(answer.stdout).split("\n")[:2]

    def commit(self, revision: str) -> str:
        """Return the id of the commit that ``revision`` names.

        Raises:
            ConfigError: there is none of that name here.
        """
        answer = None
        if revision and not revision.startswith(("-", "^")):
            answer = self._ask("rev-parse", "--quiet", "--verify", revision + "^{commit}")
        if answer is not None and not answer.returncode:
            return answer.stdout.decode().strip()
        if ".." in revision:
            hint = "name one, such as origin/main: what is compared with is where this branch left it"
            raise ConfigError(f"{revision} is no single revision", hint=hint)
        raise ConfigError(
            f"there is no commit {revision or chr(34) * 2} in this git repository", hint=self._how_to_get(revision)
        )

    def parting(self, commit: str) -> str | None:
        """Return the newest commit that what is checked out and ``commit`` both come from.

        Returns:
            ``None`` where they have none in common, as far as this clone knows.
        """
        answer = self._ask("merge-base", commit, "HEAD")
        return answer.stdout.decode().strip() or None

    def lacks(self, commit: str) -> int:
        """Return how many commits ``commit`` has that what is checked out lacks."""
        return int(self._ask("rev-list", "--count", f"HEAD..{commit}", "--").stdout or 0)

    def is_shallow(self) -> bool:
        """Return whether the clone holds only the newest part of the history."""
        return bool(self.shallow())

    def shallow(self) -> frozenset[str]:
        """Return the commits of which this clone does not have what came before, though something did."""
        path = os.fsdecode(self._ask("rev-parse", "--git-path", "shallow").stdout).rstrip("\n")
        try:
            return frozenset((self.folder / path).read_text(encoding="ascii").split())
        except OSError:  # a clone that is not shallow has no such file
            return frozenset()

    def commits(self, commit: str, patterns: Iterable[str] = (), *, beyond: str | None = None) -> list[str]:
        """Return the newest commits up to this one that touched the configuration, following first parents.

        Args:
            commit: the newest.
            patterns: the entries of ``persisters`` and ``overlays``; the folder itself always counts.
            beyond: only commits that this revision does not come from.

        Returns:
            The ids of at most ``MOST_COMMITS``, the newest first.
        """
        commits = f"{beyond}..{commit}" if beyond else commit
        paths = (".", *self._paths(patterns))
        answer = self._ask("rev-list", "--first-parent", f"--max-count={MOST_COMMITS}", commits, "--", *paths)
        return answer.stdout.decode().split()

    def files_called(self, name: str, commit: str) -> list[str]:
        """Return the paths of all files of that name in a commit, seen from the top."""
        answer = self._ask("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)
        paths = os.fsdecode(answer.stdout).split("\0")
        return [path for path in paths if path.rpartition("/")[2] == name]

    def changed(self, one: str, other: str) -> frozenset[str]:
        """Return the paths of the files that differ between two commits, seen from the top."""
        answer = self._ask("diff-tree", "-r", "-z", "--name-only", "--no-renames", one, other, "--")
        return frozenset(os.fsdecode(answer.stdout).split("\0")) - {""}

    @contextmanager
    def objects(self) -> Iterator[Objects]:
        """Give what reads commits, folders and files."""
        command = self._command("cat-file", "--batch")
        with subprocess.Popen(  # noqa: S603 - no shell, and no argument from outside
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environ()
        ) as process:
            assert process.stdin is not None  # noqa: S101 - both are pipes
            assert process.stdout is not None  # noqa: S101
            yield Objects(process.stdin, process.stdout)

    def state(self, patterns: Iterable[str] = ()) -> str | None:
        """Return the commit that is checked out, with ``-dirty`` if the configuration is not as it has it.

        Args:
            patterns: the entries of ``persisters`` and ``overlays``; YAML files below the folder always count.

        Returns:
            ``None`` where there is no commit.

        Raises:
            ConfigError: git does not say.
        """
        arguments = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--ignore-submodules=dirty")
        paths = (*(f":(glob)**/*{suffix}" for suffix in SUFFIXES), *self._paths(patterns))
        answer = self._ask(*arguments, "--", *paths, patience=_PATIENCE)
        if answer.returncode:
            raise _unusable(self.folder, answer)
        lines = [line for line in os.fsdecode(answer.stdout).split("\0") if line]
        commit = next((line.rpartition(" ")[2] for line in lines if line.startswith("# branch.oid ")), "(initial)")
        if commit == "(initial)":
            return None
        return commit if all(line.startswith("# ") for line in lines) else f"{commit}-dirty"

    def _paths(self, patterns: Iterable[str]) -> Iterator[str]:
        """Yield in git's words the files that entries of ``persisters`` and ``overlays`` stand for.

        Those outside of the repository are left out: git knows nothing of them, and would refuse to answer at all.
        """
        for pattern in patterns:
            # what exists under just this name is no glob, whatever it looks like
            head, glob = (pattern, "") if (self.folder / pattern).exists() else _divided(pattern)
            path = self.folder / head
            place = os.path.relpath(os.path.realpath(path), self.top)
            if place.split("/")[0] == "..":
                continue
            # to git a backslash is magic too, to the glob module it is a character as any other
            named = PurePosixPath(re.sub(r"[*?\[\\]", r"\\\g<0>", place), glob.replace("\\", r"\\"))
            yield from (f":(top,glob){named / '**' / '*'}{suffix}" for suffix in SUFFIXES)
            if glob or not path.is_dir():
                yield f":(top,glob){named}"

    def _ask(self, *arguments: str, patience: float | None = None) -> subprocess.CompletedProcess[bytes]:
        command = self._command(*arguments)
        try:
            return subprocess.run(  # noqa: S603 - no shell; what comes from outside never begins with a dash
                command, capture_output=True, check=False, env=_environ(), stdin=subprocess.DEVNULL, timeout=patience
            )
        except subprocess.TimeoutExpired as late:
            raise ConfigError(f"git {arguments[0]} did not answer within {patience} seconds") from late
        except OSError as failure:
            hint = "install git, and see that it is found on PATH"
            raise ConfigError(f"git cannot be started: {failure.strerror}", hint=hint) from failure

    def _command(self, *arguments: str) -> list[str]:
        return _command(self.folder, *arguments)

    def _how_to_get(self, revision: str) -> str:
        """Return the command that fetches a revision, as far as its name tells."""
        name = revision.split("~", maxsplit=1)[0].split("^", maxsplit=1)[0].split("@{", maxsplit=1)[0]
        if not name or name.startswith("-") or ":" in name:
            return "name a branch, a tag or a commit, such as origin/main"
        remotes = os.fsdecode(self._ask("remote").stdout).split()
        if not remotes:
            return "name a branch, a tag or a commit that this clone has"
        depth = f" --depth={MOST_COMMITS}" if self.is_shallow() else ""
        remote, _, branch = name.partition("/")
        what = f"{remote} {branch}:refs/remotes/{name}" if branch and remote in remotes else f"{remotes[0]} {name}"
        return f"if it is not mistyped, fetch it first: git fetch{depth} {what}"


class Objects:
    """Reads objects through a running ``git cat-file --batch``; folders are remembered."""

    def __init__(self, questions: IO[bytes], answers: IO[bytes]) -> None:
        self._questions = questions
        self._answers = answers
        self._folders: dict[str, dict[str, Entry]] = {}

    def folder(self, name: str) -> dict[str, Entry]:
        """Return what a folder holds, by name; nothing of one that is not in this clone."""
        if name not in self._folders:
            self._folders[name] = _entries(self.read(name) or b"", len(name.partition("^")[0]) // 2)
        return self._folders[name]

    def read(self, name: str, most: int | None = None) -> bytes | None:
        """Return the content of an object, at most so many bytes of it, or ``None`` if it is not in this clone."""
        head = self._ask(name)
        if head.endswith(b" missing\n"):
            return None
        size = int(head.split()[2])
        content = self._answers.read(size if most is None else min(size, most))
        left = size - len(content) + 1  # a newline ends the answer
        while left > 0:
            left -= len(self._answers.read(min(left, _CHUNK))) or left
        return content

    def _ask(self, name: str) -> bytes:
        try:
            os.write(self._questions.fileno(), name.encode() + b"\n")  # past the buffer: nothing is left for later
            head = self._answers.readline()
        except BrokenPipeError:
            head = b""
        if not head:
            raise ConfigError("git cat-file ended too early", hint="see whether git fsck finds something")
        return head


def commit_of(folder: Path, patterns: Sequence[str] = ()) -> str | None:
    """Return the commit that is checked out, with ``-dirty`` if the configuration is not as it has it.

    Args:
        folder: where persync.yaml is; YAML files below always count.
        patterns: the entries of its ``persisters`` and ``overlays``, which may lead elsewhere.

    Whatever is in the way (no git, no repository, no commit, no answer in time), the answer is ``None``.
    """
    try:
        return Git(folder.absolute()).state(patterns)
    except ConfigError:
        return None


def _divided(pattern: str) -> tuple[str, str]:
    """Return the folder that a glob begins with, and the rest; the rest is empty if it is none."""
    magic = MAGIC.search(pattern)
    if magic is None:
        return pattern, ""
    end = pattern.rfind("/", 0, magic.start()) + 1
    return pattern[:end], pattern[end:]


def _command(folder: Path, *arguments: str) -> list[str]:
    return ["git", *_OPTIONS, "-C", str(folder), *arguments]


def _environ() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
    return {**inherited, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _unusable(folder: Path, answer: subprocess.CompletedProcess[bytes]) -> ConfigError:
    said = os.fsdecode(answer.stderr).strip().splitlines()
    words = next((line.removeprefix("fatal: ") for line in said if line.startswith("fatal: ")), "it does not say why")
    if words.startswith("not a git repository"):
        hint = "a base is a revision of the configuration repository in git: go to a clone of it"
        return ConfigError(f"{folder} is in no git repository", hint=hint)
    advice = [line.strip() for line in said if line.startswith("\t")]
    return ConfigError(f"git cannot be used in {folder}: {words}", hint="; ".join(advice))


def _entries(tree: bytes, oid_length: int) -> dict[str, Entry]:
    """Read a tree object: mode, blank, name, zero byte, object id in binary, and so on."""
    entries: dict[str, Entry] = {}
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, name = tree[at:end].partition(b" ")
        at = end + 1 + oid_length
        entries[os.fsdecode(name)] = Entry(mode.decode(), tree[end + 1 : at].hex())
    return entries
