"""What a training gives: the model, its figures, and the figures it has to be held against."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dongcha.core.words import Words
from dongcha.model.model import Model
from dongcha.model.predictions import Predictions
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Parts, Rows
from dongcha.model.task import Metrics

FIGURES = {
    "macro_f1": Words("macro F1", "宏平均 F1"),
    "entity_f1": Words("entity F1", "实体 F1"),
    "accuracy": Words("accuracy", "准确率"),
    "micro_f1": Words("micro F1", "微平均 F1"),
    "samples_f1": Words("samples F1", "样本平均 F1"),
    "r2": Words("R²", "R²"),
    "spearman": Words("Spearman", "斯皮尔曼相关"),
    "mae": Words("mean absolute error", "平均绝对误差"),
    "rmse": Words("root mean square error", "均方根误差"),
    "ndcg@10": Words("nDCG@10", "nDCG@10"),
    "mrr": Words("MRR", "MRR"),
    "map": Words("MAP", "MAP"),
    "recall@10": Words("recall@10", "前 10 召回率"),
}
"""How a sentence names a figure; others go by their own name."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A method that was tried (`figures` on the validation rows), or was not (`skipped` says why)."""

    method: str
    seconds: float
    figures: Mapping[str, float] = field(default_factory=dict)
    skipped: Words | None = None
    chosen: bool = False
    trained: int = 0  # parameters that learned

    def to_json(self) -> dict[str, object]:
        """A JSON object with the fields of this record."""
        return {
            "method": self.method,
            "seconds": round(self.seconds, 2),
            "validation": dict(self.figures) or None,
            "skipped": None if self.skipped is None else self.skipped.to_json(),
            "chosen": self.chosen,
            "trained_parameters": self.trained,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """`metrics` and `baselines` are of the same test rows, which took no part in any choice."""

    model: Model
    metrics: Metrics
    test: Rows
    said: Predictions  # to the test rows
    baselines: Mapping[str, Mapping[str, float]]  # majority and, where the task has it, linear
    rungs: tuple[Rung, ...]
    seconds: float
    versus_linear: Mapping[str, float] | None  # a paired test; None where linear was chosen or cannot learn the task
    notes: tuple[Words, ...] = ()
    closer: Mapping[str, object] = field(default_factory=dict)  # `slices` and `errors` of the test rows, as JSON
    curve: Mapping[str, object] | None = None  # `LearningCurve.to_json()`, where it was asked for
    onnx: Mapping[str, object] | None = None  # as `onnx.json`, or why there is none; None for a model without network

    @property
    def recipe(self) -> Recipe:
        """All that is needed to train the same model again."""
        return self.model.recipe

    @property
    def verdict(self) -> Words:
        """One sentence: how the model stands beside `linear`, or the simplest answer, on the test rows."""
        name = self.model.task.chosen_on
        said = FIGURES.get(name, Words(name.replace("_", " "), name))
        if self.recipe.method == "linear":
            if sum(bool(rung.figures) for rung in self.rungs) == 1:
                return Words("Only the linear model was trained.", "只训练了 linear 模型。")
            return Words("The linear model was the best on the validation rows.", "在验证集上 linear 模型最好。")
        other = "linear" if "linear" in self.baselines else "majority"
        ours, theirs = self.metrics.figures[name], self.baselines[other][name]
        figures = Words(f"{said.en} {ours:.3f}, {other} {theirs:.3f}", f"{said.zh} {ours:.3f}，{other} {theirs:.3f}")
        p = "" if self.versus_linear is None else f"{self.versus_linear['p_value']:.3f}"
        test = Words(f"; paired test p = {p}" if p else "", f"；配对检验 p = {p}" if p else "")
        if ours < theirs:
            also = (
                Words(", though not on validation", "，尽管在验证集上更好")
                if self._better(other, name)
                else Words("", "")
            )
            return Words(
                f"On the test rows it is worse than {other} ({figures.en}{test.en}){also.en}.",
                f"在测试集上不如 {other}（{figures.zh}{test.zh}）{also.zh}。",
            )
        return Words(
            f"On the test rows it matches or beats {other} ({figures.en}{test.en}).",
            f"在测试集上不低于 {other}（{figures.zh}{test.zh}）。",
        )

    def _better(self, other: str, figure: str) -> bool:
        """Whether the chosen method was better than `other` on the validation rows; only a rung that was tried says."""
        found = {rung.method: rung.figures[figure] for rung in self.rungs if rung.figures}
        return other in found and found[self.recipe.method] > found[other]

    def to_json(self) -> dict[str, object]:
        """The object that `dongcha train --json` prints, without the model's place on disk."""
        return {
            "task": self.recipe.task,
            "method": self.recipe.method,
            "recipe": self.recipe.to_json(),
            "metrics": self.metrics.to_json(),
            "baselines": {name: dict(figures) for name, figures in self.baselines.items()},
            "versus_linear": None if self.versus_linear is None else dict(self.versus_linear),
            "verdict": self.verdict.to_json(),
            "rungs": [rung.to_json() for rung in self.rungs],
            **self.closer,
            **({} if self.curve is None else {"learning_curve": dict(self.curve)}),
            "onnx": None if self.onnx is None else dict(self.onnx),
            "notes": [note.to_json() for note in self.notes],
            "seconds": round(self.seconds, 2),
        }


def compared(parts: Parts, one: Model, other: Model) -> dict[str, float]:
    """The task's paired test of two models on the test rows."""
    said = [model.predict(parts.test.inputs).labels for model in (one, other)]
    return one.task.versus(parts.test.answers, said[0], said[1])
