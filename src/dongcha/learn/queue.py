"""`Queue`: what a person labels next; it learns as labels come.

Knows vectors, keys and names of classes.  Knows nothing of terminals or databases.
"""

from dataclasses import dataclass, field

import numpy as np

from dongcha.learn.heads import fit_scorer
from dongcha.learn.pool import Numbers, Pool, Scores, Vectors
from dongcha.learn.stopping import TIMES, Outlook, outlook, settled
from dongcha.learn.strategies import STRATEGIES

BATCH = 10
"""Labels after which the model is fitted again and the queue ordered anew."""

DEFAULT = "balanced-entropy"
"""The strategy unless another is named: chosen by `benchmarks/active_learning.py` on validation rows."""

WATCHED = 2_000
"""Rows whose answers are compared from model to model, to tell whether they have settled."""


@dataclass(slots=True)
class Queue:
    """Rows in the order in which they are asked.

    `labels` are the labels so far by row, `passed` the rows that were skipped; both are changed by `give`, `skip` and
    `take_back` alone.
    """

    vectors: Vectors
    classes: list[str]
    strategy: str = DEFAULT
    batch: int = BATCH
    seed: int = 0
    labels: dict[int, str] = field(default_factory=dict)
    passed: set[int] = field(default_factory=set)
    scores: Scores | None = None
    _waiting: list[int] = field(default_factory=list)
    _since: int = 0
    _answers: list[Numbers] = field(default_factory=list)

    def __post_init__(self) -> None:
        STRATEGIES.get(self.strategy)
        for name in self.labels.values():
            self._class(name)
        self._learn()

    def next(self) -> int | None:
        """The number of the row to label now; None where none is left."""
        while self._waiting and self._done(self._waiting[0]):
            self._waiting.pop(0)
        if not self._waiting:
            self._order()
        return self._waiting[0] if self._waiting else None

    def give(self, row: int, label: str) -> bool:
        """Take a label; whether the model was fitted again with it."""
        self._class(label)
        self.labels[row] = label
        self.passed.discard(row)
        self._since += 1
        fresh = len(set(self.labels.values())) == 2 and self.scores is None
        if self._since < self.batch and not fresh:
            return False
        self._learn()
        return True

    def skip(self, row: int) -> None:
        """Pass a row by."""
        self.passed.add(row)

    def take_back(self, row: int) -> None:
        """Forget what was said of a row, and ask it next."""
        self.labels.pop(row, None)
        self.passed.discard(row)
        self._waiting = [row, *(one for one in self._waiting if one != row)]

    def guess(self, row: int) -> tuple[str, float] | None:
        """The model's answer and its score; None before there is a model."""
        if self.scores is None:
            return None
        best = int(self.scores[row].argmax())
        return self.classes[best], float(self.scores[row, best])

    def outlook(self) -> Outlook | None:
        """How good the model is, and what more labels would bring."""
        rows, targets = self._known()
        return outlook(self.vectors[rows], targets, len(self.classes), seed=self.seed)

    @property
    def settled(self) -> bool:
        """Whether the last models gave nearly the same answers."""
        return settled(self._answers)

    @property
    def left(self) -> int:
        """Rows that nobody labelled or skipped."""
        return len(self.vectors) - len(self.labels.keys() | self.passed)

    def _done(self, row: int) -> bool:
        return row in self.labels or row in self.passed

    def _class(self, name: str) -> int:
        if name not in self.classes:
            self.classes.append(name)
        return self.classes.index(name)

    def _known(self) -> tuple[Numbers, Numbers]:
        rows = np.fromiter(self.labels, dtype=np.int64, count=len(self.labels))
        targets = np.array([self._class(self.labels[int(row)]) for row in rows], dtype=np.int64)
        return rows, targets

    def _learn(self) -> None:
        """Fit the head again, score all rows, and drop the order that was."""
        self._since, self._waiting = 0, []
        rows, targets = self._known()
        if len(np.unique(targets)) < 2:
            self.scores = None
            return
        self.scores = fit_scorer(self.vectors[rows], targets, len(self.classes)).scores(self.vectors)
        step = max(1, len(self.vectors) // WATCHED)
        self._answers = [*self._answers[-TIMES:], self.scores[::step].argmax(axis=1).astype(np.int64)]

    def _order(self) -> None:
        """The next rows by the strategy; skipped ones are as labelled rows without a class to it."""
        rows, targets = self._known()
        away = np.array(sorted(self.passed - self.labels.keys()), dtype=np.int64)
        kept = np.setdiff1d(np.arange(len(self.vectors)), away) if len(away) else None
        pool = self._pool(rows, targets, kept)
        chosen = STRATEGIES.get(self.strategy).choose(pool, self.batch, self._random())
        self._waiting = (chosen if kept is None else kept[chosen]).tolist()

    def _pool(self, rows: Numbers, targets: Numbers, kept: Numbers | None) -> Pool:
        if kept is None:
            return Pool(self.vectors, self.scores, rows, targets)
        scores = None if self.scores is None else self.scores[kept]
        return Pool(self.vectors[kept], scores, np.searchsorted(kept, rows).astype(np.int64), targets)

    def _random(self) -> np.random.Generator:
        return np.random.default_rng([self.seed, len(self.labels), len(self.passed)])
