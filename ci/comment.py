"""Keeps one comment of a pull request up to date with a Markdown report of persync: ``comment.py REPORT``.

``comment.py --issue CHANGES REPORT`` keeps one issue instead, open unless CHANGES, an output of the action, is false.

Its input are the variables that GitHub sets for every step, and GITHUB_TOKEN. It needs the standard library only. The
comment, or the issue, is found by the hidden first line of the report, which names the environment, and only among
those of the token's owner: any user can write such a line.
"""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKER = re.compile(r"<!-- persync: environment=\S+ ")
_PER_PAGE = 100
_SECONDS = 30
_NOT_FOR_THIS_TOKEN = (401, 403, 404)


class CannotComment(Exception):
    """Something is missing, or GitHub refuses."""


class _NoRedirects(HTTPRedirectHandler):
    """A redirect is an error: urllib would send the token to its target."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


@dataclass(frozen=True)
class GitHub:
    """The REST API.

    Attributes:
        url: where it is.
        token: sent there and nowhere else.
    """

    url: str
    token: str

    def __post_init__(self) -> None:
        """Refuse to send the token in the clear."""
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}):
            raise CannotComment("GITHUB_API_URL is not https: the token is not sent there")

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send a request; return the JSON of the answer, or ``None`` if it is empty.

        Raises:
            HTTPError: GitHub refuses it.
            OSError: there is no answer.
            ValueError: the answer is not JSON.
        """
        request = Request(  # noqa: S310 - the scheme is looked at above
            self.url.rstrip("/") + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Accept": "application/vnd.github+json",
                "Content-Type": "application/json",
                "User-Agent": "persync",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        with build_opener(_NoRedirects).open(request, timeout=_SECONDS) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def login(self) -> str | None:
        """Return the owner of the token; ``None`` for the token of an app, which may not ask."""
        try:
            return str(self.ask("GET", "/user")["login"])
        except HTTPError as refused:
            if refused.code not in _NOT_FOR_THIS_TOKEN:
                raise
            refused.close()
            return None


@dataclass(frozen=True)
class PullRequest:
    """A pull request.

    Attributes:
        github: where it is.
        repository: ``owner/name``.
        number: its number.
    """

    github: GitHub
    repository: str
    number: int

    @property
    def _issues(self) -> str:
        return f"/repos/{quote(self.repository)}/issues"

    def comments(self) -> Iterator[dict[str, Any]]:
        """Yield all comments, oldest first."""
        page = 1
        while True:
            query = f"?per_page={_PER_PAGE}&page={page}"
            comments = self.github.ask("GET", f"{self._issues}/{self.number}/comments{query}")
            yield from comments
            if len(comments) < _PER_PAGE:
                return
            page += 1

    def publish(self, report: str) -> str:
        """Make ``report`` the one comment of its environment; return what was done.

        Raises:
            CannotComment: it is no report of persync.
        """
        beginning = _MARKER.match(report)
        if not beginning:
            raise CannotComment("the report does not begin as persync's do")
        login = self.github.login()
        mine = [
            comment
            for comment in self.comments()
            if (comment.get("body") or "").startswith(beginning[0]) and _wrote(login, comment.get("user") or {})
        ]
        if not mine:
            self.github.ask("POST", f"{self._issues}/{self.number}/comments", {"body": report})
            return "written"
        first, *doubles = mine
        self.github.ask("PATCH", f"{self._issues}/comments/{int(first['id'])}", {"body": report})
        for comment in doubles:  # two runs at once wrote one each
            self.github.ask("DELETE", f"{self._issues}/comments/{int(comment['id'])}")
        return "updated"


@dataclass(frozen=True)
class Issues:
    """The issues of a repository.

    Attributes:
        github: where they are.
        repository: ``owner/name``.
    """

    github: GitHub
    repository: str

    @property
    def _path(self) -> str:
        return f"/repos/{quote(self.repository)}/issues"

    def mine(self, beginning: str) -> list[dict[str, Any]]:
        """Return the open issues of the token's owner that begin so, oldest first."""
        login, found, page = self.github.login(), [], 1
        while True:
            query = f"?state=open&sort=created&direction=asc&per_page={_PER_PAGE}&page={page}"
            issues = self.github.ask("GET", f"{self._path}{query}")
            found += [
                issue
                for issue in issues
                if "pull_request" not in issue  # to this endpoint, they are issues
                and (issue.get("body") or "").startswith(beginning)
                and _wrote(login, issue.get("user") or {})
            ]
            if len(issues) < _PER_PAGE:
                return found
            page += 1

    def publish(self, report: str, changes: str) -> str:
        """Keep one issue open with ``report`` unless ``changes`` is false; return what was done.

        Raises:
            CannotComment: it is no report of persync.
        """
        beginning = _MARKER.match(report)
        if not beginning:
            raise CannotComment("the report does not begin as persync's do")
        mine = self.mine(beginning[0])
        is_needed = changes != "false"
        closed = {"state": "closed", "state_reason": "completed", **({} if is_needed else {"body": report})}
        for issue in mine[1:] if is_needed else mine:  # two runs at once opened one each
            self.github.ask("PATCH", f"{self._path}/{int(issue['number'])}", closed)
        if not is_needed:
            return "closed: nothing differs any more" if mine else "not needed: nothing differs"
        environment = beginning[0].partition("environment=")[2].strip()
        what = "differs from its files" if changes == "true" else "cannot be compared, or is blocked"
        content = {"title": f"persync: {environment} {what}", "body": report}
        if not mine:
            self.github.ask("POST", self._path, content)
            return "opened"
        self.github.ask("PATCH", f"{self._path}/{int(mine[0]['number'])}", content)
        return "updated"


def _wrote(login: str | None, user: dict[str, Any]) -> bool:
    return user.get("login") == login if login else user.get("type") == "Bot"


def _needed(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise CannotComment(f"{name} is not set")
    return value


def comment(report: Path) -> str:
    """Publish a report in the pull request of this run; return what became of it.

    Raises:
        CannotComment: something is missing, or GitHub refuses.
    """
    with _problems("pull-requests: write"):
        event = json.loads(Path(_needed("GITHUB_EVENT_PATH")).read_text(encoding="utf-8"))
        pull = event.get("pull_request")
        if not pull:
            return "not written: this run is not for a pull request"
        repository = _needed("GITHUB_REPOSITORY")
        head = (pull["head"].get("repo") or {}).get("full_name")
        if os.environ.get("GITHUB_EVENT_NAME") == "pull_request" and head != repository:
            return "not written: a pull request from a fork has no token that may write"
        github = GitHub(_needed("GITHUB_API_URL"), _needed("GITHUB_TOKEN"))
        # the report names the checked-out commit, which here is a merge commit that GitHub made
        body = f"{report.read_text(encoding='utf-8')}\nHead of the pull request: {pull['head']['sha']}\n"
        return PullRequest(github, repository, int(pull["number"])).publish(body)


def issue(report: Path, changes: str) -> str:
    """Publish a report in an issue of this repository; return what became of it.

    Raises:
        CannotComment: something is missing, or GitHub refuses.
    """
    repository = _needed("GITHUB_REPOSITORY")
    log = f"{_needed('GITHUB_SERVER_URL')}/{repository}/actions/runs/{_needed('GITHUB_RUN_ID')}"
    with _problems("issues: write"):
        body = f"{report.read_text(encoding='utf-8')}\n[The log of the run]({log})\n"
        return Issues(GitHub(_needed("GITHUB_API_URL"), _needed("GITHUB_TOKEN")), repository).publish(body, changes)


@contextmanager
def _problems(permission: str) -> Iterator[None]:
    """Convert what can go wrong with GitHub to CannotComment."""
    try:
        yield
    except HTTPError as refused:
        with refused:
            hint = f" (does the job have the permission {permission}?)" if refused.code in {403, 404} else ""
            raise CannotComment(f"GitHub answers {refused.code}{hint}") from refused
    except (OSError, HTTPException) as failure:
        raise CannotComment(f"GitHub cannot be asked, or a file not read: {type(failure).__name__}") from failure
    except (ValueError, KeyError, TypeError, AttributeError) as surprise:
        raise CannotComment(f"what GitHub gave is not as documented: {type(surprise).__name__}") from surprise


def main() -> int:
    """Run; return the exit code."""
    match sys.argv[1:]:
        case ["--issue", changes, name]:
            what, publish = "issue", partial(issue, Path(name), changes)
        case [name]:
            what, publish = "comment", partial(comment, Path(name))
        case _:
            raise SystemExit("usage: comment.py [--issue CHANGES] REPORT")
    try:
        print(f"::notice title=persync::{what} {publish()}")
    except CannotComment as failure:
        print(f"::error title=persync::no {what}: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
