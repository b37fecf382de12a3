"""How requests go, summed up a minute in memory and written beside the answers, so that the monitor can look back."""

import threading
import time
from datetime import UTC, datetime, timedelta

from dongcha.serve.live.aging import Aging
from dongcha.serve.live.guarded import Guarded
from dongcha.store.traffic import BOUNDS_MS, Minute, Traffic, place

FLUSH_S = 10.0
KEPT = timedelta(days=40)  # budgets look back 30 days
MOST_WAITING = 10_000  # sums that wait for a state that cannot be written to

Counts = list[int]  # answered, refused, failed, then latencies
ANSWERED, REFUSED, FAILED, LATENCIES = 0, 1, 2, 3


class Tally:
    """Counts requests; every method may be called by several threads."""

    def __init__(self, store: Traffic) -> None:
        self._store = store
        self._sums: dict[tuple[str, str], Counts] = {}
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._flushing = threading.Lock()
        self._forgotten = float("-inf")
        self._aging = Aging(KEPT, store.newest())
        self._thread = threading.Thread(target=self._work, name="write-traffic", daemon=True)
        self._thread.start()

    def note(self, model: str, status: int, seconds: float) -> None:
        """Count a request for predictions by its status: 2xx answered, 429 and 503 refused, other 5xx failed.

        What a client did wrong (other 4xx) says nothing of the service and is not counted.
        """
        kind = ANSWERED if status < 300 else REFUSED if status in (429, 503) else FAILED if status >= 500 else None
        if kind is None:
            return
        key = model, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
        with self._lock:
            counts = self._sums.setdefault(key, [0] * (LATENCIES + len(BOUNDS_MS) + 1))
            counts[kind] += 1
            if kind == ANSWERED:
                counts[LATENCIES + place(1000 * seconds)] += 1

    def flush(self) -> None:
        """Write what was counted; what cannot be written waits for the next time."""
        with self._flushing, Guarded("traffic was not written") as work:
            with self._lock:
                taken, self._sums = self._sums, {}
            self._store.append(
                Minute(model, minute, counts[ANSWERED], counts[REFUSED], counts[FAILED], tuple(counts[LATENCIES:]))
                for (model, minute), counts in taken.items()
            )
            if time.monotonic() - self._forgotten > 3600.0:
                self._forgotten = time.monotonic()
                before = self._aging.before()
                if before is not None:
                    self._store.forget(before.strftime("%Y-%m-%dT%H:%M"))
        if work.error is not None:
            self._back(taken)

    def close(self) -> None:
        """Write what is left, and count no more."""
        self._stop.set()
        self._thread.join(5.0)
        self.flush()

    def _back(self, taken: dict[tuple[str, str], Counts]) -> None:
        with self._lock:
            for key, counts in list(taken.items())[:MOST_WAITING]:
                there = self._sums.setdefault(key, [0] * len(counts))
                self._sums[key] = [a + b for a, b in zip(there, counts, strict=True)]

    def _work(self) -> None:
        while not self._stop.wait(FLUSH_S):
            self.flush()
