"""What will be asked of the rows is worked out beside the tests and the proofs, on another core.

Counts, orders and means take one core where the tests, which are short steps over small arrays, take the other.  Which
thread an answer comes from changes nothing in it: each is worked out once (`once.py`).
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from dongcha.core.settings import thread_count
from dongcha.insight.cube import Cube

LEAST_ROWS = 200_000
"""Rows from which on it is worth a thread."""


@contextmanager
def ahead(cubes: Iterable[Cube]) -> Iterator[None]:
    """Within the block the answers of large cubes are worked out in turn; what is not begun at its end is left."""
    large = [cube for cube in cubes if cube.coded and cube.rows >= LEAST_ROWS] if thread_count() > 1 else []
    with beside(work for cube in large for work in cube.work()):
        yield


@contextmanager
def beside(works: Iterable[Callable[[], object]]) -> Iterator[None]:
    """Within the block `works` are done in turn by another thread, if there may be one."""
    asked = list(works) if thread_count() > 1 else []
    if not asked:
        yield
        return
    from concurrent.futures import ThreadPoolExecutor

    over = threading.Event()

    def work(some: Iterable[Callable[[], object]]) -> None:
        for one in some:
            if over.is_set():
                return
            one()

    # An error stays here: whoever asks for that answer works it out again, and meets the error too.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work, asked)
        try:
            yield
        finally:
            over.set()
