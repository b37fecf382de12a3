"""A model at work: a version in memory, which answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dongcha.model.model import Model
from dongcha.model.predictions import Predictions
from dongcha.model.task import Task
from dongcha.serve.live.reading import Read, reading


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Live:
    """One version of a model; it never changes.  What replaces it is another `Live`, put in place by one assignment.

    `classes` and `read` may be those of an updated head, which `model` does not know of.
    """

    name: str
    version: int
    model: Model = field(repr=False)
    classes: tuple[str, ...]
    read: Read = field(repr=False)  # inputs to logits
    parallel: bool = False  # whether several threads read at the same time, or one after the other

    @property
    def task(self) -> Task:
        """What it learned."""
        return self.model.task

    def predict(self, inputs: Sequence[Any]) -> Predictions:
        """One answer an input."""
        return self.task.answer(self.read(inputs), inputs, self.classes, self.model.temperature)


def live(name: str, version: int, model: Model) -> Live:
    """The model as it was stored, at work under that name."""
    found, parallel = reading(model)
    return Live(name=name, version=version, model=model, classes=model.classes, read=found, parallel=parallel)
