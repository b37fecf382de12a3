"""The bounded queue of one model: requests wait in it, and workers take from it by turns.

A round takes of every waiting request in its order, at most a share of each, so that a request of a thousand inputs
does not hold up one of a single input.  Where workers answer at the same time, a round is no more than a worker's
part of all that waits: on a CPU inputs take as long together as one after another, and the other workers are not left
without work.  Time is that of a clock that nobody can set.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from dongcha.core.errors import DongchaError
from dongcha.core.words import Words
from dongcha.serve.live.answers import Answer
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import Live


class QueueFull(DongchaError):
    """More inputs wait than a model may have waiting; `retry_s` is when there should be room."""

    def __init__(self, message: str | Words, retry_s: float) -> None:
        super().__init__(message)
        self.retry_s = retry_s


class TooLate(DongchaError):
    """A request was not answered before its deadline; it is not computed any more."""


class Stopping(DongchaError):
    """The service stops and takes nothing on."""


@dataclass(slots=True, eq=False)
class Job:
    """A request that waits: it is answered by `live`, whatever is put in its place meanwhile."""

    live: Live
    inputs: Sequence[Any]
    deadline: float  # of `time.monotonic`
    done: "Future[list[Answer]]" = field(default_factory=Future)
    beside: Sequence[Any] | None = None  # the inputs as the challenger reads them, where it does so otherwise
    abandoned: bool = False  # whoever asked has gone
    taken: int = 0  # inputs that a worker has taken
    found: dict[int, list[Answer]] = field(default_factory=dict)  # answers by where they begin
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self.done.set_running_or_notify_cancel()  # who waits for it cannot cancel it under a worker's hands

    def fill(self, start: int, some: list[Answer]) -> None:
        """Put the answers from `start` in; the request is answered when none is missing."""
        with self.lock:
            self.found[start] = some
            if sum(map(len, self.found.values())) == len(self.inputs) and not self.done.done():
                self.done.set_result([one for at in sorted(self.found) for one in self.found[at]])

    def fail(self, error: BaseException) -> None:
        """End the request with an error, unless it has ended."""
        self.abandoned = True
        with self.lock:
            if not self.done.done():
                self.done.set_exception(error)


@dataclass(frozen=True, slots=True)
class Part:
    """The inputs `start` to `stop` of a request."""

    job: Job
    start: int
    stop: int

    @property
    def inputs(self) -> Sequence[Any]:
        """Those inputs."""
        return self.job.inputs[self.start : self.stop]


class Queue:
    """Requests in the order of their arrival; safe for threads."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._jobs: deque[Job] = deque()
        self._ready = threading.Condition()
        self._closed = False
        self.length = 0  # inputs that no worker has taken

    def put(self, job: Job, per_s: float) -> None:
        """Let a request wait; raises `QueueFull` where it does not fit, `Stopping` after `close`.

        A request that is larger than the queue itself is taken into an empty one.
        """
        with self._ready:
            if self._closed:
                raise Stopping(
                    Words("the service is stopping; ask again when it is back", "服务正在停止；请待其恢复后再试")
                )
            if self.length and self.length + len(job.inputs) > self._limits.waiting:
                after = max(1.0, min(60.0, self.length / max(per_s, 1.0)))
                raise QueueFull(
                    Words("too many requests wait for this model; try again later", "等待该模型的请求过多；请稍后再试"),
                    after,
                )
            self._jobs.append(job)
            self.length += len(job.inputs)
            self._ready.notify()

    def take(self) -> list[Part] | None:
        """What is to be answered next, all by the same `Live`; waits for it; None when closed and empty."""
        with self._ready:
            while True:
                parts = self._round()
                if parts:
                    if self._jobs:
                        self._ready.notify()
                    return parts
                if self._closed:
                    return None
                self._ready.wait()

    def close(self) -> None:
        """Take nothing more on; what waits is still answered."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()

    def _round(self) -> list[Part]:
        parts: list[Part] = []
        room, now = 0, time.monotonic()
        for _ in range(len(self._jobs)):
            job = self._jobs[0]
            if not self._wanted(job, now):
                self._jobs.popleft()
                continue
            if not parts:
                room = self._room(job.live)
            if not room or (parts and job.live is not parts[0].job.live):
                break
            self._jobs.popleft()
            left = len(job.inputs) - job.taken
            some = min(left, room, self._limits.share if self._jobs or parts else room)
            parts.append(Part(job, job.taken, job.taken + some))
            job.taken += some
            room -= some
            self.length -= some
            if some < left:
                self._jobs.append(job)
        return parts

    def _room(self, live: Live) -> int:
        """The most inputs of the next round."""
        workers = self._limits.threads if live.parallel else 1
        return min(self._limits.together, max(1, ceil(self.length / workers)))

    def _wanted(self, job: Job, now: float) -> bool:
        """Whether the request is still to be answered; it leaves the queue otherwise."""
        if not job.abandoned and now > job.deadline:
            job.fail(
                TooLate(
                    Words(
                        "the request waited until its time was over; send less at once, or later",
                        "请求等待超时；请减少单次输入或稍后再试",
                    )
                )
            )
        if job.abandoned:
            self.length -= len(job.inputs) - job.taken
            return False
        return True
