"""A served model learns from feedback at once: its head is updated, and a new `Live` is put in place.

What is stored is what counts: the head is what the stored version and the feedback after it give, in its order, so that
a restart, or another process on the same state, comes to the same.  The encoder learns at the next training.
"""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dongcha.core.errors import DataError, StorageError
from dongcha.learn.corrections import key_of
from dongcha.learn.online.learner import Seeds
from dongcha.learn.online.updating import Outcome, Updating, Word
from dongcha.model.head import Head
from dongcha.model.predictions import Floats
from dongcha.model.recipe import TEXT_CLASSIFICATION
from dongcha.model.reference import read_reference
from dongcha.model.vectors import taken_apart
from dongcha.serve.live.inputs import accepted
from dongcha.serve.live.live import Live
from dongcha.serve.live.reading import alone
from dongcha.store.feedback import Feedback, feedback_of

if TYPE_CHECKING:
    from pathlib import Path

    from dongcha.model.vectors import Vectors
    from dongcha.serve.live.correct import Kept
    from dongcha.serve.live.service import Service

CHUNK = 256  # inputs that are read at once where a head is built again
PAGE = 5000


@dataclass(slots=True, eq=False)
class _Course:
    """One version while it learns; `number` is that of the newest feedback it heard."""

    live: Live  # as stored
    read: "Callable[[Sequence[Any]], Vectors]"
    begin: Callable[[], Updating]
    updating: Updating
    since: int
    number: int
    heard: set[int] = field(default_factory=set)

    def now(self) -> Live:
        """What answers now."""
        read = _headed(self.read, self.updating.head, self.live.model.temperature)
        return replace(self.live, classes=self.updating.classes, read=read)


class Learned:
    """The learner of a service; of models that it cannot teach at once it says so in an event."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._courses: dict[str, _Course] = {}

    def begin(self, service: "Service", live: Live) -> Live:
        """The version with the feedback since it was trained."""
        apart = taken_apart(live.model.fitted) if live.task.name == TEXT_CLASSIFICATION else None
        if apart is None:
            with self._lock:
                self._courses.pop(live.name, None)
            service.happened("learning-waits", model=live.name, version=live.version, task=live.task.name)
            return live
        version = service.versions.version(live.name, live.version)
        seeds = _seeds(service.place.base / version.folder, apart.head.weight.shape[1])
        since = version.learned_until
        heat = live.model.temperature  # what is learned is a change of calibrated logits: raw ones have any scale
        head = Head(apart.head.weight / heat, apart.head.bias / heat)

        def fresh() -> Updating:
            return Updating(head, live.classes, seeds)

        read = apart.read if apart.parallel else alone(apart.read)
        course = _Course(live, read, fresh, fresh(), since, since)
        self._catch_up(service, course)
        with self._lock:
            self._catch_up(service, course)  # what was said while it was built
            self._courses[live.name] = course
            return course.now()

    def learn(self, service: "Service", kept: "Kept") -> None:
        """Hear what was said up to this feedback, in the order of its numbers, and let the new head answer."""
        said = kept.feedback
        with self._lock:
            course = self._courses.get(said.model)
            if course is None or said.number in course.heard or said.number <= course.since:
                return
            if said.number < course.number:  # a commit that was seen late: the order decides, so begin again
                course.updating, course.number = course.begin(), course.since
                course.heard.clear()
            for outcome in self._catch_up(service, course):
                _tell(service, course, outcome)
            service.put(course.now())

    def updating(self, model: str) -> Updating | None:
        """How a model's head is doing; None for one that does not learn at once."""
        course = self._courses.get(model)
        return None if course is None else course.updating

    def _catch_up(self, service: "Service", course: _Course) -> list[Outcome]:
        store, found = feedback_of(service.place.state), []
        while page := store.after(course.number, model=course.live.name, most=PAGE):
            for start in range(0, len(page), CHUNK):
                found += _hear(course, page[start : start + CHUNK])
        return found


def _hear(course: _Course, said: Sequence[Feedback]) -> list[Outcome]:
    usable = [(one, text) for one in said if (text := _readable(course.live, one)) is not None]
    vectors = course.read([text for _, text in usable])
    found = [
        course.updating.hear(
            Word(
                vector=vectors[i : i + 1], label=one.label, by=one.by, key=key_of(one.input),
                answered=one.predicted if isinstance(one.predicted, str) else None,
            )
        )
        for i, (one, _) in enumerate(usable)
    ]  # fmt: skip
    course.heard.update(one.number for one in said)
    course.number = said[-1].number
    return found


def _readable(live: Live, one: Feedback) -> Any:
    """The input as the model reads it; None for what an older version of another task was told."""
    if not isinstance(one.label, str):
        return None
    try:
        return accepted(live.task, [one.input])[0]
    except DataError:
        return None


def _headed(
    read: "Callable[[Sequence[Any]], Vectors]", head: Head, temperature: float
) -> Callable[[Sequence[Any]], Floats]:
    return lambda inputs: temperature * head.of(read(inputs))


def _seeds(folder: "Path", width: int) -> Seeds | None:
    """Held-out rows that the stored head answers rightly, so that it does not forget them."""
    try:
        found = read_reference(folder)
    except StorageError:
        return None
    if found is None or found.right is None or found.profile.vectors is None:
        return None
    vectors, right = found.profile.vectors.astype(np.float64), found.right
    if vectors.shape[1] != width:
        return None
    labels = [json.loads(label) for label in found.profile.labels]
    return Seeds(vectors[right], [str(label) for label, one in zip(labels, right, strict=True) if one])


def _tell(service: "Service", course: _Course, outcome: Outcome) -> None:
    told: dict[str, object] = {"model": course.live.name, "version": course.live.version, "feedback": course.number}
    if outcome.fell_back:
        service.happened("learning-fell-back", **told, times=course.updating.falls)
    for name in outcome.distrusted:
        one = course.updating.annotators.known[name]
        low, high = one.interval
        service.happened("annotator-distrusted", **told, by=name, said=one.said, low=round(low, 3), high=round(high, 3))
