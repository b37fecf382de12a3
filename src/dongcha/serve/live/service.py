"""`Service`: the models of a place at work, with what is kept of their answers and of people's corrections."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Protocol

from dongcha.core.checks import known
from dongcha.core.errors import UnknownName
from dongcha.core.events import Event
from dongcha.core.words import Words
from dongcha.serve.live.answers import Answer
from dongcha.serve.live.correct import Correction, Kept, feedback_for, stored
from dongcha.serve.live.desk import Desk
from dongcha.serve.live.files import Files, wanted_by
from dongcha.serve.live.follow import Follower
from dongcha.serve.live.guarded import Guarded
from dongcha.serve.live.inputs import FILES, accepted, kept
from dongcha.serve.live.limits import Limits
from dongcha.serve.live.live import Live
from dongcha.serve.live.place import Place
from dongcha.serve.live.queue import Job
from dongcha.serve.live.shadow import Shadow, is_drawn
from dongcha.serve.live.tally import Tally
from dongcha.serve.live.writer import Writer
from dongcha.store.feedback import feedback_of
from dongcha.store.happened import events_of
from dongcha.store.predicted import Predicted, predictions_of
from dongcha.store.state import moment
from dongcha.store.traffic import traffic_of
from dongcha.store.versions import Versions, versions_of

MOST_READERS = 4  # processes that read files


class Learner(Protocol):
    """What makes models better while they serve: the one place where learning is put in."""

    def begin(self, service: "Service", live: Live) -> Live:
        """What a version that was just loaded answers with: its head with the feedback since, for example."""

    def learn(self, service: "Service", kept: Kept) -> None:
        """Told of each new feedback after it is durable; it may `put` an updated `Live`.  May be called by threads."""


class Forgetful:
    """Learns nothing: a version answers as it was stored."""

    def begin(self, service: "Service", live: Live) -> Live:
        """The version as it is."""
        return live

    def learn(self, service: "Service", kept: Kept) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Who counts what happens; each is called from the threads that work."""

    round: Callable[[str, int, float], None] = lambda model, inputs, seconds: None
    written: Callable[[int, int], None] = lambda written, dropped: None
    unreadable: Callable[[], None] = lambda: None
    corrected: Callable[[Kept], None] = lambda kept: None
    shadowed: Callable[[str, str, int], None] = lambda model, what, inputs: None


