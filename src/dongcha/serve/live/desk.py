"""One model at work: its `Live`, its queue, and the threads that answer."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from dongcha.serve.live.answers import answers
from dongcha.serve.live.guarded import Guarded
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import Live
from dongcha.serve.live.queue import Job, Part, Queue

Seen = Callable[[str, int, float], None]
"""Told after each round: the model, how many inputs it had, and its seconds."""

FADING = 0.9  # of the speed that was, with each round


class Desk:
    """Requests for one model are handed in here; `live` may be replaced at any time."""

    def __init__(self, live: Live, limits: Limits, seen: Seen) -> None:
        self.live = live
        self.queue = Queue(limits)
        self._limits, self._seen = limits, seen
        self._per_s = 100.0  # inputs that one worker answers in a second
        names = [f"answer-{live.name}-{i}" for i in range(limits.threads)]
        self._threads = [threading.Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def submit(self, live: Live, inputs: Sequence[Any], deadline: float) -> Job:
        """Let a request wait for its answer by `live`; raises `QueueFull` or `Stopping`."""
        job = Job(live, inputs, deadline)
        self.queue.put(job, self._per_s * len(self._threads))
        return job

    def close(self, within_s: float) -> None:
        """Answer what waits, for so long at most, and let the threads end."""
        self.queue.close()
        until = time.monotonic() + within_s
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        while (parts := self.queue.take()) is not None:
            self._round(parts)

    def _round(self, parts: Sequence[Part]) -> None:
        start = time.monotonic()
        with Guarded("a round of answers failed") as work:
            _answer(parts)
        if work.error is not None and len(parts) > 1:  # one bad input must not fail the others
            for part in parts:
                with Guarded("an answer failed") as work:
                    _answer([part])
                if work.error is not None:
                    part.job.fail(work.error)
        elif work.error is not None:
            parts[0].job.fail(work.error)
        seconds = max(time.monotonic() - start, 1e-6)
        inputs = sum(part.stop - part.start for part in parts)
        self._per_s = FADING * self._per_s + (1 - FADING) * inputs / seconds
        self._seen(parts[0].job.live.name, inputs, seconds)


def _answer(parts: Sequence[Part]) -> None:
    live = parts[0].job.live
    inputs = [one for part in parts for one in part.inputs]
    found = answers(live.task, inputs, live.predict(inputs))
    at = 0
    for part in parts:
        size = part.stop - part.start
        part.job.fill(part.start, found[at : at + size])
        at += size
