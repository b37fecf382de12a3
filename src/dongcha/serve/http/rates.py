"""Token buckets: how fast each client may ask.  Time is that of a clock that nobody can set."""

import time
from collections import OrderedDict

MOST = 10_000  # clients that are remembered; the one not seen for longest is forgotten
BURST_S = 2.0  # what a client may save up


class Rates:
    """One bucket a client; used by one thread."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str, per_s: float) -> float:
        """0 where the client may ask now, else the seconds until it may; `per_s` 0 is without limit."""
        if per_s <= 0:
            return 0.0
        now, most = time.monotonic(), max(1.0, per_s * BURST_S)
        left, seen = self._buckets.pop(client, (most, now))
        left = min(most, left + (now - seen) * per_s)
        allowed = left >= 1.0
        self._buckets[client] = (left - 1.0 if allowed else left, now)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) / per_s
