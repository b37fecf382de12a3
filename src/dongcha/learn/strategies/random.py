"""`random`: every row is as likely as any other; what the others are measured against."""

import numpy as np

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.strategy import STRATEGIES, Strategy


class Random(Strategy):
    """A draw without replacement."""

    needs_scores = False

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """Drawn."""
        return random.choice(free, k, replace=False)


STRATEGIES("random")(Random())
