"""Challengers answer beside the champions: a share of what was served, afterwards, in one thread of low priority.

Nothing that is served waits for it: it is handed what was answered, drops and counts what it has no room for, and
works while no request waits.  A challenger that cannot be loaded or does not answer gives one event, and is not tried
again until the alias moves.
"""

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from dongcha.core.errors import StorageError
from dongcha.core.events import Event
from dongcha.serve.live.aging import Aging
from dongcha.serve.live.answers import answers
from dongcha.serve.live.desk import Desk
from dongcha.serve.live.guarded import Guarded
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import Live
from dongcha.serve.live.opened import opened
from dongcha.serve.live.place import Place
from dongcha.serve.live.queue import Job
from dongcha.store.happened import events_of
from dongcha.store.predicted import Predicted
from dongcha.store.shadowed import Shadowed, shadows_of
from dongcha.store.state import moment, packed
from dongcha.store.versions import CHALLENGER, Version, versions_of

LOOK_S = 1.0
BUSY_S = 0.005
BATCH = 8  # inputs at once, so that a core is soon free again
PAUSE_S = 0.2  # in which others may join an input, to be answered and committed together
MOST_UNITS = 8_000_000  # characters or bytes of inputs that wait
NICE = 10  # of the thread, and of those that its models start
FORGET_S = 3600.0
PARTS = 1 << 32

Counted = Callable[[str, str, int], None]
"""Told the model, `agreed`, `differed` or `dropped`, and how many inputs."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An input as the champion read it, and what was served."""

    input: Any
    served: Predicted
    size: int


