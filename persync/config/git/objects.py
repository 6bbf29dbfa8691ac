"""Git objects, read through one running ``git cat-file --batch``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from persync.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from persync.config.git.command import Conversation

FILE, FOLDER, LINK, SUBMODULE = "100644", "40000", "120000", "160000"
"""Modes of entries. A regular file can have other modes too, such as that of an executable."""
_CHUNK = 1024 * 1024
_FETCH_ALL = "persync does not fetch: complete it with 'git fetch --refetch --no-filter', or clone without --filter"


class Entry(NamedTuple):
    """An entry of a folder in a commit: its mode, and the id of its object."""

    mode: str
    oid: str


class Objects:
    """Reads objects. Folders are cached by their id, so commits that share a folder parse it once."""

    def __init__(self, conversation: Conversation, is_partial: Callable[[], bool] = lambda: False) -> None:
        """Take the conversation with the running process.

        Args:
            conversation: with ``git cat-file --batch``.
            is_partial: returns whether the clone is a partial one; called where an object is missing.
        """
        self._is_partial = is_partial
        self._conversation = conversation
        self._folders: dict[str, dict[str, Entry]] = {}

    def folder(self, name: str) -> Mapping[str, Entry]:
        """Return the entries of a folder by name; none if the folder is missing in this clone."""
        if name not in self._folders:
            self._folders[name] = _entries(self.read(name) or b"", len(name.partition("^")[0]) // 2)
        return self._folders[name]

    def read(self, name: str, limit: int | None = None) -> bytes | None:
        """Return the content of an object.

        Args:
            name: the id of the object, or another name that git resolves.
            limit: the maximum number of bytes to return; the rest is skipped.

        Returns:
            ``None`` if the object is missing in this clone.

        Raises:
            ConfigError: the git process ended or does not answer in time, or the object is missing because the clone
                is a partial one.
        """
        header = self._request(name)
        if header.endswith(b" missing\n"):
            if self._is_partial():
                raise partial_clone()
            return None
        size = int(header.split()[2])
        content = self._conversation.read(size if limit is None else min(size, limit))
        left = size - len(content) + 1  # a newline ends the response
        while left > 0:
            left -= len(self._conversation.read(min(left, _CHUNK))) or left
        return content

    def _request(self, name: str) -> bytes:
        try:
            self._conversation.request(name)
            header = self._conversation.readline()
        except BrokenPipeError:
            header = b""
        if not header:
            # before version 2.45, git ends where it may not fetch
            raise (
                partial_clone()
                if self._is_partial()
                else ConfigError("git cat-file ended too early", hint="check the repository: git fsck")
            )
        return header


def partial_clone() -> ConfigError:
    """Return the error about a partial clone that lacks what is needed."""
    return ConfigError("this is a partial clone, which lacks files of the revision to compare with", hint=_FETCH_ALL)


def _entries(tree: bytes, oid_length: int) -> dict[str, Entry]:
    """Parse a tree object: for each entry mode, space, name, zero byte, and object id in ``oid_length`` bytes."""
    entries: dict[str, Entry] = {}
    start = 0
    while start < len(tree):
        end = tree.index(b"\0", start)
        mode, _, name = tree[start:end].partition(b" ")
        start = end + 1 + oid_length
        entries[os.fsdecode(name)] = Entry(mode.decode(), tree[end + 1 : start].hex())
    return entries
