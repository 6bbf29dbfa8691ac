"""Many persisters at a time."""

from __future__ import annotations

import contextlib
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")

_SPELL = 0.2  # s


def in_parallel(work: Callable[[Item], Result], items: Sequence[Item], parallelism: int) -> Generator[Result]:
    """Yield the results of ``work`` in the order of the items, up to ``parallelism`` at a time; closed, begin no more.

    Raises:
        Exception: whatever the first item that fails raises, in the order of the items; those that have not begun
            never do.
    """
    pool = ThreadPoolExecutor(max_workers=parallelism, thread_name_prefix="persync")
    try:
        futures = [pool.submit(work, item) for item in items]
        futures.reverse()
        while futures:
            yield _result(futures.pop())
    finally:
        # after a failure or a signal nobody wants the rest, and a silent server would keep everybody waiting
        pool.shutdown(wait=False, cancel_futures=True)


def _result(future: Future[Result]) -> Result:
    """Wait in short spells: a signal may reach another thread, and is handled when this one next does something."""
    while True:
        with contextlib.suppress(TimeoutError):
            return future.result(_SPELL)
        if future.done():
            return future.result()
