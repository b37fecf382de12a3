"""`core-set`: the rows farthest from all that is labelled (k-centre, greedy).

Sener & Savarese 2018, arXiv:1708.00489.
"""

import numpy as np

from dongcha.learn.pool import Numbers, Pool
from dongcha.learn.space import nearest, squared
from dongcha.learn.strategy import CANDIDATES, STRATEGIES, Strategy


class CoreSet(Strategy):
    """Looks at `CANDIDATES` rows; the cost grows with candidates times (`k` + labelled rows).  Needs no scores."""

    most = CANDIDATES
    needs_scores = False

    def pick(self, pool: Pool, free: Numbers, k: int, random: np.random.Generator) -> Numbers:
        """Each is the one farthest from the labelled and those before it; the first of an empty pool is drawn."""
        rows = pool.vectors[free]
        left = nearest(rows, pool.vectors[pool.labelled])
        chosen: list[int] = []
        for _ in range(k):
            place = int(left.argmax()) if np.isfinite(left[0]) or chosen else int(random.integers(len(free)))
            chosen.append(place)
            left = np.minimum(left, squared(rows, rows[place : place + 1])[:, 0])
            left[chosen] = -1.0  # a second row of the same text is as near, and still another row
        return free[chosen]


STRATEGIES("core-set")(CoreSet())
