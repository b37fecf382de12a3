"""A head that learns one correction at a time on frozen vectors, from the trained head on.

Each correction takes a step on itself, recent corrections and a memory kept balanced by class (experience replay), then
goes so far that it is answered as told, if its weight allows.  A new label gives the head a new row.  The same
corrections in the same order give the same head.

How far the head follows a prior that flipped is the share of recent corrections in a step: what is learned is the mix
of the two distributions.  A correction enters the memory when it leaves the recent ones, so that until then the memory
is of the trained head's own distribution; one of a new class, of which that knows nothing, enters at once.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dongcha.core.checks import need
from dongcha.learn.online.memory import Memory
from dongcha.learn.online.steps import Numbers, Steps, steps_from
from dongcha.model.head import Head
from dongcha.model.predictions import Floats

if TYPE_CHECKING:
    from dongcha.model.vectors import Vectors


AHEAD = 0.25
"""Of its best rival, in logits, is a label put: what is more costs old rows and brings the trained classes little."""
AHEAD_NEW = 1.0
"""The same of a new class, which has only its corrections to be learned from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a head learns; raises `ConfigError` where a figure makes no sense."""

    memory: int = 2000  # rows that are kept to learn from again
    recent: int = 500  # the newest corrections
    batch: int = 64
    share: float = 0.2  # of a batch is of the newest corrections, the rest of the memory as far as it reaches
    steps: int = 1  # for each correction
    firmness: float = 1.0  # of the way to being answered as told, 0..1
    pull: float = 0.03  # back to the trained head with each correction, where no trained rows are in the memory
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("memory", "recent", "batch", "steps"):
            need("online", name, getattr(self, name), getattr(self, name) >= 1, "an integer of at least 1")
        need("online", "share", self.share, 0 <= self.share <= 1, "between 0 and 1")
        need("online", "pull", self.pull, 0 <= self.pull < 1, "at least 0 and below 1")
        need("online", "firmness", self.firmness, 0 <= self.firmness <= 1, "between 0 and 1")


STANDARD = Settings()


@dataclass(frozen=True, slots=True, eq=False)
class Seeds:
    """Rows that the trained head knows: vectors, shape (rows, width), and the names of their classes."""

    vectors: "Vectors"
    labels: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    vector: "Vectors"  # (1, width)
    label: int
    weight: float


class Learner:
    """`head` and `classes` change with each `learn`; a head that was taken stays as it was."""

    def __init__(
        self, head: Head, classes: Sequence[str], seeds: Seeds | None = None, how: Settings = STANDARD
    ) -> None:
        need("online", "classes", len(classes), len(classes) == len(head.bias), "as many as the head has outputs")
        self.head, self.classes, self.learned = head, tuple(classes), 0
        self._how, self._random = how, np.random.default_rng(how.seed)
        self._trained = len(classes)
        self._numbers = {name: i for i, name in enumerate(classes)}
        self._memory = Memory(how.memory, how.seed)
        self._recent: dict[Hashable, _Row] = {}
        self._steps: Steps | None = None
        self._seeded = seeds is not None and len(seeds.labels) > 0
        if seeds is not None and len(seeds.labels):
            self._begin(seeds.vectors).saw(seeds.vectors)
            for i, label in enumerate(seeds.labels):
                if label in self._numbers:
                    self._memory.add(seeds.vectors[i : i + 1], self._numbers[label])

    def learn(self, vector: "Vectors", label: str, weight: float = 1.0, key: Hashable = None) -> None:
        """Learn that an input of that vector, shape (1, width), is `label`; an earlier word on its `key` is replaced.

        `weight` is the trust in it, 0..1; nothing is learned at 0.
        """
        need("online", "weight", weight, 0 <= weight <= 1, "between 0 and 1")
        self.learned += 1
        if weight == 0:
            return
        steps = self._begin(vector)
        row = _Row(vector, self._number(label, steps), weight)
        steps.saw(vector)
        self._keep(row, self.learned if key is None else key)
        for _ in range(self._how.steps):
            steps.descend(*self._batch(row))
        if not self._seeded:
            steps.pull(self._how.pull)
        ahead = AHEAD if row.label < self._trained else AHEAD_NEW
        steps.separate(vector, row.label, self._how.firmness * weight, ahead)
        self.head = steps.head()

    def _begin(self, vectors: "Vectors") -> Steps:
        if self._steps is None:
            self._steps = steps_from(self.head, sparse=not isinstance(vectors, np.ndarray))
        return self._steps

    def _number(self, label: str, steps: Steps) -> int:
        """The number of a class, which may be new."""
        if label not in self._numbers:
            self._numbers[label] = len(self.classes)
            self.classes = (*self.classes, label)
            steps.grow(len(self.classes))
        return self._numbers[label]

    def _keep(self, row: _Row, key: Hashable) -> None:
        self._recent.pop(key, None)  # so that it stands at its new place
        self._memory.drop(key)
        self._recent[key] = row
        if row.label >= self._trained:
            self._memory.add(row.vector, row.label, row.weight, key)
        if len(self._recent) > self._how.recent:
            oldest = next(iter(self._recent))
            left = self._recent.pop(oldest)
            self._memory.add(left.vector, left.label, left.weight, oldest)

    def _batch(self, row: _Row) -> "tuple[Vectors, Numbers, Floats]":
        """The row itself, recent ones, and rows of the memory; recent ones also where the memory has too few."""
        recent, room = list(self._recent.values()), self._how.batch - 1
        count = min(max(int(self._how.share * self._how.batch), room - len(self._memory)), room, len(recent))
        some = [row, *(recent[i] for i in self._random.choice(len(recent), count, replace=False).tolist())]
        places = self._memory.draw(room - count)
        vectors = stacked([one.vector for one in some] + self._memory.rows(places))
        labels = np.concatenate([[one.label for one in some], self._memory.labels[places]]).astype(np.int64)
        return vectors, labels, np.concatenate([[one.weight for one in some], self._memory.weights[places]])


def stacked(rows: "Sequence[Vectors]") -> "Vectors":
    """Rows of shape (1, width) as one matrix, sparse where they are."""
    if isinstance(rows[0], np.ndarray):
        return np.concatenate([np.asarray(row, dtype=np.float64) for row in rows])
    from scipy.sparse import csr_matrix, vstack

    return csr_matrix(vstack([csr_matrix(row) for row in rows]))
