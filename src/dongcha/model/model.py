"""A fitted recipe, ready to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dongcha.core.events import OnStep, silent
from dongcha.core.words import Words
from dongcha.model.method import Fitted
from dongcha.model.predictions import Predictions
from dongcha.model.recipe import Recipe
from dongcha.model.reference import Reference
from dongcha.model.task import Metrics, Task
from dongcha.model.tasks import TASKS


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Model:
    """What `load` gives and `save` takes; `metrics` are those of the test rows when it was trained."""

    recipe: Recipe
    classes: tuple[str, ...]  # the outputs: classes, tags, or the name of a value
    fitted: Fitted
    temperature: float = 1.0
    fingerprint: str = ""  # of the data that it learned from
    metrics: Mapping[str, object] = field(default_factory=dict)
    name: str = "model"
    text: str = ""  # the column that it learned to read
    label: str = ""  # the column that it learned to write
    reference: Reference | None = None  # of a model that was just trained; `read_reference` finds a stored one's
    notes: tuple[Words, ...] = ()  # what a person should know of how it was loaded

    @property
    def task(self) -> Task:
        """What it learned."""
        return TASKS.get(self.recipe.task).tuned(self.recipe.settings)

    def predict(self, inputs: Sequence[Any], on_step: OnStep = silent) -> Predictions:
        """One answer an input, with a calibrated probability where the task has one."""
        return self.task.answer(self.fitted.logits(inputs, on_step), inputs, self.classes, self.temperature)

    def evaluate(self, inputs: Sequence[Any], answers: Sequence[Any], on_step: OnStep = silent) -> Metrics:
        """Figures on inputs whose answers are known; raises `DataError` where there are none."""
        return self.measured(inputs, answers, on_step)[0]

    def measured(
        self, inputs: Sequence[Any], answers: Sequence[Any], on_step: OnStep = silent
    ) -> tuple[Metrics, Predictions]:
        """The figures of `evaluate`, and the answers that they are of."""
        logits = self.fitted.logits(inputs, on_step)
        said, raw = (self.task.answer(logits, inputs, self.classes, heat) for heat in (self.temperature, 1.0))
        found = self.task.measure(answers, said, seed=self.recipe.seed)
        metrics: Metrics = self.task.calibrated(found, answers, raw, self.temperature)
        return metrics, said
