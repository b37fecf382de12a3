"""Simulated labelling: what each query strategy reaches with how many labels, on rows whose labels are known.

Knows arrays.  Knows nothing of texts, files or charts.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dongcha.core.checks import known, need
from dongcha.core.errors import DataError
from dongcha.core.events import OnStep, Step, silent
from dongcha.core.words import Words
from dongcha.learn.heads import Scorer, fit_scorer
from dongcha.learn.pool import Numbers, Pool, Scores, Vectors, none
from dongcha.learn.strategies import STRATEGIES

BASELINE = "random"
SHARE = 0.95
"""Of the score with all labels: what a labelling is to reach."""

AFTER = 5
"""Batches in a row after which a score counts as reached for good."""

JOB = Words("simulating labelling", "模拟标注")
Figure = Callable[[Numbers, Numbers], float]
"""From true and answered classes to a score, the higher the better."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Rows to choose from and rows to score on, unit vectors with numbers of classes below `classes`."""

    vectors: Vectors
    targets: Numbers
    held: Vectors
    held_targets: Numbers
    classes: int

    def __post_init__(self) -> None:
        if len(np.unique(self.targets)) < 2 or not len(self.held):
            raise DataError("simulation: it needs rows of two classes at least, and rows to score on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is simulated; raises `ConfigError` or `UnknownName` where it cannot be."""

    strategies: tuple[str, ...]
    seeds: int = 5
    batch: int = 20
    budget: int = 500
    share: float = SHARE

    def __post_init__(self) -> None:
        for name in self.strategies:
            known("strategy", name, STRATEGIES)
        need("simulation", "strategies", self.strategies, bool(self.strategies), "at least one")
        need("simulation", "seeds", self.seeds, self.seeds >= 1, "at least 1")
        need("simulation", "batch", self.batch, self.batch >= 1, "at least 1")
        need("simulation", "budget", self.budget, self.budget >= self.batch, f"at least the batch ({self.batch})")
        need("simulation", "share", self.share, 0 < self.share <= 1, "above 0 and at most 1")

    @property
    def names(self) -> tuple[str, ...]:
        """The strategies, each once, with the baseline first."""
        return tuple(dict.fromkeys((BASELINE, *self.strategies)))


@dataclass(frozen=True, slots=True)
class Run:
    """One labelling: numbers of labels, ascending, and the score after each batch."""

    strategy: str
    seed: int
    labels: tuple[int, ...]
    values: tuple[float, ...]


Done = Mapping[tuple[str, int], Run]


def simulate(
    rows: Known,
    trial: Trial,
    figure: Figure,
    *,
    done: Done | None = None,
    until: float = math.inf,
    on_step: OnStep = silent,
) -> Iterator[Run]:
    """Each strategy with each seed, in this order; those that are `done` are given again and not computed.

    A run ends before its budget where its last `AFTER` scores are all at least `until`.
    """
    budget = min(trial.budget, len(rows.vectors))
    total = len(trial.names) * trial.seeds
    for at, (name, seed) in enumerate((name, seed) for name in trial.names for seed in range(trial.seeds)):
        on_step(Step(JOB, at, total))
        found = (done or {}).get((name, seed))
        yield found or _labelling(rows, (name, seed), (trial.batch, budget, until), figure)
    on_step(Step(JOB, total, total))


def _labelling(rows: Known, who: tuple[str, int], how: tuple[int, int, float], figure: Figure) -> Run:
    """One labelling from nothing to the budget; the model is fitted again after each batch."""
    (name, seed), (batch, budget, until) = who, how
    strategy, random = STRATEGIES.get(name), np.random.default_rng([seed, 20231])
    labelled, scores = none(), None
    sizes: list[int] = []
    values: list[float] = []
    while len(labelled) < budget and not (len(values) >= AFTER and min(values[-AFTER:]) >= until):
        pool = Pool(rows.vectors, scores, labelled, rows.targets[labelled])
        new = strategy.choose(pool, min(batch, budget - len(labelled)), random)
        labelled = np.concatenate([labelled, new])
        scorer = fit_scorer(rows.vectors[labelled], rows.targets[labelled], rows.classes)
        scores = scorer.scores(rows.vectors)
        sizes.append(len(labelled))
        values.append(scored(scorer, rows, figure))
    return Run(name, seed, tuple(sizes), tuple(values))


def full_score(rows: Known, figure: Figure) -> float:
    """The score of the same model with the labels of all rows."""
    return scored(fit_scorer(rows.vectors, rows.targets, rows.classes), rows, figure)


def scored(scorer: Scorer, rows: Known, figure: Figure) -> float:
    """The score of a model on the rows that are held out."""
    said: Scores = scorer.scores(rows.held)
    return figure(rows.held_targets, said.argmax(axis=1).astype(np.int64))


def macro_f1(truth: Numbers, said: Numbers) -> float:
    """The mean F1 of the classes that occur in `truth` or `said`, as the task `text-classification` reports it.

    >>> macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    0.7333333333333334
    """
    size = int(max(truth.max(initial=0), said.max(initial=0))) + 1
    both = np.bincount(truth[truth == said], minlength=size)
    either = np.bincount(truth, minlength=size) + np.bincount(said, minlength=size)
    there = either > 0
    return float(np.mean(2.0 * both[there] / either[there]))


def accuracy(truth: Numbers, said: Numbers) -> float:
    """The share of right answers."""
    return float(np.mean(truth == said))


FIGURES: Mapping[str, Figure] = {"macro_f1": macro_f1, "accuracy": accuracy}


def mean_curve(runs: Sequence[Run]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Numbers of labels, and the scores of the runs of one strategy, shape (seeds, points)."""
    return np.asarray(runs[0].labels, dtype=np.int64), np.array([run.values for run in runs])
