"""What runs in a worker: one trial after another, its checks told to the driver, which says whether to stop.

Knows no Ray but the store that its models wait in.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any

from dongcha.model.ask import Ask
from dongcha.model.attempt import Attempt, attempt, job_of
from dongcha.model.headed import Headed
from dongcha.model.memo import Memo
from dongcha.model.method import Outcome
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts
from dongcha.model.watch import Moment


@dataclass(frozen=True, slots=True)
class Order:
    """What all trials share; it is put into the object store once."""

    parts: Parts
    ask: Ask


@dataclass(frozen=True, slots=True)
class Told:
    """A trial that came to a check: the moments since the last one.  It waits for the answer."""

    moments: list[Moment]


@dataclass(frozen=True, slots=True)
class Ended:
    """A trial that ended: its attempt without the model, and where the model waits; None: it is trained again."""

    attempt: Attempt
    model: Any


@dataclass(slots=True)
class _Line:
    """The two ends of a talk between the thread that trains and the driver's calls."""

    said: "SimpleQueue[Told | None]" = field(default_factory=SimpleQueue)
    heard: "SimpleQueue[bool]" = field(default_factory=SimpleQueue)
    waiting: list[Moment] = field(default_factory=list)

    def see(self, moment: Moment) -> bool:
        self.waiting.append(moment)
        if not moment.figures:
            return False
        self.said.put(Told(self.waiting))
        self.waiting = []
        return self.heard.get()


class Hand:
    """A worker.  Each call waits until the trial has come to a check or to its end."""

    def __init__(self, order: Order, threads: int) -> None:
        os.environ["DONGCHA_THREADS"] = str(threads)
        self.order, self.memo = order, Memo()
        self.pool, self.line = ThreadPoolExecutor(1), _Line()
        self.future: Future[Attempt] | None = None

    def ready(self) -> int:
        """The number of its process."""
        return os.getpid()

    def begin(self, recipe: Recipe, budget_s: float) -> Told | Ended:
        """Begin a trial that takes at most so many seconds."""
        self.line = _Line()
        job = job_of(self.order.parts, self.order.ask, recipe, budget_s, self.memo)
        line = self.line
        self.future = self.pool.submit(attempt, replace(job, watch=line.see))
        self.future.add_done_callback(lambda _: line.said.put(None))
        return self._next()

    def go_on(self, stop: bool) -> Told | Ended:
        """Answer the check that was told last."""
        self.line.heard.put(stop)
        return self._next()

    def _next(self) -> Told | Ended:
        told = self.line.said.get()
        if told is not None:
            return told
        assert self.future is not None
        done = self.future.result()
        assert done.outcome is not None
        return Ended(replace(done, outcome=None), stored(done.outcome))


def stored(outcome: Outcome) -> Any:
    """The outcome in Ray's object store; None for one that reads by a graph, which no other process can take over."""
    import ray

    if isinstance(outcome.fitted, Headed):
        net = outcome.fitted.net
        if net.reader is not None:
            return None
        net.body = net.body.cpu()  # the driver may have no GPU
    return ray.put(outcome)
