"""``persync logs --follow``: what is shown of a log that goes on, begins anew, or is cut."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from persync.cli.logs.lines import MOST_LINES
from tests.command_line import Ended, Installation
from tests.harvester.loopback import Reply, serving

STARTS = "INFO 1 --- [main] c.g.p.App : Starting App v1.10 with PID 1"
PERSISTER = Reply(body={"appConfig": {}, "state": {"status": "RUNNING"}})
STOPPED = [Reply(status=404, body={"type": "entity_not_found", "message": "Not found."})]
GAP = "warning: the log of global/one does not continue where it was: lines may be missing\n"


def followed(installation: Installation, looks: Sequence[Sequence[Reply]], *options: str) -> Ended:
    """Follow a log with these answers to its looks, after which the user interrupts."""
    left = iter(range(len(looks) - 1))

    def pause(_: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    installation.monkeypatch.setenv("PERSYNC_TOKEN", "token")
    installation.monkeypatch.setattr("persync.cli.logs.run.pause", pause)
    with serving() as api:
        api.answers(PERSISTER, *(reply for look in looks for reply in look))
        installation.settings(url=api.url)
        installation.write("persisters/one.yaml", "eventType: one\n")
        return installation.run("logs", "one", "--follow", *options)


def look(*lines: str) -> list[Reply]:
    return [Reply(body={"logs": list(lines)})]


@pytest.mark.parametrize(
    ("looks", "options", "out", "err"),
    [
        ([look("a", "b"), look("a", "b", "c"), look("b", "c", "d")], (), "a b c d", ""),
        ([look("a", "b", "c"), look("c", "d")], ("-n", "1"), "c d", ""),
        ([look("a", "b"), look("x", "y")], (), "a b x y", GAP),
        ([look("a", "b"), look(STARTS, "y")], (), f"a b {STARTS} y", ""),
        ([look("a", STARTS, "b"), look("a", STARTS, "b", "c")], ("--since-start",), f"{STARTS} b c", ""),
        (
            [look(*["a"] * MOST_LINES)],
            ("--since-start", "-n", "2"),
            "a a",
            f"warning: global/one has logged more since its start than the {MOST_LINES} lines that there are\n",
        ),
        (
            [look("a"), [*STOPPED, Reply(body={"status": "STOPPED"})], [PERSISTER, *look(STARTS)]],
            (),
            f"a {STARTS}",
            "global/one has no log: it is STOPPED; looking again\n",
        ),
    ],
)
def test_what_is_new(
    installation: Installation, looks: Sequence[Sequence[Reply]], options: tuple[str, ...], out: str, err: str
) -> None:
    ended = followed(installation, looks, *options)
    assert (ended.code, " ".join(ended.out.splitlines()), ended.err) == (130, out, f"{err}\ninterrupted\n")
