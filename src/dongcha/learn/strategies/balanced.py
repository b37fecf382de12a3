"""`balanced`: typical rows first, then unsure rows of classes with few labels, spread out: a hybrid of our own.

It begins as `typical` does, for a young model's scores say little (Hacohen et al. 2022; Doucet et al. 2024,
arXiv:2403.03728), until there are `EARLY` labels a class.  From then on a row is worth as much as its two best classes
lie near each other, times the want of labels of the classes that it may be of; of the best rows a batch is taken that
is spread over clusters (Zhdanov 2019, arXiv:1901.05954).
"""

import numpy as np
import numpy.typing as npt

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.space import clusters
from dongcha.learn.strategies.margin import margins
from dongcha.learn.strategy import STRATEGIES, Strategy, highest

EARLY = 2
WIDER = 4
"""Rows among which a batch is spread, as a multiple of it."""

POWER = 0.5
"""Of the number of a class's labels, in how much another one is wanted."""


class Balanced(Strategy):
    """Looks at all rows; what costs rows times `k` looks at `WIDER` times `k`."""

    early, wider, power = EARLY, WIDER, POWER

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """One row a cluster of the best ones."""
        assert pool.scores is not None
        if len(pool.labelled) < self.early * pool.scores.shape[1] or len(np.unique(pool.labels)) < 2:
            return STRATEGIES.get("typical").choose(pool, k, random)
        scores = pool.sound_scores(free)
        worth = (1.0 - margins(scores)) * (scores @ self.wanted(pool))
        best = highest(worth, min(self.wider * k, len(free)), random)
        weights = worth[best].astype(np.float64) + 1e-9
        group = clusters(pool.vectors[free[best]], k, int(random.integers(2**31)), weights)
        first = np.unique(group, return_index=True)[1]  # `best` is sorted, so the first of a cluster is its best
        rest = np.setdiff1d(np.arange(len(best)), first)
        return free[best[np.concatenate([np.sort(first), rest])[:k]]]

    def wanted(self, pool: Pool) -> npt.NDArray[np.float32]:
        """How much a label of each class is wanted, shape (classes,)."""
        assert pool.scores is not None
        has = np.bincount(pool.labels, minlength=pool.scores.shape[1])[: pool.scores.shape[1]]
        return ((1.0 + has) ** -self.power).astype(np.float32)


STRATEGIES("balanced")(Balanced())
