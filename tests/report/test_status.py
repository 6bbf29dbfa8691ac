"""The run states as text: the table, the counts, and the screen of ``--watch``."""

import pytest

from persync.model import PersisterId, RunState, Span
from persync.plan.status import Status
from persync.report.status.screen import Size, screen_lines
from persync.report.status.table import status_table
from persync.report.status.wording import footer, moment
from persync.report.text.columns import cut_right as cut


def row(name: str, live: str, desired: RunState | None = RunState.RUNNING, problem: str = "") -> Status:
    span = Span(f"persisters/{name}.yaml", 3, 1)
    return Status(
        PersisterId("web", name, "pg"), live, desired, "1.10", span, problem, None if problem else 1_764_000_000
    )


UP, DOWN = row("a", "RUNNING"), row("b", "STOPPED", RunState.STOPPED)
LOST, FREE, NEW = row("c", "FAILED"), row("d", "FAILED", None), row("e", "PAUSED")
UNREAD = row("f", "", problem="it cannot be read")


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([], "0 persisters"),
        ([UP], "1 persister: 1 RUNNING; none differs from the files"),
        ([UP, DOWN, LOST], "3 persisters: 1 RUNNING, 1 STOPPED, 1 FAILED; 1 differs from the files"),
        ([LOST, NEW, FREE], "3 persisters: 2 FAILED, 1 PAUSED; 2 differ from the files"),
        ([UNREAD, UP], "2 persisters: 1 RUNNING, 1 cannot be read; none differs from the files"),
        ([UP] * 1200, "1,200 persisters: 1,200 RUNNING; none differs from the files"),
    ],
)
def test_the_counts(rows: list[Status], text: str) -> None:
    assert footer(rows) == text


def test_a_table_lists_what_is_chosen_and_counts_all() -> None:
    assert status_table([UP, DOWN, LOST], [LOST], wide=True) == (
        "PERSISTER  STATE   DESIRED  VERSION  UPDATED               FILE\n"
        "web/c      FAILED  RUNNING  1.10     2025-11-24T16:00:00Z  persisters/c.yaml:3\n"
        "\n"
        "3 persisters: 1 RUNNING, 1 STOPPED, 1 FAILED; 1 differs from the files\n"
    )


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (
            78,
            [
                "PERSISTER  STATE   DESIRED  VERSION  UPDATED               FILE",
                "web/c      FAILED  RUNNING  1.10     2025-11-24T16:00:00Z  persisters/c.yaml:3",
            ],
        ),
        (
            61,
            [
                "PERSISTER  STATE   DESIRED  VERSION  AGE  FILE",
                "web/c      FAILED  RUNNING  1.10     12m  persisters/c.yaml:3",
            ],
        ),
        (
            57,
            [
                "PERSISTER  STATE   DESIRED  VERSION  AGE  FILE",
                "web/c      FAILED  RUNNING  1.10     12m  …sters/c.yaml:3",
            ],
        ),
        (50, ["PERSISTER  STATE   DESIRED  VERSION  FILE", "web/c      FAILED  RUNNING  1.10     …rs/c.yaml:3"]),
        (40, ["PERSISTER  STATE   DESIRED  VERSION", "web/c      FAILED  RUNNING  1.10"]),
        (30, ["PERSISTER  STATE   DESIRED", "web/c      FAILED  RUNNING"]),
        (20, ["PERSISTER  STATE   …", "web/c      FAILED  …"]),
    ],
)
def test_a_table_fits_the_terminal(width: int, lines: list[str]) -> None:
    table = status_table([LOST], wide=True, width=width, now=1_764_000_000 + 12 * 60)
    assert table.splitlines()[:2] == lines


def test_a_problem_too_long_for_the_line_is_below_it() -> None:
    assert status_table([UNREAD], width=60).splitlines()[1:3] == [
        "web/f      –      RUNNING  1.10  it cannot be read",
        "",
    ]
    assert status_table([UNREAD], width=40).splitlines()[1:3] == [
        "web/f      –      RUNNING  1.10",
        "    it cannot be read",
    ]


def test_a_table_of_nothing_is_the_counts() -> None:
    assert status_table([UP], []) == "1 persister: 1 RUNNING; none differs from the files\n"


def test_a_problem_of_several_is_shown_once() -> None:
    other = row("g", "", problem="it cannot be read")
    assert status_table([UNREAD, other]).splitlines()[1:] == [
        "web/f      –      RUNNING  1.10",
        "web/g      –      RUNNING  1.10",
        "2 persisters: it cannot be read (web/f, web/g)",
        "",
        "2 persisters: 2 cannot be read; none differs from the files",
    ]


def test_only_the_run_state_is_coloured() -> None:
    running = row("RUNNING", "RUNNING")
    assert status_table([running], color=True).splitlines()[1] == ("web/RUNNING  \x1b[32mRUNNING\x1b[0m  RUNNING  1.10")


def test_a_screen_with_room() -> None:
    assert screen_lines("title", [UP, LOST], [UP, LOST], Size(80, 10)) == [
        "title",
        "PERSISTER  STATE    DESIRED  VERSION",
        "web/a      RUNNING  RUNNING  1.10",
        "web/c      FAILED   RUNNING  1.10",
        "",
        "2 persisters: 1 RUNNING, 1 FAILED; 1 differs from the files",
        "",
    ]


def test_a_small_screen_has_first_what_differs_and_counts_the_rest() -> None:
    rows = [UP, DOWN, row("g", "RUNNING"), LOST, UNREAD]
    assert screen_lines("a title that is too long", rows, rows, Size(20, 8)) == [
        "a title that is too…",
        "PERSISTER  STATE   …",
        "web/c      FAILED  …",
        "web/f      –       …",
        "… 3 more: 2 RUNNING…",
        "",
        "5 persisters: 2 RUN…",
        "",
    ]


@pytest.mark.parametrize("lines", [1, 5, 6, 7])
def test_a_screen_is_never_longer_than_the_terminal_if_that_has_six_lines(lines: int) -> None:
    assert len(screen_lines("title", [UP, DOWN, LOST], [UP, DOWN, LOST], Size(80, lines))) == max(lines, 6)


@pytest.mark.parametrize(("text", "width", "short"), [("abc", None, "abc"), ("abc", 3, "abc"), ("abcd", 3, "ab…")])
def test_a_line_is_cut(text: str, width: int | None, short: str) -> None:
    assert cut(text, width) == short


def test_the_time_of_an_update() -> None:
    assert (moment(None), moment(0.9)) == (None, "1970-01-01T00:00:00Z")
