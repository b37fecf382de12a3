"""Predictions on their way to the state: written in batches by a thread of its own, so that no answer waits for a disk.

What does not fit is dropped and counted: an answer that was given is worth more than a record of it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta

from dongcha.core.errors import StorageError
from dongcha.serve.live.aging import Aging
from dongcha.serve.live.guarded import Guarded
from dongcha.serve.live.limits import Limits
from dongcha.store.predicted import Predicted, Predictions

BATCH = 500
PAUSE_S = 0.2  # so that what arrives together is committed together
AGAIN_S = 2.0  # after a commit that failed
FORGET_S = 3600.0

Counted = Callable[[int, int], None]
"""Told how many predictions were written, and how many were dropped."""


class Writer:
    """Takes predictions and writes them; `find` knows those on their way too."""

    def __init__(self, store: Predictions, limits: Limits, counted: Counted) -> None:
        self._store, self._limits, self._counted = store, limits, counted
        self._waiting: deque[Predicted] = deque()
        self._known: dict[str, Predicted] = {}
        self._ready = threading.Condition()
        self._closed = False
        self._forgotten = float("-inf")
        self._aging = Aging(timedelta(days=limits.keep_days), store.newest())
        self._thread = threading.Thread(target=self._work, name="write-predictions", daemon=True)
        self._thread.start()

    def put(self, some: Sequence[Predicted]) -> None:
        """Take predictions on; never waits."""
        with self._ready:
            before = len(self._waiting)
            room = max(0, self._limits.pending - before)
            for one in some[:room]:
                self._waiting.append(one)
                self._known[one.id] = one
            if not before or len(self._waiting) >= BATCH:  # in between the thread waits for more
                self._ready.notify()
        if len(some) > room:
            self._counted(0, len(some) - room)

    def find(self, id: str) -> Predicted | None:
        """The prediction of that id; None where it is not known."""
        with self._ready:
            found = self._known.get(id)
        return found or self._store.find(id)

    @property
    def length(self) -> int:
        """Predictions on their way."""
        return len(self._known)

    def close(self, within_s: float) -> None:
        """Write what waits, for so long at most."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        self._thread.join(within_s)

    def _work(self) -> None:
        while True:
            with self._ready:
                while not self._waiting and not self._closed:
                    self._ready.wait(60.0)
                    self._forget()
                if not self._waiting:
                    return
                self._ready.wait_for(lambda: self._closed or len(self._waiting) >= BATCH, PAUSE_S)
                some = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            self._write(some)
            self._forget()

    def _write(self, some: list[Predicted]) -> None:
        with Guarded("predictions were not written") as work:
            self._store.append_many(some)
        if isinstance(work.error, StorageError) and not self._closed:  # a lock, a server that starts again: once more
            time.sleep(AGAIN_S)
            with Guarded("predictions were not written") as work:
                self._store.append_many(some)
        with self._ready:
            for one in some:
                self._known.pop(one.id, None)
        self._counted(*((len(some), 0) if work.error is None else (0, len(some))))

    def _forget(self) -> None:
        """Drop old predictions from time to time."""
        now = time.monotonic()
        if now - self._forgotten < FORGET_S or self._closed:
            return
        self._forgotten = now
        with Guarded("old predictions were not forgotten"):
            before = self._aging.before()
            if before is not None:
                self._store.forget(before.isoformat(timespec="milliseconds"))
