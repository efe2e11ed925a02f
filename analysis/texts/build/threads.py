"""Work on several items at once in threads, for functions that spend their time in NumPy and Arrow.

These let other threads run while they compute; processes would first have to be started and sent the data.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

MOST = 4  # what one process can keep busy; more would only hold more in memory


def in_order(function: Callable[[In], Out], items: Iterable[In], threads: int = 1) -> Iterator[Out]:
    """`function(item)` of every item, in the order of the items, which are asked for one by one.

    threads: that many results, at most `MOST`, are computed or wait to be taken at one time; 1 makes no thread. An
    exception of the function comes out at its item's place.
    """
    threads = min(threads, MOST)
    if threads <= 1:
        yield from map(function, items)
        return
    waiting: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def start_in_background(function: Callable[[], Out], threads: int = 1) -> Callable[[], Out]:
    """Something that gives the function's result when called, once. With more than one thread it is computed beside the
    caller's work from now on, otherwise then."""
    if threads <= 1:
        return function
    pool = ThreadPoolExecutor(1)
    future = pool.submit(function)
    pool.shutdown(wait=False)
    return future.result
