"""Work on many items at a time, with the results in order."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

ENDING = threading.Event()
"""Set when the process is to end and nothing is being written: every wait in the main thread ends."""
_INTERVAL = 0.2  # s


def pause(seconds: float) -> None:
    """Wait, in the main thread.

    Raises:
        KeyboardInterrupt: the process is to end.
    """
    if ENDING.wait(seconds):
        raise KeyboardInterrupt


def in_parallel(work: Callable[[Item], Result], items: Sequence[Item], parallelism: int) -> Generator[Result]:
    """Yield the results of ``work`` in the order of the items, up to ``parallelism`` at a time.

    Once the generator is closed, no further work begins.

    Raises:
        Exception: the error of the first item that fails, in the order of the items; no further work begins.
        KeyboardInterrupt: the process is to end.
    """
    pool = ThreadPoolExecutor(max_workers=parallelism, thread_name_prefix="persync")
    try:
        futures = [pool.submit(work, item) for item in items]
        futures.reverse()
        while futures:
            yield _result(futures.pop())
    finally:
        # after a failure or a signal the rest is not needed, and a silent server must not delay the end
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Result]) -> Result:
    """Wait in short intervals: the process may have to end meanwhile."""
    while True:
        with contextlib.suppress(TimeoutError):
            return future.result(_INTERVAL)
        if future.done():
            return future.result()
        if ENDING.is_set():
            raise KeyboardInterrupt