@dataclass(slots=True, eq=False)
class Service:
    """Made by `serving`; every method may be called by several threads."""

    place: Place
    limits: Limits
    watched: Watched
    learner: Learner = field(default_factory=Forgetful)
    desks: dict[str, Desk] = field(default_factory=dict)
    writer: Writer = field(init=False)
    follower: Follower = field(init=False)
    versions: Versions = field(init=False)
    tally: Tally = field(init=False)
    shadow: Shadow = field(init=False)
    files: Files = field(init=False)

    def __post_init__(self) -> None:
        state = self.place.state
        self.versions = versions_of(state)
        self.writer = Writer(predictions_of(state), self.limits, self.watched.written)
        self.tally = Tally(traffic_of(state))
        self.files = Files(min(MOST_READERS, self.limits.threads))
        self.follower = Follower(self.place, self.limits, self._begin, self.watched.unreadable)
        self.shadow = Shadow(self.place, self.limits, self.desks, self.watched.shadowed)

    def start(self) -> None:
        """Load the champions and begin to follow them; raises `ConfigError` where none can be served."""
        for made in (feedback_of, events_of):
            made(self.place.state)  # their tables are there before the first request
        self.follower.start()
        self.shadow.start()

    def close(self) -> None:
        """Answer what waits, write what was answered."""
        self.follower.close()
        self.shadow.close()
        until = time.monotonic() + self.limits.stop_s
        for desk in self.desks.values():
            desk.close(max(0.1, until - time.monotonic()))
        self.writer.close(max(1.0, until - time.monotonic()))
        self.tally.close()
        self.files.close()

    def put(self, live: Live) -> None:
        """Let `live` answer from now on; requests that have begun end with what they began with."""
        desk = self.desks.get(live.name)
        if desk is None:
            self.desks[live.name] = Desk(live, self.limits, self.watched.round)
        else:
            desk.live = live

    def _begin(self, live: Live) -> None:
        found = self.learner.begin(self, live)
        desk = self.desks.get(live.name)
        if desk is None or desk.live.version != live.version:  # else what it learned meanwhile answers already
            self.put(found)

    def live(self, model: str | None) -> Live:
        """What answers for that model, or for the only one; raises `UnknownName`."""
        if model is None:
            if len(self.desks) != 1:
                there = ", ".join(map(repr, sorted(self.desks)))
                raise UnknownName(Words(f"name the model: there are {there}", f"请指明模型：有 {there}"))
            return next(iter(self.desks.values())).live
        return self.desks[known("model", model, sorted(self.desks))].live

    def submit(self, live: Live, given: Sequence[Any], deadline: float) -> Job:
        """Let inputs, as a client sent them, be answered; raises `DataError`, `QueueFull` or `Stopping`."""
        if live.task.reads not in FILES:
            return self.desks[live.name].submit(live, accepted(live.task, given), deadline)
        plain = self.files.plain(wanted_by(live.model), given, deadline)
        beside = self._beside(live, given, deadline)
        job, done = self.desks[live.name].submit(live, plain, deadline), self.files.hold(plain)
        job.beside = beside
        job.done.add_done_callback(lambda _: done())
        return job

    def _beside(self, live: Live, given: Sequence[Any], deadline: float) -> list[bytes] | None:
        """The files as the challenger reads them, empty where it will not be asked; None where it reads them alike."""
        other = self.shadow.lives.get(live.name)
        if other is None or (wanted := wanted_by(other.model)) == wanted_by(live.model):
            return None
        drawn = [is_drawn(kept(live.task, one), self.limits.shadow) for one in given]
        return [
            self.files.plain(wanted, [one], deadline)[0] if asked else b""
            for one, asked in zip(given, drawn, strict=True)
        ]

    def remember(self, job: Job, given: Sequence[Any], found: Sequence[Answer]) -> list[str]:
        """Give each answer its id, and let it be written."""
        live, at = job.live, moment()
        stamp = f"{time.time_ns() // 1_000_000:011x}"
        told = [
            Predicted(
                id=f"{stamp}{token_hex(8)}", at=at, model=live.name, version=live.version, input=kept(live.task, one),
                label=answer.label, score=answer.score,
            )
            for one, answer in zip(given, found, strict=True)
        ]  # fmt: skip
        self.writer.put(told)
        self.shadow.offer(job, told)
        return [one.id for one in told]

    def correct(self, said: Correction) -> Kept:
        """Store a correction, durable when this returns, then learn from it."""
        feedback, live = feedback_for(said, self.writer.find, self.live)
        if said.prediction is None and live.task.reads in FILES:
            until = time.monotonic() + self.limits.deadline_s
            self.files.plain(wanted_by(live.model), [said.input], until)  # or it is refused
        done = stored(feedback_of(self.place.state), feedback, live)
        if done.new:
            self.watched.corrected(done)
            with Guarded("feedback was kept and not learned from"):
                self.learner.learn(self, done)
        return done

    def happened(self, kind: str, **data: object) -> None:
        """Keep an event."""
        events_of(self.place.state).append(Event(kind, data))


def serving(place: Place, limits: Limits, watched: Watched | None = None, learner: Learner | None = None) -> Service:
    """A service that has loaded its champions; raises `ConfigError` where there is none that can be served."""
    service = Service(place, limits, watched or Watched(), learner or Forgetful())
    with ExitStack() as undo:
        undo.callback(service.close)
        service.start()
        undo.pop_all()
    return service
