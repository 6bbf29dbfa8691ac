"""Work on many items at a time, with the results in order."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

_INTERVAL = 0.2  # s


def in_parallel(work: Callable[[Item], Result], items: Sequence[Item], parallelism: int) -> Generator[Result]:
    """Yield the results of ``work`` in the order of the items, up to ``parallelism`` at a time.

    Once the generator is closed, no further work begins.

    Raises:
        Exception: the error of the first item that fails, in the order of the items; no further work begins.
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
    """Wait in short intervals: a signal that reaches another thread is handled when this thread runs next."""
    while True:
        with contextlib.suppress(TimeoutError):
            return future.result(_INTERVAL)
        if future.done():
            return future.result()
