"""`least-confidence`: the rows whose best class has the lowest score (Lewis & Gale 1994, arXiv:cmp-lg/9407020)."""

import numpy as np

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.strategy import STRATEGIES, Strategy, highest


class LeastConfidence(Strategy):
    """Looks at all rows; the cost grows with rows times classes."""

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """The least sure ones."""
        return free[highest(-pool.sound_scores(free).max(axis=1), k, random)]


STRATEGIES("least-confidence")(LeastConfidence())
