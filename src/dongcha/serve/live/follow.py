"""Looks at the aliases, and puts what they point at to work.

A promotion is a row in the state, whoever wrote it: this process, the command line, another machine.  A version that
cannot be loaded or does not answer is left alone; what answered before goes on, and an event says why.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dongcha.core.errors import ConfigError
from dongcha.core.events import Event
from dongcha.serve.live.guarded import Guarded
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import Live
from dongcha.serve.live.opened import opened
from dongcha.serve.live.place import Place
from dongcha.store.happened import events_of
from dongcha.store.versions import CHAMPION, Version, versions_of

LOOK_S = 1.0

Put = Callable[[Live], None]


@dataclass(slots=True)
class Follower:
    """Follows the champions of a place; `put` takes each `Live` that is to answer from then on."""

    place: Place
    limits: Limits
    put: Put
    failed: Callable[[], None] = lambda: None  # a look at the state that failed
    serving: dict[str, Version] = field(default_factory=dict)
    _moves: dict[str, int] = field(default_factory=dict)  # moves seen, by model
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Load every champion, then follow; raises `ConfigError` where no model can be served."""
        why = self.look()
        if not self.serving:
            told = f": {'; '.join(why)}" if why else "; register a model first: dongcha models register"
            raise ConfigError(f"there is no model that can be served{told}")
        self._thread = threading.Thread(target=self._follow, name="follow-aliases", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5.0)

    def look(self) -> list[str]:
        """Put to work what the aliases point at and does not answer yet; gives the reasons of what could not be."""
        versions, why = versions_of(self.place.state), []
        for name in versions.models():
            moves = [move for move in versions.moves(name) if move.alias == CHAMPION]
            if not moves or self._moves.get(name) == len(moves):
                continue
            wanted = versions.alias(name)
            serving = self.serving.get(name)
            if wanted is not None and (serving is None or wanted.number != serving.number):
                why += self._swap(wanted, serving)
            if wanted is not None and name not in self.serving:  # at the start: what served before it, if that can
                older = {move.version for move in moves} - {wanted.number, None}
                for number in sorted((int(one) for one in older if one), reverse=True):
                    if name not in self.serving:
                        why += self._swap(versions.version(name, number), None)
            self._moves[name] = len(moves)
        return why

    def _swap(self, wanted: Version, serving: Version | None) -> list[str]:
        """Load, try and put to work; an event says what came of it."""
        told: dict[str, object] = {"model": wanted.model, "version": wanted.number}
        told["from"] = None if serving is None else serving.number
        with Guarded(f"version {wanted.number} was not put to work") as work:
            found, trial = opened(wanted, self.place, self.limits)
            self.put(found)
            self.serving[wanted.model] = wanted
            self._happened(Event("swapped", {**told, **trial}))
        if work.error is None:
            return []
        self._happened(Event("swap-refused", {**told, "why": work.why}))
        return [f"{wanted.model} version {wanted.number}: {work.why}"]

    def _happened(self, event: Event) -> None:
        with Guarded("an event was not kept"):
            events_of(self.place.state).append(event)

    def _follow(self) -> None:
        while not self._stop.wait(LOOK_S):
            with Guarded("the aliases could not be read") as work:
                self.look()
            if work.error is not None:
                self.failed()
