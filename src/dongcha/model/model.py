"""A fitted recipe, ready to answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from dongcha.core.events import OnStep, silent
from dongcha.model.evaluate import Metrics, calibration_error, measure
from dongcha.model.method import Fitted
from dongcha.model.predictions import Predictions, predictions
from dongcha.model.recipe import Recipe


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Model:
    """What `load` gives and `save` takes; `metrics` are those of the test rows when it was trained."""

    recipe: Recipe
    classes: tuple[str, ...]
    fitted: Fitted
    temperature: float = 1.0
    fingerprint: str = ""  # of the data that it learned from
    metrics: Mapping[str, object] = field(default_factory=dict)
    name: str = "model"
    text: str = ""  # the column that it learned to read
    label: str = ""  # the column that it learned to write

    def predict(self, texts: Sequence[str], on_step: OnStep = silent) -> Predictions:
        """One label a text with its calibrated probability."""
        return predictions(self.fitted.logits(texts, on_step), self.classes, self.temperature)

    def evaluate(self, texts: Sequence[str], labels: Sequence[str], on_step: OnStep = silent) -> Metrics:
        """Figures on labelled texts; raises `DataError` where there are none."""
        logits = self.fitted.logits(texts, on_step)
        found = measure(labels, predictions(logits, self.classes, self.temperature), seed=self.recipe.seed)
        before = calibration_error(labels, predictions(logits, self.classes))
        calibration = {"ece_before": before, **found.calibration, "temperature": self.temperature}
        return replace(found, calibration=calibration)
