"""What a training gives: the model, its figures, and the figures it has to be held against."""

from collections.abc import Mapping
from dataclasses import dataclass

from dongcha.core.words import Words
from dongcha.model.evaluate import Metrics, mcnemar
from dongcha.model.model import Model
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts


@dataclass(frozen=True, slots=True)
class Rung:
    """A method that was tried (validation figures), or was not (`skipped` says why)."""

    method: str
    seconds: float
    accuracy: float | None
    macro_f1: float | None
    skipped: Words | None = None
    chosen: bool = False

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "method": self.method,
            "seconds": round(self.seconds, 2),
            "validation": None if self.accuracy is None else {"accuracy": self.accuracy, "macro_f1": self.macro_f1},
            "skipped": None if self.skipped is None else self.skipped.to_json(),
            "chosen": self.chosen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """`metrics` and `baselines` are of the same test rows, which took no part in any choice."""

    model: Model
    metrics: Metrics
    baselines: Mapping[str, Mapping[str, float]]  # majority, linear: accuracy, macro_f1
    rungs: tuple[Rung, ...]
    seconds: float
    versus_linear: Mapping[str, float] | None  # exact McNemar test; None where linear was chosen
    notes: tuple[Words, ...] = ()

    @property
    def recipe(self) -> Recipe:
        """All that is needed to train the same model again."""
        return self.model.recipe

    @property
    def verdict(self) -> Words:
        """One sentence: how the model stands beside `linear` on the test rows."""
        ours, theirs = self.metrics.macro_f1, self.baselines["linear"]["macro_f1"]
        figures = f"macro F1 {ours:.3f}, linear {theirs:.3f}"
        if self.versus_linear is None:
            return Words("The linear model was the best on the validation rows.", "在验证集上 linear 模型最好。")
        p = self.versus_linear["p_value"]
        if ours < theirs:
            return Words(
                f"On the test rows it is worse than linear ({figures}; McNemar p = {p:.3f}), not on validation.",
                f"在测试集上不如 linear（{figures}；McNemar p = {p:.3f}），尽管在验证集上更好。",
            )
        return Words(
            f"On the test rows it matches or beats linear ({figures}; McNemar p = {p:.3f}).",
            f"在测试集上不低于 linear（{figures}；McNemar p = {p:.3f}）。",
        )

    def to_json(self) -> dict[str, object]:
        """The object that `dongcha train --json` prints, without the model's place on disk."""
        return {
            "method": self.recipe.method,
            "recipe": self.recipe.to_json(),
            "metrics": self.metrics.to_json(),
            "baselines": {name: dict(figures) for name, figures in self.baselines.items()},
            "versus_linear": None if self.versus_linear is None else dict(self.versus_linear),
            "verdict": self.verdict.to_json(),
            "rungs": [rung.to_json() for rung in self.rungs],
            "notes": [note.to_json() for note in self.notes],
            "seconds": round(self.seconds, 2),
        }


def compared(parts: Parts, one: Model, other: Model) -> dict[str, float]:
    """The exact McNemar test of two models on the test rows."""
    said = [model.predict(parts.test.texts).labels for model in (one, other)]
    return mcnemar(parts.test.labels, said[0], said[1])
