"""`badge`: rows whose gradients at the head are large and unlike each other (Ash et al. 2020, arXiv:1906.03671).

The gradient of a row is (scores - its likeliest class) ⊗ its vector; the batch is drawn by k-means++.  The gradients
are never written out: the product of two is the product of their two factors' products.
"""

import numpy as np

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.strategy import CANDIDATES, STRATEGIES, Strategy


class Badge(Strategy):
    """Looks at `CANDIDATES` rows; the cost grows with candidates times `k`."""

    most = CANDIDATES

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """Drawn one by one, each by its squared distance to the nearest that was drawn."""
        vectors, away = pool.vectors[free], pool.sound_scores(free)
        away[np.arange(len(free)), away.argmax(axis=1)] -= 1.0
        sizes = (away**2).sum(axis=1) * (vectors**2).sum(axis=1)
        place = int(sizes.argmax())
        chosen, left = [place], np.full(len(free), np.inf, dtype=np.float32)
        while len(chosen) < k:
            like = (away @ away[place]) * (vectors @ vectors[place])
            left = np.minimum(left, np.maximum(sizes + sizes[place] - 2.0 * like, 0.0))
            left[chosen] = 0.0
            place = _drawn(left, chosen, random)
            chosen.append(place)
        return free[chosen]


def _drawn(weights: np.ndarray, chosen: list[int], random: np.random.Generator) -> int:
    total = np.cumsum(weights, dtype=np.float64)
    if total[-1] <= 0.0:  # all that is left is like what was drawn
        rest = np.setdiff1d(np.arange(len(weights)), chosen)
        return int(random.choice(rest))
    return min(int(np.searchsorted(total, random.random() * total[-1], side="right")), int(np.flatnonzero(weights)[-1]))


STRATEGIES("badge")(Badge())