@dataclass(slots=True, eq=False)
class Shadow:
    """The challengers of a place; `offer` may be called by every thread, all else is done by its own."""

    place: Place
    limits: Limits
    desks: Mapping[str, Desk]
    counted: Counted = lambda model, what, inputs: None
    lives: dict[str, Live] = field(default_factory=dict)  # by model; replaced, never changed
    _refused: dict[str, tuple[int, int]] = field(default_factory=dict)  # version and moves of the alias, by model
    _waiting: deque[Waiting] = field(default_factory=deque)
    _units: int = 0
    _ready: threading.Condition = field(default_factory=threading.Condition)
    _closed: bool = False
    _aging: Aging | None = None
    _looked: float = float("-inf")
    _forgotten: float = field(default_factory=time.monotonic)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Follow the alias, unless no share of the answers is wanted."""
        if self.limits.shadow > 0:
            newest = shadows_of(self.place.state).newest()  # and its table is there before the first answer
            self._aging = Aging(timedelta(days=self.limits.keep_days), newest)
            self._thread = threading.Thread(target=self._work, name="shadow", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Answer no more; what waits is dropped."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
        if self._thread is not None:
            self._thread.join(5.0)

    def offer(self, job: Job, served: Sequence[Predicted]) -> None:
        """Hand over what was answered; never waits, and never fails."""
        model = job.live.name
        if model not in self.lives:
            return
        drawn = [
            Waiting(given, one, _size(given))
            for given, one in zip(job.inputs if job.beside is None else job.beside, served, strict=True)
            if is_drawn(one.input, self.limits.shadow)
        ]
        dropped = 0
        with self._ready:
            for waiting in drawn:
                full = len(self._waiting) >= self.limits.shadow_waiting or self._units + waiting.size > MOST_UNITS
                dropped += full
                if not full:
                    self._waiting.append(waiting)
                    self._units += waiting.size
                    if len(self._waiting) in (1, BATCH):  # in between the thread waits for more
                        self._ready.notify()
        if dropped:
            self.counted(model, "dropped", dropped)

    def look(self) -> None:
        """Load what the alias points at beside what serves, and let go of what it does not point at any more."""
        versions = versions_of(self.place.state)
        for name, desk in list(self.desks.items()):
            wanted = versions.alias(name, CHALLENGER)
            if wanted is None or wanted.number == desk.live.version:
                self._let_go(name)
                continue
            there = self.lives.get(name)
            if there is not None and there.version == wanted.number:
                continue
            self._let_go(name)
            moves = sum(move.alias == CHALLENGER for move in versions.moves(name))
            if self._refused.get(name) != (wanted.number, moves):
                self._load(wanted, desk.live, moves)

    def _let_go(self, name: str) -> None:
        if name in self.lives:
            self.lives = {model: live for model, live in self.lives.items() if model != name}

    def _load(self, wanted: Version, beside: Live, moves: int) -> None:
        with Guarded(f"challenger {wanted.number} cannot answer in shadow") as work:
            found, trial = opened(wanted, self.place, self.limits)
            if found.task.name != beside.task.name:
                raise StorageError(f"it learned {found.task.name}, and what serves {beside.task.name}")
            self.lives = {**self.lives, wanted.model: found}
            self._happened("shadowing", wanted.model, wanted.number, beside=beside.version, **trial)
        if work.error is not None:
            self._refuse(wanted.model, wanted.number, moves, work.why)

    def _refuse(self, name: str, version: int, moves: int, why: str) -> None:
        self._refused[name] = (version, moves)
        self._let_go(name)
        self._happened("shadow-refused", name, version, why=why)

    def _happened(self, kind: str, name: str, version: int, **more: object) -> None:
        with Guarded("an event was not kept"):
            events_of(self.place.state).append(Event(kind, {"model": name, "version": version, **more}))

    def _work(self) -> None:
        _stand_back()
        while not self._closed:
            now = time.monotonic()
            if now - self._looked >= LOOK_S:
                self._looked = now
                with Guarded("the challengers could not be followed"):
                    self.look()
            some = self._taken()
            if some:
                self._round(some)
            self._forget()

    def _taken(self) -> list[Waiting]:
        """What is answered next, all of one model; nothing while requests wait."""
        with self._ready:
            if not self._waiting and not self._closed:
                self._ready.wait(LOOK_S)
                return []
            self._ready.wait_for(lambda: self._closed or len(self._waiting) >= BATCH, PAUSE_S)
        if any(desk.queue.length for desk in list(self.desks.values())):
            time.sleep(BUSY_S)
            return []
        some: list[Waiting] = []
        with self._ready:
            while self._waiting and len(some) < BATCH:
                if some and self._waiting[0].served.model != some[0].served.model:
                    break
                some.append(self._waiting.popleft())
                self._units -= some[-1].size
        return some

    def _round(self, some: Sequence[Waiting]) -> None:
        name = some[0].served.model
        live = self.lives.get(name)
        some = [] if live is None else [one for one in some if one.served.version != live.version]
        if live is None or not some:  # withdrawn or promoted while it waited
            return
        with Guarded(f"challenger {live.version} failed in shadow") as work:
            inputs = [one.input for one in some]
            found = answers(live.task, inputs, live.predict(inputs))
        if work.error is not None:
            with Guarded("the moves of the challenger could not be read"):
                moves = sum(move.alias == CHALLENGER for move in versions_of(self.place.state).moves(name))
                self._refuse(name, live.version, moves, work.why)
            self._let_go(name)
            return
        at = moment()
        rows = [
            Shadowed(
                at=at, model=name, version=live.version, beside=one.served.version, prediction=one.served.id,
                label=answer.label, agrees=answer.label == one.served.label,
            )
            for one, answer in zip(some, found, strict=True)
        ]  # fmt: skip
        self._keep(name, rows)

    def _keep(self, name: str, rows: Sequence[Shadowed]) -> None:
        with Guarded("shadow answers were not written") as work:
            shadows_of(self.place.state).append_many(rows)
        agreed = sum(one.agrees for one in rows)
        if work.error is not None:
            self.counted(name, "dropped", len(rows))
            return
        self.counted(name, "agreed", agreed)
        self.counted(name, "differed", len(rows) - agreed)

    def _forget(self) -> None:
        """Drop old shadow answers from time to time, when the predictions that they lie beside go."""
        now = time.monotonic()
        if now - self._forgotten < FORGET_S:
            return
        self._forgotten = now
        with Guarded("old shadow answers were not forgotten"):
            store = shadows_of(self.place.state)
            before = None if self._aging is None else self._aging.before()
            if before is not None:
                store.forget(before.isoformat(timespec="milliseconds"))


def is_drawn(given: Any, share: float) -> bool:
    """Whether an input is among the share that is answered in shadow: the same input always is, or never.

    >>> is_drawn("a", 1.0), is_drawn("a", 0.0)
    (True, False)
    """
    digest = blake2b(packed(given).encode("utf-8"), digest_size=4).digest()
    return int.from_bytes(digest, "big") < share * PARTS


def _size(given: Any) -> int:
    """Characters or bytes that an input keeps in memory, about."""
    return len(given) if isinstance(given, str | bytes) else sum(map(len, given))


def _stand_back() -> None:
    """Let every other thread of the machine go first, where threads have a priority of their own (Linux)."""
    if hasattr(os, "sched_getaffinity"):
        with Guarded("the priority was not lowered"):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
