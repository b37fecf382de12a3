"""What a tuning gives: the best model, and how it stands beside the default recipe on the test rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dongcha.core.words import Words
from dongcha.model.gain import Gain
from dongcha.model.model import Model
from dongcha.model.predictions import Predictions
from dongcha.model.recipe import Recipe
from dongcha.model.rows import Rows
from dongcha.model.study import PRUNED, Trial
from dongcha.model.task import Metrics
from dongcha.model.trained import FIGURES


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """Trials were compared on the validation rows; `metrics`, `default_metrics`, `baselines` are of the test rows."""

    model: Model
    metrics: Metrics
    test: Rows
    said: Predictions  # to the test rows
    default: Recipe
    default_metrics: Metrics
    versus_default: Mapping[str, float]  # a paired test on the test rows
    baselines: Mapping[str, Mapping[str, float]]
    trials: tuple[Trial, ...]
    best: int  # the number of the trial that is chosen: the leader, or the default recipe where its lead may be chance
    leader: int  # the number of the trial that was the best on the validation rows
    gained: Gain  # of the leader over the default recipe on the validation rows
    importance: Mapping[str, float]
    study: Path
    seconds: float
    notes: tuple[Words, ...] = ()
    closer: Mapping[str, object] = field(default_factory=dict)  # `slices` and `errors` of the test rows, as JSON

    @property
    def recipe(self) -> Recipe:
        """The best recipe."""
        return self.model.recipe

    @property
    def pruned(self) -> int:
        """Trials that were given up early."""
        return sum(trial.state == PRUNED for trial in self.trials)

    @property
    def saved_share(self) -> float:
        """The part of the time for all trials that pruning spared, 0..1, by the pace of the steps made."""
        saved = sum(trial.saved_s for trial in self.trials)
        return saved / max(1e-9, saved + sum(trial.seconds for trial in self.trials))

    def value(self, number: int) -> float:
        """The value of a trial on the validation rows."""
        value = self.trials[number].value
        assert value is not None
        return value

    @property
    def verdict(self) -> Words:
        """One sentence: the best recipe beside the default one on the test rows."""
        name = self.model.task.chosen_on
        ours, theirs = self.metrics.figures[name], self.default_metrics.figures[name]
        said = FIGURES.get(name, Words(name.replace("_", " "), name))
        if self.best != self.leader:
            lead, error = f"{self.gained.value:.3f}", f"{self.gained.error:.3f}"
            return Words(
                f"Trial {self.leader} was the best on validation, by {lead}; that may be chance "
                f"(standard error {error}), so the default recipe stays. Its test {said.en} is {ours:.3f}.",
                f"{self.leader} 号试验在验证集上最好，领先 {lead}；这可能只是偶然（标准误 {error}），因此保留默认配方，"
                f"测试集{said.zh} {ours:.3f}。",
            )
        if self.best == 0:
            return Words(
                f"No trial beat the default recipe on validation; its test {said.en} is {ours:.3f}.",
                f"验证集上没有比默认配方更好的试验；测试集{said.zh} {ours:.3f}。",
            )
        p = f"{self.versus_default['p_value']:.3f}"
        return Words(
            f"On the test rows: {said.en} {ours:.3f}, default recipe {theirs:.3f}; paired test p = {p}.",
            f"测试集：{said.zh} {ours:.3f}，默认配方 {theirs:.3f}；配对检验 p = {p}。",
        )

    def to_json(self) -> dict[str, object]:
        """The object that `dongcha tune --json` prints, without the model's place on disk."""
        return {
            "study": str(self.study),
            "trials": [trial.to_json() for trial in self.trials],
            "best": {"number": self.best, "recipe": self.recipe.to_json(), "value": self.value(self.best)},
            "leader": {"number": self.leader, "value": self.value(self.leader), "gain": self.gained.to_json()},
            "default": {
                "recipe": self.default.to_json(),
                "value": self.value(0),
                "test": dict(self.default_metrics.figures),
            },
            "metrics": self.metrics.to_json(),
            "baselines": {name: dict(figures) for name, figures in self.baselines.items()},
            "versus_default": dict(self.versus_default),
            "verdict": self.verdict.to_json(),
            **self.closer,
            "importance": dict(self.importance),
            "pruned": self.pruned,
            "saved_share": round(self.saved_share, 4),
            "notes": [note.to_json() for note in self.notes],
            "seconds": round(self.seconds, 2),
        }
