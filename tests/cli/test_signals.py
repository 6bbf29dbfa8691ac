"""Signals in a process of its own: no exception is raised where one happens to arrive."""

import subprocess
import sys

import pytest

BEGIN = """
import os, signal, sys, time, weakref
from persync.cli.signals import signals
from persync.concurrency import ENDING, in_parallel, pause

def send(number=signal.SIGINT):
    os.kill(os.getpid(), number)

class Something:
    pass
"""
IN_A_FINALIZER = """
try:
    with signals():
        weakref.finalize(Something(), send)
        print("goes on")
        pause(30)
except KeyboardInterrupt:
    print("interrupted where it waits")
"""
IN_A_LOCK = """
try:
    with signals():
        with ENDING._cond:
            send()
        list(in_parallel(time.sleep, [20], 1))
except KeyboardInterrupt:
    print("interrupted where it waits")
    sys.stdout.flush()
    os._exit(0)
"""
AT_THE_END = """
try:
    with signals():
        send()
        ENDING.wait()
except KeyboardInterrupt:
    print("interrupted at the end")
    send()
"""
BEFORE_WRITING = """
with signals() as received:
    send()
    ENDING.wait()
    try:
        with received.while_writing():
            print("writes")
    except KeyboardInterrupt:
        print("writes nothing")
        sys.stdout.flush()
        os._exit(0)
"""
WHILE_WRITING = """
with signals() as received:
    with received.while_writing() as interruption:
        send()
        interruption.gracefully.wait()
        print(interruption.immediately.is_set(), ENDING.is_set())
        send(signal.SIGTERM)
        interruption.immediately.wait()
        print(ENDING.is_set())
"""
NOHUP = """
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with signals():
    send(signal.SIGHUP)
    time.sleep(0.1)
    print(ENDING.is_set())
signal.signal(signal.SIGUSR1, lambda *_: print("usr1"))
with signals():
    send(signal.SIGUSR1)
    time.sleep(0.1)
    print(ENDING.is_set())
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


def run(text: str) -> tuple[int, list[str], str]:
    ended = subprocess.run(  # noqa: S603 - Python itself, and a text from above
        [sys.executable, "-c", BEGIN + text], capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stdout.splitlines(), ended.stderr


@pytest.mark.parametrize(
    ("text", "out", "err"),
    [
        (IN_A_FINALIZER, ["goes on", "interrupted where it waits"], ""),
        (IN_A_LOCK, ["interrupted where it waits"], ""),
        (AT_THE_END, ["interrupted at the end"], ""),
        (BEFORE_WRITING, ["writes nothing"], ""),
        (WHILE_WRITING, ["False False", "False"], "SIGTERM again: nothing more is sent\n"),
        (NOHUP, ["False", "usr1", "False", "True"], ""),
    ],
)
def test_a_signal_is_seen_where_the_command_waits(text: str, out: list[str], err: str) -> None:
    assert run(text) == (0, out, err)


def test_a_command_that_waits_for_something_else_is_ended() -> None:
    assert run("with signals():\n    send()\n    time.sleep(30)\n") == (130, [], "interrupted\n")
