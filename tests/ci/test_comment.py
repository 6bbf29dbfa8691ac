"""The comment step, over HTTP against a stand-in of GitHub's REST API."""

from pathlib import Path

import pytest

from persync.report.markdown_parts import marker, marker_line
from tests.ci.github import TOKEN, Comments, serving
from tests.ci.runner import HEAD_LINE, Done, Runner, pull_request

REPORT = marker_line("test", "abc") + "\n## persync plan\n"
PUBLISHED = REPORT + HEAD_LINE
OLD = marker_line("test", "old") + "\nold\n"


def post(runner: Runner, github: Comments, report: str = REPORT, token: str = TOKEN) -> Done:
    file = runner.files / "report.md"
    file.write_text(report, encoding="utf-8")
    runner.api, runner.steps = github.url, {"run": {"report": str(file)}}
    runner.event, runner.event_name = runner.event or pull_request(), "pull_request"
    return runner.step("Comment", {"github-token": token})


def test_created_then_updated(runner: Runner, github: Comments) -> None:
    assert post(runner, github).log == "::notice title=persync::comment written\n"
    changed = f"{marker('test')}digest=new -->\nnew\n"
    assert post(runner, github, changed).log == "::notice title=persync::comment updated\n"
    assert github.bodies == [changed + HEAD_LINE]
    assert github.tokens == {f"Bearer {TOKEN}"}
    assert github.asked == [
        "GET /user",
        "GET /repos/owner/config/issues/7/comments?per_page=100&page=1",
        "POST /repos/owner/config/issues/7/comments",
        "GET /user",
        "GET /repos/owner/config/issues/7/comments?per_page=100&page=1",
        "PATCH /repos/owner/config/issues/comments/1",
    ]


@pytest.mark.parametrize("before", [99, 100, 101, 250])
def test_it_is_found_on_any_page(runner: Runner, github: Comments, before: int) -> None:
    for number in range(before):
        github.add(f"comment {number}", login="ada", kind="User")
    github.add(OLD)
    post(runner, github)
    assert (len(github.stored), github.bodies[-1], github.bodies.count(PUBLISHED)) == (before + 1, PUBLISHED, 1)


def test_those_of_others_stay(runner: Runner, github: Comments) -> None:
    others = [marker_line("test2", "x"), marker_line("production", "x"), f"see {OLD}", "", "hello"]
    for body in others:
        github.add(body)
    github.add(OLD, login="mallory", kind="User")
    post(runner, github)
    assert github.bodies == [*others, OLD, PUBLISHED]


def test_a_token_of_a_person_finds_that_persons(runner: Runner, github: Comments) -> None:
    github.login = "ada"
    github.add(OLD)
    github.add(OLD, login="ada", kind="User")
    post(runner, github)
    assert github.bodies == [OLD, PUBLISHED]


def test_never_more_than_one(runner: Runner, github: Comments) -> None:
    for _ in range(3):
        github.add(OLD)
    post(runner, github)
    assert github.bodies == [PUBLISHED]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "GitHub answers 403 (does the job have the permission pull-requests: write?)"),
        (500, "GitHub answers 500"),
    ],
)
def test_refused(runner: Runner, github: Comments, status: int, message: str) -> None:
    github.refuse = status
    done = post(runner, github)
    assert (done.code, done.log) == (1, f"::error title=persync::no comment: {message}\n")


def test_a_redirect_is_not_followed(runner: Runner, github: Comments) -> None:
    with serving() as elsewhere:
        github.redirect = elsewhere.url
        done = post(runner, github)
        assert (done.code, done.log) == (1, "::error title=persync::no comment: GitHub answers 302\n")
        assert elsewhere.asked == []


def test_never_in_the_clear(runner: Runner) -> None:
    done = post(runner, Comments(url="http://github.example.com"))
    assert (done.code, "the token is not sent there" in done.log, TOKEN in done.log) == (1, True, False)


def test_nobody_answers(runner: Runner) -> None:
    done = post(runner, Comments(url="http://127.0.0.1:1"))
    assert (done.code, done.log) == (
        1,
        "::error title=persync::no comment: GitHub cannot be asked, or a file not read: URLError\n",
    )


def test_a_fork_has_no_token_that_may_write(runner: Runner, github: Comments) -> None:
    runner.event = pull_request(head="mallory/config")
    done = post(runner, github)
    assert (done.code, "from a fork" in done.log, github.asked) == (0, True, [])


def test_what_is_no_report(runner: Runner, github: Comments) -> None:
    assert (post(runner, github, "hello").code, post(runner, github, token="").code, github.asked) == (1, 1, [])


def test_a_report_that_is_not_there(runner: Runner, github: Comments, tmp_path: Path) -> None:
    post(runner, github)
    runner.steps = {"run": {"report": str(tmp_path / "missing.md")}}
    assert runner.step("Comment", {"github-token": TOKEN}).code == 1
